import { publicJwk } from '@/lib/crypto/sign'
import { env } from '@/lib/env'

export const dynamic = 'force-dynamic'

/** Public Ed25519 keys that verify receipts. */
export function GET() {
  return Response.json(
    { keys: [publicJwk(env().checkpointKey)] },
    { headers: { 'cache-control': 'public, max-age=300' } },
  )
}
