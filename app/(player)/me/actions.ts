'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { playerAction } from '@/lib/auth/guards'
import { withdraw } from '@/lib/verification/consenting'

/** Withdraws one consent at once and ends what stood on it. */
export const withdrawConsent = playerAction(z.strictObject({ consent: z.uuid() }), async (player, form) => {
  await withdraw(player, form.consent)
  redirect('/me?done=withdrawn')
})
