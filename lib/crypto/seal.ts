import 'server-only'
import { AppError } from '@/lib/errors'
import { decryptGcm, encryptGcm, NONCE_BYTES, newNonce, TAG_BYTES } from './primitives'

// AES-256-GCM with a random 96-bit nonce. Layout: format 1 · key version 2 (big endian) · nonce 12 · ciphertext · tag 16.
// The associated data binds a ciphertext to its table, column, row, person and key version (KE-02), so that a value
// moved to another place no longer opens.

const FORMAT = 1
const HEADER_BYTES = 3

export interface SealContext {
  table: string
  column: string
  rowId: string
  playerId: string
}

/** Seals `plaintext` for exactly this place. `key` is 32 bytes, `version` the data key's version (0 to 65535). */
export function seal(key: Buffer, version: number, context: SealContext, plaintext: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt8(FORMAT, 0)
  header.writeUInt16BE(version, 1)
  const nonce = newNonce()
  const { body, tag } = encryptGcm(key, nonce, associatedData(context, version), plaintext)
  return Buffer.concat([header, nonce, body, tag])
}

/** Opens what `seal` made for the same place. Throws AppError `seal_failed` for anything else; retrying does not help. */
export function open(key: Buffer, context: SealContext, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || bytes.readUInt8(0) !== FORMAT)
    throw new AppError('seal_failed', `unknown format in ${context.table}.${context.column}`)
  const version = bytes.readUInt16BE(1)
  const nonce = bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES)
  const body = bytes.subarray(HEADER_BYTES + NONCE_BYTES, bytes.length - TAG_BYTES)
  const tag = bytes.subarray(bytes.length - TAG_BYTES)
  try {
    return decryptGcm(key, nonce, associatedData(context, version), body, tag)
  } catch {
    throw new AppError('seal_failed', `does not open: ${context.table}.${context.column}`)
  }
}

/** Version of the data key that sealed these bytes. Throws AppError `seal_failed` on an unknown format. */
export function sealedVersion(sealed: Uint8Array): number {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.length < HEADER_BYTES || bytes.readUInt8(0) !== FORMAT)
    throw new AppError('seal_failed', 'unknown format')
  return bytes.readUInt16BE(1)
}

function associatedData(context: SealContext, version: number): Buffer {
  const parts = ['ante', FORMAT, context.table, context.column, context.rowId, context.playerId, version]
  return Buffer.from(JSON.stringify(parts), 'utf8')
}
