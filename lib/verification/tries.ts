import 'server-only'
import { db } from '@/db/client'
import { countStarted } from '@/db/queries/verifications'
import type { PlayerActor } from '@/lib/actor'
import { env } from '@/lib/env'

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

/** True when going to `wanted` is a switch that costs no try. */
export async function isFreeSwitch(player: PlayerActor, wanted: string | null): Promise<boolean> {
  if (wanted === null) return false
  const started = await startedToday(player)
  return started.size > 0 && !started.has(wanted)
}
