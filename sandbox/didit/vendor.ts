import { peekBody } from '../fields'
import type { Call, Reply } from '../http'
import { addressOf, type Sandbox } from '../state'
import type { Simulator, VendorCall } from '../vendor'
import { DIDIT_KEY, DIDIT_WORKFLOW, diditRefusal, type Version } from './answers'
import { createSession } from './create'
import { decision, listCall } from './decision-calls'
import { media, mediaAddress } from './media'
import { finishedPage, hostedPage, stoppedPage } from './pages'
import { diditReturn } from './return'
import { deleteSession, updateStatus } from './review-calls'
import { findSession, settlesAfterMs } from './session'
import { DIDIT_CLIENT, DIDIT_SECRET, token } from './token'
import { DIDIT_WEBHOOK_SECRET, diditWebhook } from './webhook'

const VERSIONS: Version[] = ['v3', 'v2', 'v1']

const API_CALLS: VendorCall[] = [
  { call: 'token', method: 'POST', path: '/auth/v2/token/', answer: token, returnUrl: () => null },
  ...VERSIONS.map(create),
  ...VERSIONS.map((version) => ofSession('decision', 'GET', `/${version}`, decision(version))),
  ofSession('update-status', 'PATCH', '/v3', updateStatus),
  ofSession('delete', 'DELETE', '/v3', deleteSession),
  { call: 'sessions', method: 'GET', path: '/v3/sessions/', answer: listCall, returnUrl: () => null },
]

const CALLS: VendorCall[] = [
  ...API_CALLS,
  ...API_CALLS.map(withoutSlash),
  { call: 'media', method: 'GET', path: '/didit-media/{token}', answer: media, returnUrl: mediaAddress },
]

export const DIDIT: Simulator = {
  id: 'didit',
  name: 'Didit',
  settings: (origin) => ({
    DIDIT_BASE_URL: origin,
    DIDIT_WORKFLOW_ID: DIDIT_WORKFLOW,
    DIDIT_API_KEY: DIDIT_KEY,
    DIDIT_WEBHOOK_SECRET,
    'or DIDIT_AUTH_URL': origin,
    'with DIDIT_CLIENT_ID': DIDIT_CLIENT,
    'and DIDIT_CLIENT_SECRET': DIDIT_SECRET,
  }),
  calls: () => CALLS,
  pages: [
    { method: 'GET', path: '/{lang}/session/{token}', show: hostedPage },
    { method: 'GET', path: '/didit-finished', show: finishedPage },
    { method: 'GET', path: '/didit-stopped', show: stoppedPage },
  ],
  returnTo: diditReturn,
  refusal: diditRefusal,
  linkKeys: ['url', 'verification_url'],
  webhook: diditWebhook,
  settlesAfterMs,
  consentWords: {
    question: 'Check your identity',
    lead: 'asks for a photo of your document and a selfie, through Didit.',
  },
}

function create(version: Version): VendorCall {
  return {
    call: 'session',
    method: 'POST',
    path: `/${version}/session/`,
    answer: createSession(version),
    returnUrl: (_sandbox, { body }) => textOf(peekBody(body).callback),
  }
}

function ofSession(
  call: string,
  method: VendorCall['method'],
  prefix: string,
  answer: VendorCall['answer'],
): VendorCall {
  return { call, method, path: `${prefix}/session/{id}/${call}/`, answer, returnUrl: addressOfSession }
}

/** A path without its slash is answered with 301 (documented for the list, assumed for the others). */
function withoutSlash(known: VendorCall): VendorCall {
  return { ...known, path: known.path.replace(/\/$/, ''), answer: movedPermanently }
}

function movedPermanently(_sandbox: Sandbox, { path, query }: Call): Reply {
  const location = `${path}/${query.size > 0 ? `?${query}` : ''}`
  return { kind: 'send', status: 301, headers: { location }, body: Buffer.alloc(0) }
}

function addressOfSession(sandbox: Sandbox, { params }: Call): string | null {
  const session = findSession(sandbox, (params.id ?? '').toLowerCase())
  return session && addressOf(session)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
