import 'server-only'
import { randomInt, randomUUID } from 'node:crypto'
import { type Db, transact } from '@/db/client'
import { lockPlayer } from '@/db/queries/consents'
import { findRuleDecision } from '@/db/queries/decisions'
import { deleteDocumentsOfPlayer, insertDecision, setKeepUntil } from '@/db/queries/documents'
import { answerRequestsAbout } from '@/db/queries/requests'
import { addReason, insertSecondLook, type PendingDecision, takeDuePending } from '@/db/queries/review-work'
import {
  changeReview,
  keepDocumentsForReview,
  type LockedCase,
  listDeciders,
  lockForDecision,
  setReviewDue,
  wantsResultMail,
} from '@/db/queries/reviews'
import { findStaff } from '@/db/queries/staff'
import { moveVerification } from '@/db/queries/verifications'
import type { StaffActor } from '@/lib/actor'
import type { AuditAction } from '@/lib/audit/audit'
import type { ReasonCode } from '@/lib/checks/reasons'
import { env } from '@/lib/env'
import { type DecisionJob, queueJob, RESULT_MAIL_QUEUE, wakeWorkers } from '@/lib/jobs'
import { currentPolicy } from '@/lib/policy/current'
import { may, type Permission } from '@/lib/staff/permissions'
import { announceChange } from '@/lib/verification/changes'
import { reviewDueAt } from '@/lib/verification/review-due'
import type { Status } from '@/lib/verification/types'
import { hasNewDuplicate } from './duplicate'
import { isLinked } from './independence'
import { record } from './open-case'
import { isTwoPeopleOn } from './two-people'
import { VERDICT_STATUS } from './types'

// A decision of staff takes effect. The row of `pending_decisions` is taken in the transaction that moves the attempt, so that
// a doubled job, a dead worker and the sweeper together carry it out exactly once, or not at all once it was undone.

const DAY_MS = 86_400_000
type Act = PendingDecision['act']

const FROM: Record<Act, Status> = {
  approve: 'awaiting_reviewer',
  reject: 'awaiting_reviewer',
  resubmission: 'awaiting_reviewer',
  reopen: 'rejected',
  revoke: 'approved',
}
const TO: Record<Act, Status> = {
  ...VERDICT_STATUS,
  reopen: 'awaiting_reviewer',
  revoke: 'revoked',
}
const RECORDED: Record<Act, AuditAction> = {
  approve: 'verification.decided',
  reject: 'verification.decided',
  resubmission: 'verification.decided',
  reopen: 'verification.reopened',
  revoke: 'verification.revoked',
}
const NEEDS: Record<Act, Permission> = {
  approve: 'case.decide',
  reject: 'case.decide',
  resubmission: 'case.resubmit',
  reopen: 'case.reopen',
  revoke: 'case.revoke',
}

/** Carries a decision out whose time has come; harmless when that was done, or it was undone. The outcome, or null. */
export async function carryOut(job: DecisionJob): Promise<Status | null> {
  const outcome = await transact(async (tx) => {
    await lockPlayer(tx, job.playerId)
    const one = await lockForDecision(tx, job.verificationId)
    const pending = await takeDuePending(tx, job.playerId, job.decisionId)
    if (one === null || pending === null) return null
    const why = await whyNot(tx, one, pending)
    if (why === null) return apply(tx, one, pending)
    await record(tx, { id: pending.madeBy }, one, {
      actor: { kind: 'system', id: 'worker' },
      action: 'review.decision_dropped',
      before: pending.act,
      reason: why,
    })
    return null
  })
  if (outcome !== null) {
    announceChange(job.verificationId)
    wakeWorkers()
  }
  return outcome
}

/** What a decision is about once it counts. */
export type Effect = Pick<PendingDecision, 'id' | 'act' | 'reasons' | 'document' | 'madeBy' | 'confirmedBy'>

/**
 * Moves the attempt with all that hangs on it: decision, documents, requests that are answered by it, mail, audit. Call it with
 * the player and the case locked.
 */
export async function apply(tx: Db, one: LockedCase, act: Effect): Promise<Status | null> {
  const now = new Date()
  const from = FROM[act.act]
  const to = TO[act.act]
  const isMinor = act.act === 'reject' && act.reasons.includes('under_age')
  const reasons = act.reasons as ReasonCode[]
  const moved = await moveVerification(tx, one.playerId, one.id, from, to, {
    reasons: act.act === 'reopen' ? one.reasons : reasons,
    ...(act.act === 'resubmission' && act.document !== null ? { correctFirst: act.document } : {}),
    ...(isMinor ? { documentStates: [] } : {}),
    ...(act.act === 'reopen' ? {} : { decidedAt: now }),
    deadlineAt: act.act === 'resubmission' ? inDays(now, env().limits.journey.resubmissionDays) : null,
  })
  if (!moved) return null
  if (isMinor)
    await deleteDocumentsOfPlayer(tx, one.playerId) // nothing is kept of a minor but outcome and date
  else await keepDocuments(tx, one, act.act, now)
  if (act.act === 'reopen') await openAgain(tx, one, act, now)
  else await writeDecision(tx, one, act, now)
  await record(tx, { id: act.madeBy }, one, {
    action: RECORDED[act.act],
    before: from,
    after: to,
    reason: reasons.join(' '),
  })
  await answerWhatWasAsked(tx, one, act)
  if (act.act !== 'reopen' && (await wantsResultMail(tx, one.playerId, one.consentId)))
    await queueJob(tx, RESULT_MAIL_QUEUE, { playerId: one.playerId, verificationId: one.id })
  return to
}

