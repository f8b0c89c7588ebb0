import 'server-only'
import type { Db } from '@/db/client'
import {
  insertStaffLink,
  isLinkedToPlayer,
  listUnlinkedByEmail,
  listUnlinkedByPapers,
  type Review,
} from '@/db/queries/reviews'
import { findStaff } from '@/db/queries/staff'
import type { StaffActor } from '@/lib/actor'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { blindIndexes } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'
import { asStaff } from '@/lib/staff/record'
import { openProfile } from '@/lib/staff/seals'
import { refusal } from './conflict'

// Nobody works on a case linked to themself (PM-04), and nobody looks twice at what they have decided.

/**
 * Links somebody of staff to the player account that has their own mail address, where there is one, and to all with the papers
 * of somebody they are linked to. Call it in a transaction.
 */
export async function linkOwnAccount(at: Db, staff: Pick<StaffActor, 'id'>): Promise<void> {
  const row = await findStaff(at, staff.id)
  if (row === null) return
  const { email } = openProfile(row.id, row.profileSealed)
  const own = await listUnlinkedByEmail(at, staff.id, blindIndexes(env().indexKeys, 'email', email))
  await link(at, staff, own, 'same_mail_address')
  await link(at, staff, await listUnlinkedByPapers(at, staff.id), 'same_papers')
}

async function link(at: Db, staff: Pick<StaffActor, 'id'>, playerIds: string[], reason: string) {
  for (const playerId of playerIds)
    if (await insertStaffLink(at, staff.id, playerId))
      await appendAuditEvent(at, PROCESS_CHAIN, {
        actor: asStaff(staff),
        action: 'review.staff_linked',
        object: { type: 'staff', id: staff.id },
        reason,
      })
}

/** True when this person is the player, or was said to be close to them. Call it in a transaction. */
export async function isLinked(at: Db, staff: Pick<StaffActor, 'id'>, playerId: string): Promise<boolean> {
  await linkOwnAccount(at, staff)
  return isLinkedToPlayer(at, staff.id, playerId)
}

/** Stops who is linked to the player. Throws AppError `forbidden`. */
export async function requireUnlinked(at: Db, staff: StaffActor, playerId: string): Promise<void> {
  if (await isLinked(at, staff, playerId)) throw refusal('linked')
}

/**
 * Stops who may not take this case: linked to the player, barred since they decided before, asked for the second opinion on
 * their own proposal, or no lead where it was escalated. Throws AppError `forbidden`.
 */
export async function requireIndependent(at: Db, staff: StaffActor, review: Review): Promise<void> {
  await requireUnlinked(at, staff, review.playerId)
  if (review.barred.includes(staff.id)) throw refusal('barred')
  if (review.proposedBy === staff.id) throw refusal('own_proposal')
  if (review.escalatedAt !== null && !staff.roles.includes('lead')) throw refusal('escalated')
}
