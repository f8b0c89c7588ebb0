import 'server-only'
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import canonicalize from 'canonicalize'

// Ed25519 over canonical JSON (RFC 8785), so that a receipt can be checked offline with the published key.

export interface Signature {
  algorithm: 'Ed25519'
  keyId: string
  /** base64url, over the canonical JSON of the signed value. */
  value: string
}

/** Canonical JSON of a JSON-able value (RFC 8785), the exact text that is hashed or signed. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('value has no JSON form')
  return text
}

/** Signs a JSON-able value with an Ed25519 private key. */
export function signJson(privateKey: KeyObject, value: unknown): Signature {
  const bytes = Buffer.from(canonicalJson(value), 'utf8')
  return {
    algorithm: 'Ed25519',
    keyId: keyIdOf(privateKey),
    value: sign(null, bytes, privateKey).toString('base64url'),
  }
}

/** True when `signature` is this public key's over the canonical JSON of `value`. */
export function isSignedJson(publicKey: KeyObject, value: unknown, signature: Signature): boolean {
  const bytes = Buffer.from(canonicalJson(value), 'utf8')
  return isSignedBytes(publicKey, bytes, Buffer.from(signature.value, 'base64url'))
}

/** True when `signature` is this Ed25519 key's over exactly these bytes; false for anything else. */
export function isSignedBytes(publicKey: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return publicKey.asymmetricKeyType === 'ed25519' && verify(null, bytes, publicKey, signature)
}

/** First 16 hex digits of SHA-256 over the public key (SPKI, DER). */
export function keyIdOf(key: KeyObject): string {
  const known = keyIds.get(key)
  if (known !== undefined) return known
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const der = publicKey.export({ type: 'spki', format: 'der' })
  const id = createHash('sha256').update(der).digest('hex').slice(0, 16)
  keyIds.set(key, id)
  return id
}

const keyIds = new WeakMap<KeyObject, string>()

export interface PublicJwk {
  kty: string
  crv: string
  x: string
  kid: string
  use: 'sig'
}

/** Public half as a JSON Web Key with its id, as published under `/.well-known/ante-keys.json`. */
export function publicJwk(key: KeyObject): PublicJwk {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const jwk = publicKey.export({ format: 'jwk' })
  return { kty: String(jwk.kty), crv: String(jwk.crv), x: String(jwk.x), kid: keyIdOf(key), use: 'sig' }
}
