import { integer, pgTable } from 'drizzle-orm/pg-core'
import { at } from './columns'

/**
 * One row is one finished run of `npm run db:seed`: cases number `first` to `first + count - 1` of the seed, all invented.
 * Written in the transaction that wrote them. With rows here a database is one for demonstrations.
 */
export const seeds = pgTable('seeds', {
  first: integer('first').primaryKey(),
  count: integer('count').notNull(),
  seed: integer('seed').notNull(),
  /** Nothing in them happens after this. */
  untilAt: at('until_at').notNull(),
  finishedAt: at('finished_at').notNull().defaultNow(),
})
