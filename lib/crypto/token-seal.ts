import 'server-only'
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { AppError } from '@/lib/errors'

// AES-256-GCM under a key that only our secret together with somebody's random token can make, for values that belong to
// no player yet. We keep the token's hash alone, so that the stored row tells nobody anything.

/** What is sealed and where it stands; both are part of the key or of the associated data. */
export interface TokenPlace {
  purpose: string
  column: string
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals `text` under (`secret`, `token`) for one place. */
export function sealWithToken(secret: string, token: string, place: TokenPlace, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyFor(secret, token, place), nonce)
  cipher.setAAD(Buffer.from(place.column))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, body, cipher.getAuthTag()])
}

/** Opens what `sealWithToken` made for the same token and place. Throws AppError `seal_failed` for anything else. */
export function openWithToken(secret: string, token: string, place: TokenPlace, sealed: Buffer): string {
  try {
    const key = keyFor(secret, token, place)
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
    decipher.setAAD(Buffer.from(place.column))
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    const body = sealed.subarray(NONCE_BYTES, -TAG_BYTES)
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
  } catch {
    throw new AppError('seal_failed', `does not open: ${place.column}`)
  }
}

function keyFor(secret: string, token: string, { purpose }: TokenPlace): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, token, purpose, 32))
}
