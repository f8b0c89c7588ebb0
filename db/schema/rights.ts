import { foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'
import { players } from './players'
import { verifications } from './verifications'

export const REQUEST_KINDS = ['correction', 'appeal', 'grievance', 'nomination', 'both_are_me'] as const

/**
 * One row is what a player asked of us under their rights. `text_sealed` is in their own words, sealed with their data
 * key. `due_at` is when an answer is due; a refusal names its `legal_ground`.
 */
export const playerRequests = pgTable(
  'player_requests',
  {
    playerId: uuid('player_id')
      .notNull()
      .references(() => players.id),
    id: uuid('id').notNull(),
    kind: text('kind', { enum: REQUEST_KINDS }).notNull(),
    /** The attempt it is about, or null. */
    verificationId: uuid('verification_id'),
    textSealed: bytea('text_sealed'),
    state: text('state', { enum: ['open', 'granted', 'refused', 'closed'] })
      .notNull()
      .default('open'),
    legalGround: text('legal_ground'),
    answeredBy: text('answered_by'),
    createdAt: at('created_at').notNull().defaultNow(),
    dueAt: at('due_at').notNull(),
    answeredAt: at('answered_at'),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }),
    index('player_requests_due').on(table.state, table.dueAt),
  ],
)

/**
 * One row is one person whose data key was destroyed: the erasure ledger. It is copied out of the database, so that an
 * older backup that knows nothing of it is erased again before it serves anybody. `certificate` is signed canonical JSON
 * and names nobody but the id.
 */
export const erasures = pgTable('erasures', {
  playerId: uuid('player_id').primaryKey(),
  reason: text('reason', { enum: ['player', 'retention', 'minor'] }).notNull(),
  certificate: text('certificate').notNull(),
  erasedAt: at('erased_at').notNull(),
})
