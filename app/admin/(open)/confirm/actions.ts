'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { toDeskPath } from '@/lib/auth/desk-path'
import { keepAsked, keepStaffSession, takeAsked } from '@/lib/auth/staff-cookies'
import { staffAction, staffCall } from '@/lib/auth/staff-guards'
import { askConfirm } from '@/lib/staff/account'
import { confirmByCode, confirmByPasskey } from '@/lib/staff/sign-in'
import { NextField, PasskeyAnswer, type PasskeyOutcome } from '@/lib/staff/types'

const Nothing = z.strictObject({})
const ShownPasskey = z.strictObject({ answer: PasskeyAnswer, next: NextField })
const CodeForm = z.strictObject({ code: z.string().max(64), next: NextField })

/** Asks for one of the person's own passkeys. */
export const askToConfirm = staffCall('account.confirm', Nothing, async (staff) =>
  keepAsked(await askConfirm(staff)),
)

/** The passkey was shown: a new token, and back to where it was needed. */
export const confirmWithPasskey = staffCall(
  'account.confirm',
  ShownPasskey,
  async (staff, shown): Promise<PasskeyOutcome> => {
    const answer = await confirmByPasskey(staff, await takeAsked(), shown.answer)
    if (answer.kind !== 'signed_in') return { problem: 'passkey_failed' }
    await keepStaffSession(answer.token)
    return { go: toDeskPath(shown.next) }
  },
)

/** The same by a code of the authenticator app. */
export const confirmWithCode = staffAction('account.confirm', CodeForm, async (staff, { code, next }) => {
  const answer = await confirmByCode(staff, code)
  if (answer.kind !== 'signed_in')
    redirect(`/admin/confirm?problem=${answer.kind}&next=${encodeURIComponent(toDeskPath(next))}`)
  await keepStaffSession(answer.token)
  redirect(toDeskPath(next))
})
