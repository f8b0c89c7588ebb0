import 'server-only'
import type { CallPlan, KnownAnswer, VendorDoctor } from '@/lib/doctor/types'

// What the doctor knows about KwikID. Documented: 400 for a missing bearer, 401 for a wrong or expired one, 500 for a fault
// or an account that is not set up (doc.app.getkwikid.com, init), and that reading needs a second header, AccessToken.
// Every field of `init` is optional, so it has no incomplete form: whatever is sent opens a session. Read 2026-11-20.

const PREFIX = '/verification/v2/digilocker'
const CREDENTIALS = { Authorization: 'Bearer {TOKEN}' }
const HEADERS = { 'Content-Type': 'application/json' }

const REFUSALS: readonly KnownAnswer[] = [
  {
    status: 400,
    body: /^(error|message|detail)=.*\b(authorization|bearer)\b/im,
    wording: 'authorization token is needed',
    means: 'header_not_received',
    source: 'documented',
    note: 'KwikID answers 400, not 401, when no Authorization header reaches it.',
  },
  {
    status: 401,
    means: 'key_refused',
    also: ['wrong_environment', 'client_inactive'],
    source: 'documented',
  },
  {
    status: 500,
    body: /\bset ?up\b/i,
    wording: 'account is not set up',
    means: 'product_not_enabled',
    source: 'documented',
  },
]

const KEY_CALL: CallPlan = {
  name: 'get_issued_files',
  host: 'BASE_URL',
  method: 'POST',
  path: `${PREFIX}/get_issued_files`,
  credentials: CREDENTIALS,
  headers: HEADERS,
  json: {},
  answers: [
    ...REFUSALS,
    {
      status: 400,
      means: 'accepted',
      source: 'assumed',
      note: 'The bearer was taken and the missing AccessToken was complained about.',
    },
  ],
}

const START_CALL: CallPlan = {
  ...KEY_CALL,
  name: 'init',
  path: `${PREFIX}/init`,
  json: { handshake_id: '{random}', callback_url: '{return_url}' },
  answers: [
    ...REFUSALS,
    { status: 400, body: /callback_url/, means: 'return_not_listed', source: 'assumed' },
  ],
}

export const KWIKID_DOCTOR: VendorDoctor = {
  product: 'the DigiLocker family of the Verification API',
  keyCalls: () => [KEY_CALL],
  whyFree:
    "a list without the player's AccessToken: there is nobody it could read, and no session is opened. That a 400 here means a good bearer is assumed; KwikID has no call that proves it for free",
  startCall: () => START_CALL,
  returnList: 'KwikID publishes no list of return addresses; a default may be set for the account.',
  pair: () => null,
  notes: {
    key_refused:
      'KwikID gives one 401 for a wrong and for an expired token, and does not say whether a call without AccessToken may meet it, too.',
    vendor_down:
      'KwikID documents 500 also for an account that is not set up for DigiLocker: ask about that first.',
    product_not_enabled:
      'KwikID documents 500 both for its own faults and for an account that is not set up.',
  },
  fixes: {
    key_refused: [
      'Sandbox and production have hosts of their own: token and KWIKID_BASE_URL must come from the same one.',
      'Use a token made for this integration alone; a token of another KwikID product does not fit.',
    ],
  },
  webhookSetting: null,
}
