import 'server-only'
import type { CallPlan, KnownAnswer, VendorDoctor } from '@/lib/doctor/types'

// What the doctor knows about IDTO. Documented: `initiate_session`, its required `redirect_url` and the codes 3001 and
// 3002 (idtoai.readme.io reference). Seen: the 401 text and that header case changes nothing (an integrator's thread), the
// 500 for a return address that is not listed (integrators' code). Assumed: 403 and 422. Read 2026-11-20.

const PATH = '/verify/digilocker/initiate_session'
const CREDENTIALS = { 'X-API-KEY': '{API_KEY}', 'X-Client-ID': '{CLIENT_ID}' }
const HEADERS = { 'Content-Type': 'application/json' }

const REFUSALS: readonly KnownAnswer[] = [
  {
    status: 401,
    body: /^detail=Authentication required/m,
    wording: 'Authentication required. …',
    means: 'key_refused',
    also: ['wrong_environment', 'client_inactive', 'header_not_received'],
    source: 'seen',
  },
  {
    status: 401,
    means: 'key_refused',
    also: ['wrong_environment', 'client_inactive', 'header_not_received'],
    source: 'assumed',
  },
  { status: 403, means: 'product_not_enabled', also: ['client_inactive'], source: 'assumed' },
]

/** The framework's complaint about the body as a whole: it read no JSON, so the content type did not arrive. */
const NO_JSON: KnownAnswer = {
  status: 422,
  body: /not a valid dict|type_error\.dict|model_attributes_type|valid dictionary/,
  means: 'header_not_received',
  header: 'Content-Type',
  source: 'assumed',
  note: 'The body was not read as JSON, so the header Content-Type did not arrive.',
}

const KEY_CALL: CallPlan = {
  name: 'initiate_session',
  host: 'BASE_URL',
  method: 'POST',
  path: PATH,
  credentials: CREDENTIALS,
  headers: HEADERS,
  json: {},
  answers: [
    ...REFUSALS,
    {
      status: 400,
      body: /(^|\.)(code|error_code)=300[12]$/m,
      wording: 'MISSING_REDIRECT_URL (3002) or INVALID_DOC_CODE (3001)',
      means: 'accepted',
      source: 'documented',
    },
    NO_JSON,
    { status: 422, means: 'accepted', source: 'assumed' },
  ],
}

const START_CALL: CallPlan = {
  ...KEY_CALL,
  json: {
    user_id: '{random}',
    consent: true,
    consent_purpose: 'Connection test without a person',
    redirect_url: '{return_url}',
    redirect_to_signup: false,
    documents_for_consent: ['ADHAR', 'PANCR', 'DRVLC'],
    state: '{random}',
  },
  answers: [
    ...REFUSALS,
    { status: 500, means: 'return_not_listed', also: ['vendor_down'], source: 'seen' },
    NO_JSON,
  ],
}

export const IDTO_DOCTOR: VendorDoctor = {
  product: 'DigiLocker',
  keyCalls: () => [KEY_CALL],
  whyFree: 'incomplete on purpose: without redirect_url no session is opened, which IDTO documents (3002)',
  startCall: () => START_CALL,
  returnList:
    'IDTO keeps a list of return addresses, kept by its support; one that is missing there shows as a 500 at a real start (seen).',
  pair: () => ['API_KEY', 'CLIENT_ID'],
  notes: {
    key_refused:
      'IDTO gives the same 401 for a wrong key, a wrong client id, an inactive key and a pair made for its other environment, so the answer alone cannot tell which.',
    return_not_listed:
      'IDTO answers 500, without a word about it, when the return address is not public https or not on its list (seen by integrators).',
  },
  fixes: {
    key_refused: [
      'Replace both halves, never one: API key and client id belong together.',
      'Development keys belong to https://dev.idto.ai, live ones to https://prod.idto.ai: change {base} or make the other pair.',
    ],
    return_not_listed: ['Ask the support of IDTO to put the domain on their list; they do it by hand.'],
  },
  webhookSetting: null,
}
