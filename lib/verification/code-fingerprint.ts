import 'server-only'
import { blindIndexes } from '@/lib/crypto/blind-index'
import type { KeyRing } from '@/lib/env'

// By which a code is known again (FL-08). Two spellings that a vendor may read as the same are one code.

/** A JWT by its looks: the header is a JSON object, so it begins with `ey`. */
const JWT = /^(ey[\w-]+)=*\.([\w-]+)=*\.[\w-]*$/

/** Keyed fingerprints of a code or token that a browser brought to this connection, one per key of the ring. */
export function codeFingerprints(ring: KeyRing, connectionId: string, code: string): string[] {
  return blindIndexes(ring, 'return_code', `${connectionId} ${toOneSpelling(code)}`)
}

/** Without padding; of a JWT header and payload, since the last letters of a signature may be spelt in several ways. */
function toOneSpelling(code: string): string {
  const bare = code.replace(/=+$/, '')
  const [, header, payload] = JWT.exec(bare) ?? []
  return header === undefined ? bare : `${header}.${payload}`
}
