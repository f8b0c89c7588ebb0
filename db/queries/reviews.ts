import 'server-only'
import { and, asc, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { DocumentType } from '@/lib/documents/types'
import type { ReasonCode, Status } from '@/lib/verification/types'
import type { Db } from '../client'
import { documents } from '../schema/documents'
import { reviewNotes, reviews, staffLinks } from '../schema/reviews'
import { verifications } from '../schema/verifications'
import { textArray } from './index-locks'

export type Review = typeof reviews.$inferSelect
export type ReviewNote = typeof reviewNotes.$inferSelect

/** A decision that may still be undone holds its case: nobody else takes it meanwhile. */
const UNDECIDED = sql`not exists (
  select 1 from pending_decisions p where p.verification_id = ${reviews.verificationId})`

/** Sets when an open review is due; a trigger opened it in this transaction. */
export async function setReviewDue(
  tx: Db,
  playerId: string,
  verificationId: string,
  dueAt: Date,
): Promise<void> {
  await tx
    .update(reviews)
    .set({ dueAt })
    .where(and(eq(reviews.playerId, playerId), eq(reviews.verificationId, verificationId)))
}

/** The work on one attempt, or null. */
export async function findReview(db: Db, verificationId: string): Promise<Review | null> {
  const rows = await db.select().from(reviews).where(eq(reviews.verificationId, verificationId)).limit(1)
  return rows[0] ?? null
}

/** True when this person of staff is, or is close to, the player. */
export async function isLinkedToPlayer(db: Db, staffId: string, playerId: string): Promise<boolean> {
  const rows = await db
    .select({ staffId: staffLinks.staffId })
    .from(staffLinks)
    .where(and(eq(staffLinks.playerId, playerId), eq(staffLinks.staffId, staffId)))
    .limit(1)
  return rows.length > 0
}

/** Says that somebody of staff is, or is close to, a player. False when it is said already. */
export async function insertStaffLink(db: Db, staffId: string, playerId: string): Promise<boolean> {
  const said = await db
    .insert(staffLinks)
    .values({ staffId, playerId })
    .onConflictDoNothing()
    .returning({ staffId: staffLinks.staffId })
  return said.length === 1
}

/** Players who have one of these mail addresses, by blind index, and are not linked to this person of staff yet. */
export async function listUnlinkedByEmail(
  db: Db,
  staffId: string,
  emailIndexes: readonly string[],
): Promise<string[]> {
  const rows = await db.execute(sql`
    select p.id from players p
    where p.email_index = any(${textArray(emailIndexes)})
      and not exists (select 1 from staff_links l where l.player_id = p.id and l.staff_id = ${staffId}::uuid)`)
  return (rows as unknown as { id: string }[]).map(({ id }) => id)
}

/** Players with a PAN, licence or locker account of somebody this person of staff is linked to, and not linked yet. */
export async function listUnlinkedByPapers(db: Db, staffId: string): Promise<string[]> {
  const rows = await db.execute(sql`
    select other.player_id as id from (
      select theirs.player_id from staff_links l
      join documents mine on mine.player_id = l.player_id
      join documents theirs on theirs.number_index = mine.number_index
      where l.staff_id = ${staffId}::uuid
      union
      select theirs.player_id from staff_links l
      join provider_sessions mine on mine.player_id = l.player_id
      join provider_sessions theirs on theirs.subject_index = mine.subject_index
      where l.staff_id = ${staffId}::uuid) other
    where not exists (
      select 1 from staff_links l where l.player_id = other.player_id and l.staff_id = ${staffId}::uuid)`)
  return (rows as unknown as { id: string }[]).map(({ id }) => id)
}

/**
 * Claims the open review that is next for this person, in one statement: the greatest priority, then the earliest due.
 * Snoozed ones, those of another assignee, those that the person may not decide and, unless `isLead`, escalated ones are
 * passed over. Rows that another claim holds are skipped, so nobody waits and nothing is claimed twice. Null: nothing to do.
 */
export async function claimNextReview(tx: Db, staffId: string, isLead: boolean): Promise<Review | null> {
  const rows = await tx.execute(sql`
    update reviews set claimed_by = ${staffId}::uuid, claimed_at = now(), claim_seen_at = now(), snoozed_until = null,
      version = version + 1
    where (player_id, verification_id) = (
      select r.player_id, r.verification_id from reviews r
      where r.closed_at is null and r.claimed_by is null
        and (r.snoozed_until is null or r.snoozed_until <= now())
        and (r.assignee_id is null or r.assignee_id = ${staffId}::uuid)
        and (r.escalated_at is null or ${isLead}::boolean)
        and r.proposed_by is distinct from ${staffId}::uuid
        and not ${staffId}::uuid = any(r.barred)
        and not exists (
          select 1 from staff_links l where l.player_id = r.player_id and l.staff_id = ${staffId}::uuid)
        and not exists (select 1 from pending_decisions p where p.verification_id = r.verification_id)
      order by r.priority desc, r.due_at, r.verification_id
      limit 1
      for update of r skip locked
    )
    returning verification_id`)
  const [row] = rows as unknown as { verification_id: string }[]
  return row === undefined ? null : findReview(tx, row.verification_id)
}

/** Claims this open review for a person. False when it is closed, or somebody else has it and was seen lately. */
export async function claimReview(
  tx: Db,
  staffId: string,
  verificationId: string,
  idleMinutes: number,
): Promise<boolean> {
  const won = await tx
    .update(reviews)
    .set({
      claimedBy: staffId,
      claimedAt: sql`now()`,
      claimSeenAt: sql`now()`,
      snoozedUntil: null,
      version: sql`${reviews.version} + 1`,
    })
    .where(
      and(
        eq(reviews.verificationId, verificationId),
        isNull(reviews.closedAt),
        sql`(${reviews.claimedBy} is null or ${reviews.claimSeenAt} < now() - make_interval(mins => ${idleMinutes}::int))`,
        UNDECIDED,
      ),
    )
    .returning({ id: reviews.verificationId })
  return won.length === 1
}

/** Says that the person is still at it. False when the claim is somebody else's by now, or nobody's. */
export async function touchClaim(db: Db, staffId: string, verificationId: string): Promise<boolean> {
  const seen = await db
    .update(reviews)
    .set({ claimSeenAt: sql`now()` })
    .where(and(eq(reviews.verificationId, verificationId), eq(reviews.claimedBy, staffId)))
    .returning({ id: reviews.verificationId })
  return seen.length === 1
}

const FREED = { claimedBy: null, claimedAt: null, claimSeenAt: null, version: sql`${reviews.version} + 1` }

/** Gives this person's claim back. False when they do not hold it, or have decided and may still undo. */
export async function releaseClaim(tx: Db, staffId: string, verificationId: string): Promise<boolean> {
  const freed = await tx
    .update(reviews)
    .set(FREED)
    .where(and(eq(reviews.verificationId, verificationId), eq(reviews.claimedBy, staffId), UNDECIDED))
    .returning({ id: reviews.verificationId })
  return freed.length === 1
}

export interface IdleClaim {
  verificationId: string
  caseId: string
  claimedBy: string
}

/** Claims that were not seen for `idleMinutes`. Across players: for the sweeper alone. */
export async function listIdleClaims(db: Db, idleMinutes: number, limit: number): Promise<IdleClaim[]> {
  const rows = await db.execute(sql`
    select verification_id as "verificationId", case_id as "caseId", claimed_by as "claimedBy" from reviews
    where claimed_by is not null and claim_seen_at < now() - make_interval(mins => ${idleMinutes}::int)
    order by claim_seen_at limit ${limit}::int`)
  return rows as unknown as IdleClaim[]
}

/** Releases one idle claim. False when it was seen meanwhile. */
export async function releaseIdleClaim(tx: Db, claim: IdleClaim, idleMinutes: number): Promise<boolean> {
  const freed = await tx
    .update(reviews)
    .set(FREED)
    .where(
      and(
        eq(reviews.verificationId, claim.verificationId),
        eq(reviews.claimedBy, claim.claimedBy),
        sql`${reviews.claimSeenAt} < now() - make_interval(mins => ${idleMinutes}::int)`,
        UNDECIDED,
      ),
    )
    .returning({ id: reviews.verificationId })
  return freed.length === 1
}

/** Open reviews past their due time that nobody has in hand, put off or escalated. Across players: for the sweeper alone. */
export async function listPastDue(db: Db, limit: number): Promise<Review[]> {
  return db
    .select()
    .from(reviews)
    .where(
      and(
        isNull(reviews.closedAt),
        isNull(reviews.escalatedAt),
        isNull(reviews.claimedBy),
        sql`${reviews.dueAt} < now()`,
        sql`(${reviews.snoozedUntil} is null or ${reviews.snoozedUntil} <= now())`,
      ),
    )
    .orderBy(asc(reviews.dueAt), asc(reviews.verificationId))
    .limit(limit)
}

/** Open reviews assigned to somebody who decides nothing any more: disabled, or of other roles. For the sweeper alone. */
export async function listAssignedToNobody(
  db: Db,
  deciders: readonly string[],
  limit: number,
): Promise<Review[]> {
  return db
    .select()
    .from(reviews)
    .where(
      and(
        isNull(reviews.closedAt),
        isNotNull(reviews.assigneeId),
        sql`not ${reviews.assigneeId} = any(${textArray(deciders)}::uuid[])`,
      ),
    )
    .limit(limit)
}

export interface ReviewChange {
  assigneeId?: string | null
  snoozedUntil?: Date | null
  escalatedAt?: Date | null
  priority?: number
  tags?: string[]
  barred?: string[]
  proposedBy?: string | null
  proposedOutcome?: string | null
  proposedReasons?: string[] | null
  claimedBy?: null
  claimedAt?: null
  claimSeenAt?: null
}

/** Changes an open review that still has the version seen. The row as it is now, or null when it moved on. */
export async function changeReview(
  tx: Db,
  verificationId: string,
  version: number,
  change: ReviewChange,
): Promise<Review | null> {
  const rows = await tx
    .update(reviews)
    .set({ ...change, version: sql`${reviews.version} + 1` })
    .where(
      and(eq(reviews.verificationId, verificationId), eq(reviews.version, version), isNull(reviews.closedAt)),
    )
    .returning()
  return rows[0] ?? null
}

/** An attempt with the work on it, both locked until the transaction ends: attempt first, as everywhere. */
export async function lockForDecision(tx: Db, verificationId: string): Promise<LockedCase | null> {
  const rows = await tx.execute(sql`
    select v.player_id as "playerId", v.id, v.case_id as "caseId", v.status, v.version, v.reasons, v.documents,
      v.consent_id as "consentId", v.policy_version as "policyVersion", v.input_hash as "inputHash"
    from verifications v where v.id = ${verificationId}::uuid for update`)
  const [row] = rows as unknown as LockedAttempt[]
  if (row === undefined) return null
  const [review] = await tx
    .select()
    .from(reviews)
    .where(eq(reviews.verificationId, verificationId))
    .for('update')
  return { ...row, review: review ?? null }
}

interface LockedAttempt {
  playerId: string
  id: string
  caseId: string
  status: Status
  version: number
  reasons: ReasonCode[]
  documents: DocumentType[]
  consentId: string
  policyVersion: string | null
  inputHash: Buffer | null
}

export interface LockedCase extends LockedAttempt {
  /** Null when it was never with a reviewer. */
  review: Review | null
}

/** Whose an attempt is, the case it is recorded in and how it stands; null when there is none. */
export async function findOwner(
  db: Db,
  verificationId: string,
): Promise<{ playerId: string; id: string; caseId: string; status: Status; reference: string } | null> {
  const rows = await db
    .select({
      playerId: verifications.playerId,
      id: verifications.id,
      caseId: verifications.caseId,
      status: verifications.status,
      reference: verifications.reference,
    })
    .from(verifications)
    .where(eq(verifications.id, verificationId))
    .limit(1)
  return rows[0] ?? null
}

export interface ListedCase {
  playerId: string
  id: string
  status: Status
  reasons: ReasonCode[]
  documents: DocumentType[]
  version: number
  closedAt: Date | null
  claimedBy: string | null
  barred: string[]
  /** This person of staff is, or is close to, the player. */
  isLinked: boolean
  /** Somebody has decided, and it has not taken effect. */
  isDecided: boolean
}

/** Attempts that were ever with a reviewer, of these ids, as one person of staff finds them. Version and claim are the review's. */
export async function listCases(db: Db, staffId: string, ids: readonly string[]): Promise<ListedCase[]> {
  const rows = await db.execute(sql`
    select r.player_id as "playerId", r.verification_id as id, v.status, v.reasons, v.documents, r.version,
      r.closed_at as "closedAt", r.claimed_by as "claimedBy", r.barred,
      exists (select 1 from staff_links l where l.player_id = r.player_id and l.staff_id = ${staffId}::uuid)
        as "isLinked",
      exists (select 1 from pending_decisions p where p.verification_id = r.verification_id) as "isDecided"
    from reviews r join verifications v on v.player_id = r.player_id and v.id = r.verification_id
    where r.verification_id = any(${textArray(ids)}::uuid[])
    order by r.verification_id`)
  return rows as unknown as ListedCase[]
}

/**
 * Of `staffIds` who has the fewest open reviews assigned or in hand, without those barred from, linked to or proposing this one;
 * null when nobody is left.
 */
export async function findLeastLoaded(
  db: Db,
  verificationId: string,
  staffIds: readonly string[],
): Promise<string | null> {
  const rows = await db.execute(sql`
    select s.id from unnest(${textArray(staffIds)}::uuid[]) as s(id)
    join reviews r on r.verification_id = ${verificationId}::uuid
    where not s.id = any(r.barred) and r.proposed_by is distinct from s.id
      and not exists (select 1 from staff_links l where l.player_id = r.player_id and l.staff_id = s.id)
    order by (select count(*) from reviews w where w.closed_at is null and w.assignee_id = s.id)
      + (select count(*) from reviews w
         where w.claimed_by = s.id and w.assignee_id is distinct from s.id), s.id
    limit 1`)
  return (rows as unknown as { id: string }[])[0]?.id ?? null
}

/** Who of staff decided an attempt so far, the second of two people too: everybody but rules. */
export async function listDeciders(db: Db, playerId: string, verificationId: string): Promise<string[]> {
  const rows = await db.execute(sql`
    select made_by as "madeBy" from decisions
    where player_id = ${playerId}::uuid and verification_id = ${verificationId}::uuid and made_by <> 'rule'
    union select confirmed_by::text from decisions
    where player_id = ${playerId}::uuid and verification_id = ${verificationId}::uuid and confirmed_by is not null`)
  return (rows as unknown as { madeBy: string }[]).map(({ madeBy }) => madeBy)
}

/** The documents of an attempt are looked at again: what is left of them stays until that is over. */
export async function keepDocumentsForReview(
  tx: Db,
  playerId: string,
  verificationId: string,
): Promise<void> {
  await tx
    .update(documents)
    .set({ keepUntil: null })
    .where(and(eq(documents.playerId, playerId), eq(documents.verificationId, verificationId)))
}

/** True when the consent of an attempt asks for a mail about the result. */
export async function wantsResultMail(db: Db, playerId: string, consentId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    select 1 from consents
    where player_id = ${playerId}::uuid and id = ${consentId}::uuid and items @> ${textArray(['result_mail'])}`)
  return rows.length > 0
}

/** Writes a version of a note. False when that version is there already: somebody else wrote it. */
export async function insertNote(tx: Db, row: typeof reviewNotes.$inferInsert): Promise<boolean> {
  const written = await tx
    .insert(reviewNotes)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: reviewNotes.id })
  return written.length === 1
}

/** The newest version of a note of this player's attempt, or null. */
export async function findNote(
  db: Db,
  playerId: string,
  verificationId: string,
  noteId: string,
): Promise<Pick<ReviewNote, 'version' | 'authorId'> | null> {
  const rows = await db
    .select({ version: reviewNotes.version, authorId: reviewNotes.authorId })
    .from(reviewNotes)
    .where(
      and(
        eq(reviewNotes.playerId, playerId),
        eq(reviewNotes.verificationId, verificationId),
        eq(reviewNotes.noteId, noteId),
      ),
    )
    .orderBy(desc(reviewNotes.version))
    .limit(1)
  return rows[0] ?? null
}

/** All versions of all notes of an attempt, oldest first. */
export async function listNotesOf(db: Db, playerId: string, verificationId: string): Promise<ReviewNote[]> {
  return db
    .select()
    .from(reviewNotes)
    .where(and(eq(reviewNotes.playerId, playerId), eq(reviewNotes.verificationId, verificationId)))
    .orderBy(asc(reviewNotes.createdAt), asc(reviewNotes.version))
}
