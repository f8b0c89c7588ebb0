'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { playerAction } from '@/lib/auth/guards'
import { stop } from '@/lib/verification/consenting'

/** Stops an open attempt and withdraws the consent under it. */
export const stopVerification = playerAction(z.strictObject({ id: z.uuid() }), async (player, form) => {
  await stop(player, form.id)
  redirect(`/verifications/${form.id}`)
})
