import 'server-only'
import { inArray, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { verifications } from '../schema/verifications'
import { textArray } from './index-locks'

// Pages of the audit log, newest first, by keyset. What no index answers is looked for in a bounded stretch of the log, so
// that a page costs the same however much there is.

/** Which events are shown; null is any. */
export interface AuditSelection {
  actorKind: string | null
  actorId: string | null
  /** How the action begins. */
  action: string | null
  /** Type or id of the object. */
  object: string | null
  from: Date | null
  before: Date | null
  /** Chains of a case. */
  chains: readonly string[] | null
}

/** Where a page ended. `at` is the database's own text of the time: a Date would lose its microseconds. */
export interface AuditCursor {
  at: string
  chainId: string
  seq: number
}

export interface StreamedEvent extends AuditCursor {
  record: string
}

/**
 * Up to `limit` events behind `cursor`, newest first, of the next `reach` of the log; `end` is where that stretch ends when
 * it was gone through without filling the page, null when the log itself ended.
 */
export async function listAuditEvents(
  db: Db,
  selection: AuditSelection,
  cursor: AuditCursor | null,
  limit: number,
  reach: number,
): Promise<{ events: StreamedEvent[]; end: AuditCursor | null }> {
  const { indexed, others } = toConditions(selection, cursor)
  const stretch = sql`
    select created_at, chain_id, seq, record from audit_events
    where ${all(indexed)} order by created_at desc, chain_id desc, seq desc limit ${reach}::int`
  const rows = await db.execute(sql`
    with stretch as materialized (${stretch})
    select created_at::text as at, chain_id as "chainId", seq::text as seq, record from stretch
    where ${all(others)} order by created_at desc, chain_id desc, stretch.seq desc limit ${limit}::int`)
  const events = rows.map((row) => toEvent(row as unknown as Raw))
  if (events.length === limit) return { events, end: null }
  const last = await db.execute(sql`
    select created_at::text as at, chain_id as "chainId", seq::text as seq, '' as record from audit_events
    where ${all(indexed)} order by created_at desc, chain_id desc, audit_events.seq desc offset ${reach - 1}::int limit 1`)
  const [end] = last.map((row) => toEvent(row as unknown as Raw))
  return { events, end: end === undefined ? null : { at: end.at, chainId: end.chainId, seq: end.seq } }
}

/** The cases of an attempt with this reference, which is stored without its dash. Across players: for staff alone. */
export async function listCasesByReference(db: Db, reference: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(
    sql`select distinct case_id as id from verifications where reference = ${reference}`,
  )
  return rows.map(({ id }) => id)
}

/** References of these attempts, by id. Across players: for staff alone. */
export async function listReferences(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: verifications.id, reference: verifications.reference })
    .from(verifications)
    .where(inArray(verifications.id, [...ids]))
  return new Map(rows.map(({ id, reference }) => [id, reference]))
}

interface Raw {
  at: string
  chainId: string
  seq: string
  record: string
}

function toEvent({ at, chainId, seq, record }: Raw): StreamedEvent {
  return { at, chainId, seq: Number(seq), record }
}

/** `indexed` narrows the stretch that is gone through, `others` what of it is shown. */
function toConditions(
  { actorKind, actorId, action, object, from, before, chains }: AuditSelection,
  cursor: AuditCursor | null,
): { indexed: SQL[]; others: SQL[] } {
  const isStaffMember = actorKind === 'staff' && actorId !== null
  const kind = sql`(record::jsonb #>> '{actor,kind}')`
  const indexed = [
    ...(cursor === null
      ? []
      : [
          sql`(created_at, chain_id, seq) < (${cursor.at}::text::timestamptz, ${cursor.chainId}::uuid, ${cursor.seq}::bigint)`,
        ]),
    ...(from === null ? [] : [sql`created_at >= ${from.toISOString()}::timestamptz`]),
    ...(before === null ? [] : [sql`created_at < ${before.toISOString()}::timestamptz`]),
    ...(chains === null ? [] : [sql`chain_id = any (${textArray(chains)}::uuid[])`]),
    ...(isStaffMember ? [sql`${kind} = 'staff' and (record::jsonb #>> '{actor,id}') = ${actorId}`] : []),
  ]
  const others = [
    ...(actorKind === null || isStaffMember ? [] : [sql`${kind} = ${actorKind}`]),
    ...(actorId === null || isStaffMember ? [] : [sql`(record::jsonb #>> '{actor,id}') = ${actorId}`]),
    ...(action === null ? [] : [sql`starts_with(record::jsonb ->> 'action', ${action})`]),
    ...(object === null
      ? []
      : [sql`${object} in (record::jsonb #>> '{object,type}', record::jsonb #>> '{object,id}')`]),
  ]
  return { indexed, others }
}

function all(parts: readonly SQL[]): SQL {
  return parts.length === 0 ? sql`true` : sql.join([...parts], sql` and `)
}
