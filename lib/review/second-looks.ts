import 'server-only'
import { type Db, db, transact } from '@/db/client'
import {
  answerSecondLook,
  findLookOf,
  listDiffering,
  type SecondLook,
  settleSecondLook,
  takeSecondLook,
} from '@/db/queries/review-work'
import { listDeciders } from '@/db/queries/reviews'
import type { StaffActor } from '@/lib/actor'
import { AppError } from '@/lib/errors'
import { requirePermission } from '@/lib/staff/permissions'
import { conflict, refusal } from './conflict'
import { linkOwnAccount } from './independence'
import { record } from './open-case'
import { areFitting } from './reasons'
import { isTwoPeopleOn } from './two-people'
import type { SecondLookForm } from './types'

// A share of what staff decide (`review.secondLookPercent`) is looked at by somebody else who does not see the first verdict. It
// measures how far people agree; nothing of it changes an outcome.

const IDLE_MINUTES = 24 * 60
const LISTED = 200

/** The next second look of this person, without the first verdict; null when there is none. */
export async function takeNextLook(
  staff: StaffActor,
): Promise<{ id: string; verificationId: string } | null> {
  requirePermission(staff, 'case.claim')
  return transact(async (tx) => {
    await linkOwnAccount(tx, staff)
    const look = await takeSecondLook(tx, staff.id, IDLE_MINUTES)
    if (look === null) return null
    await record(tx, staff, toCase(look), { action: 'review.second_look_taken' })
    return { id: look.id, verificationId: look.verificationId }
  })
}

/** The second look that this person has to answer about an attempt, or null: while there is one, pages keep decisions on it from them. */
export async function findOwnLook(staff: StaffActor, verificationId: string): Promise<string | null> {
  return findLookOf(db(), staff.id, verificationId)
}

/** Stores what the second person would have decided. Throws `state_conflict` when it is not theirs, or answered. */
export async function answerLook(staff: StaffActor, { id, verdict, reasons }: SecondLookForm): Promise<void> {
  requirePermission(staff, 'case.decide')
  if (!areFitting(verdict, reasons)) throw new AppError('bad_request', 'reasons do not fit the verdict')
  await transact(async (tx) => {
    const look = await answerSecondLook(tx, id, staff.id, verdict, reasons)
    if (look === null) throw conflict({ why: 'too_late' })
    await record(tx, staff, toCase(look), {
      action: 'review.second_look_answered',
      after: look.agrees ? 'agrees' : 'differs',
    })
  })
}

/** Two verdicts on one case that differ: a lead looks at both. */
export interface Difference {
  id: string
  verificationId: string
  first: { by: string; verdict: string; reasons: string[] }
  second: { by: string; verdict: string; reasons: string[] }
  answeredAt: string
  /** True for who gave one of the two: another lead closes it. */
  isOwn: boolean
}

/** What leads have to look at, oldest first. */
export async function listDifferences(staff: StaffActor): Promise<Difference[]> {
  requirePermission(staff, 'case.second_opinion')
  return (await listDiffering(db(), LISTED)).map((look) => ({
    id: look.id,
    verificationId: look.verificationId,
    first: { by: look.firstBy, verdict: look.firstOutcome, reasons: look.firstReasons },
    second: {
      by: look.takenBy ?? '',
      verdict: look.secondOutcome ?? '',
      reasons: look.secondReasons ?? [],
    },
    answeredAt: look.answeredAt?.toISOString() ?? '',
    isOwn: isTwoPeopleOn() && [look.firstBy, look.takenBy].includes(staff.id),
  }))
}

/**
 * Closes a difference: the lead has seen both, and reverses the verdict by itself where it was wrong. Throws `forbidden` for who
 * gave one of the two, `state_conflict` when it was closed.
 */
export async function settleDifference(staff: StaffActor, id: string): Promise<void> {
  requirePermission(staff, 'case.second_opinion')
  await transact(async (tx) => {
    const look = await settleSecondLook(tx, id, staff.id)
    if (look === null) throw conflict({ why: 'too_late' })
    if (isTwoPeopleOn() && (await isOwn(tx, staff, look))) throw refusal('barred')
    await record(tx, staff, toCase(look), { action: 'review.second_look_settled' })
  })
}

async function isOwn(tx: Db, staff: StaffActor, { playerId, verificationId, takenBy }: SecondLook) {
  return takenBy === staff.id || (await listDeciders(tx, playerId, verificationId)).includes(staff.id)
}

function toCase({ caseId, verificationId }: SecondLook): { caseId: string; id: string } {
  return { caseId, id: verificationId }
}
