import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'
import { players } from './players'

/**
 * One row is one signed-in browser of a player. The token itself is only in the browser's cookie; here is its SHA-256.
 * Idle for 60 minutes or 24 hours old: the row no longer counts (ID-05). Deleting the row signs out at once.
 */
export const sessions = pgTable(
  'sessions',
  {
    tokenHash: bytea('token_hash').primaryKey(),
    playerId: uuid('player_id')
      .notNull()
      .references(() => players.id),
    createdAt: at('created_at').notNull().defaultNow(),
    lastSeenAt: at('last_seen_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [index('sessions_player').on(table.playerId)],
)

/**
 * One row is one six-digit code sent to an address that may or may not belong to a player yet. The browser that asked
 * holds a random token in a cookie; its SHA-256 finds the row, and a key derived from it seals the address, so that the
 * row alone tells nobody whose it is. Ten minutes, five tries, used once.
 */
export const signInCodes = pgTable(
  'sign_in_codes',
  {
    browserHash: bytea('browser_hash').primaryKey(),
    emailIndex: text('email_index').notNull(),
    emailSealed: bytea('email_sealed').notNull(),
    codeHash: bytea('code_hash').notNull(),
    tries: integer('tries').notNull().default(0),
    createdAt: at('created_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
    usedAt: at('used_at'),
  },
  (table) => [index('sign_in_codes_expiry').on(table.expiresAt)],
)
