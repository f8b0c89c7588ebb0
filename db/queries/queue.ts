import 'server-only'
import { type SQL, sql } from 'drizzle-orm'
import { type Counted, NONE, type QueueSort } from '@/lib/review/types'
import type { Status } from '@/lib/verification/types'
import { type Db, planningAnew } from '../client'
import { textArray } from './index-locks'

// Pages of a queue by keyset: row-value comparison along an index of the same columns, never OFFSET, so that a page costs
// the same wherever it lies. What is about open work is read from `reviews`, the rest from `verifications` alone.

/** A filter with everything relative resolved: times instead of ages, ids instead of `me`. */
export interface QueueSelection {
  statuses: readonly Status[]
  reason: string | null
  documentStates: readonly string[]
  createdBefore: Date | null
  createdAfter: Date | null
  dueBefore: Date | null
  dueAfter: Date | null
  /** Became open work since. */
  openedAfter: Date | null
  /** `undefined` for any, null for nobody. */
  assigneeId: string | null | undefined
  claimedBy: string | null | undefined
  tag: string | null
  snoozed: boolean | null
  escalated: boolean | null
  connectionId: string | null
  sandbox: boolean | null
  policyVersion: string | null
  /** What analytics counts under this name. */
  counted: Counted | null
  sort: QueueSort
}

/**
 * Where the page beside it ended. `at` is the database's own text of the time: a Date would lose its microseconds. `back`
 * asks for the rows before it instead of those behind.
 */
export interface QueueCursor {
  at: string
  id: string
  back?: boolean
}

export interface QueueRow {
  playerId: string
  id: string
  caseId: string
  reference: string
  status: Status
  reasons: string[]
  documentStates: string[]
  /** What the player agreed to. */
  documents: string[]
  connectionId: string | null
  sandbox: boolean
  attempt: number
  createdAt: Date
  /** Null unless the attempt was ever with a reviewer. */
  reviewVersion: number | null
  dueAt: Date | null
  assigneeId: string | null
  claimedBy: string | null
  snoozedUntil: Date | null
  escalatedAt: Date | null
  priority: number | null
  tags: string[] | null
  cursorAt: string
}

/** One page, at most `limit` rows in the order of `sort`, beside `cursor`. */
export async function listQueueRows(
  db: Db,
  selection: QueueSelection,
  cursor: QueueCursor | null,
  limit: number,
): Promise<QueueRow[]> {
  const rows = await byItsValues(db, selection).execute(queuePage(selection, cursor, limit))
  return rows.map((row) => toQueueRow(row as unknown as RawRow))
}

/** These attempts as rows of a queue, newest first. */
export async function listRowsById(db: Db, ids: readonly string[]): Promise<QueueRow[]> {
  if (ids.length === 0) return []
  const rows = await db.execute(sql`
    select ${ATTEMPT}, v.created_at::text as cursor_at, ${REVIEW}
    from verifications v
    left join reviews r on r.player_id = v.player_id and r.verification_id = v.id
    where v.id = any(${`{${ids.join(',')}}`}::uuid[])
    order by v.created_at desc, v.id desc`)
  return rows.map((row) => toQueueRow(row as unknown as RawRow))
}

/** How many rows there are, counted to `cap` + 1 and no further. */
export async function countQueueRows(db: Db, selection: QueueSelection, cap: number): Promise<number> {
  const { from, where } = source(selection)
  const { at, falls } = ORDERS[selection.sort]
  // In the order of the pages, so that it goes along their index: without one the planner reads the table wherever it is.
  const ordered = sql`order by ${at} ${sql.raw(falls ? 'desc' : 'asc')} ${atMost(cap + 1)}`
  const rows = await byItsValues(db, selection).execute(sql`
    select count(*)::int as count from (select 1 from ${from} where ${all(where)} ${ordered}) capped`)
  return (rows[0] as { count: number } | undefined)?.count ?? 0
}

const byItsValues = (db: Db, selection: QueueSelection) => (isUneven(selection) ? planningAnew(db) : db)

/**
 * True where the best way through depends on the values: reasons, documents, vendors and times are common or rare. What
 * the built-in views ask goes along one index whatever the values are, and tags are of open work alone.
 */
