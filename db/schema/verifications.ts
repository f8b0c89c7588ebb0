import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { DocumentType } from '../../lib/documents/types'
import { MOVES, STATUSES, WITH_PLAYER } from '../../lib/verification/types'
import { at, bytea } from './columns'
import { cases, consents } from './consents'

const quoted = (words: readonly string[]) => sql.raw(words.map((word) => `'${word}'`).join(', '))

/**
 * One row is one attempt of one player; a retry is a new row under the same case. `status` says who acts next and moves
 * only as `MOVES` allows: the code writes `where status = expected`, the trigger `verifications_status_move` refuses
 * anything else. `version` rises with each change. At most one attempt per case is with the player. `sandbox` is true
 * when no government source can have been asked. `correct_first` is the document that the player has chosen to have
 * corrected by its issuer. Nothing here is sealed and nothing here is personal.
 */
export const verifications = pgTable(
  'verifications',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    caseId: uuid('case_id').notNull(),
    consentId: uuid('consent_id').notNull(),
    attempt: integer('attempt').notNull(),
    reference: text('reference').notNull(),
    status: text('status', { enum: STATUSES }).notNull(),
    version: integer('version').notNull().default(1),
    documents: text('documents').array().notNull(),
    connectionId: text('connection_id'),
    sandbox: boolean('sandbox').notNull().default(false),
    reasons: text('reasons').array().notNull().default(sql`'{}'`),
    /** `pan:arrived`, `aadhaar:missing`: what became of each document, for the queue. */
    documentStates: text('document_states').array().notNull().default(sql`'{}'`),
    policyVersion: text('policy_version'),
    inputHash: bytea('input_hash'),
    correctFirst: text('correct_first').$type<DocumentType>(),
    createdAt: at('created_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    returnedAt: at('returned_at'),
    decidedAt: at('decided_at'),
    updatedAt: at('updated_at').notNull().defaultNow(),
    deadlineAt: at('deadline_at'),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({ columns: [table.playerId, table.caseId], foreignColumns: [cases.playerId, cases.id] }),
    foreignKey({
      columns: [table.playerId, table.consentId],
      foreignColumns: [consents.playerId, consents.id],
    }),
    uniqueIndex('verifications_one_with_player')
      .on(table.playerId, table.caseId)
      .where(sql`${table.status} in (${quoted(WITH_PLAYER)})`),
    index('verifications_deadline').on(table.deadlineAt).where(sql`${table.deadlineAt} is not null`),
    index('verifications_reference').on(table.reference),
    index('verifications_id').on(table.id),
    index('verifications_created').on(table.createdAt, table.id),
    index('verifications_status_created').on(table.status, table.createdAt, table.id),
    index('verifications_connection_created').on(table.connectionId, table.createdAt, table.id),
    index('verifications_reasons').using('gin', table.reasons),
    index('verifications_document_states').using('gin', table.documentStates),
    check('verifications_status', sql`${table.status} in (${quoted(Object.keys(MOVES))})`),
  ],
)

/**
 * The database's copy of `MOVES`, read by the trigger that guards `verifications.status`. Written by migrations alone;
 * a test compares it with the constant.
 */
export const statusMoves = pgTable(
  'status_moves',
  { from: text('from').notNull(), to: text('to').notNull() },
  (table) => [primaryKey({ columns: [table.from, table.to] })],
)

/**
 * One row is the vendor's side of one attempt: our hashed handle, browser key and state, and what the vendor gave us,
 * sealed. `session_sealed` holds reference and secret of the start and what the player had stated by then, `code_sealed`
 * the returned code until the exchange, `access_sealed` what reads need until they end; all are emptied at the end.
 * `subject_index` and `subject_sealed` are the locker account as the vendor names it. `progress` says which documents have arrived, and when (RFC 3339 UTC), while the others are still being read.
 * `reference_index` is the blind index of the vendor's own reference, by which a webhook finds the attempt. `bound` turns
 * false, for good, when nothing says that who finished is who began: the player confirmed what no browser of theirs brought
 * home, another browser came back to this address, or the return came too early or too late. `poll_at` is when the vendor is
 * asked next how it stands, for the `polls`-th time plus one; null when nobody asks.
 * `exchange_begun_at` is written before the exchange, so that a crash never exchanges twice.
 */
export const providerSessions = pgTable(
  'provider_sessions',
  {
    playerId: uuid('player_id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    connectionId: text('connection_id').notNull(),
    handleHash: bytea('handle_hash').notNull(),
    browserKeyHash: bytea('browser_key_hash').notNull(),
    stateHash: bytea('state_hash').notNull(),
    referenceIndex: text('reference_index'),
    bound: boolean('bound').notNull().default(true),
    polls: integer('polls').notNull().default(0),
    pollAt: at('poll_at'),
    sessionSealed: bytea('session_sealed'),
    codeSealed: bytea('code_sealed'),
    accessSealed: bytea('access_sealed'),
    subjectIndex: text('subject_index'),
    subjectSealed: bytea('subject_sealed'),
    progress: jsonb('progress').$type<Partial<Record<DocumentType, string>>>().notNull().default({}),
    linkExpiresAt: at('link_expires_at'),
    accessExpiresAt: at('access_expires_at'),
    exchangeBegunAt: at('exchange_begun_at'),
    exchangedAt: at('exchanged_at'),
    finishedAt: at('finished_at'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.verificationId] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }),
    uniqueIndex('provider_sessions_handle').on(table.playerId, table.handleHash),
    index('provider_sessions_any_handle').on(table.handleHash),
    index('provider_sessions_state').on(table.playerId, table.stateHash),
    uniqueIndex('provider_sessions_reference').on(table.connectionId, table.referenceIndex),
    index('provider_sessions_poll').on(table.pollAt).where(sql`${table.pollAt} is not null`),
    index('provider_sessions_subject').on(table.subjectIndex),
  ],
)

/**
 * One row is one code that a vendor handed out, as a keyed fingerprint of (connection, code), written before its
 * exchange. The primary key makes a code usable once in the whole system (FL-08).
 */
export const returnCodes = pgTable('return_codes', {
  fingerprint: text('fingerprint').primaryKey(),
  playerId: uuid('player_id').notNull(),
  verificationId: uuid('verification_id').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})