/** Why a decision does not take effect after all, or null. */
async function whyNot(tx: Db, one: LockedCase, pending: PendingDecision): Promise<string | null> {
  if (one.status !== FROM[pending.act]) return 'moved_on'
  if (one.version !== pending.attemptVersion) return 'changed'
  for (const id of [pending.madeBy, ...(pending.confirmedBy === null ? [] : [pending.confirmedBy])]) {
    if (!(await isStillAllowed(tx, id, NEEDS[pending.act]))) return 'not_staff'
    if (await isLinked(tx, { id }, one.playerId)) return 'linked'
  }
  if (pending.act === 'approve' && (await hasNewDuplicate(tx, one))) {
    await addReason(tx, one.playerId, one.id, 'duplicate_person')
    return 'duplicate_person'
  }
  return null
}

async function isStillAllowed(tx: Db, staffId: string, permission: Permission): Promise<boolean> {
  const row = await findStaff(tx, staffId)
  return row?.state === 'active' && may(row.roles as StaffActor['roles'], permission)
}

async function keepDocuments(tx: Db, { playerId, id }: LockedCase, act: Act, now: Date): Promise<void> {
  const { documentDays, unfinishedDays } = env().limits.retention
  if (act === 'reopen') await keepDocumentsForReview(tx, playerId, id)
  else if (act === 'resubmission') await setKeepUntil(tx, playerId, id, inDays(now, unfinishedDays))
  else if (act !== 'revoke') await setKeepUntil(tx, playerId, id, inDays(now, documentDays))
}

/** Back with a reviewer: nobody who decided before, nor who alone had it opened again, for that would be one person's reversal. */
async function openAgain(tx: Db, { playerId, id }: LockedCase, act: Effect, now: Date): Promise<void> {
  await setReviewDue(tx, playerId, id, reviewDueAt(now))
  const opened = await lockForDecision(tx, id)
  if (!opened?.review) return
  if (!isTwoPeopleOn())
    return record(tx, { id: act.madeBy }, opened, {
      action: 'review.one_person_sufficed',
      reason: 'reopen',
    })
  const deciders = await listDeciders(tx, playerId, id)
  const barred = act.confirmedBy === null ? [...deciders, act.madeBy] : deciders
  await changeReview(tx, id, opened.review.version, { barred: [...new Set(barred)] })
}

/** The decision names the policy and the input that the person saw the findings of, so that it can be looked at again. */
async function writeDecision(tx: Db, one: LockedCase, act: Effect, now: Date): Promise<void> {
  const rule = await findRuleDecision(tx, one.playerId, one.id)
  const inputHash = rule?.inputHash ?? one.inputHash ?? Buffer.alloc(0)
  await insertDecision(tx, [], {
    playerId: one.playerId,
    id: act.id,
    verificationId: one.id,
    outcome: TO[act.act],
    reasons: act.reasons,
    madeBy: act.madeBy,
    confirmedBy: act.confirmedBy,
    policyVersion: rule?.policyVersion ?? one.policyVersion ?? (await currentPolicy(tx)).policy.version,
    policySha256: rule?.policySha256 ?? null,
    inputHash,
    decidedAt: now,
  })
  if (act.act === 'revoke' || randomInt(10_000) >= env().limits.review.secondLookPercent * 100) return
  await insertSecondLook(tx, {
    playerId: one.playerId,
    id: randomUUID(),
    verificationId: one.id,
    caseId: one.caseId,
    firstBy: act.madeBy,
    firstOutcome: act.act,
    firstReasons: act.reasons,
  })
}

/** The decision answers an appeal against the one before, and what the player said of two names; its reasons are the answer. */
async function answerWhatWasAsked(tx: Db, one: LockedCase, { act, madeBy }: Effect): Promise<void> {
  if (act === 'reopen' || act === 'revoke') return
  const state = act === 'approve' ? 'granted' : 'closed'
  const answer = { state, answeredBy: madeBy } as const
  for (const id of await answerRequestsAbout(tx, one, ['appeal', 'both_are_me'], answer))
    await record(tx, { id: madeBy }, one, {
      action: 'request.answered',
      object: { type: 'request', id },
      after: state,
    })
}

function inDays(from: Date, days: number): Date {
  return new Date(from.getTime() + days * DAY_MS)
}
