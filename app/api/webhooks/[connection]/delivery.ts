import type { NextRequest } from 'next/server'
import { clientAddress } from '@/lib/auth/client-address'
import { readBytes } from '@/lib/body'
import { RateLimited } from '@/lib/rate-limit'
import { receiveWebhook } from '@/lib/webhooks/receive'

const LIMIT_BYTES = 256 * 1024
const STATUS = { stored: 200, absent: 404, refused: 401 } as const

/** A vendor tells us to look: stored, then 200. No session, no origin: the delivery proves itself or is refused. */
export async function takeDelivery(
  request: NextRequest,
  connectionId: string,
  pathToken: string | null,
): Promise<Response> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) return answer(415)
  const taken = await receiveWebhook({
    connectionId,
    pathToken,
    headers: new Map(request.headers),
    body: await readBytes(request, LIMIT_BYTES),
    address: await clientAddress(),
  })
  if (taken === 'too_many') throw new RateLimited(60)
  return answer(STATUS[taken])
}

function answer(status: number): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
}
