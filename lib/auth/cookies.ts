import 'server-only'
import { env, isLoopback } from '@/lib/env'

// FE-10: `__Host-`, Secure, HttpOnly, Path=/, SameSite Lax, of staff Strict. Browsers treat loopback as secure; a development address in
// the local network over plain http cannot carry such cookies, so there alone the prefix and Secure are left out.

const secure = () => env().appUrl.protocol === 'https:' || isLoopback(env().appUrl.hostname)

/** Name of a cookie of ours, with the `__Host-` prefix wherever the origin allows it. */
export function cookieName(
  name:
    | 'session'
    | 'sign-in'
    | 'journey'
    | 'locale'
    | 'callback'
    | 'ticks'
    | 'entry'
    | 'erased'
    | 'staff'
    | 'staff-asked'
    | 'staff-known'
    | 'desk-layout',
): string {
  return secure() ? `__Host-ante-${name}` : `ante-${name}`
}

/** Attributes of every cookie of ours. */
export function cookieOptions(maxAgeSeconds: number) {
  return { httpOnly: true, secure: secure(), sameSite: 'lax', path: '/', maxAge: maxAgeSeconds } as const
}

/** Attributes of the cookies of staff: never sent with a request that another site began. */
export function staffCookieOptions(maxAgeSeconds: number) {
  return { ...cookieOptions(maxAgeSeconds), sameSite: 'strict' } as const
}
