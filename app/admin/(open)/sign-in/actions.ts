'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { clientAddress } from '@/lib/auth/client-address'
import { toDeskPath } from '@/lib/auth/desk-path'
import { publicAction } from '@/lib/auth/guards'
import { readPlace } from '@/lib/auth/place'
import {
  keepAsked,
  keepKnownBrowser,
  keepStaffSession,
  readKnownBrowser,
  takeAsked,
} from '@/lib/auth/staff-cookies'
import { publicCall } from '@/lib/auth/staff-guards'
import { addressKey, countUse, isWithin } from '@/lib/rate-limit'
import { askPasskey } from '@/lib/staff/passkeys'
import { signInByPasskey, signInByPassword } from '@/lib/staff/sign-in'
import { EmailField, NextField, PasskeyAnswer, type PasskeyOutcome } from '@/lib/staff/types'

const Nothing = z.strictObject({})
const ShownPasskey = z.strictObject({ answer: PasskeyAnswer, next: NextField })
const PasswordForm = z.strictObject({
  email: z.string().max(320),
  password: z.string().max(1024),
  code: z.string().max(64),
  next: NextField,
  way: z.enum(['password', 'recovery']),
})

/** Asks this browser for a passkey. */
export const askForPasskey = publicCall(Nothing, async () => {
  await countUse('staff_passkey_address', addressKey(await clientAddress()))
  return keepAsked(await askPasskey('sign_in', null))
})

/** Signs in with the passkey that was asked for. */
export const signInWithPasskey = publicCall(ShownPasskey, async (shown): Promise<PasskeyOutcome> => {
  const answer = await signInByPasskey(await takeAsked(), shown.answer, await readPlace())
  if (answer.kind !== 'signed_in') return { problem: 'passkey_failed' }
  await keepStaffSession(answer.token)
  return { go: toDeskPath(shown.next) }
})

/** Signs in with password and code, or with a recovery code. */
export const signInWithPassword = publicAction(PasswordForm, async ({ next, way, ...form }) => {
  const back = (problem: string) =>
    redirect(`/admin/sign-in?way=${way}&problem=${problem}&next=${encodeURIComponent(toDeskPath(next))}`)
  if (!(await isWithin('staff_password_address', addressKey(await clientAddress())))) back('too_many')
  const email = EmailField.safeParse(form.email).data ?? ''
  const known = await readKnownBrowser()
  const answer = await signInByPassword({ ...form, email, known }, await readPlace())
  if (answer.kind !== 'signed_in') return back(answer.kind)
  await keepStaffSession(answer.token)
  await keepKnownBrowser(email)
  redirect(toDeskPath(next))
})
