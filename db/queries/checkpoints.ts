import 'server-only'
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { auditChecks, checkpoints } from '../schema/audit'

const BATCH = 1000

export interface CheckpointRow {
  seq: number
  record: string
  hash: Buffer
  signature: string
  keyId: string
  cutoff: number
}

/** Where one chain stands. `anchored` is the last number that an earlier checkpoint holds, 0 for a new chain. */
export interface GrownHead {
  chainId: string
  seq: number
  head: Buffer
  anchored: number
}

/** One event as it is stored. */
export interface EventRow {
  chainId: string
  seq: number
  record: string
  hash: Buffer
}

export interface AnchoredHead {
  checkpointSeq: number
  chainId: string
  seq: number
  head: Buffer
}

/**
 * The database's time (UTC), and the number of the oldest transaction still open: every event that the caller cannot see
 * yet was or will be written by that one or a later one. Ask it inside the repeatable-read transaction that looks.
 */
export async function readMoment(tx: Db): Promise<{ at: Date; cutoff: number }> {
  const [row] = await tx.execute<{ ms: string; cutoff: string }>(sql`
    select trunc(extract(epoch from now()) * 1000)::text as ms,
           pg_snapshot_xmin(pg_current_snapshot())::text as cutoff`)
  if (row === undefined) throw new Error('the database told no time')
  return { at: new Date(Number(row.ms)), cutoff: Number(row.cutoff) }
}

/** Gives the statements of this transaction `minutes`, for walks over whole tables. */
export async function allowTime(tx: Db, minutes: number): Promise<void> {
  await tx.execute(sql`select set_config('statement_timeout', ${`${minutes}min`}, true)`)
}

/** The newest checkpoint, or null. */
export async function findLastCheckpoint(db: Db): Promise<CheckpointRow | null> {
  const rows = await db.execute<RawCheckpoint>(
    sql`select ${CHECKPOINT_COLUMNS} from checkpoints order by seq desc limit 1`,
  )
  return rows[0] === undefined ? null : toCheckpoint(rows[0])
}

/** One checkpoint, or null. */
export async function findCheckpoint(db: Db, seq: number): Promise<CheckpointRow | null> {
  const rows = await db.execute<RawCheckpoint>(
    sql`select ${CHECKPOINT_COLUMNS} from checkpoints where seq = ${seq}`,
  )
  return rows[0] === undefined ? null : toCheckpoint(rows[0])
}

/** Up to `limit` checkpoints behind `seq`, oldest first. */
export async function listCheckpointsAfter(db: Db, seq: number, limit: number): Promise<CheckpointRow[]> {
  const rows = await db.execute<RawCheckpoint>(
    sql`select ${CHECKPOINT_COLUMNS} from checkpoints where seq > ${seq} order by seq limit ${limit}`,
  )
  return rows.map(toCheckpoint)
}

/**
 * Chains that have grown since they were last anchored, by id. With `since` only those that a transaction of that number
 * or a later one wrote to; null looks at all of them.
 */
export async function* streamGrownHeads(tx: Db, since: number | null): AsyncGenerator<GrownHead> {
  const rows = stream<RawHead & { anchored: string }>(tx, 'grown_heads', sql`${grown(since)} order by c.id`)
  for await (const row of rows) yield { ...toHead(row), anchored: Number(row.anchored) }
}

export async function insertCheckpoint(tx: Db, row: CheckpointRow): Promise<void> {
  await tx.insert(checkpoints).values(row)
}

/** Keeps the heads that `streamGrownHeads` gave for this checkpoint; how many. */
export async function insertGrownHeads(tx: Db, checkpointSeq: number, since: number | null): Promise<number> {
  const rows = await tx.execute<{ kept: string }>(sql`
    with grown as (${grown(since)}),
    kept as (
      insert into checkpoint_heads (checkpoint_seq, chain_id, seq, head)
      select ${checkpointSeq}::bigint, chain_id, seq, head from grown returning 1)
    select count(*) as kept from kept`)
  return Number(rows[0]?.kept)
}

/**
 * True when there are events older than `minutes` that no checkpoint covers, and none was written in that time: nobody is
 * writing checkpoints.
 */
export async function isCheckpointLate(db: Db, minutes: number): Promise<boolean> {
  const rows = await db.execute<{ late: boolean }>(sql`
    with newest as (select cutoff, created_at from checkpoints order by seq desc limit 1)
    select not exists (select 1 from newest where created_at > now() - make_interval(mins => ${minutes}))
       and exists (
         select 1 from audit_events e
         where e.xact >= coalesce((select cutoff from newest), 0)
           and e.created_at < now() - make_interval(mins => ${minutes})
           and not exists (
             select 1 from checkpoint_heads h where h.chain_id = e.chain_id and h.seq >= e.seq)
       ) as late`)
  return rows[0]?.late ?? false
}

/** All checkpoints, oldest first. */
export async function* streamCheckpoints(tx: Db): AsyncGenerator<CheckpointRow> {
  const query = sql`select ${CHECKPOINT_COLUMNS} from checkpoints order by seq`
  for await (const row of stream<RawCheckpoint>(tx, 'all_checkpoints', query)) yield toCheckpoint(row)
}

/** The heads of a range of checkpoints, by checkpoint and chain. */
export async function* streamHeadsOf(tx: Db, first: number, last: number): AsyncGenerator<AnchoredHead> {
  const query = sql`select chain_id, seq, head, checkpoint_seq from checkpoint_heads
    where checkpoint_seq between ${first}::bigint and ${last}::bigint order by checkpoint_seq, chain_id`
  const rows = stream<RawHead & { checkpoint_seq: string }>(tx, 'range_heads', query)
  for await (const row of rows) yield { ...toHead(row), checkpointSeq: Number(row.checkpoint_seq) }
}

