import 'server-only'
import { z } from 'zod'
import type { Colleague } from './colleagues'
import { toVendor } from './queue'

// What happened in a case, out of its audit records and of what vendors delivered, newest first.

/** `rule`: decided without a person. `vendor`: brought by a vendor. `system`: time, the sweeper, a process. */
export type TimelineActor = 'player' | 'staff' | 'rule' | 'vendor' | 'webhook' | 'system'

export interface TimelineEntry {
  /** RFC 3339 UTC */
  at: string
  by: TimelineActor
  /** Who of staff; null for everybody else. */
  colleague: Colleague | null
  /** An audit action, or `webhook.<event>`. */
  action: string
  /** State names, before and after. */
  before: string | null
  after: string | null
  /** Our own codes, or null. */
  reason: string | null
  vendor: string | null
  /** False for what belongs to another attempt of the case. */
  isThisAttempt: boolean
}

const Recorded = z.looseObject({
  at: z.string(),
  action: z.string(),
  actor: z.looseObject({ kind: z.string(), id: z.string().optional() }),
  object: z.looseObject({ type: z.string(), id: z.string() }),
  before: z.string().optional(),
  after: z.string().optional(),
  reason: z.string().optional(),
  connection: z.string().optional(),
})
type Recorded = z.output<typeof Recorded>

const BY_VENDOR: readonly string[] = [
  'verification.exchanged',
  'verification.finished_elsewhere',
  'document.read',
  'document.missing',
]

/** One audit record, or null when it is in no form that we know. */
export function toTimelineEntry(
  record: unknown,
  attemptId: string,
  colleagues: ReadonlyMap<string, Colleague>,
): TimelineEntry | null {
  const parsed = Recorded.safeParse(record)
  if (!parsed.success) return null
  const { at, action, actor, object, before, after, reason, connection } = parsed.data
  const isStaff = actor.kind === 'staff'
  return {
    at,
    by: actorOf(parsed.data),
    colleague: isStaff ? (colleagues.get(actor.id ?? '') ?? null) : null,
    action,
    before: before ?? null,
    after: after ?? null,
    reason: reason ?? null,
    vendor: toVendor(connection ?? null)?.name ?? null,
    isThisAttempt: object.type !== 'verification' || object.id === attemptId,
  }
}

function actorOf({ actor, action }: Recorded): TimelineActor {
  if (actor.kind === 'player' || actor.kind === 'staff') return actor.kind
  if (action === 'verification.decided') return 'rule'
  return BY_VENDOR.includes(action) ? 'vendor' : 'system'
}

/** A vendor's delivery as it stands in the inbox. */
export interface Delivery {
  connectionId: string
  event: string | null
  state: string
  outcome: string | null
  receivedAt: Date
}

/** A delivery among the rest: what it said is a hint, what came of it is the reason. */
export function toWebhookEntry({ connectionId, event, state, outcome, receivedAt }: Delivery): TimelineEntry {
  return {
    at: receivedAt.toISOString(),
    by: 'webhook',
    colleague: null,
    action: `webhook.${event ?? 'unknown'}`,
    before: null,
    after: state,
    reason: outcome,
    vendor: toVendor(connectionId)?.name ?? null,
    isThisAttempt: true,
  }
}
