import type { NextRequest } from 'next/server'
import { respondToBrowser } from '@/lib/respond'
import { allowedMethods, notAllowed, takeReturn } from './return'

/** The one exact return address of a vendor that needs it; the state that it echoes finds the journey. */
export function GET(request: NextRequest, { params }: RouteContext<'/api/kyc/[connection]/callback'>) {
  return respondToBrowser(async () => takeReturn(request, (await params).connection, null))
}

export { allowedMethods as OPTIONS, notAllowed as HEAD }
