import 'server-only'
import type { CallPlan, KnownAnswer, VendorDoctor } from '@/lib/doctor/types'

// What the doctor knows about Deepvue. Documented: the texts of 400, 401, 403 and 429 (docs.deepvue.ai/errors), the 422
// of a start without `consent` (initiate-session page). Assumed: which 401 text belongs to which mistake. Read 2026-11-20.

const PREFIX = '/v1/kyc/digilocker'

const REFUSALS: readonly KnownAnswer[] = [
  {
    status: 400,
    body: /^detail=Inactive client_id/im,
    wording: 'Inactive client_id',
    means: 'client_inactive',
    source: 'documented',
  },
  {
    status: 401,
    body: /^detail=Not authenticated/im,
    wording: 'Not authenticated',
    means: 'header_not_received',
    source: 'documented',
    note: 'Deepvue says that it was given no credentials at all, although x-api-key and client-id were sent.',
  },
  {
    status: 401,
    body: /^detail=Could not validate credentials/im,
    wording: 'Could not validate credentials',
    means: 'key_refused',
    source: 'documented',
  },
  {
    status: 401,
    body: /^detail=Invalid client_id or client_secret/im,
    wording: 'Invalid client_id or client_secret',
    means: 'key_refused',
    also: ['wrong_environment'],
    source: 'documented',
  },
  {
    status: 401,
    body: /^detail=.*client_id/im,
    wording: 'Invalid client_id',
    means: 'key_refused',
    also: ['wrong_environment'],
    source: 'documented',
    note: 'The text speaks of the client id: look at that one first.',
  },
  { status: 401, means: 'key_refused', also: ['header_not_received'], source: 'assumed' },
  // `code` mirrors the status (documented); if the two disagree the worse one counts (assumed).
  { status: [200, 299], body: /^code=40[13]$/m, means: 'key_refused', source: 'assumed' },
  {
    status: 403,
    body: /^detail=Not a valid token/im,
    wording: 'Not a valid token',
    means: 'product_not_enabled',
    source: 'documented',
  },
  { status: 403, means: 'product_not_enabled', source: 'assumed' },
]

const NO_JSON: KnownAnswer = {
  status: 422,
  body: /not a valid dict|type_error\.dict|model_attributes_type|valid dictionary/,
  means: 'header_not_received',
  header: 'Content-Type',
  source: 'assumed',
  note: 'The body was not read as JSON, so the header Content-Type did not arrive.',
}

const KEY_CALL: CallPlan = {
  name: 'initiate-session',
  host: 'BASE_URL',
  method: 'POST',
  path: `${PREFIX}/initiate-session`,
  credentials: { 'x-api-key': '{API_KEY}', 'client-id': '{CLIENT_ID}' },
  headers: { 'Content-Type': 'application/json' },
  json: {},
  answers: [
    ...REFUSALS,
    NO_JSON,
    { status: 422, wording: 'field required', means: 'accepted', source: 'documented' },
  ],
}

const START_CALL: CallPlan = {
  ...KEY_CALL,
  json: {
    consent: 'Y',
    purpose: 'Connection test without a person',
    redirect_url: '{return_url}',
    doc_types: ['aadhaar', 'pan', 'dl'],
  },
  answers: [
    ...REFUSALS,
    NO_JSON,
    { status: 422, body: /redirect_url/, means: 'return_not_listed', source: 'assumed' },
  ],
}

export const DEEPVUE_DOCTOR: VendorDoctor = {
  product: 'DigiLocker',
  keyCalls: () => [KEY_CALL],
  whyFree: 'incomplete on purpose: without consent Deepvue answers 422 and opens no session (documented)',
  startCall: () => START_CALL,
  returnList:
    'Deepvue publishes nothing about a list of return addresses; public https is taken for granted (assumed).',
  pair: () => ['API_KEY', 'CLIENT_ID'],
  notes: {
    key_refused:
      'The header x-api-key carries the client secret, not a key of its own; the published samples print one placeholder in both headers.',
    wrong_environment: 'Trial and live accounts use the same host, so only the dashboard tells them apart.',
  },
  fixes: {
    key_refused: ['Put the CLIENT_SECRET into DEEPVUE_API_KEY and the CLIENT_ID into DEEPVUE_CLIENT_ID.'],
  },
  webhookSetting: null,
}
