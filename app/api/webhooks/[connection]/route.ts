import type { NextRequest } from 'next/server'
import { respondJson } from '@/lib/respond'
import { takeDelivery } from './delivery'

/** Webhooks that carry a signature. */
export function POST(request: NextRequest, { params }: RouteContext<'/api/webhooks/[connection]'>) {
  return respondJson(async () => takeDelivery(request, (await params).connection, null))
}
