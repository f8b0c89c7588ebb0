import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'
import { verifications } from './verifications'

/**
 * One row is the work on one attempt that no rule could decide. The trigger `verifications_review` opens it when the attempt
 * becomes `awaiting_reviewer` and closes it when it leaves, whatever code moved it. `assignee_id` is who ought to do it,
 * `claimed_by` who has it in hand now; `claim_seen_at` is the heartbeat, and a claim without one for 15 minutes is
 * released. A snoozed review wakes at `snoozed_until`, or when the player does something (triggers `…_wake_reviews`).
 * `barred` are the people who may not decide it: whoever decided it before an appeal. `proposed_…` is the first of two opinions.
 * `version` rises with each change but a heartbeat, and with what is found or said about the attempt meanwhile (trigger
 * `verifications_raise_review`); a decision names the one it saw. Nothing here is personal but in that
 * it concerns a player.
 */
export const reviews = pgTable(
  'reviews',
  {
    playerId: uuid('player_id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    caseId: uuid('case_id').notNull(),
    version: integer('version').notNull().default(1),
    openedAt: at('opened_at').notNull().defaultNow(),
    /** In 24 business hours of India; a plain day until the calendar has been asked. */
    dueAt: at('due_at').notNull(),
    closedAt: at('closed_at'),
    /** The greater goes first. */
    priority: smallint('priority').notNull().default(0),
    tags: text('tags').array().notNull().default(sql`'{}'`),
    assigneeId: uuid('assignee_id'),
    claimedBy: uuid('claimed_by'),
    claimedAt: at('claimed_at'),
    claimSeenAt: at('claim_seen_at'),
    /** For how long somebody was at it since it was opened, all claims together; kept by the trigger `reviews_time`. */
    activeMs: bigint('active_ms', { mode: 'number' }).notNull().default(0),
    snoozedUntil: at('snoozed_until'),
    /** Only a lead takes it from then on. */
    escalatedAt: at('escalated_at'),
    barred: uuid('barred').array().notNull().default(sql`'{}'`),
    proposedBy: uuid('proposed_by'),
    proposedOutcome: text('proposed_outcome'),
    proposedReasons: text('proposed_reasons').array(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.verificationId] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }).onDelete('cascade'),
    uniqueIndex('reviews_verification').on(table.verificationId),
    // With the time it wakes, so that open work is counted without its rows.
    index('reviews_due')
      .on(table.dueAt, table.verificationId, table.snoozedUntil)
      .where(sql`${table.closedAt} is null`),
    index('reviews_assignee')
      .on(table.assigneeId, table.dueAt, table.verificationId)
      .where(sql`${table.closedAt} is null`),
    index('reviews_next')
      .on(table.priority.desc().nullsFirst(), table.dueAt, table.verificationId)
      .where(sql`${table.closedAt} is null and ${table.claimedBy} is null`),
    index('reviews_claimed').on(table.claimedBy).where(sql`${table.claimedBy} is not null`),
    index('reviews_escalated')
      .on(table.dueAt, table.verificationId)
      .where(sql`${table.closedAt} is null and ${table.escalatedAt} is not null`),
    index('reviews_snoozed')
      .on(table.dueAt, table.verificationId)
      .where(sql`${table.snoozedUntil} is not null`),
    index('reviews_opened').on(table.openedAt).where(sql`${table.closedAt} is null`),
    index('reviews_tags').using('gin', table.tags).where(sql`${table.closedAt} is null`),
    check(
      'reviews_claim_whole',
      sql`(${table.claimedBy} is null) = (${table.claimedAt} is null) and (${table.claimedBy} is null) = (${table.claimSeenAt} is null)`,
    ),
    check('reviews_closed_is_free', sql`${table.closedAt} is null or ${table.claimedBy} is null`),
    check('reviews_closed_is_awake', sql`${table.closedAt} is null or ${table.snoozedUntil} is null`),
  ],
)

/**
 * One row is one version of one note of staff about an attempt, sealed with the player's key. A change is a new row with the
 * same `note_id`; nothing is overwritten.
 */
export const reviewNotes = pgTable(
  'review_notes',
  {
    playerId: uuid('player_id').notNull(),
    id: uuid('id').notNull(),
    verificationId: uuid('verification_id').notNull(),
    noteId: uuid('note_id').notNull(),
    version: integer('version').notNull(),
    authorId: uuid('author_id').notNull(),
    textSealed: bytea('text_sealed').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.playerId, table.id] }),
    foreignKey({
      columns: [table.playerId, table.verificationId],
      foreignColumns: [verifications.playerId, verifications.id],
    }).onDelete('cascade'),
    uniqueIndex('review_notes_version').on(table.playerId, table.noteId, table.version),
    index('review_notes_verification').on(table.playerId, table.verificationId),
  ],
)

/** One row says that somebody of staff is, or is close to, a player: they neither see that player's case as next nor decide it. */
export const staffLinks = pgTable(
  'staff_links',
  {
    playerId: uuid('player_id').notNull(),
    staffId: uuid('staff_id').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.playerId, table.staffId] })],
)
