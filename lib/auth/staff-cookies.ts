import 'server-only'
import { cookies } from 'next/headers'
import { type Asked, CHALLENGE_LIFE_MS } from '@/lib/staff/passkeys'
import { STAFF_SESSION_LIFE_MS } from '@/lib/staff/sessions'
import { cookieName, staffCookieOptions } from './cookies'

// Two cookies of staff: the session, and the question that an authenticator is to answer.

/** Puts the session's token into this browser. */
export async function keepStaffSession(token: string): Promise<void> {
  ;(await cookies()).set(cookieName('staff'), token, staffCookieOptions(STAFF_SESSION_LIFE_MS / 1000))
}

/** Takes the session out of this browser. */
export async function dropStaffSession(): Promise<void> {
  ;(await cookies()).set(cookieName('staff'), '', staffCookieOptions(0))
}

/** Keeps the question in this browser and hands out its options. */
export async function keepAsked<Options>({ options, token }: Asked<Options>): Promise<Options> {
  ;(await cookies()).set(cookieName('staff-asked'), token, staffCookieOptions(CHALLENGE_LIFE_MS / 1000))
  return options
}

/** The token of the question that this browser was asked, once; empty when there is none. */
export async function takeAsked(): Promise<string> {
  const jar = await cookies()
  const token = jar.get(cookieName('staff-asked'))?.value ?? ''
  jar.set(cookieName('staff-asked'), '', staffCookieOptions(0))
  return token
}
