import 'server-only'
import type { CallPlan, KnownAnswer, VendorDoctor } from '@/lib/doctor/types'

// What the doctor knows about Didit. Documented: 403 and never 401 for a missing, wrong, expired or foreign key, 400 with
// the field's name for a start without `workflow_id`, 400 with `detail` for an empty account (OpenAPI description); 401 of
// the token call (authentication page). Assumed: the wording of the two 403, `callback` as the name of a refused return.
// Not asked, though free: webhook destinations (the answer holds the webhook secret), the list of sessions (it names people).
// Read 2026-11-20.

const JSON_HEADERS = { 'Content-Type': 'application/json' }

const REFUSALS: readonly KnownAnswer[] = [
  {
    status: [401, 403],
    body: /^detail=.*(not provided|missing)/im,
    means: 'header_not_received',
    source: 'assumed',
    note: 'Didit says that it was given no key, although one was sent.',
  },
  {
    status: 403,
    body: /^detail=.*(scope|permission|write:sessions|read:sessions)/im,
    wording: 'key without permission',
    means: 'product_not_enabled',
    also: ['key_refused'],
    source: 'documented',
    note: 'Didit has two texts for 403, and this one speaks of permission: a key can be limited, and starting a session needs write:sessions.',
  },
  {
    status: [401, 403],
    means: 'key_refused',
    also: ['wrong_environment', 'client_inactive', 'header_not_received'],
    source: 'documented',
  },
  {
    status: 415,
    means: 'header_not_received',
    header: 'Content-Type',
    source: 'assumed',
    note: 'The body was not taken for JSON, so the header Content-Type did not arrive.',
  },
  {
    status: 400,
    body: /^detail=.*credit/im,
    wording: 'account out of credits',
    means: 'out_of_credits',
    source: 'documented',
  },
]

const ACCEPTED: KnownAnswer = {
  status: 400,
  body: /^workflow_id(\.\d+)?=/m,
  wording: 'workflow_id: this field is required',
  means: 'accepted',
  source: 'documented',
}

const START_ANSWERS: readonly KnownAnswer[] = [
  ...REFUSALS,
  {
    status: 400,
    body: /^callback(\.\d+)?=/m,
    wording: 'callback: …',
    means: 'return_not_listed',
    source: 'assumed',
  },
  {
    status: 400,
    body: /^workflow_id(\.\d+)?=/m,
    wording: 'workflow_id: …',
    means: 'setting_malformed',
    about: 'WORKFLOW_ID',
    source: 'documented',
    note: 'Didit does not know this workflow',
  },
]

function keyCall(version: string, credentials: CallPlan['credentials']): CallPlan {
  return {
    name: 'session',
    host: 'BASE_URL',
    method: 'POST',
    path: `/${version}/session/`,
    credentials,
    headers: JSON_HEADERS,
    json: {},
    answers: [...REFUSALS, ACCEPTED],
  }
}

const TOKEN_CALL: CallPlan = {
  name: 'token',
  host: 'AUTH_URL',
  method: 'POST',
  path: '/auth/v2/token/',
  credentials: {},
  basic: ['CLIENT_ID', 'CLIENT_SECRET'],
  headers: {},
  form: { grant_type: 'client_credentials' },
  keeps: { field: 'access_token', as: 'access_token' },
  answers: [
    { status: [200, 201], means: 'accepted', source: 'documented' },
    {
      status: 401,
      means: 'key_refused',
      also: ['client_inactive', 'header_not_received'],
      source: 'documented',
      note: 'A header that is badly encoded meets the same 401.',
    },
  ],
}

const BEARER = { Authorization: 'Bearer {access_token}' }
const KEY = { 'x-api-key': '{API_KEY}' }

/** A host for tokens means token mode; its path version is v2 unless it is set. */
function modeOf(given: (name: string) => string): {
  version: string
  credentials: CallPlan['credentials']
} {
  if (given('AUTH_URL') === '') return { version: 'v3', credentials: KEY }
  return { version: given('API_VERSION') || 'v2', credentials: BEARER }
}

export const DIDIT_DOCTOR: VendorDoctor = {
  product: 'hosted verification sessions',
  keyCalls(given) {
    const { version, credentials } = modeOf(given)
    if (credentials === KEY) return [keyCall(version, credentials)]
    // In v1 no field is required, so there an incomplete start would open a session: the token alone has to do.
    return version === 'v1' ? [TOKEN_CALL] : [TOKEN_CALL, keyCall(version, credentials)]
  },
  whyFree: 'incomplete on purpose: without workflow_id Didit answers 400 and opens no session (documented)',
  startCall(given) {
    const { version, credentials } = modeOf(given)
    return {
      ...keyCall(version, credentials),
      json: {
        workflow_id: given('WORKFLOW_ID'),
        vendor_data: '{random}',
        callback: '{return_url}',
        callback_method: 'both',
      },
      answers: START_ANSWERS,
    }
  },
  returnList:
    'If allowed_domains is set for the application, the host of the return address has to be in it; that and the workflow show at a real start only.',
  pair: (given) => (given('AUTH_URL') === '' ? null : ['CLIENT_SECRET', 'CLIENT_ID']),
  notes: {
    key_refused:
      'At Didit 403 stands for a missing, wrong, expired or foreign key, and sandbox is a property of the application that owns the key: a sandbox key works at the same address and makes sandbox sessions.',
    return_not_listed: 'The application has allowed_domains set, and the return address is not among them.',
  },
  fixes: {
    key_refused: ['See in the console that the key belongs to the application that owns the workflow.'],
    return_not_listed: ['Add the host to allowed_domains of the application, or empty that list.'],
    product_not_enabled: ['Give the key the permissions write:sessions and read:sessions in the console.'],
  },
  webhookSetting: 'WEBHOOK_SECRET',
}
