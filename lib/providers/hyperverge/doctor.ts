import 'server-only'
import type { CallPlan, KnownAnswer, VendorDoctor } from '@/lib/doctor/types'

// What the doctor knows about HyperVerge, DigiLocker APIs. Documented: one text for missing and wrong credentials
// (Credentials API), `referenceId` required at the start (Consent URL API). Seen: 400 with code and message. Assumed: 404 for
// a product that is off, 403. Read 2026-11-20.

const PREFIX = '/api/digilocker'

const REFUSALS: readonly KnownAnswer[] = [
  {
    status: 401,
    body: /=Missing\/Invalid credentials$/im,
    wording: 'Missing/Invalid credentials',
    means: 'key_refused',
    also: ['header_not_received', 'wrong_environment', 'client_inactive'],
    source: 'documented',
  },
  {
    status: 401,
    means: 'key_refused',
    also: ['header_not_received', 'wrong_environment', 'client_inactive'],
    source: 'assumed',
  },
  // Status and `statusCode` may disagree; the worse one counts (assumed).
  {
    status: [200, 299],
    body: /^statusCode=40[13]$/m,
    means: 'key_refused',
    also: ['header_not_received', 'wrong_environment', 'client_inactive'],
    source: 'assumed',
  },
  {
    status: 404,
    body: /^error(\.message)?=Not Found$/im,
    wording: 'Not Found',
    means: 'product_not_enabled',
    also: ['base_url_wrong'],
    source: 'assumed',
  },
  { status: 403, means: 'product_not_enabled', source: 'assumed' },
]

const KEY_CALL: CallPlan = {
  name: 'start',
  host: 'BASE_URL',
  method: 'POST',
  path: `${PREFIX}/start`,
  credentials: { appId: '{APP_ID}', appKey: '{APP_KEY}' },
  headers: { 'Content-Type': 'application/json' },
  json: {},
  answers: [
    ...REFUSALS,
    {
      status: 400,
      body: /content-type/i,
      means: 'header_not_received',
      header: 'Content-Type',
      source: 'assumed',
      note: 'The body was not read as JSON, so the header Content-Type did not arrive.',
    },
    { status: [400, 400], means: 'accepted', source: 'seen' },
    { status: 422, means: 'accepted', source: 'assumed' },
  ],
}

const START_CALL: CallPlan = {
  ...KEY_CALL,
  json: { referenceId: '{random}', redirectURL: '{return_url}' },
  answers: [
    ...REFUSALS,
    { status: 400, body: /redirectURL/i, means: 'return_not_listed', source: 'assumed' },
  ],
}

export const HYPERVERGE_DOCTOR: VendorDoctor = {
  product: 'the DigiLocker APIs',
  keyCalls: () => [KEY_CALL],
  whyFree: 'incomplete on purpose: without referenceId, which HyperVerge requires, no consent link is made',
  startCall: () => START_CALL,
  returnList: 'HyperVerge publishes no list of return addresses.',
  pair: () => ['APP_KEY', 'APP_ID'],
  notes: {
    key_refused:
      'HyperVerge has one text for missing and for wrong credentials, and no documented test host: test and live differ by the pair alone.',
    product_not_enabled:
      'HyperVerge documents 404 for DigiLocker credentials that it does not accept; on any other call it is our reading that the product is off or that DigiLocker’s own pair was never stored (npm run hyperverge:credentials).',
  },
  fixes: {
    key_refused: ['Copy appId and appKey from the credentials tab of one and the same application.'],
    product_not_enabled: [
      'Store the DigiLocker partner pair with `npm run hyperverge:credentials` if that was never done.',
    ],
  },
  webhookSetting: 'WEBHOOK_PATH_TOKEN',
  webhookPath: '{WEBHOOK_PATH_TOKEN}',
}
