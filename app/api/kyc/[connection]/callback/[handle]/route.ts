import type { NextRequest } from 'next/server'
import { respondToBrowser } from '@/lib/respond'
import { allowedMethods, notAllowed, takePostedReturn, takeReturn } from '../return'

type Context = RouteContext<'/api/kyc/[connection]/callback/[handle]'>

/** One journey's own return address. */
export function GET(request: NextRequest, { params }: Context) {
  return respondToBrowser(async () => {
    const { connection, handle } = await params
    return takeReturn(request, connection, handle)
  })
}

/** For vendors whose hand-over may be a cross-site form. */
export function POST(request: NextRequest, { params }: Context) {
  return respondToBrowser(async () => {
    const { connection, handle } = await params
    return takePostedReturn(request, connection, handle)
  })
}

export { allowedMethods as OPTIONS, notAllowed as HEAD }
