import { cookies } from 'next/headers'
import type { NextRequest } from 'next/server'
import { clientAddress } from '@/lib/auth/client-address'
import { cookieName, cookieOptions } from '@/lib/auth/cookies'
import { requireApiPlayer, requireSameOrigin } from '@/lib/auth/guards'
import { readBytes } from '@/lib/body'
import { AppError, isAppError } from '@/lib/errors'
import { addressKey, countUse } from '@/lib/rate-limit'
import { respondToBrowser, seeOther } from '@/lib/respond'
import { start } from '@/lib/verification/start'
import { chargeStart, settleStart } from '@/lib/verification/tries'

const JOURNEY_SECONDS = 60 * 60
const FORM_LIMIT_BYTES = 1024
const CONNECTION = /^[a-z][a-z0-9-]{0,31}$/

/** The browser leaves for a vendor: the link travels in this Location header and nowhere else. */
export function POST(request: NextRequest) {
  return respondToBrowser(async () => {
    await requireSameOrigin()
    const player = await requireApiPlayer()
    const wanted = await readWanted(request)
    const charge = await chargeStart(player, wanted)
    await countUse('start_address', addressKey(await clientAddress()))
    try {
      const started = await start(player, wanted)
      await settleStart(player, charge, started.connectionId)
      const jar = await cookies()
      jar.set(cookieName('journey'), started.browserKey, cookieOptions(JOURNEY_SECONDS))
      return seeOther(started.authorizationUrl, { 'referrer-policy': 'no-referrer' })
    } catch (error) {
      if (isAppError(error, 'consent_missing')) return seeOther('/verify')
      if (isAppError(error, 'state_conflict')) return seeOther('/verify')
      if (isAppError(error, 'details_needed')) return seeOther('/verify/you')
      if (isAppError(error, 'no_connection')) return seeOther('/verify/leave?problem=no_connection')
      throw error
    }
  })
}

/** The connection that a switch asks for, or null; the start decides whether it may be used. */
async function readWanted(request: NextRequest): Promise<string | null> {
  const form = new URLSearchParams(Buffer.from(await readBytes(request, FORM_LIMIT_BYTES)).toString('utf8'))
  const names = [...form.keys()]
  if (names.length === 0) return null
  const wanted = form.get('connection')
  if (names.length > 1 || wanted === null || !CONNECTION.test(wanted)) throw new AppError('bad_request')
  return wanted
}
