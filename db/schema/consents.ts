import { foreignKey, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'
import { players } from './players'

/**
 * One row is one text of the notice exactly as some player saw it, found by the SHA-256 of its canonical JSON.
 * Written when the first consent to it is given; never changed. It names vendors and the operator, no person.
 */
export const notices = pgTable('notices', {
  sha256: text('sha256').primaryKey(),
  version: integer('version').notNull(),
  locale: text('locale').notNull(),
  content: text('content').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})

/**
 * One row is what one player agreed to, to which exact text, when. `items` are the ticked boxes, `recipients` the
 * connections the notice named; routing never goes outside them. `receipt` is the signed receipt, canonical JSON with
 * a pseudonym instead of the person. Live while `withdrawn_at` and `superseded_at` are null; without a live one there
 * is no vendor call.
 */
export const consents = pgTable(
  'consents',
  {
    playerId: uuid('player_id')
      .notNull()
      .references(() => players.id),
    id: uuid('id').notNull(),
    noticeSha256: text('notice_sha256')
      .notNull()
      .references(() => notices.sha256),
    noticeVersion: integer('notice_version').notNull(),
    locale: text('locale').notNull(),
    items: text('items').array().notNull(),
    recipients: text('recipients').array().notNull(),
    browserHash: bytea('browser_hash').notNull(),
    receipt: text('receipt').notNull(),
    givenAt: at('given_at').notNull(),
    withdrawnAt: at('withdrawn_at'),
    supersededAt: at('superseded_at'),
  },
  (table) => [primaryKey({ columns: [table.playerId, table.id] })],
)

/**
 * One row is the one matter we have with a player: being allowed to play. Attempts, documents and decisions hang on it,
 * and its id is the audit chain of all that happens in it.
 */
export const cases = pgTable(
  'cases',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    purpose: text('purpose').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({ columns: [table.playerId], foreignColumns: [players.id] }),
  ],
)
