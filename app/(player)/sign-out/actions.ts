'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { publicAction } from '@/lib/auth/guards'
import { signOut } from '@/lib/auth/next-auth'

/** Ends this browser's session at once. */
export const signOutNow = publicAction(z.strictObject({}), async () => {
  await signOut({ redirect: false })
  redirect('/')
})
