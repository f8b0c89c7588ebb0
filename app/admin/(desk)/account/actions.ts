'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { dropStaffSession, keepAsked, takeAsked } from '@/lib/auth/staff-cookies'
import { staffAction, staffCall } from '@/lib/auth/staff-guards'
import {
  addPasskey,
  askAnotherPasskey,
  makeRecoveryCodes,
  removePasskey,
  removePassword,
  setPassword,
} from '@/lib/staff/account'
import { leaveEverywhere, revokeOwnSession } from '@/lib/staff/sessions'
import { LabelField, NewPasskeyAnswer, type PasskeyOutcome, type StaffProblem } from '@/lib/staff/types'

const Nothing = z.strictObject({})
const Labelled = z.strictObject({ label: LabelField })
const NewPasskey = Labelled.extend({ answer: NewPasskeyAnswer })
const OnePasskey = z.strictObject({ id: z.string().max(2000) })
const OneSession = z.strictObject({ id: z.uuid() })
const NewPassword = z.strictObject({ password: z.string().max(1024), code: z.string().max(32) })

type Done = 'passkey_added' | 'passkey_removed' | 'password_set' | 'password_removed' | 'session_ended'

/** Asks this browser to make one more passkey. */
export const askForNewPasskey = staffCall('account.change', Labelled, async (staff) =>
  keepAsked(await askAnotherPasskey(staff)),
)

/** Adds the passkey that was made. */
export const addNewPasskey = staffCall(
  'account.change',
  NewPasskey,
  async (staff, { label, answer }): Promise<PasskeyOutcome> => {
    const problem = await addPasskey(staff, await takeAsked(), answer, label)
    return problem === null ? { go: pathOf('passkey_added', null) } : { problem }
  },
)

/** Removes a passkey. */
export const removeOnePasskey = staffAction('account.change', OnePasskey, async (staff, { id }) => {
  redirect(pathOf('passkey_removed', await removePasskey(staff, id)))
})

/** Sets password and authenticator app. */
export const setNewPassword = staffAction('account.change', NewPassword, async (staff, form) => {
  redirect(pathOf('password_set', await setPassword(staff, form)))
})

/** Removes password and authenticator app. */
export const removeOldPassword = staffAction('account.change', Nothing, async (staff) => {
  redirect(pathOf('password_removed', await removePassword(staff)))
})

/** Makes ten recovery codes, to be shown once. */
export const makeNewRecoveryCodes = staffCall('account.change', Nothing, makeRecoveryCodes)

/** Ends one other session. */
export const endOneSession = staffAction('account.leave', OneSession, async (staff, { id }) => {
  await revokeOwnSession(staff, id)
  redirect(pathOf('session_ended', null))
})

/** Ends all sessions, this one too. */
export const signOutEverywhere = staffAction('account.leave', Nothing, async (staff) => {
  await leaveEverywhere(staff)
  await dropStaffSession()
  redirect('/admin/sign-in?done=signed_out')
})

function pathOf(done: Done, problem: StaffProblem | null): '/admin/account' {
  const query = problem === null ? `done=${done}` : `problem=${problem}`
  return `/admin/account?${query}` as '/admin/account'
}
