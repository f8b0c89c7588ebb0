import 'server-only'
import { db } from '@/db/client'
import { countStarted } from '@/db/queries/verifications'
import type { PlayerActor } from '@/lib/actor'
import { findLiveConsent } from '@/lib/consent/consent'
import { env } from '@/lib/env'
import { countUse, isWithin, RateLimited, uncountUse } from '@/lib/rate-limit'
import { chooseProviders } from './routing'
import { hasStated } from './stated'

// How often a player may start (RT-01). Switching to a vendor that was not tried today is not a try: it is the vendor that
// failed, not the player. There are only so many vendors, so the number of starts stays bounded.

const DAY_MS = 86_400_000

const startedToday = (player: PlayerActor) => countStarted(db(), player.id, new Date(Date.now() - DAY_MS))

/** Tries left in these 24 hours. */
export async function triesLeft(player: PlayerActor): Promise<number> {
  const started = await startedToday(player)
  const all = [...started.values()].reduce((sum, count) => sum + count, 0)
  const switches = Math.max(0, started.size - 1)
  return Math.max(0, env().limits.rates.startsPerPlayerDay - (all - switches))
}

/** The connection that a start was let go to without costing a try; null when it cost one. */
export type Charge = string | null

/**
 * Counts a start before it is made. It costs a try, unless it is a switch: to a connection that may take this player and
 * that was not tried today. There is at most one free switch for each connection tried, however many are asked for at the
 * same time. Throws RateLimited when no try is left.
 */
export async function chargeStart(player: PlayerActor, wanted: string | null): Promise<Charge> {
  if (wanted !== null && (await takeFreeSwitch(player, wanted))) return wanted
  await countUse('start_hour', player.id)
  await countUse('start_day', player.id)
  return null
}

/** Counts a try after all when a free switch ended at another connection than it was free for. */
export async function settleStart(player: PlayerActor, charge: Charge, connectionId: string): Promise<void> {
  if (charge === null || charge === connectionId) return
  await isWithin('start_hour', player.id)
  await isWithin('start_day', player.id)
}

/**
 * Of several posts that see the same starts each gets another number, and only the first of them one that fits what was
 * tried when they looked.
 */
async function takeFreeSwitch(player: PlayerActor, wanted: string): Promise<boolean> {
  const started = await startedToday(player)
  if (started.size === 0 || started.has(wanted) || !(await mayTake(player, wanted))) return false
  const number = await countSwitch(player)
  if (number <= started.size) return true
  await uncountUse('switch_day', player.id)
  return false
}

/** Whether this connection may take the player at all, under the consent that lives now. */
async function mayTake(player: PlayerActor, wanted: string): Promise<boolean> {
  const consent = await findLiveConsent(db(), player.id)
  if (consent === null) return false
  const able = await chooseProviders(consent, { hasStated: await hasStated(player) })
  return able.some(({ connection }) => connection.id === wanted)
}

async function countSwitch(player: PlayerActor): Promise<number> {
  try {
    return await countUse('switch_day', player.id)
  } catch (error) {
    if (error instanceof RateLimited) return Number.POSITIVE_INFINITY
    throw error
  }
}
