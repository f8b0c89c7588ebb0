import 'server-only'
import { db, transact } from '@/db/client'
import {
  deleteInvitesBy,
  deleteInvitesOf,
  findPassword,
  findStaff,
  listInvites,
  listPasskeys,
  listStaff,
  updateStaff,
} from '@/db/queries/staff'
import { deleteStaffSessions } from '@/db/queries/staff-sessions'
import type { StaffActor, StaffRole } from '@/lib/actor'
import { AppError } from '@/lib/errors'
import { lockTeam } from './lock-team'
import { requirePermission } from './permissions'
import { asStaff, recordStaff } from './record'
import { openInvited, openProfile } from './seals'
import type { Profile } from './types'

export interface TeamMember extends Profile {
  id: string
  roles: StaffRole[]
  state: 'active' | 'disabled'
  passkeys: number
  hasPassword: boolean
  since: Date
}

export interface OpenInvite {
  staffId: string
  email: string
  roles: StaffRole[]
  expiresAt: Date
}

/** Everybody of the staff, and the links that were not used yet. Throws AppError `forbidden`. */
export async function readTeam(actor: StaffActor): Promise<{ members: TeamMember[]; invites: OpenInvite[] }> {
  requirePermission(actor, 'team.view')
  const members = await Promise.all((await listStaff(db())).map(toMember))
  const invites = (await listInvites(db())).map(({ staffId, emailSealed, roles, expiresAt }) => ({
    staffId,
    email: emailSealed === null ? '' : openInvited(staffId, emailSealed),
    roles: roles as StaffRole[], // the form's schema allows no other
    expiresAt,
  }))
  return { members, invites }
}

/** Replaces somebody's roles; it acts on their next request. AppError `state_conflict` when no operator would be left. */
export async function changeRoles(
  actor: StaffActor,
  staffId: string,
  roles: readonly StaffRole[],
): Promise<void> {
  await transact(async (tx) => {
    const operators = await lockTeam(tx, actor)
    const person = await findStaff(tx, staffId, { lock: true })
    if (person === null) throw new AppError('not_found')
    if (!roles.includes('operator')) {
      requireOther(operators, staffId)
      await deleteInvitesBy(tx, staffId) // a link must not outlive the right to make it
    }
    await updateStaff(tx, staffId, { roles: [...roles] })
    const change = { before: person.roles.join(' '), after: roles.join(' ') }
    await recordStaff(tx, asStaff(actor), 'staff.roles_changed', staffId, change)
  })
}

/** Shuts somebody out at once: sessions end, links to them and by them too. AppError `state_conflict` for the last operator. */
export async function disable(actor: StaffActor, staffId: string): Promise<void> {
  await transact(async (tx) => {
    const operators = await lockTeam(tx, actor)
    requireOther(operators, staffId)
    if ((await findStaff(tx, staffId, { lock: true })) === null) throw new AppError('not_found')
    await updateStaff(tx, staffId, { state: 'disabled' })
    await deleteStaffSessions(tx, staffId)
    await deleteInvitesOf(tx, staffId)
    await deleteInvitesBy(tx, staffId)
    await recordStaff(tx, asStaff(actor), 'staff.disabled', staffId)
  })
}

/** Lets somebody in again, with what they signed in with before. */
export async function enable(actor: StaffActor, staffId: string): Promise<void> {
  await transact(async (tx) => {
    await lockTeam(tx, actor)
    if ((await findStaff(tx, staffId, { lock: true })) === null) throw new AppError('not_found')
    await updateStaff(tx, staffId, { state: 'active' })
    await recordStaff(tx, asStaff(actor), 'staff.enabled', staffId)
  })
}

/** Takes a link back that was not used yet. AppError `not_found` when there is none. */
export async function withdrawInvite(actor: StaffActor, staffId: string): Promise<void> {
  await transact(async (tx) => {
    await lockTeam(tx, actor)
    if ((await deleteInvitesOf(tx, staffId)) === 0) throw new AppError('not_found')
    await recordStaff(tx, asStaff(actor), 'staff.invite_withdrawn', staffId)
  })
}

/** Ends every session of somebody. */
export async function endSessionsOf(actor: StaffActor, staffId: string): Promise<void> {
  await transact(async (tx) => {
    await lockTeam(tx, actor)
    if ((await findStaff(tx, staffId)) === null) throw new AppError('not_found')
    await deleteStaffSessions(tx, staffId)
    await recordStaff(tx, asStaff(actor), 'staff.session_revoked', staffId)
  })
}

async function toMember(row: Awaited<ReturnType<typeof listStaff>>[number]): Promise<TeamMember> {
  return {
    id: row.id,
    ...openProfile(row.id, row.profileSealed),
    roles: row.roles as StaffRole[], // the table's check allows no other
    state: row.state === 'active' ? 'active' : 'disabled',
    passkeys: (await listPasskeys(db(), row.id)).length,
    hasPassword: (await findPassword(db(), row.id)) !== null,
    since: row.createdAt,
  }
}

function requireOther(operators: readonly string[], staffId: string) {
  if (operators.length === 1 && operators[0] === staffId)
    throw new AppError('state_conflict', 'last operator')
}
