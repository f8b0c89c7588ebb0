import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, transact } from '@/db/client'
import {
  confirmPending,
  findPending,
  insertPending,
  listUnconfirmed,
  type PendingDecision,
} from '@/db/queries/review-work'
import { findOwner } from '@/db/queries/reviews'
import type { StaffActor } from '@/lib/actor'
import type { ReasonCode } from '@/lib/checks/reasons'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { requirePermission } from '@/lib/staff/permissions'
import type { Status } from '@/lib/verification/types'
import { conflict, refusal } from './conflict'
import { queueCarryOut, storePending, toDecided } from './decide'
import { requireUnlinked } from './independence'
import { lockCase, record, requireUndecided, whatBecameOf } from './open-case'
import { areFitting } from './reasons'
import { isTwoPeopleOn } from './two-people'
import { type Decided, REVERSALS, type Reversal, type ReversalForm } from './types'

// Reversing a verdict (PM-03): one lead proposes, another agrees, then it takes effect like any decision, undo window and all.

const FROM: Record<Reversal, Status> = { reopen: 'rejected', revoke: 'approved' }
const NEEDS = { reopen: 'case.reopen', revoke: 'case.revoke' } as const
const LISTED = 200

/**
 * Proposes to have a rejected attempt looked at again, or to take an approval back for `reasons`. Throws `state_conflict` with
 * what has become of it, `forbidden` for who is linked to the player, `bad_request` for reasons that do not fit.
 */
export async function proposeReversal(
  staff: StaffActor,
  { id, act, reasons }: ReversalForm,
): Promise<Decided> {
  requirePermission(staff, NEEDS[act])
  if (act === 'revoke' && !areFitting('reject', reasons))
    throw new AppError('bad_request', 'no fitting reason')
  return transact(async (tx) => {
    const one = await lockCase(tx, id)
    await requireUndecided(tx, id)
    if (one.status !== FROM[act]) throw await whatBecameOf(tx, one)
    await requireUnlinked(tx, staff, one.playerId)
    const row = {
      playerId: one.playerId,
      id: randomUUID(),
      verificationId: id,
      caseId: one.caseId,
      act,
      reasons,
      madeBy: staff.id,
      attemptVersion: one.version,
    }
    await record(tx, staff, one, {
      action: 'review.reversal_proposed',
      after: act,
      reason: reasons.join(' '),
    })
    if (isTwoPeopleOn()) return toDecided(await insertPending(tx, row, null))
    await record(tx, staff, one, { action: 'review.one_person_sufficed', reason: act })
    return toDecided(await storePending(tx, row))
  })
}

/**
 * Agrees to another lead's proposal, the one that was on the screen; it takes effect after the undo window. Throws `forbidden` for
 * whoever proposed it, `state_conflict` where it is another by now.
 */
export async function confirmReversal(
  staff: StaffActor,
  { id, proposal }: { id: string; proposal: string },
): Promise<Decided> {
  requirePermission(staff, 'case.reopen')
  return transact(async (tx) => {
    const one = await lockCase(tx, id)
    const proposed = await findPending(tx, id)
    if (proposed === null || !isReversal(proposed.act)) throw await whatBecameOf(tx, one)
    if (proposed.id !== proposal) throw conflict({ why: 'too_late' })
    requirePermission(staff, NEEDS[proposed.act])
    if (proposed.madeBy === staff.id) throw refusal('same_person')
    await requireUnlinked(tx, staff, one.playerId)
    const { undoSeconds } = env().limits.review
    const confirmed = await confirmPending(tx, id, staff.id, undoSeconds)
    if (confirmed === null) throw conflict({ why: 'too_late' })
    await queueCarryOut(tx, confirmed)
    await record(tx, staff, one, { action: 'review.reversal_confirmed', after: proposed.act })
    return toDecided(confirmed)
  })
}

/** A reversal that waits for a second lead. */
export interface ProposedReversal {
  /** The attempt. */
  id: string
  proposal: string
  act: Reversal
  reasons: ReasonCode[]
  proposedBy: string
  proposedAt: string
}

/** What waits for a second lead, oldest first. */
export async function listReversals(staff: StaffActor): Promise<ProposedReversal[]> {
  requirePermission(staff, 'case.reopen')
  return (await listUnconfirmed(db(), LISTED)).flatMap(
    ({ verificationId, id, act, reasons, madeBy, madeAt }) =>
      isReversal(act)
        ? [
            {
              id: verificationId,
              proposal: id,
              act,
              reasons: reasons as ReasonCode[],
              proposedBy: madeBy,
              proposedAt: madeAt.toISOString(),
            },
          ]
        : [],
  )
}

/** An attempt whose verdict may be reversed, and how. */
export interface Reversible {
  id: string
  reference: string
  act: Reversal
}

/** The attempt when its verdict may be reversed now, or null. */
export async function findReversible(staff: StaffActor, id: string): Promise<Reversible | null> {
  requirePermission(staff, 'case.reopen')
  const one = await findOwner(db(), id)
  const act = REVERSALS.find((reversal) => FROM[reversal] === one?.status)
  if (one === null || act === undefined || (await findPending(db(), id)) !== null) return null
  return { id, reference: one.reference, act }
}

function isReversal(act: PendingDecision['act']): act is Reversal {
  return act === 'reopen' || act === 'revoke'
}
