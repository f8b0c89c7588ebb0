import 'server-only'
import { randomBytes } from 'node:crypto'
import { sha256 } from '@/lib/crypto/tokens'

const CODES = 10
const CODE_BYTES = 15 // 120 bits: 24 characters of base32

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

/** Ten new recovery codes, written `abcdef-ghijkl-…`. Shown once; only their hashes are kept. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, () => {
    const letters = toBase32(randomBytes(CODE_BYTES))
    return letters.match(/.{6}/g)?.join('-') ?? letters
  })
}

/** The stored form of a recovery code, however its letters, spaces and dashes were typed. */
export function recoveryHash(code: string): Buffer {
  return sha256(`staff recovery code ${code.toLowerCase().replaceAll(/[^a-z2-7]/g, '')}`)
}

function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five, 2)]).join('')
}
