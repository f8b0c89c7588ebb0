import { cookies } from 'next/headers'
import { clientAddress } from '@/lib/auth/client-address'
import { cookieName, cookieOptions } from '@/lib/auth/cookies'
import { requireApiPlayer, requireSameOrigin } from '@/lib/auth/guards'
import { isAppError } from '@/lib/errors'
import { addressKey, countUse } from '@/lib/rate-limit'
import { respondToBrowser, seeOther } from '@/lib/respond'
import { start } from '@/lib/verification/start'

const JOURNEY_SECONDS = 60 * 60

/** The browser leaves for a vendor: the link travels in this Location header and nowhere else. */
export function POST() {
  return respondToBrowser(async () => {
    await requireSameOrigin()
    const player = await requireApiPlayer()
    await countUse('start_hour', player.id)
    await countUse('start_day', player.id)
    await countUse('start_address', addressKey(await clientAddress()))
    try {
      const started = await start(player)
      const jar = await cookies()
      jar.set(cookieName('journey'), started.browserKey, cookieOptions(JOURNEY_SECONDS))
      return seeOther(started.authorizationUrl, { 'referrer-policy': 'no-referrer' })
    } catch (error) {
      if (isAppError(error, 'consent_missing')) return seeOther('/verify')
      if (isAppError(error, 'state_conflict')) return seeOther('/verify')
      if (isAppError(error, 'no_connection')) return seeOther('/verify/leave?problem=no_connection')
      throw error
    }
  })
}
