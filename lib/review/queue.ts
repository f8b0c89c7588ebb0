import 'server-only'
import { z } from 'zod'
import { db } from '@/db/client'
import { readClock } from '@/db/queries/case-file'
import {
  countQueueRows,
  listQueueRows,
  type QueueCursor,
  type QueueRow,
  type QueueSelection,
} from '@/db/queries/queue'
import { listBlind } from '@/db/queries/review-work'
import type { StaffActor } from '@/lib/actor'
import type { ReasonCode } from '@/lib/checks/reasons'
import { findConnection } from '@/lib/connections'
import type { LockerDocument } from '@/lib/documents/types'
import { requirePermission } from '@/lib/staff/permissions'
import type { Status } from '@/lib/verification/types'
import { type Colleague, readColleagues } from './colleagues'
import { type MaskedPlayer, readMaskedPlayers } from './masked-player'
import {
  COUNT_CAP,
  DatabaseTime,
  DOCUMENT_STATES,
  type DocumentState,
  PAGE_ROWS,
  QUEUE_VIEWS,
  QueueFilter,
} from './types'

// Pages of the queue, masked and ready to draw, and the counts beside its views.

/** What became of a document: `waiting` until it has come, `not_asked` where the player agreed to none. */
export type DocumentTick = DocumentState | 'waiting' | 'not_asked'

export interface QueueRowView {
  id: string
  playerId: string
  /** `7F3K-9QXD` */
  reference: string
  status: Status
  attempt: number
  sandbox: boolean
  player: MaskedPlayer
  documents: Record<LockerDocument, DocumentTick>
  /** Why it is here: the most telling first. */
  reasons: ReasonCode[]
  /** RFC 3339 UTC, as all times here. */
  createdAt: string
  dueAt: string | null
  isOverdue: boolean
  /** For changes to the work on it; null when it was never with a reviewer. */
  reviewVersion: number | null
  assignee: Colleague | null
  holder: Colleague | null
  vendor: { connectionId: string; name: string } | null
  tags: string[]
  snoozedUntil: string | null
  isEscalated: boolean
  priority: number
  /** This reader looks at it a second time: nothing here tells what somebody decided before. */
  isBlind: boolean
}

export interface QueuePage {
  rows: QueueRowView[]
  /** For the address of the next page and the one before; null where there is none. */
  next: string | null
  previous: string | null
  /** When it was read, by the database's clock: what came later is news. */
  readAt: string
}

/**
 * One page of what `filter` shows, at `cursor` or from the start; a cursor that is no cursor is the start. What the reader is to
 * look at a second time is left out: to be found under "rejected" would tell the first verdict.
 */
export async function readQueue(
  staff: StaffActor,
  filter: QueueFilter,
  cursor: string | null,
): Promise<QueuePage> {
  requirePermission(staff, 'case.view')
  const at = cursor === null ? null : readCursor(cursor, filter)
  const [now, found] = await Promise.all([
    readClock(db()),
    listQueueRows(db(), toSelection(filter, staff.id), at, PAGE_ROWS + 1),
  ])
  const isBack = at?.back ?? false
  const isMore = found.length > PAGE_ROWS
  const rows = isBack ? found.slice(-PAGE_ROWS) : found.slice(0, PAGE_ROWS)
  const [first, last] = [rows[0], rows.at(-1)]
  const hasNext = isBack || isMore
  const hasPrevious = isBack ? isMore : at !== null
  return {
    rows: (await toViews(staff, rows, now)).filter(({ isBlind }) => !isBlind),
    next: hasNext && last !== undefined ? writeCursor(filter, last, false) : null,
    previous: hasPrevious && first !== undefined ? writeCursor(filter, first, true) : null,
    readAt: now.toISOString(),
  }
}

/** Rows of the queue as the desk draws them. */
export async function toViews(
  staff: Pick<StaffActor, 'id'>,
  rows: readonly QueueRow[],
  now: Date,
): Promise<QueueRowView[]> {
  if (rows.length === 0) return []
  const [players, colleagues, blind] = await Promise.all([
    readMaskedPlayers(db(), rows),
    readColleagues(staff),
    listBlind(db(), staff.id),
  ])
  return rows.map((row) => {
    const view = toView(row, now, players, colleagues)
    const reasons = blind.get(row.id)
    return reasons === undefined ? view : withoutVerdict(view, reasons as ReasonCode[])
  })
}

