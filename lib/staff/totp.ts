import 'server-only'
import { Secret, TOTP } from 'otpauth'
import { keyedHash } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'

// RFC 6238 as authenticator apps expect it: SHA-1, six digits, 30 seconds.

const PERIOD_S = 30
const SECRET_BYTES = 20

/**
 * The secret (base32) to offer to an authenticator app while nothing is stored yet: the same for one `occasion`, so that
 * the page may be opened again. An occasion holds something only its owner has, such as a link's token.
 */
export function offeredSecret(occasion: string): string {
  const bytes = keyedHash(env().authSecret, `staff authenticator ${occasion}`).subarray(0, SECRET_BYTES)
  return new Secret({ buffer: new Uint8Array(bytes).buffer }).base32
}

/** The address that an authenticator app reads from the square. */
export function totpUri(secret: string, account: string): string {
  return totp(secret, account).toString()
}

/** The 30-second step a code belongs to, now or one before or after; null for any other code. */
export function stepOf(secret: string, code: string): number | null {
  const delta = totp(secret).validate({ token: code, window: 1 })
  return delta === null ? null : Math.floor(Date.now() / 1000 / PERIOD_S) + delta
}

function totp(secret: string, account = ''): TOTP {
  return new TOTP({
    issuer: env().brandName,
    label: account,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_S,
    secret: Secret.fromBase32(secret),
  })
}
