import 'server-only'
import { z } from 'zod'
import { db } from '@/db/client'
import {
  type AuditCursor,
  type AuditSelection,
  listAuditEvents,
  listCasesByReference,
  listReferences,
  type StreamedEvent,
} from '@/db/queries/audit-stream'
import { findAuditCheck, findLastCheckpoint } from '@/db/queries/checkpoints'
import type { StaffActor } from '@/lib/actor'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { exportAudit } from '@/lib/audit/export'
import { listStaffNames } from '@/lib/staff/names'
import { requirePermission } from '@/lib/staff/permissions'
import { ACTOR_KINDS, type AuditFilter } from './types'

/** Events of one page. */
export const AUDIT_ROWS = 100
/** Events that are gone through for one page. */
const REACH = 20_000
const DAY_MS = 86_400_000
const IST_OFFSET_MS = 5.5 * 60 * 60 * 1000

const Recorded = z.object({
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string().optional() }),
  action: z.string(),
  object: z.object({ type: z.string(), id: z.string() }),
  before: z.string().optional(),
  after: z.string().optional(),
  reason: z.string().optional(),
  connection: z.string().optional(),
  requestId: z.string().optional(),
})

export interface AuditRow {
  chainId: string
  seq: number
  /** RFC 3339 UTC, as the record says. */
  at: string
  actor: { kind: string; id: string | null; name: string | null }
  action: string
  object: { type: string; id: string }
  /** Of the attempt that it is about, as people know it. */
  reference: string | null
  before: string | null
  after: string | null
  reason: string | null
  connection: string | null
}

export interface AuditPage {
  rows: AuditRow[]
  /** For the address of the next page; null at the end of the log. */
  next: string | null
  /** True when the page ended because so much of the log was gone through, not because it is full. */
  isCut: boolean
  /** True when nobody has that reference. */
  isUnknownReference: boolean
  staff: { id: string; name: string }[]
}

/** One page of the audit log, newest first. Throws AppError `forbidden`. */
export async function readAuditPage(
  staff: StaffActor,
  filter: AuditFilter,
  rows: number = AUDIT_ROWS,
  reach: number = REACH,
): Promise<AuditPage> {
  requirePermission(staff, 'audit.view')
  const names = await listStaffNames()
  const people = [...names]
    .map(([id, name]) => ({ id, name }))
    .sort((one, two) => one.name.localeCompare(two.name))
  const chains = filter.reference === undefined ? null : await listCasesByReference(db(), filter.reference)
  if (chains?.length === 0)
    return { rows: [], next: null, isCut: false, isUnknownReference: true, staff: people }
  const selection = toSelection(filter, names, chains)
  const cursor = toCursor(filter.after)
  const { events, end } = await listAuditEvents(db(), selection, cursor, rows, reach)
  const last = events.length === rows ? events.at(-1) : undefined
  return {
    rows: await toRows(events, names),
    next: last === undefined ? end && toText(end) : toText(last),
    isCut: last === undefined && end !== null,
    isUnknownReference: false,
    staff: people,
  }
}

export interface AuditStatus {
  /** Up to which checkpoint a worker has checked the log, and when; null before the first time. */
  checked: { checkpoint: number; events: number; at: string; broken: string | null } | null
  /** The newest checkpoint there is. */
  newest: { seq: number; at: string } | null
}

/** How far the log was checked by a worker of ours. Throws AppError `forbidden`. */
export async function readAuditStatus(staff: StaffActor): Promise<AuditStatus> {
  requirePermission(staff, 'audit.view')
  const [check, checkpoint] = await Promise.all([findAuditCheck(db()), findLastCheckpoint(db())])
  const stated = z.object({ at: z.string() }).safeParse(checkpoint && JSON.parse(checkpoint.record))
  return {
    checked: check && {
      checkpoint: check.checkpointSeq,
      events: check.events,
      at: check.checkedAt.toISOString(),
      broken: check.broken,
    },
    newest: checkpoint && { seq: checkpoint.seq, at: stated.success ? stated.data.at : '' },
  }
}

