import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { REQUEST_KINDS } from '../../lib/rights/types'
import { at, bytea } from './columns'
import { players } from './players'
import { verifications } from './verifications'

/**
 * One row is what a player asked of us under their rights. `text_sealed` is in their own words, sealed with their data
 * key. `due_at` is when an answer is due; a refusal names its `legal_ground`. About one attempt there is one open appeal
 * and one open "both are me" at a time.
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
    uniqueIndex('player_requests_one_open')
      .on(table.playerId, table.verificationId, table.kind)
      .where(sql`${table.state} = 'open' and ${table.kind} in ('appeal', 'both_are_me')`),
    check(
      'player_requests_refusal_has_ground',
      sql`${table.state} <> 'refused' or ${table.legalGround} is not null`,
    ),
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

/**
 * One row is one access at a vendor that is to be ended because its attempt was: the token, sealed under our own secret and
 * the row's id, since the player's key may be gone by then. It names no player. The row goes when the vendor has
 * ended the access, or when it has ended by itself.
 */
export const revocations = pgTable('revocations', {
  id: uuid('id').primaryKey(),
  connectionId: text('connection_id').notNull(),
  accessSealed: bytea('access_sealed').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  expiresAt: at('expires_at').notNull(),
})
