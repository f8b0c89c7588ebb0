import 'server-only'
import type { ScriptedReply, SeenRequest } from './scripted-vendor'
import { ALL, LICENCE, PAN, type Script, sample, type VendorCase, type Wire } from './vendor-case'

export const REFERENCE = 'ver-1_AAAAAAAAAAAAAAAAAAAAAA'
export const PATH_TOKEN = 'test-path-token-0123456789abcdef'

/** `docDetails` with `more` in the entry of the document that was asked for. */
export function detailsReply(
  word: 'pan' | 'dl',
  more: Readonly<Record<string, unknown>> = {},
): ScriptedReply {
  const body = sample(`hyperverge/docDetails.${word}.json`)
  Object.assign(body.result.details[0], more)
  return { body }
}
export const problem = (status: number, error: unknown): ScriptedReply => ({
  status,
  body: { status: 'failure', statusCode: String(status), error },
})

const KEYS: Wire = {
  method: 'POST',
  headers: { appId: 'test-hv-app', appKey: 'test-hv-secret', transactionId: 'ver-1' },
  contentType: 'application/json',
}
const happy: Script = {
  start: { body: sample('hyperverge/start.json') },
  eAadhaarDetails: { body: sample('hyperverge/eAadhaarDetails.json') },
  docDetails: (request: SeenRequest) =>
    (request.body as { pan?: string }).pan === 'yes'
      ? detailsReply('pan', { panXMLFile: PAN.toString() })
      : detailsReply('dl', { xmlFile: LICENCE.toString('base64') }),
}
const nothing = {
  status: 'success',
  statusCode: '200',
  result: { code: 'NONE', docs_found: [], details: [] },
}
const at = (call: string, says: string, reply: ScriptedReply, gives: string) => ({
  says,
  at: call,
  reply,
  gives,
})

export const HYPERVERGE: VendorCase = {
  vendor: 'hyperverge',
  credentials: { appId: 'test-hv-app', appKey: 'test-hv-secret', webhookPathToken: PATH_TOKEN },
  optional: ['webhookPathToken'],
  nameOf: ({ path }) => path.slice('/api/digilocker/'.length),
  happy,
  wire: { start: KEYS, eAadhaarDetails: KEYS, docDetails: KEYS },
  calls: { start: 'start', exchange: null, read: 'eAadhaarDetails', list: null },
  startedRef: /^ver-1_[A-Za-z0-9_-]{22}$/,
  session: { sessionRef: REFERENCE, secret: null },
  credential: { stage: 'referenced' },
  keeps: 0,
  secrets: [REFERENCE],
  documents: ALL,
  outcome: { missing: [], profile: null },
  raw: { pan: PAN, driving_licence: LICENCE },
  only: 'aadhaar',
  also: 'pan',
  narrow: { documents: ['pan'], notCalled: ['eAadhaarDetails'], notSent: /"dl|aadhaar/i },
  errorInside: { status: 'failure', statusCode: '200', error: 'text of theirs' },
  link: (place) => ({ body: { status: 'success', statusCode: '200', result: { url: place } } }),
  upstream: (text, status) => problem(status, text),
  emptyLocker: { docDetails: { body: nothing } },
  otherPan: null,
  noAadhaar: null,
  errors: [
    at(
      'start',
      'a refused pair',
      problem(401, 'Missing/Invalid credentials'),
      'provider_unauthorized credentials_refused',
    ),
    at(
      'start',
      'a wrong field',
      problem(400, { code: 'ER_VALIDATION', message: 'redirectURL' }),
      'provider_refused_request request_refused',
    ),
    at('start', 'a limit', problem(429, 'Rate limit'), 'provider_rate_limited throttled'),
    at(
      'start',
      'trouble of theirs',
      problem(500, { code: 'ER_SERVER', message: 'x' }),
      'provider_unavailable server_error',
    ),
    at(
      'eAadhaarDetails',
      'a refused pair on a read',
      problem(401, 'Missing/Invalid credentials'),
      'vendor_misconfigured',
    ),
    at('eAadhaarDetails', 'an ended consent', problem(401, { code: 'ER_EXPIRED_TOKEN' }), 'session_ended'),
    at(
      'eAadhaarDetails',
      'no consent yet',
      problem(422, { code: 'ER_CONSENT_MISSING' }),
      'pending consent_missing',
    ),
    at(
      'eAadhaarDetails',
      'no Aadhaar',
      problem(422, { code: 'ER_AADHAAR_NOT_LINKED' }),
      'missing not_linked',
    ),
    at('eAadhaarDetails', 'a minor', problem(422, { code: 'ER_MINOR_ACCOUNT' }), 'missing minor'),
    at(
      'eAadhaarDetails',
      'an Aadhaar to renew',
      problem(504, { code: 'ER_AADHAAR_NOT_AVAILABLE' }),
      'missing renewal_needed',
    ),
    at(
      'eAadhaarDetails',
      'a silent issuer',
      problem(503, { code: 'ER_DIGILOCKER_REPO_SERVICE_UNRESPONSIVE' }),
      'missing issuer_unavailable',
    ),
    at(
      'eAadhaarDetails',
      'trouble of theirs on a read',
      problem(500, { code: 'ER_SERVER' }),
      'vendor_unavailable',
    ),
    at(
      'eAadhaarDetails',
      'UIDAI asks for a fresh start',
      problem(500, 'Data could not be fetched from UIDAI. Please start again'),
      'session_ended',
    ),
    {
      ...at(
        'docDetails',
        'no PAN',
        problem(422, { code: 'ER_PAN_DATA_NOT_AVAILABLE' }),
        'missing not_in_locker',
      ),
      documents: ['pan'],
    },
    {
      ...at(
        'docDetails',
        'no licence',
        problem(422, 'No data available for the DL'),
        'missing not_in_locker',
      ),
      documents: ['driving_licence'],
    },
    {
      ...at(
        'docDetails',
        'an issuer that answers badly',
        problem(503, { code: 'ER_DIGILOCKER_REPO_SERVICE_RESPERROR' }),
        'missing issuer_unavailable',
      ),
      documents: ['pan'],
    },
  ],
  returns: [
    [{}, { kind: 'back', state: null }],
    [
      { status: 'success', code: 'c', referenceId: 'x' },
      { kind: 'back', state: null },
    ],
    [
      { error: 'access_denied', state: 's' },
      { kind: 'back', state: null },
    ],
  ],
}
