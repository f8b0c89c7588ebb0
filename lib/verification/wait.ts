import 'server-only'
import type { PlayerActor } from '@/lib/actor'
import { waitForChange } from './changes'
import { findJourney, findJourneyVersion } from './find'
import type { JourneyView } from './types'

/** Waits until this player's attempt is no longer being collected, at most `timeoutMs`. */
export async function waitForDecision(player: PlayerActor, id: string, timeoutMs: number): Promise<void> {
  await waitForChange(id, timeoutMs, async () => {
    const now = await findJourneyVersion(player, id)
    return now === null || now.status !== 'awaiting_provider' ? true : null
  })
}

/** The attempt as soon as its version differs from `knownVersion`, or as it is after `timeoutMs`; null when not found. */
export async function waitForJourney(
  player: PlayerActor,
  id: string,
  knownVersion: number | null,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<JourneyView | null> {
  if (knownVersion !== null && timeoutMs > 0)
    await waitForChange(
      id,
      timeoutMs,
      async () => {
        const now = await findJourneyVersion(player, id)
        return now === null || now.version !== knownVersion ? true : null
      },
      signal,
    )
  return findJourney(player, id)
}
