import 'server-only'
import { hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from '@/lib/errors'
import { decryptGcm, encryptGcm, NONCE_BYTES, TAG_BYTES } from './primitives'

// AES-256-GCM under a key that only our secret together with somebody's random token can make, for values that belong to
// no player yet. We keep the token's hash alone, so that the stored row tells nobody anything.

/** What is sealed and where it stands; both are part of the key or of the associated data. */
export interface TokenPlace {
  purpose: string
  column: string
}

/** Seals `text` under (`secret`, `token`) for one place. */
export function sealWithToken(secret: string, token: string, place: TokenPlace, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const key = keyFor(secret, token, place)
  const { body, tag } = encryptGcm(key, nonce, Buffer.from(place.column), Buffer.from(text, 'utf8'))
  return Buffer.concat([nonce, body, tag])
}

/** Opens what `sealWithToken` made for the same token and place. Throws AppError `seal_failed` for anything else. */
export function openWithToken(secret: string, token: string, place: TokenPlace, sealed: Buffer): string {
  try {
    const key = keyFor(secret, token, place)
    const nonce = sealed.subarray(0, NONCE_BYTES)
    const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES)
    const tag = sealed.subarray(-TAG_BYTES)
    return decryptGcm(key, nonce, Buffer.from(place.column), body, tag).toString('utf8')
  } catch {
    throw new AppError('seal_failed', `does not open: ${place.column}`)
  }
}

function keyFor(secret: string, token: string, { purpose }: TokenPlace): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, token, purpose, 32))
}
