import 'server-only'
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import { AppError } from '@/lib/errors'

// The two primitives under every wrapper of this folder (KE-06), in the only sizes that we use: 256-bit keys, 96-bit nonces,
// 128-bit tags. Any other size is refused before a cipher sees it. The Wycheproof vectors run against these functions.

export const KEY_BYTES = 32
export const NONCE_BYTES = 12
export const TAG_BYTES = 16

/** AES-256-GCM. `nonce` must never repeat under one key. Throws AppError `seal_failed` for other sizes. */
export function encryptGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  plaintext: Uint8Array,
): { body: Buffer; tag: Buffer } {
  requireSizes(key, nonce)
  const cipher = createCipheriv('aes-256-gcm', asKey(key), nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(associatedData)
  const body = cipher.update(plaintext)
  cipher.final()
  return { body, tag: cipher.getAuthTag() }
}

/** The plaintext, whole and authentic. Throws AppError `seal_failed` for anything else, without a reason. */
export function decryptGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData: Uint8Array,
  body: Uint8Array,
  tag: Uint8Array,
): Buffer {
  requireSizes(key, nonce, tag)
  const decipher = createDecipheriv('aes-256-gcm', asKey(key), nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(associatedData)
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(body)
  try {
    decipher.final()
  } catch {
    throw new AppError('seal_failed', 'not authentic')
  }
  return plaintext
}

/** HMAC-SHA-256, whole or its first 16 bytes. Throws AppError `seal_failed` for a key of less than 256 bits. */
export function hmacSha256(
  key: Uint8Array | string,
  message: Uint8Array | string,
  tagBytes: 16 | 32 = 32,
): Buffer {
  if (Buffer.byteLength(key) < KEY_BYTES) throw new AppError('seal_failed', 'a key of less than 256 bits')
  return createHmac('sha256', asKey(key)).update(message).digest().subarray(0, tagBytes)
}

const NONCE_BLOCK = NONCE_BYTES * 256
const block = Buffer.alloc(NONCE_BLOCK)
let blockAt = NONCE_BLOCK

/** A random nonce that no other call gets. Drawn in blocks: a draw costs more than its bytes. */
export function newNonce(): Buffer {
  if (blockAt === NONCE_BLOCK) {
    randomFillSync(block)
    blockAt = 0
  }
  const nonce = Buffer.from(block.subarray(blockAt, blockAt + NONCE_BYTES))
  blockAt += NONCE_BYTES
  return nonce
}

/** Node takes a key object three times as quickly as bytes, which it first asks whether they are one. */
function asKey(key: Uint8Array | string): KeyObject {
  return typeof key === 'string' ? createSecretKey(key, 'utf8') : createSecretKey(key)
}

function requireSizes(key: Uint8Array, nonce: Uint8Array, tag?: Uint8Array) {
  if (key.length !== KEY_BYTES) throw new AppError('seal_failed', 'a key of another size')
  if (nonce.length !== NONCE_BYTES) throw new AppError('seal_failed', 'a nonce of another size')
  if (tag !== undefined && tag.length !== TAG_BYTES)
    throw new AppError('seal_failed', 'a tag of another size')
}
