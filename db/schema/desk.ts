import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'
import { documents } from './documents'
import { staff } from './staff'
import { verifications } from './verifications'

/**
 * One row is one word of a name that a document gives, as a blind index of its folded letters (`word`) or of its sounds
 * (`sound`): the only way to find somebody by name. Written with the facts and gone with their document. `created_at` is
 * that of the attempt, so that the newest are found first without looking at the rest.
 */
export const nameKeys = pgTable(
  'name_keys',
  {
    playerId: uuid('player_id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    documentId: uuid('document_id').notNull(),
    key: text('key').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.verificationId, table.key] }),
    foreignKey({
      columns: [table.playerId, table.documentId],
      foreignColumns: [documents.playerId, documents.id],
    }).onDelete('cascade'),
    index('name_keys_key').on(table.key, table.createdAt, table.verificationId),
  ],
)

/**
 * One row is one look of one member of staff at one field of one attempt, for as long as `expires_at` says; it stays as a
 * trace beside the audit. `reason` is of a closed list, `text_sealed` what they added, sealed with the player's key.
 */
export const reveals = pgTable(
  'reveals',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    staffId: uuid('staff_id').notNull(),
    field: text('field').notNull(),
    reason: text('reason').notNull(),
    textSealed: bytea('text_sealed'),
    revealedAt: at('revealed_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }).onDelete('cascade'),
  ],
)

/** One row is a queue filter that somebody of staff keeps under a name of their own, as it stands in an address. */
export const savedViews = pgTable(
  'saved_views',
  {
    staffId: uuid('staff_id')
      .notNull()
      .references(() => staff.id),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    filter: text('filter').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.staffId, table.id] }),
    uniqueIndex('saved_views_name').on(table.staffId, table.name),
  ],
)

/**
 * One row asks that somebody may export what a filter shows although it is more than a few persons. Another lead approves
 * it within a day; it is good for one export until `expires_at`. Names nobody.
 */
export const exportRequests = pgTable(
  'export_requests',
  {
    id: uuid('id').primaryKey(),
    requestedBy: uuid('requested_by').notNull(),
    filter: text('filter').notNull(),
    /** How many persons the filter showed, counted to a cap. */
    persons: integer('persons').notNull(),
    requestedAt: at('requested_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
    approvedBy: uuid('approved_by'),
    approvedAt: at('approved_at'),
    usedAt: at('used_at'),
  },
  (table) => [
    index('export_requests_expiry').on(table.expiresAt),
    check(
      'export_requests_two_people',
      sql`${table.approvedBy} is null or ${table.approvedBy} <> ${table.requestedBy}`,
    ),
    check(
      'export_requests_approved_whole',
      sql`(${table.approvedBy} is null) = (${table.approvedAt} is null)`,
    ),
  ],
)
