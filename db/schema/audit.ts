import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'

/**
 * One row is the head of one audit chain: a case's chain has the case's id, events of no case go to one chain per
 * running process. Only the function `append_audit_event` writes here.
 */
export const auditChains = pgTable('audit_chains', {
  id: uuid('id').primaryKey(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  head: bytea('head').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})

/**
 * One row is a fact about who did what, appended in the same transaction as the change. `record` is canonical JSON with
 * codes, ids and salted hashes, never a person's values; `hash` = SHA-256(previous hash · seq as 8 bytes · record).
 * `xact` is the number of the transaction that wrote it: checkpoints go by it, because unlike a clock it never steps back.
 * Insert-only: the app's role may call `append_audit_event` and read, and a trigger refuses change and deletion.
 */
export const auditEvents = pgTable(
  'audit_events',
  {
    chainId: uuid('chain_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    record: text('record').notNull(),
    hash: bytea('hash').notNull(),
    xact: bigint('xact', { mode: 'number' }).notNull().default(sql`pg_current_xact_id()::text::bigint`),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.chainId, table.seq] }),
    index('audit_events_xact').on(table.xact),
    index('audit_events_created').on(table.createdAt, table.chainId, table.seq),
    index('audit_events_staff')
      .on(sql`((record::jsonb #>> '{actor,id}'))`, table.createdAt, table.chainId, table.seq)
      .where(sql`(record::jsonb #>> '{actor,kind}') = 'staff'`),
  ],
)

/**
 * One row is one signed checkpoint, about one a minute: a chain of its own. `record` is canonical JSON (number, time, count
 * of chains and events, Merkle root over the heads in `checkpoint_heads`, hash of the checkpoint before), `hash` its
 * SHA-256, `signature` Ed25519 over it. `cutoff` is the number of the oldest transaction that was open then: events of
 * that one and of later ones are looked at again by the next checkpoint. Insert-only.
 */
export const checkpoints = pgTable('checkpoints', {
  seq: bigint('seq', { mode: 'number' }).primaryKey(),
  record: text('record').notNull(),
  hash: bytea('hash').notNull(),
  signature: text('signature').notNull(),
  keyId: text('key_id').notNull(),
  cutoff: bigint('cutoff', { mode: 'number' }).notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})

/** One row is the head that one chain had at a checkpoint; only chains that grew since the one before. Insert-only. */
export const checkpointHeads = pgTable(
  'checkpoint_heads',
  {
    checkpointSeq: bigint('checkpoint_seq', { mode: 'number' })
      .notNull()
      .references(() => checkpoints.seq),
    chainId: uuid('chain_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    head: bytea('head').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.checkpointSeq, table.chainId] }),
    index('checkpoint_heads_chain').on(table.chainId, table.seq),
  ],
)

/**
 * The one row says up to which checkpoint a worker has checked the log by itself, and when. `broken` names the first thing
 * that did not fit; the check stays there until somebody has looked. A worker writes it; it proves nothing to a third party.
 */
export const auditChecks = pgTable('audit_checks', {
  id: smallint('id').primaryKey().default(1),
  checkpointSeq: bigint('checkpoint_seq', { mode: 'number' }).notNull(),
  events: bigint('events', { mode: 'number' }).notNull(),
  broken: text('broken'),
  checkedAt: at('checked_at').notNull().defaultNow(),
})
