import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/**
 * One row is one counter of the rate limiter (library rate-limiter-flexible, which fixes the column names). Keys hold
 * player ids and blind indexes of addresses, never the address itself.
 */
export const rateLimits = pgTable('rate_limits', {
  key: text('key').primaryKey(),
  points: integer('points').notNull(),
  expire: at('expire'),
})
