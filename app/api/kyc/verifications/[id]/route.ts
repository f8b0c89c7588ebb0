import type { NextRequest } from 'next/server'
import { z } from 'zod'
import { requireApiPlayer } from '@/lib/auth/guards'
import { AppError } from '@/lib/errors'
import { countUse } from '@/lib/rate-limit'
import { respondJson } from '@/lib/respond'
import { waitForJourney } from '@/lib/verification/wait'

const Wait = z.coerce.number().int().min(0).max(25).catch(0)
const ETAG = /^(?:W\/)?"(\d+)"$/

/** JSON status of one attempt. With `?wait=25` and If-None-Match the request is held until something changes. */
export function GET(request: NextRequest, { params }: RouteContext<'/api/kyc/verifications/[id]'>) {
  return respondJson(async () => {
    const player = await requireApiPlayer()
    await countUse('status', player.id)
    const { id } = await params
    const waitSeconds = Wait.parse(request.nextUrl.searchParams.get('wait') ?? 0)
    const known = ETAG.exec(request.headers.get('if-none-match') ?? '')?.[1]
    const knownVersion = known === undefined ? null : Number(known)
    const journey = await waitForJourney(player, id, knownVersion, waitSeconds * 1000, request.signal)
    if (journey === null) throw new AppError('not_found')
    const headers = { etag: `"${journey.version}"`, 'cache-control': 'private, no-store' }
    if (journey.version === knownVersion) return new Response(null, { status: 304, headers })
    return Response.json(journey, { headers })
  })
}
