import { pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns'

/**
 * One row is one decision policy, found by the SHA-256 of its canonical JSON; never changed. Written when the first
 * decision is made under it, so that the decision can be replayed. `origin` says where it came from.
 */
export const policies = pgTable('policies', {
  sha256: text('sha256').primaryKey(),
  version: text('version').notNull(),
  content: text('content').notNull(),
  origin: text('origin', { enum: ['shipped', 'file', 'staff'] }).notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})
