'use server'

import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { cookieName, cookieOptions } from '@/lib/auth/cookies'
import { publicAction } from '@/lib/auth/guards'
import { LOCALES, WAYS } from '@/lib/consent/types'
import { env } from '@/lib/env'

const YEAR_SECONDS = 31_536_000

/** Remembers the language and returns to the page it was asked on, which is always one of ours (FL-13). */
export const changeLocale = publicAction(z.strictObject({ locale: z.enum(LOCALES) }), async ({ locale }) => {
  const jar = await cookies()
  jar.set(cookieName('locale'), locale, cookieOptions(YEAR_SECONDS))
  redirect(pathOf((await headers()).get('referer')) as '/')
})

/** What of a query says which page it is: the code step of sign-in, the way to prove who one is. */
const KEPT = { step: ['code'], change: ['1'], way: WAYS } as const

/** The path that the button was pressed on, and of its query what `KEPT` knows. */
function pathOf(referrer: string | null): string {
  const from = referrer === null ? null : URL.parse(referrer)
  if (from === null || from.origin !== env().appUrl.origin || !/^\/(?!\/)[\w/-]*$/.test(from.pathname))
    return '/'
  const kept = Object.entries(KEPT).flatMap(([name, known]) => {
    const value = from.searchParams.get(name)
    return known.some((word) => word === value) ? `${name}=${value}` : []
  })
  return kept.length === 0 ? from.pathname : `${from.pathname}?${kept.join('&')}`
}
