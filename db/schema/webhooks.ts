import { sql } from 'drizzle-orm'
import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'

export const WEBHOOK_STATES = ['waiting', 'done', 'ignored', 'quarantined'] as const

/**
 * One row is one genuine delivery of a vendor, kept 35 days so that a repeated one has no second effect. Only what names
 * a journey is kept, as a blind index; the body is not, since it may hold a person's data and is believed in nothing.
 * `quarantined` deliveries name no journey of ours (yet).
 */
export const webhookInbox = pgTable(
  'webhook_inbox',
  {
    connectionId: text('connection_id').notNull(),
    deliveryId: text('delivery_id').notNull(),
    /** Blind indexes of (connection, vendor's reference), one per index key; empty when the delivery names none. */
    referenceIndexes: text('reference_indexes').array().notNull(),
    event: text('event', { enum: ['progress', 'finished', 'refused'] }),
    state: text('state', { enum: WEBHOOK_STATES }).notNull(),
    /** What came of it, one of our words. */
    outcome: text('outcome'),
    playerId: uuid('player_id'),
    verificationId: uuid('verification_id'),
    receivedAt: at('received_at').notNull().defaultNow(),
    processedAt: at('processed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.deliveryId] }),
    index('webhook_inbox_received').on(table.receivedAt),
    index('webhook_inbox_verification')
      .on(table.verificationId, table.receivedAt)
      .where(sql`${table.verificationId} is not null`),
  ],
)

/**
 * One row is what a vendor posted to a return address without our cookies: nobody's yet. It is sealed with a key derived
 * from the handle in the address, which is stored only as its hash, and waits for the player's own next request.
 */
export const unclaimedReturns = pgTable(
  'unclaimed_returns',
  {
    handleHash: bytea('handle_hash').primaryKey(),
    connectionId: text('connection_id').notNull(),
    querySealed: bytea('query_sealed').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [index('unclaimed_returns_expiry').on(table.expiresAt)],
)
