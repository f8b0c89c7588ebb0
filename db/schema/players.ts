import { sql } from 'drizzle-orm'
import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'

/**
 * One row is one person who proved an e-mail address. Written at the first sign-in with a right code, never before.
 * The address is sealed with the player's own data key; `email_index` is its blind index and the only way to find the
 * row by address. Nothing else about the person is here: identity lives in `facts`. After erasure (`erased_at`) both are
 * null and the data keys are gone; the id stays, for receipts and audit. `last_seen_at` is the last sign-in; `warned_at` when
 * a silent player was told that the account ends.
 */
export const players = pgTable(
  'players',
  {
    id: uuid('id').primaryKey(),
    emailSealed: bytea('email_sealed'),
    emailIndex: text('email_index').unique(),
    /** Name and birth date as the player wrote them (JSON), where a vendor needs them for comparison; else null. */
    statedSealed: bytea('stated_sealed'),
    locale: text('locale').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    erasedAt: at('erased_at'),
    lastSeenAt: at('last_seen_at').notNull().defaultNow(),
    warnedAt: at('warned_at'),
  },
  (table) => [
    index('players_last_seen').on(table.lastSeenAt).where(sql`${table.erasedAt} is null`),
    check(
      'players_erased_is_empty',
      sql`${table.erasedAt} is null or (${table.emailSealed} is null and ${table.emailIndex} is null and ${table.statedSealed} is null)`,
    ),
  ],
)
