import 'server-only'
import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { cookieName } from '@/lib/auth/cookies'
import { pickLocale } from './locale'
import { messagesFor } from './messages'

export default getRequestConfig(async () => {
  const locale = pickLocale(
    (await cookies()).get(cookieName('locale'))?.value,
    (await headers()).get('accept-language'),
  )
  return { locale, messages: messagesFor(locale), timeZone: 'Asia/Kolkata' }
})
