import 'server-only'
import type { Db } from '@/db/client'
import { findPending, findStaffDecision } from '@/db/queries/review-work'
import { type LockedCase, lockForDecision, type Review } from '@/db/queries/reviews'
import type { StaffActor } from '@/lib/actor'
import { type AuditEvent, appendAuditEvent } from '@/lib/audit/audit'
import { AppError } from '@/lib/errors'
import { asStaff } from '@/lib/staff/record'
import { conflict } from './conflict'

// The case that an act of staff is about: locked, open, as it was on the screen.

export type OpenCase = LockedCase & { review: Review }

/** One case, locked until the transaction ends. Throws AppError `not_found`. */
export async function lockCase(tx: Db, verificationId: string): Promise<LockedCase> {
  const one = await lockForDecision(tx, verificationId)
  if (one === null) throw new AppError('not_found')
  return one
}

/**
 * One case that awaits a reviewer and that nobody has decided, locked. Throws AppError `state_conflict` with what became of it
 * otherwise, and `not_found`.
 */
export async function lockOpenCase(tx: Db, verificationId: string): Promise<OpenCase> {
  const one = await lockCase(tx, verificationId)
  await requireUndecided(tx, verificationId)
  const { review } = one
  if (one.status !== 'awaiting_reviewer' || review === null || review.closedAt !== null)
    throw await whatBecameOf(tx, one)
  return { ...one, review }
}

/** Stops where somebody has decided and it has not taken effect. Throws AppError `state_conflict` with what they decided. */
export async function requireUndecided(tx: Db, verificationId: string): Promise<void> {
  const pending = await findPending(tx, verificationId)
  if (pending === null) return
  throw conflict({
    why: 'decided',
    verdict: pending.act,
    by: pending.madeBy,
    at: pending.madeAt.toISOString(),
    effectiveAt: pending.effectiveAt?.toISOString() ?? null,
  })
}

/** The conflict that tells who has decided a case, or how else it moved on. */
export async function whatBecameOf(tx: Db, one: LockedCase): Promise<AppError> {
  const decision = await findStaffDecision(tx, one.playerId, one.id)
  if (decision === null || decision.outcome !== one.status)
    return conflict({ why: 'moved_on', status: one.status })
  return conflict({
    why: 'decided',
    verdict: decision.outcome,
    by: decision.madeBy,
    at: decision.decidedAt.toISOString(),
    effectiveAt: null,
  })
}

/** Stops who saw another version. Throws AppError `state_conflict`. */
export function requireVersion({ review }: OpenCase, version: number): void {
  if (review.version !== version) throw conflict({ why: 'changed', version: review.version })
}

/** Stops who does not hold the claim. Throws AppError `state_conflict`. */
export function requireClaim(staff: StaffActor, { review }: OpenCase): void {
  if (review.claimedBy !== staff.id) throw conflict({ why: 'claim_lost', by: review.claimedBy })
}

/** Appends what staff did with a case to its chain. */
export function record(
  tx: Db,
  staff: Pick<StaffActor, 'id'>,
  one: { caseId: string; id: string },
  event: Omit<AuditEvent, 'actor' | 'object'> & Partial<AuditEvent>,
): Promise<void> {
  const object = { type: 'verification', id: one.id } as const
  return appendAuditEvent(tx, one.caseId, { actor: asStaff(staff), object, ...event })
}