/** The row as it was when the rule had sent it to a person. */
function withoutVerdict(view: QueueRowView, reasons: ReasonCode[]): QueueRowView {
  const work = {
    assignee: null,
    holder: null,
    tags: [],
    reviewVersion: null,
    isEscalated: false,
    priority: 0,
  }
  return { ...view, ...work, status: 'awaiting_reviewer', reasons, isBlind: true }
}

function toView(
  row: QueueRow,
  now: Date,
  players: ReadonlyMap<string, MaskedPlayer>,
  colleagues: ReadonlyMap<string, Colleague>,
): QueueRowView {
  const isOpen = row.status === 'awaiting_reviewer'
  const time = (at: Date | null) => at?.toISOString() ?? null
  const who = (id: string | null) => (id === null ? null : (colleagues.get(id) ?? null))
  return {
    id: row.id,
    playerId: row.playerId,
    reference: toReference(row.reference),
    status: row.status,
    attempt: row.attempt,
    sandbox: row.sandbox,
    player: players.get(row.id) ?? { kind: 'erased', label: '' },
    documents: {
      aadhaar: tickOf(row, 'aadhaar'),
      pan: tickOf(row, 'pan'),
      driving_licence: tickOf(row, 'driving_licence'),
    },
    reasons: row.reasons as ReasonCode[], // written by the checks alone
    createdAt: row.createdAt.toISOString(),
    dueAt: isOpen ? time(row.dueAt) : null,
    isOverdue: isOpen && row.dueAt !== null && row.dueAt < now,
    reviewVersion: row.reviewVersion,
    assignee: who(row.assigneeId),
    holder: who(row.claimedBy),
    vendor: toVendor(row.connectionId),
    tags: row.tags ?? [],
    snoozedUntil: row.snoozedUntil !== null && row.snoozedUntil > now ? time(row.snoozedUntil) : null,
    isEscalated: isOpen && row.escalatedAt !== null,
    priority: row.priority ?? 0,
    isBlind: false,
  }
}

/** `7F3K-9QXD` out of `7F3K9QXD`. */
export function toReference(reference: string): string {
  return `${reference.slice(0, 4)}-${reference.slice(4)}`
}

/** A connection as people call it; one that is gone from the settings by its id. */
export function toVendor(connectionId: string | null): { connectionId: string; name: string } | null {
  if (connectionId === null) return null
  return { connectionId, name: findConnection(connectionId)?.displayName ?? connectionId }
}

function tickOf({ documentStates, documents }: QueueRow, type: LockerDocument): DocumentTick {
  const state = DOCUMENT_STATES.find((one) => documentStates.includes(`${type}:${one}`))
  return state ?? (documents.includes(type) ? 'waiting' : 'not_asked')
}

const HOUR_MS = 3_600_000

/** The filter with everything relative resolved for this person and moment. */
export function toSelection(filter: QueueFilter, staffId: string, now = new Date()): QueueSelection {
  const hours = (from: number | undefined, sign: 1 | -1) =>
    from === undefined ? null : new Date(now.getTime() + sign * from * HOUR_MS)
  const midnight = (day: string | undefined, laterMs: number) =>
    day === undefined ? null : new Date(Date.parse(`${day}T00:00:00+05:30`) + laterMs)
  const whose = (who: string | undefined) =>
    who === undefined ? undefined : who === 'nobody' ? null : who === 'me' ? staffId : who
  return {
    statuses: filter.status,
    reason: filter.reason ?? null,
    documentStates: filter.documents,
    createdBefore: least(hours(filter.olderThanHours, -1), midnight(filter.begunTo, 24 * HOUR_MS)),
    createdAfter: greatest(hours(filter.newerThanHours, -1), midnight(filter.begunFrom, 0)),
    dueBefore: hours(filter.dueWithinHours, 1),
    dueAfter: null,
    openedAfter: null,
    assigneeId: whose(filter.assignee),
    claimedBy: whose(filter.holder),
    tag: filter.tag ?? null,
    snoozed: filter.snoozed ?? null,
    escalated: filter.escalated ?? null,
    connectionId: filter.connection ?? null,
    sandbox: filter.sandbox ?? null,
    policyVersion: filter.policy ?? null,
    counted: filter.counted ?? null,
    sort: filter.sort,
  }
}

