import 'server-only'

const MINUTE_MS = 60_000
/** Minutes after the start at which a vendor is asked (HK-07). */
const MINUTES = [1, 2, 5, 10, 30] as const

/** When the vendor is asked for the time after `polls` times, or null when that was enough. */
export function nextPollAt(polls: number, startedAt: Date): Date | null {
  const minutes = MINUTES[polls]
  return minutes === undefined ? null : new Date(startedAt.getTime() + minutes * MINUTE_MS)
}