const UNREAD_MS = 60_000

/**
 * The whole log as a stream, in the format of `npm run audit:export`. That it was taken is recorded first, so it stands in the
 * copy itself. Nothing is read ahead of the reader; one that stops reading for a minute loses the stream. AppError `forbidden`.
 */
export async function openAuditExport(staff: StaffActor): Promise<ReadableStream<Uint8Array>> {
  requirePermission(staff, 'audit.export')
  await appendAuditEvent(db(), PROCESS_CHAIN, {
    actor: { kind: 'staff', id: staff.id },
    action: 'audit.exported',
    object: { type: 'audit', id: 'export' },
  })
  return toStream(exportAudit)
}

/** What `produce` writes, as fast as it is read. */
function toStream(
  produce: (write: (text: string) => Promise<void>) => Promise<unknown>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let wanted = Promise.withResolvers<void>()
  let isGone = false
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const write = async (text: string) => {
        await untilRead(wanted.promise)
        if (isGone) throw new Error('nobody reads the export any more')
        wanted = Promise.withResolvers<void>()
        controller.enqueue(encoder.encode(text))
      }
      produce(write).then(
        () => isGone || controller.close(),
        (error: unknown) => isGone || controller.error(error),
      )
    },
    pull() {
      wanted.resolve()
    },
    cancel() {
      isGone = true
      wanted.resolve()
    },
  })
}

async function untilRead(wanted: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the export was not read')), UNREAD_MS)
  })
  await Promise.race([wanted, late]).finally(() => clearTimeout(timer))
}

function toSelection(
  { actor, action, object, from, to }: AuditFilter,
  names: ReadonlyMap<string, string>,
  chains: readonly string[] | null,
): AuditSelection {
  const isKind = ACTOR_KINDS.some((kind) => kind === actor)
  const actorId = actor === undefined || isKind ? null : actor
  return {
    actorKind: isKind ? (actor ?? null) : actorId !== null && names.has(actorId) ? 'staff' : null,
    actorId,
    action: action ?? null,
    object: object ?? null,
    from: from === undefined ? null : startOfDay(from),
    before: to === undefined ? null : new Date(startOfDay(to).getTime() + DAY_MS),
    chains,
  }
}

/** Midnight in India. */
function startOfDay(day: string): Date {
  return new Date(Date.parse(day) - IST_OFFSET_MS)
}

function toCursor(text: string | undefined): AuditCursor | null {
  if (text === undefined) return null
  const [at = '', chainId = '', seq = ''] = text.split('~')
  return { at, chainId, seq: Number(seq) }
}

function toText({ at, chainId, seq }: AuditCursor): string {
  return `${at}~${chainId}~${seq}`
}

async function toRows(
  events: readonly StreamedEvent[],
  names: ReadonlyMap<string, string>,
): Promise<AuditRow[]> {
  const read = events.map(({ chainId, seq, record }) => ({
    chainId,
    seq,
    fact: Recorded.parse(JSON.parse(record)),
  }))
  const ids = read.flatMap(({ fact: { object } }) => (object.type === 'verification' ? object.id : []))
  const references = await listReferences(db(), [...new Set(ids)])
  return read.map(({ chainId, seq, fact }) => ({
    chainId,
    seq,
    at: fact.at,
    actor: {
      kind: fact.actor.kind,
      id: fact.actor.id ?? null,
      name: names.get(fact.actor.id ?? '') ?? null,
    },
    action: fact.action,
    object: fact.object,
    reference: toReference(references.get(fact.object.id)),
    before: fact.before ?? null,
    after: fact.after ?? null,
    reason: fact.reason ?? null,
    connection: fact.connection ?? null,
  }))
}

function toReference(stored: string | undefined): string | null {
  return stored === undefined ? null : `${stored.slice(0, 4)}-${stored.slice(4)}`
}
