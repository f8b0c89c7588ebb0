import 'server-only'
import { equalDigests, keyedHash, newToken, sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { staffEmailHash } from './seals'

// A browser in which somebody has signed in by password counts its tries by itself (OWASP: device cookies), so that whoever tries
// elsewhere delays nobody at their own desk (ID-04). What it keeps opens nothing.

export const KNOWN_BROWSER_LIFE_MS = 90 * 86_400_000

/** What a browser keeps after a sign-in with this address (lower-cased). */
export function newKnownBrowser(email: string): string {
  const id = newToken()
  return `${id}.${markOf(email, id).toString('base64url')}`
}

/** The key by which tries with this address are counted: of this browser where it is known, else of all others together. */
export function triesKey(email: string, known: string): string {
  const all = `password ${staffEmailHash(email).toString('base64url')}`
  const [id = '', mark = ''] = known.split('.')
  const fits = equalDigests(markOf(email, id), Buffer.from(mark, 'base64url'))
  return fits ? `${all} ${sha256(id).toString('base64url')}` : all
}

function markOf(email: string, id: string): Buffer {
  return keyedHash(env().authSecret, `staff known browser ${id} ${email}`)
}
