import 'server-only'
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { hmacSha256 } from './primitives'

/** 256 random bits, base64url (43 characters): handles, browser keys, session tokens, states. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Six decimal digits, uniform, with leading zeros. */
export function newSixDigits(): string {
  return String(randomInt(0, 1_000_000)).padStart(6, '0')
}

/** SHA-256 of a text (UTF-8): the only form in which a random secret is stored (FL-02). */
export function sha256(text: string | Uint8Array): Buffer {
  return createHash('sha256').update(text).digest()
}

/** HMAC-SHA-256 keyed by a text secret; used where the hashed value has little entropy, such as six digits. */
export function keyedHash(secret: string, text: string): Buffer {
  return hmacSha256(secret, text)
}

/** Compares two digests in constant time; false when their lengths differ. */
export function equalDigests(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

// Without 0, O, 1, I, L and U: read aloud and typed by players and support.
const REFERENCE_LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A reference for people, eight characters, shown as `7F3K-9QXD`. Identifies, never authenticates. */
export function newReference(): string {
  return Array.from({ length: 8 }, () => REFERENCE_LETTERS[randomInt(REFERENCE_LETTERS.length)]).join('')
}
