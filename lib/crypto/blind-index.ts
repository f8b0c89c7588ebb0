import 'server-only'
import { hkdfSync } from 'node:crypto'
import type { KeyRing } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { hmacSha256 } from './primitives'

// Keyed lookups over sealed values (KE-03): one key per field, derived from the index key, over a normalised input.

export type IndexedField =
  | 'email'
  | 'pan'
  | 'driving_licence'
  | 'vendor_subject'
  | 'vendor_reference'
  | 'name_word'
  | 'name_sound'
  | 'return_code'
  | 'locker_secret'
  | 'address'

const derived = new Map<string, Buffer>()

/** `keyId.base64url(HMAC-SHA-256)` of an already normalised `value`, under the ring's writing key. */
export function blindIndex(ring: KeyRing, field: IndexedField, value: string): string {
  return withKey(ring, ring.writeId, field, value)
}

/** The same value under every key of the ring, for lookups while the index key is being rotated. */
export function blindIndexes(ring: KeyRing, field: IndexedField, value: string): string[] {
  return [...ring.keys.keys()].map((id) => withKey(ring, id, field, value))
}

function withKey(ring: KeyRing, id: string, field: IndexedField, value: string): string {
  return `${id}.${hmacSha256(fieldKey(ring, id, field), value).toString('base64url')}`
}

function fieldKey(ring: KeyRing, id: string, field: IndexedField): Buffer {
  const root = ring.keys.get(id)
  if (root === undefined) throw new AppError('seal_failed', 'no index key')
  const cacheKey = `${id}:${field}:${root.toString('base64')}`
  let key = derived.get(cacheKey)
  if (key === undefined) {
    key = Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `ante blind index ${field}`, 32))
    derived.set(cacheKey, key)
  }
  return key
}
