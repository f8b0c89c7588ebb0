import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'
import { players } from './players'

/**
 * One row is one version of one player's data key, wrapped by a key of DATA_KEYS. Every sealed column of that player
 * names the version in its header. Destroying the bytes here destroys the player's data everywhere, backups included.
 */
export const dataKeys = pgTable(
  'data_keys',
  {
    playerId: uuid('player_id')
      .notNull()
      .references(() => players.id),
    version: integer('version').notNull(),
    wrapped: bytea('wrapped').notNull(),
    checkValue: bytea('check_value').notNull(),
    wrappingKeyId: text('wrapping_key_id').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.playerId, table.version] })],
)