/** Opaque to pages: the sort it belongs to, time and id of a row, and which way to read. */
const Cursor = z.strictObject({
  s: z.string(),
  a: DatabaseTime,
  i: z.uuid(),
  b: z.boolean().optional(),
})

function writeCursor({ sort }: QueueFilter, row: QueueRow, back: boolean): string {
  const cursor: z.input<typeof Cursor> = { s: sort, a: row.cursorAt, i: row.id, ...(back ? { b: true } : {}) }
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** Null for what is none of ours, or belongs to another order. */
function readCursor(text: string, { sort }: QueueFilter): QueueCursor | null {
  const parsed = Cursor.safeParse(parseJson(Buffer.from(text.slice(0, 400), 'base64url').toString('utf8')))
  if (!parsed.success || parsed.data.s !== sort) return null
  const { a: at, i: id, b: back = false } = parsed.data
  return { at, id, back }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** How much a view holds. */
export interface ViewCount {
  key: string
  /** Up to COUNT_CAP + 1, which means "more". */
  count: number
  /** When the oldest was begun; null where the view is empty or not about open work. */
  oldestAt: string | null
  /** Overdue, and due within four hours from now, up to COUNT_CAP + 1 each; null where the view is not about open work. */
  overdue: number | null
  dueSoon: number | null
}

const SOON_HOURS = 4

/** Counts of the built-in views, or of those given, each capped. */
export async function countViews(
  staff: StaffActor,
  views: readonly { key: string; filter: z.input<typeof QueueFilter> }[] = QUEUE_VIEWS,
): Promise<ViewCount[]> {
  requirePermission(staff, 'case.view')
  return Promise.all(views.map(({ key, filter }) => countView(staff, key, QueueFilter.parse(filter))))
}

async function countView(staff: StaffActor, key: string, filter: QueueFilter): Promise<ViewCount> {
  const selection = toSelection(filter, staff.id)
  const isWork = filter.status.length === 1 && filter.status[0] === 'awaiting_reviewer'
  const count = countQueueRows(db(), selection, COUNT_CAP)
  if (!isWork) return { key, count: await count, oldestAt: null, overdue: null, dueSoon: null }
  const now = new Date()
  const soon = new Date(now.getTime() + SOON_HOURS * HOUR_MS)
  const due = (dueAfter: Date | null, before: Date) =>
    countQueueRows(db(), { ...selection, dueAfter, dueBefore: least(selection.dueBefore, before) }, COUNT_CAP)
  const [all, overdue, dueSoon, [oldest]] = await Promise.all([
    count,
    due(null, now),
    due(now, soon),
    listQueueRows(db(), { ...selection, sort: 'oldest' }, null, 1),
  ])
  return {
    key,
    count: all,
    oldestAt: oldest?.createdAt.toISOString() ?? null,
    overdue,
    dueSoon,
  }
}

/** Beyond so many the pill says "99+". */
const NEWS_CAP = 99

const Since = z.iso.datetime().regex(/^2/)

/** How many rows of this filter came after `since` (a page's `readAt`), up to 100. */
export async function countNewer(staff: StaffActor, filter: QueueFilter, since: string): Promise<number> {
  requirePermission(staff, 'case.view')
  if (!Since.safeParse(since).success) return 0
  const from = new Date(since)
  const selection = toSelection(filter, staff.id)
  const isWork = filter.status.length === 1 && filter.status[0] === 'awaiting_reviewer'
  return countQueueRows(
    db(),
    isWork
      ? { ...selection, openedAfter: from }
      : { ...selection, createdAfter: greatest(selection.createdAfter, from) },
    NEWS_CAP,
  )
}

/** The later of two times; null is none. */
function greatest(one: Date | null, two: Date | null): Date | null {
  if (one === null || two === null) return one ?? two
  return one > two ? one : two
}

function least(one: Date | null, two: Date | null): Date | null {
  if (one === null || two === null) return one ?? two
  return one < two ? one : two
}
