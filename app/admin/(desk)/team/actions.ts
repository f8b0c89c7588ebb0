'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { staffAction, staffCall } from '@/lib/auth/staff-guards'
import { isAppError } from '@/lib/errors'
import { invite, inviteBack } from '@/lib/staff/invites'
import { changeRoles, disable, enable, endSessionsOf, withdrawInvite } from '@/lib/staff/team'
import { EmailField, RolesField, type StaffProblem } from '@/lib/staff/types'

const Invitation = z.strictObject({ email: EmailField, roles: RolesField })
const Somebody = z.strictObject({ id: z.uuid() })
const Roles = z.strictObject({ id: z.uuid(), roles: RolesField })

type Done = 'roles_changed' | 'disabled' | 'enabled' | 'sessions_ended' | 'invite_withdrawn'

/** Makes a one-time link for somebody, to be shown once. */
export const inviteSomebody = staffCall('team.change', Invitation, async (staff, { email, roles }) => {
  return (await invite(staff, email, roles)).href
})

/** Makes a way back in for somebody of the team, to be shown once. */
export const inviteSomebodyBack = staffCall('team.change', Somebody, async (staff, { id }) => {
  return (await inviteBack(staff, id)).href
})

/** Takes back a link that was not used. */
export const withdrawLink = staffAction('team.change', Somebody, async (staff, { id }) => {
  await withdrawInvite(staff, id)
  redirect(pathOf('invite_withdrawn', null))
})

/** Replaces somebody's roles. */
export const setRoles = staffAction('team.change', Roles, async (staff, { id, roles }) => {
  redirect(pathOf('roles_changed', await unlessLast(changeRoles(staff, id, roles))))
})

/** Shuts somebody out. */
export const disableSomebody = staffAction('team.change', Somebody, async (staff, { id }) => {
  redirect(pathOf('disabled', await unlessLast(disable(staff, id))))
})

/** Lets somebody in again. */
export const enableSomebody = staffAction('team.change', Somebody, async (staff, { id }) => {
  await enable(staff, id)
  redirect(pathOf('enabled', null))
})

/** Signs somebody out of every browser. */
export const signSomebodyOut = staffAction('team.change', Somebody, async (staff, { id }) => {
  await endSessionsOf(staff, id)
  redirect(pathOf('sessions_ended', null))
})

/** The last operator stays: an answer, not an error. */
async function unlessLast(change: Promise<void>): Promise<StaffProblem | null> {
  try {
    await change
    return null
  } catch (error) {
    if (isAppError(error, 'state_conflict')) return 'last_operator'
    throw error
  }
}

function pathOf(done: Done, problem: StaffProblem | null): '/admin/team' {
  const query = problem === null ? `done=${done}` : `problem=${problem}`
  return `/admin/team?${query}` as '/admin/team'
}
