import 'server-only'
import type { SeenRequest } from './scripted-vendor'
import {
  AADHAAR,
  ALL,
  HANDLE,
  LICENCE,
  PAN,
  type Script,
  sample,
  type VendorCase,
  type Wire,
} from './vendor-case'

export const ACCESS_TOKEN = 'fake-dl-access-token'

const BEARER = { Authorization: 'Bearer test-kwikid-token' }
const READ: Wire = {
  method: 'POST',
  headers: { ...BEARER, AccessToken: ACCESS_TOKEN },
  contentType: 'application/json',
}
const happy: Script = {
  init: { body: sample('kwikid/init.json') },
  get_issued_files: { body: sample('kwikid/get_issued_files.json') },
  get_aadhaar_xml: { body: { aadhaar_xml: AADHAAR.toString() } },
  get_document_xml: ({ headers }: SeenRequest) => ({
    body: { document_xml: (String(headers.documenturi).includes('PANCR') ? PAN : LICENCE).toString() },
  }),
}
const list = (text: (from: string) => string) => ({
  get_issued_files: { body: JSON.parse(text(JSON.stringify(sample('kwikid/get_issued_files.json')))) },
})

export const KWIKID: VendorCase = {
  vendor: 'kwikid',
  credentials: { token: 'test-kwikid-token', returnTokenParam: 'dl_token' },
  nameOf: ({ path }) => path.slice('/verification/v2/digilocker/'.length),
  happy,
  wire: {
    init: { method: 'POST', headers: BEARER, contentType: 'application/json' },
    get_issued_files: READ,
    get_aadhaar_xml: READ,
    get_document_xml: {
      ...READ,
      headers: { ...READ.headers, DocumentURI: /^in\.gov\.(pan-PANCR|transport-DRVLC)-/ },
    },
  },
  calls: { start: 'init', exchange: null, read: 'get_aadhaar_xml', list: 'get_issued_files' },
  startedRef: HANDLE,
  session: { sessionRef: HANDLE, secret: null },
  credential: { stage: 'returned', code: ACCESS_TOKEN, verifier: null },
  keeps: 1,
  secrets: [ACCESS_TOKEN, 'RkFLRQ'],
  documents: ALL,
  outcome: { missing: [], profile: null },
  raw: { aadhaar: AADHAAR, pan: PAN, driving_licence: LICENCE },
  only: 'aadhaar',
  also: 'pan',
  narrow: { documents: ['pan'], notCalled: ['get_aadhaar_xml'], notSent: /ADHAR|DRVLC/ },
  errorInside: { detail: {}, message: 'text of theirs' },
  differs: {
    '401, text': { read: 'session_ended' },
    '401, array': { read: 'session_ended' },
    'an error inside 200': { read: 'missing renewal_needed' },
  },
  link: (place) => ({ body: { redirection_url: place } }),
  upstream: (text, status) => ({ status, body: { error: text } }),
  emptyLocker: { get_issued_files: { body: { issued_files: {} } } },
  otherPan: list((text) => text.replace('"doctype":"PANCR"', '"doctype":"PANCD"')),
  noAadhaar: null,
  errors: [
    {
      says: 'a missing bearer is a 400',
      at: 'init',
      reply: { status: 400, body: { error: 'Authorization token is required' } },
      gives: 'provider_unauthorized header_missing',
    },
    {
      says: 'another 400',
      at: 'init',
      reply: { status: 400, body: { detail: {}, message: 'callback_url is not valid' } },
      gives: 'provider_refused_request request_refused',
    },
    {
      says: 'a wrong or expired bearer',
      at: 'init',
      reply: { status: 401, body: { detail: {}, message: 'Invalid token' } },
      gives: 'provider_unauthorized credentials_refused',
    },
    {
      says: 'an account that is not set up',
      at: 'init',
      reply: { status: 500, body: { error: 'Internal Server Error' } },
      gives: 'provider_unavailable server_error',
    },
    {
      says: 'a missing bearer on a read',
      at: 'get_aadhaar_xml',
      reply: { status: 400, body: { error: 'Authorization token is required' } },
      gives: 'vendor_misconfigured',
    },
    {
      says: 'a bad AccessToken or DocumentURI',
      at: 'get_aadhaar_xml',
      reply: { status: 400, body: { detail: {}, message: 'AccessToken is required' } },
      gives: 'session_ended',
    },
    {
      says: 'a dead token, whichever',
      at: 'get_issued_files',
      reply: { status: 401, body: { detail: {}, message: 'Unauthorized' } },
      gives: 'session_ended',
      documents: ALL,
    },
    {
      says: 'a 500 in its own shape',
      at: 'get_document_xml',
      reply: { status: 500, body: { error: 'Internal Server Error' } },
      gives: 'vendor_unavailable',
      documents: ['pan'],
    },
    {
      says: '200 that asks to renew the Aadhaar',
      at: 'get_aadhaar_xml',
      reply: { body: { message: 'Please refresh your Aadhaar in DigiLocker' } },
      gives: 'missing renewal_needed',
    },
    {
      says: '200 without usable XML of a document',
      at: 'get_document_xml',
      reply: { body: { document_xml: '' } },
      gives: 'missing unreadable',
      documents: ['driving_licence'],
    },
  ],
  returns: [
    [
      { dl_token: 't1', access_token: 't2', handshake_id: HANDLE },
      { kind: 'shared', code: 't1', verifier: null, state: HANDLE },
    ],
    [{ status: 'failed' }, { kind: 'refused', reason: 'failed', state: null }],
    [{ handshake_id: HANDLE }, { kind: 'unclear', state: HANDLE }],
  ],
}
