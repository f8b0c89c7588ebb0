import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { DOCUMENT_TYPES } from '../../lib/documents/types'
import { at } from './columns'
import { verifications } from './verifications'

/**
 * One row is what staff decided about one attempt and what has not taken effect yet; at most one per attempt. A job carries it
 * out once `effective_at` is over and removes the row, undo removes it before. A reversal (`reopen`, `revoke`) waits without
 * `effective_at` until `confirmed_by` agrees. `attempt_version` is what was decided on: where the attempt has changed since,
 * the row goes and nothing else happens.
 */
export const pendingDecisions = pgTable(
  'pending_decisions',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    caseId: uuid('case_id').notNull(),
    act: text('act', { enum: ['approve', 'reject', 'resubmission', 'reopen', 'revoke'] }).notNull(),
    reasons: text('reasons').array().notNull(),
    /** The one document to send again. */
    document: text('document', { enum: DOCUMENT_TYPES }),
    madeBy: uuid('made_by').notNull(),
    /** The second of two people, where two are needed: of a decision who proposed it, of a reversal who agreed. */
    confirmedBy: uuid('confirmed_by'),
    attemptVersion: integer('attempt_version').notNull(),
    madeAt: at('made_at').notNull().defaultNow(),
    effectiveAt: at('effective_at'),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }).onDelete('cascade'),
    uniqueIndex('pending_decisions_verification').on(table.verificationId),
    index('pending_decisions_effective').on(table.effectiveAt).where(sql`${table.effectiveAt} is not null`),
  ],
)

/**
 * One row is one decision of staff that a second person looks at blind: they see the case, never `first_…`. `agrees` is set
 * with the second verdict. Nothing of it changes an outcome; where they differ, a lead closes the row (`settled_…`).
 */
export const secondLooks = pgTable(
  'second_looks',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    caseId: uuid('case_id').notNull(),
    firstBy: uuid('first_by').notNull(),
    firstOutcome: text('first_outcome').notNull(),
    firstReasons: text('first_reasons').array().notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    takenBy: uuid('taken_by'),
    takenAt: at('taken_at'),
    secondOutcome: text('second_outcome'),
    secondReasons: text('second_reasons').array(),
    agrees: boolean('agrees'),
    answeredAt: at('answered_at'),
    settledBy: uuid('settled_by'),
    settledAt: at('settled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }).onDelete('cascade'),
    index('second_looks_verification').on(table.verificationId),
    index('second_looks_waiting').on(table.createdAt).where(sql`${table.answeredAt} is null`),
    index('second_looks_differing')
      .on(table.answeredAt)
      .where(sql`${table.agrees} = false and ${table.settledAt} is null`),
    check(
      'second_looks_answer_whole',
      sql`(${table.answeredAt} is null) = (${table.agrees} is null) and (${table.answeredAt} is null) = (${table.secondOutcome} is null)`,
    ),
  ],
)

/** One row is one act of a lead on many cases. `act` says what, in our own codes and ids; the cases are `bulk_items`. */
export const bulkActs = pgTable(
  'bulk_acts',
  {
    id: uuid('id').primaryKey(),
    madeBy: uuid('made_by').notNull(),
    act: jsonb('act').notNull(),
    state: text('state', { enum: ['waiting', 'running', 'done', 'undone'] })
      .notNull()
      .default('waiting'),
    madeAt: at('made_at').notNull().defaultNow(),
    effectiveAt: at('effective_at').notNull(),
  },
  (table) => [
    index('bulk_acts_effective').on(table.effectiveAt).where(sql`${table.state} in ('waiting', 'running')`),
    check('bulk_acts_state', sql`${table.state} in ('waiting', 'running', 'done', 'undone')`),
  ],
)

/** One row is one case of a bulk act with the version that was on the screen, and what came of it: `done`, or why not. */
export const bulkItems = pgTable(
  'bulk_items',
  {
    bulkId: uuid('bulk_id')
      .notNull()
      .references(() => bulkActs.id, { onDelete: 'cascade' }),
    playerId: uuid('player_id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    version: integer('version').notNull(),
    result: text('result'),
  },
  (table) => [
    primaryKey({ columns: [table.bulkId, table.verificationId] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }).onDelete('cascade'),
    index('bulk_items_verification').on(table.playerId, table.verificationId),
  ],
)
