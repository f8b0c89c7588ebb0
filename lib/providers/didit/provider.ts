import 'server-only'
import { AppError } from '@/lib/errors'
import { failed, orFault, toFailure, toSessionFailure } from '../collect'
import { getCredential } from '../credentials'
import { CallFault } from '../faults'
import type {
  Capabilities,
  CaptureAssurance,
  CollectOutcome,
  CollectSession,
  Connection,
  Provider,
  ProviderFactory,
  SessionStatus,
  StartRequest,
  WebhookDelivery,
} from '../types'
import type { ApiVersion } from './access'
import { type DiditApi, diditApi } from './api'
import {
  type Decision,
  isOurs,
  type Standing,
  toAssurance,
  toDocument,
  toReturn,
  toStanding,
} from './transform'
import { readDelivery, toWebhookRule } from './webhook'

const LINK_LIFE_MS = 7 * 24 * 60 * 60 * 1000 // set in the workflow; seven days by their skill notes
const NOT_READY_RETRY_MS = 10_000 // ours
const REVIEW_RETRY_MS = 5 * 60_000 // ours: a person at Didit decides

export const DIDIT_CAPABILITIES: Capabilities = {
  way: 'capture',
  documents: ['photo_document'],
  choosesDocuments: false, // the workflow says what may be shown
  echoesState: 'when_present',
  stateIs: 'session_ref',
  exactRedirectUrl: false,
  signedXml: [],
  polls: true, // under v3, which has a list; the decision would hand out the person's data
  webhooks: 'signature',
  returnsByPost: false,
  readsByReference: true,
  personMustMatch: false, // nothing but the session's own id passes through the browser
  linkLifeMs: LINK_LIFE_MS,
  accessLifeMs: LINK_LIFE_MS, // no end is named; read by reference as long as the session is kept
  // Creates 600 a minute, reads 600, decisions 600 on one page and 100 on another: one pace for all calls, so the smallest.
  rates: { perMinute: 100 },
  browserHosts: ['verify.didit.me'],
}

const STATUS: Readonly<Record<Standing, SessionStatus>> = {
  open: 'waiting',
  review: 'finished',
  approved: 'finished',
  declined: 'finished',
  ended: 'expired',
}

/**
 * Didit's hosted verification. Credentials: `workflowId`, and `apiKey` or (`authUrl`, `clientId`, `clientSecret`, optional
 * `apiVersion`); `webhookSecret`, `webhookSecretPrevious`, `webhookScheme` for deliveries. Throws `no_connection` when the
 * needed ones are missing.
 */
export const didit: ProviderFactory = (connection, http, authHttp) => {
  const api = diditApi(connection, http, authHttp)
  const workflowId = getCredential(connection, 'workflowId')
  const rule = toWebhookRule(connection)
  return {
    connection,
    capabilities: DIDIT_CAPABILITIES,

    async start(request) {
      const { verificationId } = request
      const body = toStartBody(request, workflowId, api.version)
      const { id, url } = await api.createSession(verificationId, body)
      const expiresAt = new Date(http.now().getTime() + LINK_LIFE_MS)
      return { authorizationUrl: url, sessionRef: id, secret: null, expiresAt }
    },

    readReturn: toReturn,

    async collect(session, credential) {
      const { verificationId } = session
      const sessionId = requireReference(connection, session)
      if (credential.stage !== 'referenced') throw conflict(connection, 'nothing_to_exchange')
      if (!session.documents.includes('photo_document')) throw conflict(connection, 'document_not_agreed')
      const answer = await orFault(api.decision(sessionId))
      if (answer instanceof CallFault) return failed(toFailure(answer))
      if (answer.kind === 'verdict') return failed(toSessionFailure(answer.verdict, 'session_ended'))
      const decision = answer.value
      if (!isOurs(decision, { sessionId, verificationId, workflowId })) return failed('bad_response')
      if (decision.environment?.trim().toLowerCase() === 'sandbox' && !connection.sandbox)
        return failed('vendor_misconfigured')
      return toOutcome(decision, session)
    },

    ...(api.version === 'v3' && {
      readStatus: async (session: Pick<CollectSession, 'verificationId' | 'sessionRef'>) =>
        readStatus(api, session.verificationId, requireReference(connection, session)),
    }),

    ...(rule !== null && { readWebhook: (delivery: WebhookDelivery) => readDelivery(delivery, rule) }),
  } satisfies Provider
}

/** Nothing personal. `vendor_data` is the attempt, because Didit reuses unfinished sessions by it; v1 knows two fields. */
export function toStartBody(
  { verificationId, returnUrl }: Pick<StartRequest, 'verificationId' | 'returnUrl'>,
  workflowId: string,
  version: ApiVersion,
): Readonly<Record<string, unknown>> {
  const ours = { vendor_data: verificationId, callback: returnUrl.href }
  if (version === 'v1') return ours
  // `both`: who finishes on a phone and who began on a computer are brought back.
  return { workflow_id: workflowId, ...ours, callback_method: 'both', language: 'en' }
}

async function toOutcome(decision: Decision, session: CollectSession): Promise<CollectOutcome> {
  const standing = toStanding(decision.status)
  switch (standing) {
    case 'approved':
    case 'declined':
      return toDocuments(decision, standing, session)
    case 'review':
      return { kind: 'pending', retryAfterMs: REVIEW_RETRY_MS, why: 'review' }
    case 'open':
      return { kind: 'pending', retryAfterMs: NOT_READY_RETRY_MS, why: 'not_ready' }
    case 'ended':
      return failed('session_ended')
  }
}

async function toDocuments(
  decision: Decision,
  verdict: CaptureAssurance['verdict'],
  { arrived }: CollectSession,
): Promise<CollectOutcome> {
  const assurance = toAssurance(decision, verdict)
  const document = toDocument(decision)
  if (document === null) {
    const missing = [{ type: 'photo_document', reason: 'unreadable' }] as const
    return { kind: 'documents', assurance, profile: null, documents: [], missing: [...missing] }
  }
  await arrived?.('photo_document')
  return { kind: 'documents', assurance, profile: null, documents: [document], missing: [] }
}

/** A session that the list does not hold says nothing: it goes on waiting, and its own time ends it. */
async function readStatus(api: DiditApi, verificationId: string, sessionId: string): Promise<SessionStatus> {
  const word = await api.sessionStatus(verificationId, sessionId)
  return word === null ? 'waiting' : STATUS[toStanding(word)]
}

function requireReference(
  connection: Connection,
  { sessionRef }: Pick<CollectSession, 'sessionRef'>,
): string {
  if (sessionRef === null) throw conflict(connection, 'no_session_ref')
  return sessionRef.toLowerCase()
}

function conflict(connection: Connection, why: string): AppError {
  return new AppError('state_conflict', `connection=${connection.id} why=${why}`)
}
