import type { NextRequest } from 'next/server'
import { respondJson } from '@/lib/respond'
import { takeDelivery } from '../delivery'

/** Webhooks whose only proof is an unguessable part of the address. */
export function POST(request: NextRequest, { params }: RouteContext<'/api/webhooks/[connection]/[token]'>) {
  return respondJson(async () => {
    const { connection, token } = await params
    return takeDelivery(request, connection, token)
  })
}
