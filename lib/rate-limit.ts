import 'server-only'
import ipaddr from 'ipaddr.js'
import { RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible'
import { db } from '@/db/client'
import { rateLimits } from '@/db/schema/rate-limits'
import { connections } from '@/lib/connections'
import { blindIndex } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'

// RT-01: counted in PostgreSQL, so that every process counts together. Keys never hold an address in clear.

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400
const RECHECKS_PER_ATTEMPT = 3

/** Too many of something. `retryAfterSeconds` goes into the answer's Retry-After. */
export class RateLimited extends AppError {
  constructor(readonly retryAfterSeconds: number) {
    super('rate_limited')
  }
}

type Limit =
  | 'start_hour'
  | 'start_day'
  | 'start_address'
  | 'switch_day'
  | 'sign_in_address'
  | 'code_email'
  | 'code_try_address'
  | 'return_address'
  | 'return_player'
  | 'recheck'
  | 'action'
  | 'export'
  | 'status'
  | 'webhook'
  | 'webhook_refused_address'
  | 'staff_action'
  | 'reveal'
  | 'case_export'
  | 'export_alone'
  | 'examination'
  | 'staff_password_address'
  | 'staff_passkey_address'

const limiters = new Map<Limit, RateLimiterDrizzle>()

/**
 * Counts one use of `limit` by `who` (a player id or an address key), or several at once; which one it was, counted from 1.
 * Throws RateLimited beyond the limit.
 */
export async function countUse(limit: Limit, who: string, uses = 1): Promise<number> {
  try {
    return (await limiter(limit).consume(who, uses)).consumedPoints
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    throw new RateLimited(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)))
  }
}

/** True when the next use of `limit` by `who` would be beyond it. Counts nothing. */
export async function isSpent(limit: Limit, who: string): Promise<boolean> {
  const state = await limiter(limit).get(who)
  return state !== null && state.remainingPoints <= 0
}

/** How many uses of `limit` by `who` are left. Counts nothing. */
export async function usesLeft(limit: Limit, who: string): Promise<number> {
  const state = await limiter(limit).get(who)
  return state === null ? windowOf(limit).points : Math.max(0, state.remainingPoints)
}

/** Takes back a use that did not count after all, or several. */
export async function uncountUse(limit: Limit, who: string, uses = 1): Promise<void> {
  await limiter(limit).reward(who, uses)
}

/** Key of a client's address: IPv6 by its /64, both as a blind index. */
export function addressKey(address: string): string {
  return blindIndex(env().indexKeys, 'address', networkOf(address))
}

/** Key of a normalised e-mail address, as a blind index. */
export function emailKey(email: string): string {
  return blindIndex(env().indexKeys, 'email', email)
}

function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`)
  return `${network.toString()}/64`
}

function limiter(limit: Limit): RateLimiterDrizzle {
  const known = limiters.get(limit)
  if (known !== undefined) return known
  const made = new RateLimiterDrizzle({
    storeClient: db(),
    schema: rateLimits,
    keyPrefix: limit,
    clearExpiredByTimeout: false, // the sweeper does it
    ...windowOf(limit),
  })
  limiters.set(limit, made)
  return made
}

/** Uses and window (seconds) of each limit. */
function windowOf(limit: Limit): { points: number; duration: number } {
  const { rates, review } = env().limits
  const windows: Record<Limit, [points: number, duration: number]> = {
    start_hour: [rates.startsPerPlayerHour, HOUR_S],
    start_day: [rates.startsPerPlayerDay, DAY_S],
    start_address: [rates.startsPerAddressHour, HOUR_S],
    switch_day: [connections().length, DAY_S],
    sign_in_address: [rates.signInsPerAddressHour, HOUR_S],
    code_email: [rates.codesPerEmailHour, HOUR_S],
    code_try_address: [rates.codeTriesPerAddressHour, HOUR_S],
    return_address: [rates.strayReturnsPerAddressHour, HOUR_S],
    return_player: [rates.strayReturnsPerPlayerHour, HOUR_S],
    // By attempt, not by player: no reviewer leaves one waiting for this long.
    recheck: [RECHECKS_PER_ATTEMPT, 90 * DAY_S],
    action: [rates.actionsPerPlayerMinute, MINUTE_S],
    export: [rates.exportsPerPlayerHour, HOUR_S],
    // The same average as one in two seconds; a page that sees three steps in a row must not wait for the third.
    status: [rates.statusPerTwoSeconds * 10, 20],
    webhook: [rates.webhooksPerConnectionMinute, MINUTE_S],
    webhook_refused_address: [rates.refusedWebhooksPerAddressMinute, MINUTE_S],
    reveal: [rates.revealsPerStaffHour, HOUR_S],
    case_export: [rates.caseExportsPerStaffHour, HOUR_S],
    export_alone: [review.exportAlonePersons, DAY_S], // by rows, not by files
    staff_action: [rates.staffActionsPerMinute, MINUTE_S],
    examination: [rates.examinationsPerStaffHour, HOUR_S],
    staff_password_address: [rates.signInsPerAddressHour, HOUR_S],
    staff_passkey_address: [rates.staffPasskeyTriesPerAddressHour, HOUR_S],
  }
  const [points, duration] = windows[limit]
  return { points, duration }
}

/** Like `countUse`, but answers false instead of throwing beyond the limit. */
export async function isWithin(limit: Limit, who: string, uses = 1): Promise<boolean> {
  try {
    await countUse(limit, who, uses)
    return true
  } catch (error) {
    if (error instanceof RateLimited) return false
    throw error
  }
}
