'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { CredentialsSignin } from 'next-auth'
import { getLocale, getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { clientAddress } from '@/lib/auth/client-address'
import { issueCode, normaliseEmail } from '@/lib/auth/codes'
import { cookieName, cookieOptions } from '@/lib/auth/cookies'
import { publicAction } from '@/lib/auth/guards'
import { signIn } from '@/lib/auth/next-auth'
import { errorName, log } from '@/lib/log'
import { canSendMail, sendMail } from '@/lib/mail/send'
import { addressKey, emailKey, isWithin } from '@/lib/rate-limit'
import { brand } from '@/lib/settings-view'

const PENDING_SECONDS = 10 * 60
const AskForm = z.strictObject({ email: z.string().max(320) })
const CodeForm = z.strictObject({ code: z.string().max(32) })

/** Sends a code to an address, known or not, and moves on to the code step. */
export const requestCode = publicAction(AskForm, async ({ email }) => {
  const parsed = z.email().safeParse(normaliseEmail(email))
  if (!parsed.success) redirect('/sign-in?problem=bad_email')
  if (!canSendMail()) redirect('/sign-in?problem=mail_failed')
  if (!(await mayAsk(parsed.data))) redirect('/sign-in?problem=too_many')
  const token = await send(parsed.data)
  if (token === null) redirect('/sign-in?problem=mail_failed')
  const jar = await cookies()
  jar.set(cookieName('sign-in'), token, cookieOptions(PENDING_SECONDS))
  redirect('/sign-in?step=code')
})

/** Checks the typed code. The right one signs in, once. */
export const submitCode = publicAction(CodeForm, async ({ code }) => {
  const jar = await cookies()
  const browserToken = jar.get(cookieName('sign-in'))?.value
  if (browserToken === undefined) redirect('/sign-in?problem=expired')
  const digits = code.replace(/[\s-]/g, '')
  if (!/^\d{6}$/.test(digits)) redirect('/sign-in?step=code&problem=wrong_code')
  if (!(await mayTry())) redirect('/sign-in?step=code&problem=too_many')
  const refusal = await tryCode(browserToken, digits)
  if (refusal === 'wrong') redirect('/sign-in?step=code&problem=wrong_code')
  if (refusal === 'ended') redirect('/sign-in?problem=expired')
  jar.set(cookieName('sign-in'), '', cookieOptions(0))
  redirect('/verify')
})

/** Forgets the pending code, for another address. */
export const startOver = publicAction(z.strictObject({}), async () => {
  const jar = await cookies()
  jar.set(cookieName('sign-in'), '', cookieOptions(0))
  redirect('/sign-in')
})

async function mayTry(): Promise<boolean> {
  return isWithin('code_try_address', addressKey(await clientAddress()))
}

/** Per address, and per mail address asked for from there: a stranger cannot use up somebody else's. */
async function mayAsk(email: string): Promise<boolean> {
  const address = addressKey(await clientAddress())
  return (
    (await isWithin('sign_in_address', address)) && isWithin('code_email', `${emailKey(email)} ${address}`)
  )
}

async function send(email: string): Promise<string | null> {
  const t = await getTranslations('mail.code')
  try {
    return await issueCode(email, (code) =>
      sendMail({
        to: email,
        subject: t('subject', { code, brand: brand().name }),
        text: t('text', { code, brand: brand().name }),
      }),
    )
  } catch (error) {
    if (error instanceof Error && 'responseCode' in error)
      log.warn({ event: 'mail.refused', error: errorName(error) })
    else if (!isMailFault(error)) throw error
    return null
  }
}

/** A mail server that is away or refuses; anything else is not ours to hide. */
function isMailFault(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return (
    typeof code === 'string' &&
    ['ECONNECTION', 'ETIMEDOUT', 'EAUTH', 'EENVELOPE', 'EMESSAGE', 'ESOCKET', 'EDNS'].includes(code)
  )
}

async function tryCode(browserToken: string, code: string): Promise<'wrong' | 'ended' | null> {
  try {
    await signIn('code', { browserToken, code, locale: await getLocale(), redirect: false })
    return null
  } catch (error) {
    if (error instanceof CredentialsSignin) return error.code === 'ended' ? 'ended' : 'wrong'
    throw error
  }
}
