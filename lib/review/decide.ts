import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, transact } from '@/db/client'
import {
  addReason,
  deletePendingOf,
  findPending,
  insertPending,
  type PendingDecision,
} from '@/db/queries/review-work'
import { changeReview, touchClaim } from '@/db/queries/reviews'
import { findStaff } from '@/db/queries/staff'
import type { StaffActor } from '@/lib/actor'
import type { ReasonCode } from '@/lib/checks/reasons'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { DECISION_QUEUE, queueJob } from '@/lib/jobs'
import { may, requirePermission } from '@/lib/staff/permissions'
import { conflict, refusal } from './conflict'
import { hasNewDuplicate } from './duplicate'
import { isLinked, requireIndependent } from './independence'
import {
  lockCase,
  lockOpenCase,
  type OpenCase,
  record,
  requireClaim,
  requireVersion,
  whatBecameOf,
} from './open-case'
import { areFitting, isNeverApproved } from './reasons'
import { isTwoPeopleOn, wantsFourEyes } from './two-people'
import type { Decided, DecisionForm } from './types'

// A person decides. What they say is stored and takes effect after the undo window, by a job (carry-out.ts).

/**
 * Decides the case that this person has in hand: stored, and carried out after `review.undoSeconds`; or, where two people
 * have to agree and nobody proposed the same, a proposal. Throws `bad_request` for reasons or a document that do not fit,
 * `forbidden` for who may not decide this one, `state_conflict` with what stands against it (`readConflict`).
 */
export async function decide(staff: StaffActor, form: DecisionForm): Promise<Decided> {
  requirePermission(staff, form.verdict === 'resubmission' ? 'case.resubmit' : 'case.decide')
  if (!isWellFormed(form)) throw new AppError('bad_request', 'reasons or document do not fit the verdict')
  const answer = await transact((tx) => store(tx, staff, form))
  if (answer === 'duplicate') throw conflict({ why: 'duplicate' })
  return answer
}

/**
 * Takes back what this person decided, or proposed, and what has not taken effect; they have the case in hand as before. Throws
 * `state_conflict` when it is too late, with what has become of it.
 */
export async function undo(staff: StaffActor, verificationId: string): Promise<{ version: number | null }> {
  requirePermission(staff, 'case.decide')
  return transact(async (tx) => {
    const one = await lockCase(tx, verificationId)
    const undone = await deletePendingOf(tx, verificationId, staff.id)
    if (undone !== null) {
      await touchClaim(tx, staff.id, verificationId)
      await record(tx, staff, one, { action: 'review.decision_undone', before: undone.act })
      return { version: one.review?.version ?? null }
    }
    const { review } = one
    if (review === null || review.closedAt !== null) throw await whatBecameOf(tx, one)
    if (review.proposedBy !== staff.id) throw conflict({ why: 'too_late' })
    const freed = { proposedBy: null, proposedOutcome: null, proposedReasons: null }
    const changed = await changeReview(tx, verificationId, review.version, freed)
    await record(tx, staff, one, {
      action: 'review.proposal_withdrawn',
      ...(review.proposedOutcome === null ? {} : { before: review.proposedOutcome }),
    })
    return { version: changed?.version ?? null }
  })
}

/** Stores a decision with the job that carries it out; both exist only if the transaction commits. */
export async function storePending(
  tx: Db,
  row: Parameters<typeof insertPending>[1],
): Promise<PendingDecision> {
  const { undoSeconds } = env().limits.review
  const pending = await insertPending(tx, row, undoSeconds)
  await queueCarryOut(tx, pending)
  return pending
}

/** Queues the job that carries a decision out once its time has come. */
export async function queueCarryOut(
  tx: Db,
  { playerId, verificationId, id }: PendingDecision,
): Promise<void> {
  const job = { playerId, verificationId, decisionId: id }
  await queueJob(tx, DECISION_QUEUE, job, { afterSeconds: env().limits.review.undoSeconds })
}

