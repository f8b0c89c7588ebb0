'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { cookieName, cookieOptions } from '@/lib/auth/cookies'
import { playerAction } from '@/lib/auth/guards'
import { isAppError } from '@/lib/errors'
import { eraseMe } from '@/lib/rights/erase'
import { makePass, PASS_LIFE_SECONDS } from '@/lib/rights/erased-pass'
import { createRequest } from '@/lib/rights/requests'
import { AskForm } from '@/lib/rights/types'
import { withdraw } from '@/lib/verification/consenting'

/** Withdraws one consent at once and ends what stood on it. */
export const withdrawConsent = playerAction(z.strictObject({ consent: z.uuid() }), async (player, form) => {
  await withdraw(player, form.consent)
  redirect('/me?done=withdrawn')
})

/** Records a request under the player's rights. */
export const askUs = playerAction(AskForm, async (player, { kind, attempt, text }) => {
  try {
    await createRequest(player, { kind, verificationId: attempt ?? null, text })
  } catch (error) {
    if (isAppError(error, 'bad_request', 'not_found', 'state_conflict')) redirect('/me?problem=not_asked')
    throw error
  }
  redirect('/me?done=asked')
})

/** Erases the player for good; this browser alone may look at the certificate, for a day. */
export const eraseEverything = playerAction(z.strictObject({}), async (player) => {
  const certificate = await eraseMe(player)
  const jar = await cookies()
  jar.set(cookieName('erased'), makePass(certificate), cookieOptions(PASS_LIFE_SECONDS))
  jar.set(cookieName('session'), '', cookieOptions(0))
  redirect('/erased')
})
