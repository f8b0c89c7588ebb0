import { publishedKeys } from '@/lib/audit/published-keys'

export const dynamic = 'force-dynamic'

/** Public Ed25519 keys that verify receipts, checkpoints and exports. */
export function GET() {
  return Response.json({ keys: publishedKeys() }, { headers: { 'cache-control': 'public, max-age=300' } })
}