export function isUneven(one: QueueSelection): boolean {
  return (
    one.reason !== null ||
    one.documentStates.length > 0 ||
    one.createdBefore !== null ||
    one.createdAfter !== null ||
    one.connectionId !== null ||
    one.sandbox !== null ||
    one.policyVersion !== null ||
    one.counted !== null ||
    one.statuses.length > 1
  )
}

const ATTEMPT = sql`v.player_id, v.id, v.case_id, v.reference, v.status, v.reasons, v.document_states, v.documents,
  v.connection_id, v.sandbox, v.attempt, v.created_at`
const REVIEW = sql`r.version as review_version, r.due_at, r.assignee_id, r.claimed_by, r.snoozed_until, r.escalated_at,
  r.priority, r.tags`

/** The statement of one page, for `explain` in tests and benchmarks too. */
export function queuePage(selection: QueueSelection, cursor: QueueCursor | null, limit: number): SQL {
  const { from, where, holds } = source(selection)
  const { at, id, falls } = ORDERS[selection.sort]
  const key = sql`${at}, ${id}`
  const direction = (isDown: boolean) => sql.raw(isDown ? 'desc' : 'asc')
  // A page before a place is read from that place backwards.
  const readsDown = falls !== (cursor?.back ?? false)
  const beyond =
    cursor === null
      ? []
      : [sql`(${key}) ${sql.raw(readsDown ? '<' : '>')} (${cursor.at}::timestamptz, ${cursor.id}::uuid)`]
  const page = (columns: SQL) => sql`
    select ${columns}, ${at} as sort_at from ${from} where ${all([...where, ...beyond])}
    order by ${at} ${direction(readsDown)}, ${id} ${direction(readsDown)} ${atMost(limit)}`
  const order = sql`sort_at ${direction(falls)}, id ${direction(falls)}`
  if (holds === 'both')
    return sql`select *, sort_at::text as cursor_at from (${page(sql`${ATTEMPT}, ${REVIEW}`)}) page order by ${order}`
  const rows = holds === 'work' ? workWithAttempts(page(sql`r.*`)) : attemptsWithWork(page(sql`v.*`))
  return sql`select ${ATTEMPT}, sort_at::text as cursor_at, ${REVIEW} from ${rows} order by ${order}`
}

// The rows of a page first, then what belongs to each. `limit 1` keeps the planner from joining whole tables instead.

function attemptsWithWork(page: SQL): SQL {
  return sql`(${page}) v left join lateral (
    select * from reviews one where one.player_id = v.player_id and one.verification_id = v.id limit 1) r on true`
}

function workWithAttempts(page: SQL): SQL {
  return sql`(${page}) r cross join lateral (
    select * from verifications one where one.player_id = r.player_id and one.id = r.verification_id limit 1) v`
}

/** In place: of a parameter the planner would think that a tenth of the table is wanted. */
function atMost(rows: number): SQL {
  return sql.raw(`limit ${Math.trunc(rows)}`)
}

const ORDERS: Record<QueueSort, { at: SQL; id: SQL; falls: boolean }> = {
  newest: { at: sql`v.created_at`, id: sql`v.id`, falls: true },
  oldest: { at: sql`v.created_at`, id: sql`v.id`, falls: false },
  due: { at: sql`r.due_at`, id: sql`r.verification_id`, falls: false },
}

interface Source {
  from: SQL
  where: SQL[]
  /** What is at hand along the walk; the rest is looked up for the rows of the page alone. */
  holds: 'attempts' | 'work' | 'both'
}

/**
 * Where the rows come from. Open work is what awaits a reviewer, by a trigger; saying so of the attempt too would mislead the
 * planner along due times, since it takes the two for independent.
 */