function isWellFormed({ verdict, reasons, document }: DecisionForm): boolean {
  return areFitting(verdict, reasons) && (verdict === 'resubmission') === (document !== undefined)
}

async function store(tx: Db, staff: StaffActor, form: DecisionForm): Promise<Decided | 'duplicate'> {
  const repeated = await findRepeated(tx, staff, form)
  if (repeated !== null) return repeated
  const one = await lockOpenCase(tx, form.id)
  requireClaim(staff, one)
  requireVersion(one, form.version)
  await requireIndependent(tx, staff, one.review)
  requireAllowed(one, form)
  if (form.verdict === 'approve' && (await hasNewDuplicate(tx, one))) {
    await addReason(tx, one.playerId, one.id, 'duplicate_person')
    await record(tx, staff, one, { action: 'review.duplicate_found' })
    return 'duplicate'
  }
  const reasons: ReasonCode[] = form.verdict === 'approve' ? ['approved_by_person'] : form.reasons
  const needsTwo = await wantsFourEyes(tx, form.verdict, [...one.reasons, ...reasons])
  const isSeconded = one.review.proposedOutcome === form.verdict && (await isProposalGood(tx, one))
  if (needsTwo && !isSeconded) {
    if (isTwoPeopleOn()) return propose(tx, staff, one, form, reasons)
    await record(tx, staff, one, { action: 'review.one_person_sufficed', reason: form.verdict })
  }
  const pending = await storePending(tx, {
    playerId: one.playerId,
    id: randomUUID(),
    verificationId: one.id,
    caseId: one.caseId,
    act: form.verdict,
    reasons,
    document: form.document ?? null,
    madeBy: staff.id,
    confirmedBy: isSeconded ? one.review.proposedBy : null,
    attemptVersion: one.version,
  })
  await touchClaim(tx, staff.id, one.id)
  await record(tx, staff, one, {
    action: 'review.decision_made',
    after: form.verdict,
    reason: reasons.join(' '),
  })
  return toDecided(pending)
}

/** The same person sends the same again, since an answer was lost: what is stored, or null. */
async function findRepeated(tx: Db, staff: StaffActor, form: DecisionForm): Promise<Decided | null> {
  const stored = await findPending(tx, form.id)
  const isSame = stored?.madeBy === staff.id && stored.act === form.verdict
  return isSame ? toDecided(stored) : null
}

function requireAllowed(one: OpenCase, form: DecisionForm): void {
  if (form.verdict === 'approve' && isNeverApproved(one.reasons)) throw refusal('verdict')
  if (form.document !== undefined && !one.documents.includes(form.document))
    throw new AppError('bad_request', 'not a document of this attempt')
}

/** True when whoever proposed may still decide this case. */
async function isProposalGood(tx: Db, { playerId, review: { proposedBy } }: OpenCase): Promise<boolean> {
  const row = proposedBy === null ? null : await findStaff(tx, proposedBy)
  if (row?.state !== 'active' || !may(row.roles as StaffActor['roles'], 'case.decide')) return false
  return !(await isLinked(tx, row, playerId))
}

async function propose(
  tx: Db,
  staff: StaffActor,
  one: OpenCase,
  form: DecisionForm,
  reasons: string[],
): Promise<Decided> {
  await changeReview(tx, one.id, one.review.version, {
    proposedBy: staff.id,
    proposedOutcome: form.verdict,
    proposedReasons: reasons,
    assigneeId: one.review.assigneeId === staff.id ? null : one.review.assigneeId,
    claimedBy: null,
    claimedAt: null,
    claimSeenAt: null,
  })
  await record(tx, staff, one, {
    action: 'review.proposed',
    after: form.verdict,
    reason: reasons.join(' '),
  })
  return { kind: 'proposed' }
}

/** What a page is told of a stored decision. */
export function toDecided({ id, effectiveAt }: PendingDecision): Decided {
  if (effectiveAt === null) return { kind: 'proposed' }
  return { kind: 'pending', id, effectiveAt: effectiveAt.toISOString() }
}
