import 'server-only'
import { db, transact } from '@/db/client'
import {
  claimNextReview,
  claimReview,
  findReview,
  type Review,
  releaseClaim,
  touchClaim,
} from '@/db/queries/reviews'
import type { StaffActor } from '@/lib/actor'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { requirePermission } from '@/lib/staff/permissions'
import { conflict } from './conflict'
import { linkOwnAccount, requireIndependent } from './independence'
import { lockOpenCase, record } from './open-case'

// Who has which case in hand. A claim without a heartbeat for `review.idleMinutes` is anybody's again.

/** A case in hand: the attempt, and the version of its review that the page sends back with what it does. */
export interface Claimed {
  id: string
  version: number
}

/** Takes the next case that this person may decide; null when there is none. */
export async function claimNext(staff: StaffActor): Promise<Claimed | null> {
  requirePermission(staff, 'case.claim')
  return transact(async (tx) => {
    await linkOwnAccount(tx, staff)
    const review = await claimNextReview(tx, staff.id, staff.roles.includes('lead'))
    if (review === null) return null
    await record(tx, staff, toCase(review), { action: 'review.claimed', reason: 'next' })
    return toClaimed(review)
  })
}

/**
 * Takes this case, from whoever left it idle too; harmless when it is in hand. Throws `forbidden` for who may not decide it,
 * `state_conflict` with who has it, or what became of it.
 */
export async function claim(staff: StaffActor, verificationId: string): Promise<Claimed> {
  requirePermission(staff, 'case.claim')
  return transact(async (tx) => {
    const { review } = await lockOpenCase(tx, verificationId)
    await requireIndependent(tx, staff, review)
    if (review.claimedBy === staff.id) {
      await touchClaim(tx, staff.id, verificationId)
      return toClaimed(review)
    }
    if (!(await claimReview(tx, staff.id, verificationId, env().limits.review.idleMinutes)))
      throw conflict({ why: 'taken', by: review.claimedBy })
    await record(tx, staff, toCase(review), {
      action: 'review.claimed',
      reason: review.claimedBy === null ? 'chosen' : 'left_idle',
    })
    return { id: verificationId, version: review.version + 1 }
  })
}

/**
 * Says that the person is still at it; the version as it is. Throws `state_conflict` with who has the case by now, so that the
 * page keeps what was typed and offers to claim again.
 */
export async function heartbeat(staff: StaffActor, verificationId: string): Promise<Claimed> {
  requirePermission(staff, 'case.claim')
  const isHeld = await touchClaim(db(), staff.id, verificationId)
  const review = await findReview(db(), verificationId)
  if (review === null) throw new AppError('not_found')
  if (!isHeld) throw conflict({ why: 'claim_lost', by: review.claimedBy })
  return toClaimed(review)
}

/** Gives a case back. False when it was not in hand, or was decided and may still be undone. */
export async function release(staff: StaffActor, verificationId: string): Promise<boolean> {
  requirePermission(staff, 'case.claim')
  return transact(async (tx) => {
    if (!(await releaseClaim(tx, staff.id, verificationId))) return false
    const review = await findReview(tx, verificationId)
    if (review !== null) await record(tx, staff, toCase(review), { action: 'review.released' })
    return true
  })
}

function toCase({ caseId, verificationId }: Review): { caseId: string; id: string } {
  return { caseId, id: verificationId }
}

function toClaimed({ verificationId, version }: Review): Claimed {
  return { id: verificationId, version }
}