function source(selection: QueueSelection): Source {
  const { sort, statuses } = selection
  const work = workConditions(selection)
  if (work.length === 0 && sort !== 'due')
    return { from: sql`verifications v`, where: attemptConditions(selection, statuses), holds: 'attempts' }
  const isNone = statuses.length > 0 && !statuses.includes('awaiting_reviewer')
  // What sleeps is open, by a constraint: saying so too, the planner would expect an eighth of it and fetch all to sort it.
  const isOpen = selection.snoozed === true ? [] : [sql`r.closed_at is null`]
  const open = [...isOpen, ...work, ...(isNone ? [sql`false`] : [])]
  const attempts = attemptConditions(selection, [])
  if (attempts.length === 0 && sort === 'due') return { from: sql`reviews r`, where: open, holds: 'work' }
  // Where the walk is along attempts it is along those that wait for a reviewer, not along all of them.
  const waiting = sort === 'due' ? [] : [sql`v.status = 'awaiting_reviewer'`]
  return {
    from: sql`reviews r join verifications v on v.player_id = r.player_id and v.id = r.verification_id`,
    where: [...open, ...waiting, ...attempts],
    holds: 'both',
  }
}

function workConditions(one: QueueSelection): SQL[] {
  return [
    ...given(one.openedAfter, (at) => sql`r.opened_at >= ${at.toISOString()}::timestamptz`),
    ...given(one.dueBefore, (at) => sql`r.due_at < ${at.toISOString()}::timestamptz`),
    ...given(one.dueAfter, (at) => sql`r.due_at >= ${at.toISOString()}::timestamptz`),
    ...whose(sql`r.assignee_id`, one.assigneeId),
    ...whose(sql`r.claimed_by`, one.claimedBy),
    ...given(one.tag, (tag) => sql`r.tags @> ${textArray([tag])}`),
    ...given(one.snoozed, (snoozed) =>
      snoozed ? sql`r.snoozed_until > now()` : sql`(r.snoozed_until is null or r.snoozed_until <= now())`,
    ),
    ...given(one.escalated, (escalated) =>
      escalated ? sql`r.escalated_at is not null` : sql`r.escalated_at is null`,
    ),
  ]
}

function attemptConditions(one: QueueSelection, statuses: readonly Status[]): SQL[] {
  const [only] = statuses
  return [
    ...(statuses.length === 1 && only !== undefined ? [sql`v.status = ${only}`] : []),
    ...(statuses.length > 1 ? [sql`v.status = any(${textArray(statuses)})`] : []),
    ...given(one.reason, (reason) => sql`v.reasons @> ${textArray([reason])}`),
    ...(one.documentStates.length > 0 ? [sql`v.document_states @> ${textArray(one.documentStates)}`] : []),
    ...given(one.createdBefore, (at) => sql`v.created_at < ${at.toISOString()}::timestamptz`),
    ...given(one.createdAfter, (at) => sql`v.created_at >= ${at.toISOString()}::timestamptz`),
    ...given(one.connectionId, (id) => isOrNone(sql`v.connection_id`, id)),
    ...given(one.policyVersion, (version) => isOrNone(sql`v.policy_version`, version)),
    ...given(one.counted, (counted) => COUNTED_AS[counted]),
    ...given(one.sandbox, (sandbox) => sql`v.sandbox = ${sandbox}::boolean`),
  ]
}

const isOrNone = (column: SQL, value: string) =>
  value === NONE ? sql`${column} is null` : sql`${column} = ${value}`

const STEPS = ['begun', 'left', 'returned', 'checked', 'decided', 'approved']
const gotTo = (step: string) => sql`attempt_step(v) = any(${textArray(STEPS.slice(STEPS.indexOf(step)))})`
const FIRST_LOOK = sql`(
  select d.outcome from decisions d
  where d.player_id = v.player_id and d.verification_id = v.id and d.made_by = 'rule'
  order by d.decided_at limit 1)`
const lookedAgain = (agrees: SQL) => sql`exists (
  select from second_looks s where s.player_id = v.player_id and s.verification_id = v.id and ${agrees})`

/** The attempts behind a number of analytics, by the definitions of docs/analytics.md. */
const COUNTED_AS: Readonly<Record<Counted, SQL>> = {
  left: gotTo('left'),
  returned: gotTo('returned'),
  checked: gotTo('checked'),
  decided: gotTo('decided'),
  approved: gotTo('approved'),
  came_back: sql`v.returned_at is not null`,
  first_looked: sql`v.attempt = 1 and ${FIRST_LOOK} is not null`,
  first_pass: sql`v.attempt = 1 and ${FIRST_LOOK} = 'approved'`,
  reviewed: sql`exists (
    select from reviews one
    where one.player_id = v.player_id and one.verification_id = v.id and one.closed_at is not null)`,
  looked_twice: lookedAgain(sql`s.agrees is not null`),
  agreed: lookedAgain(sql`s.agrees`),
}

