import { randomUUID } from 'node:crypto'
import type { Journey, Sandbox } from '../state'
import type { WebhookEvent, WebhookMessage } from '../vendor'
import { DIDIT_WORKFLOW } from './answers'
import { decisionBody } from './decision'
import { failsToDecide } from './decision-calls'
import { createdAt, jsonFact, statusOf } from './session'
import { hmacHex, type Signable, toCanonical, toSentBody, toSimpleText } from './signing'

/** Key of the signatures. The text itself is the key, although it could be base64. */
export const DIDIT_WEBHOOK_SECRET = 'sandbox-didit-webhook-secret'

const FORGED_SECRET = 'not-the-webhook-secret'
const APPLICATION = '00000000-0000-4000-8000-0000000000cc'
const WITH_DECISION = ['Approved', 'Declined', 'In Review']

type Body = { [name: string]: Signable | undefined }

/**
 * One `status.updated`. Every message is an event of its own; copies of it and the vendor's own retries have the same
 * `event_id` (documented). Timestamps are the moment of sending, on the vendor's clock.
 */
export function diditWebhook(sandbox: Sandbox, session: Journey, event: WebhookEvent): WebhookMessage {
  const body = toBody(sandbox, session, event)
  const sent = toSentBody(body)
  const secret = event.forged ? FORGED_SECRET : DIDIT_WEBHOOK_SECRET
  const { webhookSignatures } = sandbox.modes.didit
  const wanted = event.scheme === 'simple_only' ? ['simple'] : webhookSignatures
  const signatures = {
    ...(wanted.includes('raw') ? { 'x-signature': hmacHex(secret, sent) } : {}),
    ...(wanted.includes('v2') ? { 'x-signature-v2': hmacHex(secret, toCanonical(body)) } : {}),
    ...(wanted.includes('simple') ? { 'x-signature-simple': hmacHex(secret, toSimpleText(body)) } : {}),
  }
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'DiditWebhook/2.0 +https://didit.me',
    'x-timestamp': String(body.timestamp),
    ...signatures,
  }
  return { headers, body: sent }
}

function toBody(sandbox: Sandbox, session: Journey, event: WebhookEvent): Body {
  const { webhookVersion, environment } = sandbox.modes.didit
  const status = event.kind === 'final' ? statusOf(sandbox, session) : 'In Progress'
  const common: Body = {
    session_id: event.unknownReference ? randomUUID() : session.id,
    status,
    created_at: Math.floor(Date.parse(createdAt(sandbox, session)) / 1000),
    timestamp: Math.floor(event.sentAt.getTime() / 1000),
    vendor_data: event.unknownReference ? `nobody-${randomUUID()}` : (session.facts.vendor_data ?? null),
    decision: decisionOf(sandbox, session, event, status),
    ...(event.filler ? { filler: event.filler } : {}),
  }
  if (webhookVersion === 'v1') return common
  return {
    ...common,
    event_id: randomUUID(),
    webhook_type: 'status.updated',
    application_id: APPLICATION,
    environment,
    workflow_id: DIDIT_WORKFLOW,
    workflow_version: 1,
    metadata: jsonFact(session, 'metadata') as Signable,
    ...(webhookVersion === 'v3' ? { session_kind: 'user' } : {}),
  }
}

/** Only once there is an outcome (documented); never about a session that nobody has, nor one that cannot be decided. */
function decisionOf(
  sandbox: Sandbox,
  session: Journey,
  event: WebhookEvent,
  status: string,
): Signable | undefined {
  const { webhookDecision, webhookVersion } = sandbox.modes.didit
  if (!webhookDecision || !WITH_DECISION.includes(status)) return undefined
  if (event.unknownReference || failsToDecide(session)) return undefined
  return decisionBody(sandbox, session, webhookVersion) as Signable
}
