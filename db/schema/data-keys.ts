import { bigint, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
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
  (table) => [
    primaryKey({ columns: [table.playerId, table.version] }),
    index('data_keys_wrapping').on(table.wrappingKeyId),
  ],
)

/**
 * One row is one rotation of one kind of key towards one key: how far it came (`cursor`, the last row done) and how much
 * it did. A rotation that was stopped goes on behind its cursor; a finished one is kept as the record of it.
 */
export const keyRotations = pgTable(
  'key_rotations',
  {
    kind: text('kind', { enum: ['wrapping', 'data', 'index'] }).notNull(),
    /** Id of the key rotated to; for data keys, a name of the run. */
    target: text('target').notNull(),
    cursor: text('cursor'),
    done: bigint('done', { mode: 'number' }).notNull().default(0),
    startedAt: at('started_at').notNull().defaultNow(),
    finishedAt: at('finished_at'),
  },
  (table) => [primaryKey({ columns: [table.kind, table.target] })],
)
