import 'server-only'
import { type PublicJwk, publicJwk } from '@/lib/crypto/sign'
import { env } from '@/lib/env'

/** The public keys that verify what this instance has signed: the one that signs now first, then the earlier ones. */
export function publishedKeys(): PublicJwk[] {
  const { checkpointKey, previousCheckpointKeys } = env()
  return [checkpointKey, ...previousCheckpointKeys].map(publicJwk)
}
