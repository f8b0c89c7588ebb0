'use server'

import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { cookieName, cookieOptions } from '@/lib/auth/cookies'
import { publicAction } from '@/lib/auth/guards'
import { LOCALES } from '@/lib/consent/types'
import { env } from '@/lib/env'

const YEAR_SECONDS = 31_536_000

/** Remembers the language and returns to the page it was asked on, which is always one of ours (FL-13). */
export const changeLocale = publicAction(z.strictObject({ locale: z.enum(LOCALES) }), async ({ locale }) => {
  const jar = await cookies()
  jar.set(cookieName('locale'), locale, cookieOptions(YEAR_SECONDS))
  redirect(pathOf((await headers()).get('referer')) as '/')
})

/** The path that the button was pressed on, without its query except for the code step of sign-in. */
function pathOf(referrer: string | null): string {
  const from = referrer === null ? null : URL.parse(referrer)
  if (from === null || from.origin !== env().appUrl.origin || !/^\/(?!\/)[\w/-]*$/.test(from.pathname))
    return '/'
  return from.pathname + (from.searchParams.get('step') === 'code' ? '?step=code' : '')
}
