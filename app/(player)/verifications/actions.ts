'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { playerAction } from '@/lib/auth/guards'
import { confirm } from '@/lib/verification/confirm'
import { stop } from '@/lib/verification/consenting'

/** Stops an open attempt and withdraws the consent under it. */
export const stopVerification = playerAction(z.strictObject({ id: z.uuid() }), async (player, form) => {
  await stop(player, form.id)
  redirect(`/verifications/${form.id}`)
})

/** The player says that what was finished in another browser was them; a person looks at it then. */
export const confirmVerification = playerAction(z.strictObject({ id: z.uuid() }), async (player, form) => {
  await confirm(player, form.id)
  redirect(`/verifications/${form.id}`)
})
