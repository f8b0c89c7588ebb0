'use server'

import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { cookieName, cookieOptions } from '@/lib/auth/cookies'
import { playerAction } from '@/lib/auth/guards'
import { declineConsent as recordDecline } from '@/lib/consent/consent'
import { CONSENT_ITEMS, LOCALES, WAYS } from '@/lib/consent/types'
import { isAppError } from '@/lib/errors'
import { agree } from '@/lib/verification/consenting'

const TICKS_SECONDS = 120
const Tick = z.literal('yes').optional()
const ConsentForm = z.strictObject({
  aadhaar: Tick,
  driving_licence: Tick,
  pan: Tick,
  photo_document: Tick,
  result_mail: Tick,
  way: z.enum(WAYS),
  notice: z.string().regex(/^[0-9a-f]{64}$/),
  locale: z.enum(LOCALES),
})

/** Records exactly what was ticked, to exactly the text that was shown. */
export const giveConsent = playerAction(ConsentForm, async (player, form) => {
  const items = CONSENT_ITEMS.filter((item) => form[item] === 'yes')
  const userAgent = (await headers()).get('user-agent') ?? ''
  try {
    await agree(player, { locale: form.locale, way: form.way, noticeSha256: form.notice, items, userAgent })
  } catch (error) {
    if (isAppError(error, 'state_conflict')) redirect('/verify')
    const problem = isAppError(error, 'bad_request') ? 'documents_needed' : 'notice_changed'
    if (!isAppError(error, 'bad_request', 'notice_changed')) throw error
    const jar = await cookies()
    // Kept for the page that asks again. Not in the address: a link must not tick boxes for anybody.
    jar.set(cookieName('ticks'), items.join('.'), cookieOptions(TICKS_SECONDS))
    redirect(`/verify?problem=${problem}&way=${form.way}`)
  }
  redirect('/verify/leave')
})

/** Records that the player did not agree, and says what still works. */
export const declineConsent = playerAction(z.strictObject({}), async (player) => {
  await recordDecline(player)
  redirect('/verify/declined')
})
