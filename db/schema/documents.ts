import { sql } from 'drizzle-orm'
import { foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { DOCUMENT_TYPES, EVIDENCE_LEVELS } from '../../lib/documents/types'
import { at, bytea } from './columns'
import { verifications } from './verifications'

/**
 * One row is one document that the player consented to, in one attempt: read, or missing with the reason. The bytes as
 * they came are in `raw_sealed` until `keep_until`, and never when they hold a full Aadhaar number. `number_index` is
 * the blind index of PAN or licence number, null for Aadhaar; `number_sealed` is that number, so that the index key can be
 * rotated. `signature` is `valid` or why the issuer's signature was not believed, null where there is none to check;
 * `anchor_sha256` says which configured certificate signed. Documents nobody consented to never get a row.
 */
export const documents = pgTable(
  'documents',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    type: text('type', { enum: DOCUMENT_TYPES }).notNull(),
    state: text('state', { enum: ['arrived', 'missing', 'not_accepted'] }).notNull(),
    missingReason: text('missing_reason'),
    evidence: text('evidence', { enum: EVIDENCE_LEVELS }),
    remarks: text('remarks').array().notNull(),
    signature: text('signature'),
    anchorSha256: bytea('anchor_sha256'),
    numberIndex: text('number_index'),
    numberSealed: bytea('number_sealed'),
    mediaType: text('media_type'),
    rawSha256: bytea('raw_sha256'),
    rawSealed: bytea('raw_sealed'),
    keepUntil: at('keep_until'),
    fetchedAt: at('fetched_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }),
    index('documents_verification').on(table.playerId, table.verificationId),
    index('documents_number').on(table.numberIndex),
    index('documents_keep_until').on(table.keepUntil),
  ],
)

/**
 * One row is one thing that a document says: name, birth date, masked number and so on, sealed, with who vouches for
 * it. `document_id` points to the document it was read from. Values are masked before they are sealed.
 */
export const facts = pgTable(
  'facts',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    documentId: uuid('document_id').notNull(),
    name: text('name').notNull(),
    valueSealed: bytea('value_sealed').notNull(),
    evidence: text('evidence', { enum: EVIDENCE_LEVELS }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({
      columns: [table.playerId, table.documentId],
      foreignColumns: [documents.playerId, documents.id],
    }),
    index('facts_document').on(table.playerId, table.documentId),
  ],
)

/**
 * One row is one question asked of an attempt and its outcome. Holds codes alone; the values compared stay in `facts`.
 * `note` says how it passed where that is worth knowing; `evidence` names the documents it looked at.
 */
export const checks = pgTable(
  'checks',
  {
    playerId: uuid('player_id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    ordinal: integer('ordinal').notNull(),
    question: text('question').notNull(),
    outcome: text('outcome', { enum: ['pass', 'fail', 'unsure', 'not_applicable'] }).notNull(),
    reason: text('reason'),
    note: text('note'),
    evidence: text('evidence').array().notNull().default(sql`'{}'`),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.verificationId, table.ordinal] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }),
  ],
)

/**
 * One row is one conclusion drawn from all checks of an attempt, by a rule (`made_by` = 'rule') or by a person later.
 * `policy_sha256` and `input_hash` say exactly which policy looked at what; `input_sealed` is that input, so that the
 * answer can be replayed and another policy tried on it. It is empty for a minor and after retention.
 */
export const decisions = pgTable(
  'decisions',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    outcome: text('outcome').notNull(),
    reasons: text('reasons').array().notNull(),
    madeBy: text('made_by').notNull(),
    /** Who proposed the same, or agreed, where two people had to. */
    confirmedBy: uuid('confirmed_by'),
    policyVersion: text('policy_version').notNull(),
    policySha256: text('policy_sha256'),
    inputHash: bytea('input_hash').notNull(),
    inputSealed: bytea('input_sealed'),
    decidedAt: at('decided_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }),
    index('decisions_verification').on(table.playerId, table.verificationId),
  ],
)
