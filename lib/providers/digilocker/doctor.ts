import 'server-only'
import type { CallPlan, KnownAnswer, VendorDoctor } from '@/lib/doctor/types'

// What the doctor knows about DigiLocker. Documented: paths of authorize and token, Basic or form (partner API 1.0.0, digest
// of 2.4), `invalid_client` and `invalid_grant` for the refresh. Assumed: the same words at the first exchange, as RFC 6749
// 5.2 has them, and that the client is judged before the code. Read 2026-11-20.

// Not a secret: the pair of RFC 7636 appendix B. It proves nothing, since the code it comes with is invented.
const SAMPLE_VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const SAMPLE_CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

const TOKEN_ANSWERS: readonly KnownAnswer[] = [
  {
    status: [400, 401],
    body: /^error=invalid_grant$/m,
    wording: 'invalid_grant',
    means: 'accepted',
    source: 'assumed',
  },
  {
    status: [400, 403],
    body: /^error=invalid_client$/m,
    wording: 'invalid_client',
    means: 'key_refused',
    also: ['header_not_received', 'client_inactive'],
    source: 'documented',
  },
  {
    status: [400, 403],
    body: /^error=(unauthorized_client|insufficient_scope)$/m,
    wording: 'unauthorized_client',
    means: 'product_not_enabled',
    source: 'assumed',
  },
  {
    status: 400,
    body: /^error=invalid_request$/m,
    wording: 'invalid_request',
    means: 'header_not_received',
    header: 'Content-Type',
    source: 'assumed',
    note: 'All fields were sent, so the form was not read as one: the header Content-Type did not arrive.',
  },
  {
    status: 401,
    means: 'key_refused',
    also: ['header_not_received', 'client_inactive'],
    source: 'assumed',
  },
]

const KEY_CALL: CallPlan = {
  name: 'token',
  host: 'BASE_URL',
  method: 'POST',
  path: '/public/oauth2/1/token',
  credentials: {},
  basic: ['CLIENT_ID', 'CLIENT_SECRET'],
  headers: {},
  form: {
    grant_type: 'authorization_code',
    code: '{random}',
    redirect_uri: '{return_url}',
    code_verifier: SAMPLE_VERIFIER,
  },
  answers: TOKEN_ANSWERS,
}

/** Id and secret in the form instead of a header; both ways are documented. */
const FORM_CALL: CallPlan = {
  ...KEY_CALL,
  basic: undefined,
  form: { ...KEY_CALL.form, client_id: '{CLIENT_ID}', client_secret: '{CLIENT_SECRET}' },
}

const AUTHORIZE = new URLSearchParams({
  response_type: 'code',
  code_challenge: SAMPLE_CHALLENGE,
  code_challenge_method: 'S256',
  purpose: 'kyc',
  service_name: 'Connection test',
  req_doctype: 'ADHAR,PANCR',
})

/** What the player's browser would open; only a stub is asked. */
const START_CALL: CallPlan = {
  name: 'authorize',
  host: 'BASE_URL',
  method: 'GET',
  path: `/public/oauth2/1/authorize?${AUTHORIZE}&client_id={CLIENT_ID}&redirect_uri={return_url}&state={random}`,
  credentials: {},
  headers: { accept: 'text/html' },
  page: true,
  answers: [
    {
      status: [400, 403],
      means: 'return_not_listed',
      also: ['key_refused', 'product_not_enabled'],
      source: 'documented',
      note: 'The return address must equal a registered one, letter by letter.',
    },
  ],
}

export const DIGILOCKER_DOCTOR: VendorDoctor = {
  product: 'the requester API for Aadhaar, PAN and driving licence',
  keyCalls: () => [KEY_CALL],
  otherWay: FORM_CALL,
  whyFree:
    'an exchange of an invented code: it can only fail, and invalid_grant says that the client was taken (assumed)',
  startCall: () => START_CALL,
  returnList:
    'The address must equal one registered in the partner portal, letter by letter; that shows in the browser at a real start only.',
  pair: () => ['CLIENT_SECRET', 'CLIENT_ID'],
  notes: {
    key_refused:
      'DigiLocker has no test environment: the pair is the one of the partner portal, after approval.',
    client_inactive: 'Accounts that were unused for three months are said to be switched off.',
  },
  fixes: {
    key_refused: [
      'See in the partner portal whether the use case is approved and the account is not switched off.',
    ],
    return_not_listed: [
      'Register exactly this address in the partner portal: no path, no slash more or less.',
    ],
  },
  webhookSetting: null,
}
