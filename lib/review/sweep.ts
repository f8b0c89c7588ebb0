import 'server-only'
import { db, transact } from '@/db/client'
import { listLateBulk, listLatePending } from '@/db/queries/review-work'
import {
  changeReview,
  type IdleClaim,
  listAssignedToNobody,
  listIdleClaims,
  listPastDue,
  type Review,
  type ReviewChange,
  releaseIdleClaim,
} from '@/db/queries/reviews'
import { listStaff } from '@/db/queries/staff'
import { type AuditEvent, appendAuditEvent } from '@/lib/audit/audit'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { carryOutBulk } from './bulk'
import { carryOut } from './carry-out'
import { listDeciding } from './handling'

// What the worker looks after at the desk. Safe beside other sweepers.

const BATCH = 200
/** A job gets so long before the sweeper does its work. */
const LATE_SECONDS = 3

/**
 * Frees claims that nobody is at and cases of people who decide nothing any more, hands overdue cases to the leads, carries out
 * what a lost job did not. How many of each.
 */
export async function sweepReviews(): Promise<{ freed: number; escalated: number; late: number }> {
  const late = await sweepLate()
  const freed = (await sweepIdle()) + (await sweepUnassigned())
  const escalated = await sweepOverdueReviews()
  if (late + freed + escalated > 0) log.info({ event: 'sweep.reviews', count: late + freed + escalated })
  return { freed, escalated, late }
}

async function sweepLate(): Promise<number> {
  let done = 0
  for (const { id, ...of } of await listLatePending(db(), LATE_SECONDS, BATCH))
    if ((await carryOut({ ...of, decisionId: id })) !== null) done += 1
  for (const bulkId of await listLateBulk(db(), LATE_SECONDS, BATCH)) done += await carryOutBulk({ bulkId })
  return done
}

async function sweepIdle(): Promise<number> {
  const { idleMinutes } = env().limits.review
  let freed = 0
  for (const claim of await listIdleClaims(db(), idleMinutes, BATCH))
    if (await free(claim, idleMinutes)) freed += 1
  return freed
}

function free(claim: IdleClaim, idleMinutes: number): Promise<boolean> {
  return transact(async (tx) => {
    if (!(await releaseIdleClaim(tx, claim, idleMinutes))) return false
    await appendAuditEvent(tx, claim.caseId, {
      ...bySweeper(claim.verificationId),
      action: 'review.claim_lapsed',
      before: claim.claimedBy,
    })
    return true
  })
}

async function sweepUnassigned(): Promise<number> {
  const deciders = (await listDeciding(db())).map(({ id }) => id)
  let freed = 0
  for (const review of await listAssignedToNobody(db(), deciders, BATCH))
    if (await arrange(review, { assigneeId: null }, { action: 'review.assigned', after: 'nobody' }))
      freed += 1
  return freed
}

/** Nothing is escalated where there is no lead: it would be nobody's. */
async function sweepOverdueReviews(): Promise<number> {
  const overdue = await listPastDue(db(), BATCH)
  if (overdue.length === 0 || !(await hasLead())) return 0
  const change = { escalatedAt: new Date(), assigneeId: null }
  let escalated = 0
  for (const review of overdue)
    if (await arrange(review, change, { action: 'review.escalated', reason: 'overdue' })) escalated += 1
  return escalated
}

async function hasLead(): Promise<boolean> {
  return (await listStaff(db())).some((row) => row.state === 'active' && row.roles.includes('lead'))
}

/** False when it has changed meanwhile: the next round looks again. */
function arrange(
  review: Review,
  change: ReviewChange,
  event: Pick<AuditEvent, 'action' | 'after' | 'reason'>,
): Promise<boolean> {
  return transact(async (tx) => {
    if ((await changeReview(tx, review.verificationId, review.version, change)) === null) return false
    await appendAuditEvent(tx, review.caseId, { ...bySweeper(review.verificationId), ...event })
    return true
  })
}

function bySweeper(verificationId: string): Pick<AuditEvent, 'actor' | 'object'> {
  return { actor: { kind: 'system', id: 'sweeper' }, object: { type: 'verification', id: verificationId } }
}
