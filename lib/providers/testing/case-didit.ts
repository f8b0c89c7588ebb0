import 'server-only'
import { sample, type VendorCase, type Wire } from './vendor-case'

export const SESSION = '00000000-0000-4000-8000-0000000000ab'
export const WORKFLOW = '00000000-0000-4000-8000-00000000000f'
export const WEBHOOK_SECRET = 'test-webhook-secret'
export const TOKEN = 'fake-didit-token-for-tests'

const KEY = { 'x-api-key': 'test-didit-key' }
const POST: Wire = { method: 'POST', headers: KEY, contentType: 'application/json' }
const GET: Wire = { method: 'GET', headers: KEY, contentType: null }

export const decision = (more: Readonly<Record<string, unknown>> = {}) => ({
  body: { ...sample('didit/decision.json'), ...more },
})

/** The key generation, which is what Didit documents today. */
export const DIDIT: VendorCase = {
  vendor: 'didit',
  credentials: { apiKey: 'test-didit-key', workflowId: WORKFLOW, webhookSecret: WEBHOOK_SECRET },
  optional: ['webhookSecret'],
  nameOf: ({ path }) => /\/(token|session|sessions|decision)\/(\?.*)?$/.exec(path)?.[1] ?? path,
  happy: {
    session: { status: 201, body: sample('didit/session.json') },
    decision: decision(),
    sessions: { body: sample('didit/sessions.json') },
  },
  wire: { session: POST, decision: GET },
  calls: { start: 'session', exchange: null, read: 'decision', list: null },
  startedRef: SESSION,
  session: { sessionRef: SESSION, secret: null },
  credential: { stage: 'referenced' },
  keeps: 0,
  secrets: ['FAKEtoken001', 'Namoona', 'TEST-0000-0001', 'media.example.test'],
  documents: ['photo_document'],
  outcome: {
    missing: [],
    profile: null,
    assurance: {
      verdict: 'approved',
      liveness: 'passed',
      faceMatch: 'unsure',
      warnings: ['DATE_OF_BIRTH_NOT_DETECTED', 'LOW_FACE_MATCH_SIMILARITY'],
    },
    documents: [{ type: 'photo_document', kind: 'fields' }],
  },
  raw: {},
  only: 'photo_document',
  also: null,
  narrow: null,
  errorInside: { detail: 'text of theirs' },
  differs: { '403': { start: 'provider_unauthorized credentials_refused' } },
  link: (place) => ({ status: 201, body: { ...sample('didit/session.json'), url: place } }),
  upstream: null,
  emptyLocker: null,
  otherPan: null,
  noAadhaar: null,
  errors: [
    {
      says: 'an empty account',
      at: 'session',
      reply: { status: 400, body: { detail: 'You do not have enough credits.' } },
      gives: 'provider_forbidden out_of_credits',
    },
    {
      says: 'a field error as an array',
      at: 'session',
      reply: { status: 400, body: { language: ['"xx" is not a valid choice.'] } },
      gives: 'provider_refused_request field:language',
    },
    {
      says: 'an unknown workflow, as plain text',
      at: 'session',
      reply: { status: 400, body: { workflow_id: 'Workflow not found.' } },
      gives: 'provider_refused_request field:workflow_id',
    },
    {
      says: 'a blocked reference',
      at: 'session',
      reply: { status: 400, body: { vendor_data: 'This user is blocklisted.' } },
      gives: 'provider_refused_request reference_blocked',
    },
    {
      says: 'a bare array',
      at: 'session',
      reply: { status: 400, body: ['Something is wrong.'] },
      gives: 'provider_refused_request request_refused',
    },
    {
      says: '400 as a page',
      at: 'session',
      reply: { status: 400, body: '<!doctype html><html>Bad Request</html>' },
      gives: 'provider_refused_request request_refused',
    },
    {
      says: 'a bad key',
      at: 'session',
      reply: { status: 403, body: { detail: 'You do not have permission to perform this action.' } },
      gives: 'provider_unauthorized credentials_refused',
    },
    {
      says: 'an unknown or deleted session',
      at: 'decision',
      reply: { status: 404, body: { detail: 'Not found.' } },
      gives: 'session_ended',
    },
    {
      says: 'a session id that is no uuid',
      at: 'decision',
      reply: { status: 404, body: '<!doctype html><html>Not Found</html>' },
      gives: 'vendor_misconfigured',
    },
  ],
  returns: [
    [
      { verificationSessionId: SESSION.toUpperCase(), status: 'Approved' },
      { kind: 'back', state: SESSION },
    ],
    [
      { verificationSessionId: '', status: 'Declined' },
      { kind: 'back', state: '' },
    ],
    [{}, { kind: 'back', state: null }],
    [
      { error: 'access_denied', state: 's' },
      { kind: 'back', state: null },
    ],
  ],
}

/** The token generation; the scripted vendor plays the token host too. */
export const DIDIT_BY_TOKEN: VendorCase = {
  ...DIDIT,
  credentials: {
    clientId: 'test-didit-client',
    clientSecret: 'test-didit-secret',
    workflowId: WORKFLOW,
  },
  hasAuthHost: true,
  happy: { ...DIDIT.happy, token: { body: sample('didit/token.json') } },
}