/** One event that a checkpoint newly covers, with the head that an earlier one holds of its chain. */
export interface NewlyCovered extends EventRow {
  /** Null where the chain begins. */
  before: { seq: number; head: Buffer } | null
}

/** Events that this checkpoint covers and none before it did, by chain and number. */
export async function* streamNewlyCovered(tx: Db, checkpointSeq: number): AsyncGenerator<NewlyCovered> {
  const query = sql`
    select e.chain_id, e.seq, e.record, e.hash, p.seq as before_seq, p.head as before_head
    from checkpoint_heads h
    left join lateral (
      select seq, head from checkpoint_heads e
      where e.chain_id = h.chain_id and e.seq < h.seq order by e.seq desc limit 1) p on true
    join audit_events e on e.chain_id = h.chain_id and e.seq > coalesce(p.seq, 0) and e.seq <= h.seq
    where h.checkpoint_seq = ${checkpointSeq}::bigint order by h.chain_id, e.seq`
  const rows = stream<RawEvent & { before_seq: string | null; before_head: Uint8Array | null }>(
    tx,
    'newly_covered',
    query,
  )
  for await (const row of rows)
    yield {
      chainId: row.chain_id,
      seq: Number(row.seq),
      record: row.record,
      hash: Buffer.from(row.hash),
      before:
        row.before_head === null ? null : { seq: Number(row.before_seq), head: Buffer.from(row.before_head) },
    }
}

/** Up to where a worker has checked the log, or null before the first time. */
export async function findAuditCheck(db: Db): Promise<AuditCheckRow | null> {
  const [row] = await db.select().from(auditChecks)
  return row ?? null
}

export type AuditCheckRow = typeof auditChecks.$inferSelect

/** Notes up to where the log was checked and what did not fit. */
export async function saveAuditCheck(
  db: Db,
  check: Pick<AuditCheckRow, 'checkpointSeq' | 'events' | 'broken'>,
): Promise<void> {
  const set = { ...check, checkedAt: sql`now()` }
  await db.insert(auditChecks).values(check).onConflictDoUpdate({ target: auditChecks.id, set })
}

/** All anchored heads, by chain and number. */
export async function* streamHeads(tx: Db): AsyncGenerator<AnchoredHead> {
  const query = sql`select chain_id, seq, head, checkpoint_seq from checkpoint_heads
    order by chain_id, seq, checkpoint_seq`
  const rows = stream<RawHead & { checkpoint_seq: string }>(tx, 'all_heads', query)
  for await (const row of rows) yield { ...toHead(row), checkpointSeq: Number(row.checkpoint_seq) }
}

/** Where all chains stand, by id. */
export async function* streamChains(tx: Db): AsyncGenerator<{ chainId: string; seq: number; head: Buffer }> {
  const query = sql`select id as chain_id, seq, head from audit_chains order by id`
  for await (const row of stream<RawHead>(tx, 'all_chains', query)) yield toHead(row)
}

/** All events, by chain and number. */
export async function* streamEvents(tx: Db): AsyncGenerator<EventRow> {
  const query = sql`select chain_id, seq, record, hash from audit_events order by chain_id, seq`
  for await (const row of stream<RawEvent>(tx, 'all_events', query))
    yield { chainId: row.chain_id, seq: Number(row.seq), record: row.record, hash: Buffer.from(row.hash) }
}

const CHECKPOINT_COLUMNS = sql`seq, record, hash, signature, key_id, cutoff`

interface RawCheckpoint extends Record<string, unknown> {
  seq: string
  record: string
  hash: Uint8Array
  signature: string
  key_id: string
  cutoff: string
}

interface RawHead extends Record<string, unknown> {
  chain_id: string
  seq: string
  head: Uint8Array
}

interface RawEvent extends Record<string, unknown> {
  chain_id: string
  seq: string
  record: string
  hash: Uint8Array
}

function toCheckpoint(row: RawCheckpoint): CheckpointRow {
  return {
    seq: Number(row.seq),
    record: row.record,
    hash: Buffer.from(row.hash),
    signature: row.signature,
    keyId: row.key_id,
    cutoff: Number(row.cutoff),
  }
}

function toHead(row: RawHead) {
  return { chainId: row.chain_id, seq: Number(row.seq), head: Buffer.from(row.head) }
}

/** Materialised, so that a minute's few chains are looked up one by one instead of all chains being compared. */
function grown(since: number | null): SQL {
  const touched =
    since === null
      ? sql`select id from audit_chains`
      : sql`select distinct chain_id as id from audit_events where xact >= ${since}::bigint`
  return sql`
    with touched as materialized (${touched})
    select c.id as chain_id, c.seq, c.head, coalesce(last.seq, 0) as anchored
    from touched
    join audit_chains c on c.id = touched.id
    left join lateral (
      select h.seq from checkpoint_heads h where h.chain_id = c.id order by h.seq desc limit 1) last on true
    where c.seq > coalesce(last.seq, 0)`
}

/** Reads a query in batches through a cursor, so that memory stays flat; `tx` must be a transaction. */
async function* stream<T extends Record<string, unknown>>(
  tx: Db,
  name: string,
  query: SQL,
): AsyncGenerator<T> {
  const cursor = sql.identifier(name)
  await tx.execute(sql`declare ${cursor} no scroll cursor for ${query}`)
  for (let got = BATCH; got === BATCH; ) {
    const rows = await tx.execute(sql`fetch forward ${sql.raw(String(BATCH))} from ${cursor}`)
    yield* rows as unknown as T[]
    got = rows.length
  }
  await tx.execute(sql`close ${cursor}`)
}