function given<T>(value: T | null, toCondition: (value: T) => SQL): SQL[] {
  return value === null ? [] : [toCondition(value)]
}

function whose(column: SQL, id: string | null | undefined): SQL[] {
  if (id === undefined) return []
  return [id === null ? sql`${column} is null` : sql`${column} = ${id}::uuid`]
}

function all(conditions: readonly SQL[]): SQL {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `)
}

interface RawRow {
  player_id: string
  id: string
  case_id: string
  reference: string
  status: Status
  reasons: string[]
  document_states: string[]
  documents: string[]
  connection_id: string | null
  sandbox: boolean
  attempt: number
  created_at: string | Date
  cursor_at: string
  review_version: number | null
  due_at: string | Date | null
  assignee_id: string | null
  claimed_by: string | null
  snoozed_until: string | Date | null
  escalated_at: string | Date | null
  priority: number | null
  tags: string[] | null
}

function toQueueRow(row: RawRow): QueueRow {
  const time = (at: string | Date | null) => (at === null ? null : new Date(at))
  return {
    playerId: row.player_id,
    id: row.id,
    caseId: row.case_id,
    reference: row.reference,
    status: row.status,
    reasons: row.reasons,
    documentStates: row.document_states,
    documents: row.documents,
    connectionId: row.connection_id,
    sandbox: row.sandbox,
    attempt: row.attempt,
    createdAt: new Date(row.created_at),
    reviewVersion: row.review_version,
    dueAt: time(row.due_at),
    assigneeId: row.assignee_id,
    claimedBy: row.claimed_by,
    snoozedUntil: time(row.snoozed_until),
    escalatedAt: time(row.escalated_at),
    priority: row.priority,
    tags: row.tags,
    cursorAt: row.cursor_at,
  }
}

/** By which keys an attempt may be found; all of them blind indexes but the reference. */
export interface SearchKeys {
  references: readonly string[]
  emailIndexes: readonly string[]
  numberIndexes: readonly string[]
  vendorIndexes: readonly string[]
  /** The connections that `vendorIndexes` were made for. */
  connectionIds: readonly string[]
}

export interface Found {
  playerId: string
  id: string
  reference: string
  status: Status
  createdAt: Date
  /** By what it was found. */
  by: 'reference' | 'email' | 'document_number' | 'vendor_reference'
}

/** Attempts that one of the keys leads to, newest first, at most `limit`. Each arm goes by an index of its own. */
export async function searchAttempts(db: Db, keys: SearchKeys, limit: number): Promise<Found[]> {
  const rows = await db.execute(searchStatement(keys, limit))
  return (rows as unknown as (Omit<Found, 'createdAt'> & { createdAt: string | Date })[]).map((row) => ({
    ...row,
    createdAt: new Date(row.createdAt),
  }))
}

/** The statement of one search, for benchmarks too. */
export function searchStatement(keys: SearchKeys, limit: number): SQL {
  return sql`
    with found as (
      select v.player_id, v.id, 'reference' as by from verifications v
        where v.reference = any(${textArray(keys.references)})
      union all
      select v.player_id, v.id, 'email' from players p join verifications v on v.player_id = p.id
        where p.email_index = any(${textArray(keys.emailIndexes)})
      union all
      select d.player_id, d.verification_id, 'document_number' from documents d
        where d.number_index = any(${textArray(keys.numberIndexes)})
      union all
      select s.player_id, s.verification_id, 'vendor_reference' from provider_sessions s
        where s.connection_id = any(${textArray(keys.connectionIds)})
          and s.reference_index = any(${textArray(keys.vendorIndexes)})
    )
    select distinct on (v.created_at, v.id) v.player_id as "playerId", v.id, v.reference, v.status,
      v.created_at as "createdAt", f.by
    from found f join verifications v on v.player_id = f.player_id and v.id = f.id
    order by v.created_at desc, v.id desc ${atMost(limit)}`
}
