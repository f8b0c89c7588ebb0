import 'server-only'
import { cookies } from 'next/headers'
import { KNOWN_BROWSER_LIFE_MS, newKnownBrowser } from '@/lib/staff/known-browser'
import { type Asked, CHALLENGE_LIFE_MS } from '@/lib/staff/passkeys'
import { STAFF_SESSION_LIFE_MS } from '@/lib/staff/sessions'
import { cookieName, staffCookieOptions } from './cookies'

// Cookies of staff: the session, the question that an authenticator is to answer, and that somebody signed in here before.

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

/** Notes in this browser that somebody signed in from it by password, for the tries to come. */
export async function keepKnownBrowser(email: string): Promise<void> {
  const options = staffCookieOptions(KNOWN_BROWSER_LIFE_MS / 1000)
  ;(await cookies()).set(cookieName('staff-known'), newKnownBrowser(email), options)
}

/** What this browser kept of an earlier sign-in; empty when nothing. */
export async function readKnownBrowser(): Promise<string> {
  return ((await cookies()).get(cookieName('staff-known'))?.value ?? '').slice(0, 100)
}
