import { sql } from 'drizzle-orm'
import { bigint, boolean, check, date, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

const CELL = {
  /** In India, when the attempt began. */
  day: date('day').notNull(),
  measure: text('measure').notNull(),
  key: text('key').notNull(),
  /** Empty before an attempt has left for a vendor. */
  connectionId: text('connection_id').notNull(),
  /** Empty before a rule has decided. */
  policyVersion: text('policy_version').notNull(),
  sandbox: boolean('sandbox').notNull(),
  amount: bigint('amount', { mode: 'number' }).notNull(),
}

/**
 * One row is one change of one number of analytics, written by triggers in the transaction that changes an attempt or a
 * review, and taken away by the fold. It names nobody. Without key or index: appending is all that a journey pays.
 */
export const analyticsDeltas = pgTable('analytics_deltas', CELL)

/**
 * One row is one number of one day: how many attempts that began then stand in a state, got to a step or carry a reason
 * (docs/analytics.md). The fold alone writes here, in the statement that takes the deltas away. It names nobody, and stays
 * when the attempts that it counts are gone.
 */
export const analyticsDays = pgTable('analytics_days', CELL, (table) => [
  primaryKey({
    name: 'analytics_days_cell',
    columns: [table.day, table.measure, table.key, table.connectionId, table.policyVersion, table.sandbox],
  }),
])

/** The one row says up to when everything has been folded. */
export const analyticsFolds = pgTable(
  'analytics_folds',
  {
    id: smallint('id').primaryKey().default(1),
    foldedAt: at('folded_at').notNull(),
  },
  (table) => [check('analytics_folds_one', sql`${table.id} = 1`)],
)
