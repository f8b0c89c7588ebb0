import 'server-only'
import { createHash, randomBytes } from 'node:crypto'

/** A fresh PKCE verifier of one attempt: 43 unreserved characters, 256 random bits (RFC 7636, 4.1). */
export function createVerifier(): string {
  return randomBytes(32).toString('base64url')
}

/** The S256 challenge of a verifier (RFC 7636, 4.2); the only method that DigiLocker documents. */
export function toChallenge(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url')
}
