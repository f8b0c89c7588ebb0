import 'server-only'
import { createHmac } from 'node:crypto'
import type { ScriptedReply, SeenRequest } from './scripted-vendor'
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

export const CLIENT_SECRET = 'TEST-ONLY-client-secret'
export const ACCESS_TOKEN = 'FAKE-ACCESS-TOKEN'

const BASIC = { Authorization: `Basic ${Buffer.from(`FAKECLIENT:${CLIENT_SECRET}`).toString('base64')}` }
const BEARER = { Authorization: `Bearer ${ACCESS_TOKEN}` }
const POST: Wire = { method: 'POST', headers: BASIC, contentType: 'application/x-www-form-urlencoded' }
const GET: Wire = { method: 'GET', headers: BEARER, contentType: null }

/** XML as DigiLocker answers it, with the proof of its bytes. */
export const signed = (bytes: Uint8Array): ScriptedReply => ({
  headers: {
    'content-type': 'application/xml',
    hmac: createHmac('sha256', CLIENT_SECRET).update(bytes).digest('base64'),
  },
  body: bytes,
})
export const tokenReply = (more: Readonly<Record<string, unknown>> = {}): ScriptedReply => ({
  body: { ...sample('digilocker/token.json'), ...more },
})
export const refusal = (word: string, status = 400): ScriptedReply => ({
  status,
  body: { error: word, error_description: 'TEST: text of theirs' },
})

const happy: Script = {
  token: tokenReply(),
  issued: { body: sample('digilocker/issued.json') },
  eaadhaar: signed(AADHAAR),
  xml: ({ path }: SeenRequest) => signed(path.includes('PANCR') ? PAN : LICENCE),
  revoke: {},
  user: { body: sample('digilocker/user.json') },
}
const at = (call: string, word: string, status: number, gives: string) => ({
  says: `${word} (${status}) at ${call}`,
  at: call,
  reply: refusal(word, status),
  gives,
})

export const DIGILOCKER: VendorCase = {
  vendor: 'digilocker',
  credentials: { clientId: 'FAKECLIENT', clientSecret: CLIENT_SECRET },
  nameOf({ path }) {
    const name = path.split('/').at(-1) ?? ''
    return path.startsWith('/public/oauth2/1/xml/') ? 'xml' : name
  },
  happy,
  wire: { token: POST, issued: GET, eaadhaar: GET, xml: GET, revoke: POST },
  calls: { start: null, exchange: 'token', read: 'eaadhaar', list: 'issued' },
  startedRef: null,
  session: { sessionRef: null, secret: VERIFIER },
  credential: { stage: 'returned', code: CODE, verifier: null },
  keeps: 1,
  secrets: [ACCESS_TOKEN, 'FAKE-REFRESH-TOKEN', BASIC.Authorization.slice(6)],
  documents: ALL,
  outcome: {
    missing: [],
    profile: {
      subject: '00000000-0000-4000-8000-000000000000',
      name: 'Parikshan Kumar Namoona',
      birthDate: '29021992',
      gender: 'M',
    },
  },
  raw: { aadhaar: AADHAAR, pan: PAN, driving_licence: LICENCE },
  only: 'aadhaar',
  also: 'pan',
  narrow: { documents: ['pan'], notCalled: ['eaadhaar'], notSent: /ADHAR|DRVLC/ },
  errorInside: { error: 'text of theirs' },
  differs: {
    // A 401 that names no reason is about the player's grant, not about our keys.
    '401, text': { exchange: 'exchange_refused', read: 'session_ended' },
    '401, array': { exchange: 'exchange_refused', read: 'session_ended' },
  },
  link: null,
  upstream: (text, status) => refusal(/[a-z]+(_[a-z]+)+/.exec(text)?.[0] ?? text, status),
  emptyLocker: { issued: { body: { items: [], resource: 'FAKE' } } },
  otherPan: null,
  noAadhaar: { token: tokenReply({ eaadhaar: 'N' }) },
  errors: [
    at('token', 'invalid_grant', 400, 'exchange_refused'),
    at('token', 'invalid_client', 400, 'vendor_misconfigured'),
    at('token', 'invalid_client', 401, 'vendor_misconfigured'),
    at('token', 'invalid_grant_type', 400, 'vendor_misconfigured'),
    at('token', 'unexpected_error', 500, 'exchange_interrupted'),
    at('eaadhaar', 'insufficient_scope', 403, 'missing not_shared'),
    at('eaadhaar', 'uri_missing', 400, 'vendor_misconfigured'),
    at('eaadhaar', 'unexpected_error', 530, 'vendor_unavailable'),
    at('eaadhaar', 'repository_service_configerror', 530, 'missing issuer_unavailable'),
    at('eaadhaar', 'repository_service_resterror', 500, 'missing issuer_unavailable'),
    { ...at('issued', 'insufficient_scope', 403, 'missing not_shared'), documents: ['pan'] },
    { ...at('xml', 'invalid_uri', 404, 'missing not_in_locker'), documents: ['pan'] },
  ],
  returns: [
    [
      { code: 'c', state: 's' },
      { kind: 'shared', code: 'c', verifier: null, state: 's' },
    ],
    [
      { error: 'access_denied', error_description: '<b>', state: 's' },
      { kind: 'refused', reason: 'denied', state: 's' },
    ],
    [
      { error: 'consent_declined', state: 's' },
      { kind: 'refused', reason: 'denied', state: 's' },
    ],
    [
      { error: 'user_loggedout', error_description: 'user', state: 's' },
      { kind: 'refused', reason: 'failed', state: 's' },
    ],
    [
      { error: 'server_error', code: 'c' },
      { kind: 'refused', reason: 'failed', state: null },
    ],
    [{ state: '' }, { kind: 'unclear', state: '' }],
    [{}, { kind: 'unclear', state: null }],
  ],
}
