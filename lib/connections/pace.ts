import 'server-only'
import {
  RateLimiterDrizzle,
  RateLimiterQueue,
  RateLimiterQueueError,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import { db } from '@/db/client'
import { rateLimits } from '@/db/schema/rate-limits'
import { env } from '@/lib/env'
import { CAPABILITIES } from '@/lib/providers'
import { CallFault } from '@/lib/providers/faults'
import type { CallRates, Connection } from '@/lib/providers/types'

// A vendor's plan counts the calls of one account, whoever makes them. So do we: in the database, all processes together.
// Callers wait for their turn; who would wait too long is told that the vendor is busy, before anything is sent.

const LONGEST_WAIT_MS = 8_000
const WINDOWS = [
  ['perSecond', 1],
  ['perMinute', 60],
] as const
const DAY_S = 86_400

/**
 * Awaits this connection's turn for one call, at most `longestMs`. Throws CallFault `provider_rate_limited`, nothing sent,
 * when its turn is too far off or the day is used up.
 */
export function createPace(
  connection: Pick<Connection, 'id' | 'vendor' | 'sandbox'>,
  longestMs = LONGEST_WAIT_MS,
): () => Promise<void> {
  const rates = ratesOf(connection)
  const queues = WINDOWS.flatMap(([name, seconds]) => {
    const points = rates[name]
    if (points === undefined) return []
    const limiter = limiterOf(connection.id, name, points, seconds)
    const maxQueueSize = Math.ceil((points * longestMs) / 1000 / seconds)
    return [new RateLimiterQueue(limiter, { maxQueueSize })]
  })
  const daily = rates.perDay === undefined ? null : limiterOf(connection.id, 'perDay', rates.perDay, DAY_S)
  return async () => {
    const end = Date.now() + longestMs
    for (const queue of queues) await inTime(queue.removeTokens(1, 'calls', Math.ceil(end / 1000)), end)
    await daily?.consume('calls').catch((refusal: unknown) => {
      throw refusal instanceof RateLimiterRes ? tooBusy('own_day') : refusal
    })
  }
}

/** Waits until `end` (Unix milliseconds); a turn that comes later is lost. */
async function inTime(turn: Promise<unknown>, end: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooBusy('own_rate')), Math.max(0, end - Date.now()))
  })
  try {
    await Promise.race([turn, tooLate])
  } catch (error) {
    throw error instanceof RateLimiterQueueError ? tooBusy('own_rate') : error
  } finally {
    clearTimeout(timer)
    turn.catch(() => undefined)
  }
}

/** What LIMITS_FILE says of this connection, else the vendor's smallest plan; the sandbox has no plan. */
function ratesOf({ id, vendor, sandbox }: Pick<Connection, 'id' | 'vendor' | 'sandbox'>): CallRates {
  const set = env().limits.connections[id]
  const plan = sandbox ? null : CAPABILITIES[vendor].rates
  const own = {
    perSecond: set?.callsPerSecond,
    perMinute: set?.callsPerMinute,
    perDay: set?.callsPerDay,
  }
  const isSet = Object.values(own).some((value) => value !== undefined)
  return Object.fromEntries(
    Object.entries(isSet ? own : (plan ?? {})).filter(([, value]) => value !== undefined),
  )
}

function limiterOf(
  connectionId: string,
  window: string,
  points: number,
  seconds: number,
): RateLimiterDrizzle {
  return new RateLimiterDrizzle({
    storeClient: db(),
    schema: rateLimits,
    keyPrefix: `calls ${connectionId} ${window}`,
    clearExpiredByTimeout: false, // the sweeper does it
    points,
    duration: seconds,
  })
}

function tooBusy(why: string): CallFault {
  return new CallFault({ code: 'provider_rate_limited', why, sent: false })
}
