import 'server-only'
import type { ScriptedReply, SeenRequest } from './scripted-vendor'
import {
  ALL,
  CODE,
  LICENCE,
  PAN,
  type Script,
  sample,
  VERIFIER,
  type VendorCase,
  type Wire,
} from './vendor-case'

export const JOURNEY = 'fake0000fake0000fake0000fake0001'

export const fileReply = (data: unknown): ScriptedReply => ({
  body: { code: 200, timestamp: null, transaction_id: 'fake', sub_code: 'SUCCESS', message: 'ok', data },
})

const KEYS: Wire = {
  method: 'POST',
  headers: { 'x-api-key': 'test-deepvue-secret', 'client-id': 'test-deepvue-client' },
  contentType: 'application/json',
}
const happy: Script = {
  'initiate-session': { status: 201, body: sample('deepvue/initiate-session.json') },
  'access-token': { body: sample('deepvue/access-token.json') },
  eaadhaar: { body: sample('deepvue/eaadhaar.json') },
  'issued-files': { body: sample('deepvue/issued-files.json') },
  file: (request: SeenRequest) =>
    (request.body as { uri: string }).uri.includes('PANCR')
      ? fileReply(PAN.toString('base64'))
      : fileReply(LICENCE.toString()),
}
const replaced = (name: string, from: string, to: string) => ({
  [name]: { body: JSON.parse(JSON.stringify(sample(`deepvue/${name}.json`)).replace(from, to)) },
})

export const DEEPVUE: VendorCase = {
  vendor: 'deepvue',
  credentials: { apiKey: 'test-deepvue-secret', clientId: 'test-deepvue-client' },
  nameOf: ({ path }) => path.slice('/v1/kyc/digilocker/'.length),
  happy,
  wire: Object.fromEntries(Object.keys(happy).map((name) => [name, KEYS])),
  calls: { start: 'initiate-session', exchange: 'access-token', read: 'eaadhaar', list: 'issued-files' },
  startedRef: JOURNEY,
  session: { sessionRef: JOURNEY, secret: null },
  credential: { stage: 'returned', code: CODE, verifier: VERIFIER },
  keeps: 1,
  secrets: [],
  documents: ALL,
  outcome: { missing: [], profile: { name: 'ASHA EXAMPLE', birthDate: '31011990', gender: 'F' } },
  raw: { pan: PAN, driving_licence: LICENCE },
  only: 'aadhaar',
  also: 'pan',
  narrow: { documents: ['pan'], notCalled: ['eaadhaar'], notSent: /aadhaar|dl"/ },
  errorInside: { detail: 'text of theirs' },
  link: (place) => ({ body: { code: 200, transaction_id: JOURNEY, data: { authorization_url: place } } }),
  upstream: (text, status) => ({ status, body: { detail: text } }),
  emptyLocker: { 'issued-files': { body: { code: 200, data: [] } } },
  otherPan: replaced('issued-files', '"doctype":"PANCR"', '"doctype":"PANCD"'),
  noAadhaar: replaced('access-token', '"eaadhaar":"Y"', '"eaadhaar":"N"'),
  errors: [
    {
      says: 'an inactive client',
      at: 'initiate-session',
      reply: { status: 400, body: { detail: 'Inactive client_id' } },
      gives: 'provider_forbidden account_inactive',
    },
    {
      says: 'a value that breaks a rule',
      at: 'initiate-session',
      reply: { status: 422, body: { detail: 'string does not match pattern' } },
      gives: 'provider_refused_request value_refused',
    },
    {
      says: 'an unknown journey',
      at: 'eaadhaar',
      reply: { status: 404, body: { detail: 'Transaction not found' } },
      gives: 'session_ended',
    },
    {
      says: 'a silent source',
      at: 'eaadhaar',
      reply: { status: 503, body: { detail: 'Source Unavailable' } },
      gives: 'vendor_unavailable',
    },
  ],
  returns: [
    [
      { code: 'c', state: 's' },
      { kind: 'shared', code: 'c', verifier: null, state: 's' },
    ],
    [
      { error: 'access_denied', state: 's' },
      { kind: 'refused', reason: 'denied', state: 's' },
    ],
    [{}, { kind: 'unclear', state: null }],
  ],
}
