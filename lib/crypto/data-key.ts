import 'server-only'
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { decryptGcm, encryptGcm, hmacSha256, KEY_BYTES, NONCE_BYTES, newNonce, TAG_BYTES } from './primitives'

// One random data key per person, wrapped by a versioned key of the ring (KE-01). Layout of the wrapped key:
// format 1 · id length 1 · id · nonce 12 · ciphertext 32 · tag 16. The check value commits to the key (KE-02):
// GCM alone lets two keys open the same bytes.

const FORMAT = 1
const CHECK_BYTES = 16

export interface WrappedDataKey {
  wrapped: Buffer
  checkValue: Buffer
  wrappingKeyId: string
}

/** A fresh random data key (32 bytes). */
export function newDataKey(): Buffer {
  return randomBytes(KEY_BYTES)
}

/** Wraps `dataKey` for one person and version with the ring's writing key. Throws AppError `seal_failed` without one. */
export function wrapDataKey(
  ring: KeyRing,
  playerId: string,
  version: number,
  dataKey: Buffer,
): WrappedDataKey {
  const id = ring.writeId
  const nonce = newNonce()
  const { body, tag } = encryptGcm(
    wrappingKey(ring, id),
    nonce,
    associatedData(playerId, version, id),
    dataKey,
  )
  const idBytes = Buffer.from(id, 'utf8')
  const header = Buffer.concat([Buffer.from([FORMAT, idBytes.length]), idBytes])
  const wrapped = Buffer.concat([header, nonce, body, tag])
  return { wrapped, checkValue: checkValue(dataKey), wrappingKeyId: id }
}

/** The data key inside `stored`. Throws AppError `seal_failed` for an unknown wrapping key, a changed byte or another person. */
export function unwrapDataKey(
  ring: KeyRing,
  playerId: string,
  version: number,
  stored: { wrapped: Uint8Array; checkValue: Uint8Array },
): Buffer {
  const bytes = Buffer.from(stored.wrapped)
  if (bytes[0] !== FORMAT) throw new AppError('seal_failed', 'unknown format of a wrapped key')
  const idEnd = 2 + (bytes[1] ?? 0)
  const id = bytes.subarray(2, idEnd).toString('utf8')
  const nonce = bytes.subarray(idEnd, idEnd + NONCE_BYTES)
  const body = bytes.subarray(idEnd + NONCE_BYTES, idEnd + NONCE_BYTES + KEY_BYTES)
  const tag = bytes.subarray(idEnd + NONCE_BYTES + KEY_BYTES)
  if (tag.length !== TAG_BYTES) throw new AppError('seal_failed', 'a wrapped key of the wrong length')
  const key = wrappingKey(ring, id)
  const dataKey = openWrapped(key, nonce, associatedData(playerId, version, id), body, tag)
  const check = Buffer.from(stored.checkValue)
  if (check.length !== CHECK_BYTES || !timingSafeEqual(check, checkValue(dataKey)))
    throw new AppError('seal_failed', 'the check value does not match its key')
  return dataKey
}

function openWrapped(...sealed: Parameters<typeof decryptGcm>): Buffer {
  try {
    return decryptGcm(...sealed)
  } catch {
    throw new AppError('seal_failed', 'a wrapped key does not open')
  }
}

function wrappingKey(ring: KeyRing, id: string): Buffer {
  const key = ring.keys.get(id)
  if (key === undefined) throw new AppError('seal_failed', `no wrapping key with id ${JSON.stringify(id)}`)
  return key
}

function checkValue(dataKey: Buffer): Buffer {
  return hmacSha256(dataKey, 'ante data key check', CHECK_BYTES)
}

function associatedData(playerId: string, version: number, wrappingKeyId: string): Buffer {
  return Buffer.from(JSON.stringify(['ante data key', FORMAT, playerId, version, wrappingKeyId]), 'utf8')
}
