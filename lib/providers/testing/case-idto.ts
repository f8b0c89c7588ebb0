import 'server-only'
import type { SeenRequest } from './scripted-vendor'
import {
  AADHAAR,
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

export const REFERENCE = '1700000000000_fakefakefake'

const KEYS: Wire = {
  method: 'POST',
  headers: { 'X-API-KEY': 'test-idto-key', 'X-Client-ID': 'test-idto-client' },
  contentType: 'application/json',
}
const happy: Script = {
  initiate_session: { body: sample('idto/initiate_session.json') },
  get_reference: { body: sample('idto/get_reference.json') },
  user_details: { body: sample('idto/user_details.json') },
  issued_docs: { body: sample('idto/issued_docs.json') },
  fetch_aadhaar: { body: AADHAAR },
  get_issued_docs_xml: (request: SeenRequest) => ({
    body: (request.body as { uri: string }).uri.includes('PANCR') ? PAN : LICENCE,
  }),
}
const replaced = (name: string, from: string, to: string) => ({
  [name]: { body: JSON.parse(JSON.stringify(sample(`idto/${name}.json`)).replace(from, to)) },
})

export const IDTO: VendorCase = {
  vendor: 'idto',
  credentials: { apiKey: 'test-idto-key', clientId: 'test-idto-client' },
  nameOf: ({ path }) => path.slice('/verify/digilocker/'.length),
  happy,
  wire: Object.fromEntries(Object.keys(happy).map((name) => [name, KEYS])),
  calls: {
    start: 'initiate_session',
    exchange: 'get_reference',
    read: 'fetch_aadhaar',
    list: 'issued_docs',
  },
  startedRef: null,
  session: { sessionRef: null, secret: null },
  credential: { stage: 'returned', code: CODE, verifier: VERIFIER },
  keeps: 1,
  secrets: [REFERENCE],
  documents: ALL,
  outcome: { missing: [], profile: { name: 'ASHA EXAMPLE', birthDate: '31011990', gender: 'F' } },
  raw: { aadhaar: AADHAAR, pan: PAN, driving_licence: LICENCE },
  only: 'aadhaar',
  also: 'pan',
  narrow: { documents: ['pan'], notCalled: ['fetch_aadhaar'], notSent: /ADHAR|aadhaar|DRVLC/ },
  errorInside: { status: 'failed', message: 'text of theirs' },
  link: (place) => ({ body: { code: 1000, url: place } }),
  upstream: (text, status) => ({ status, body: { detail: text } }),
  emptyLocker: { issued_docs: { body: { status: 'success', issued_docs: { items: [] } } } },
  otherPan: replaced('issued_docs', '"doctype":"PANCR"', '"doctype":"PANCD"'),
  noAadhaar: replaced('user_details', '"eaadhaar":"Y"', '"eaadhaar":"N"'),
  errors: [
    {
      says: 'code 3001',
      at: 'initiate_session',
      reply: { status: 400, body: { code: 3001, message: 'x' } },
      gives: 'provider_refused_request document_code_refused',
    },
    {
      says: 'code 3002',
      at: 'initiate_session',
      reply: { status: 400, body: { code: 3002, message: 'x' } },
      gives: 'provider_refused_request return_url_missing',
    },
    {
      says: 'code 2005',
      at: 'fetch_aadhaar',
      reply: { status: 400, body: { code: 2005 } },
      gives: 'missing not_shared',
    },
    {
      says: 'code 2007',
      at: 'fetch_aadhaar',
      reply: { status: 400, body: { code: 2007 } },
      gives: 'missing not_in_locker',
    },
    {
      says: 'code 2009',
      at: 'fetch_aadhaar',
      reply: { status: 400, body: { code: 2009 } },
      gives: 'missing issuer_unavailable',
    },
    {
      says: 'code 2010',
      at: 'fetch_aadhaar',
      reply: { status: 400, body: { code: 2010 } },
      gives: 'session_ended',
    },
  ],
  returns: [
    [
      { code: 'c', code_verifier: VERIFIER, state: 's' },
      { kind: 'shared', code: 'c', verifier: VERIFIER, state: 's' },
    ],
    [
      { error: 'access_denied', state: 's' },
      { kind: 'refused', reason: 'denied', state: 's' },
    ],
    [{}, { kind: 'unclear', state: null }],
  ],
}
