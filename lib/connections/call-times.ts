import 'server-only'

// How long calls take, as counts per step: small enough to keep by the minute, and exact to the step.

/** Upper ends of the steps in milliseconds; one more step counts what took longer. */
const STEPS_MS = [25, 50, 100, 200, 350, 500, 750, 1000, 1500, 2000, 3000, 5000, 7500, 10_000, 20_000, 30_000]

/** How many counts one row of times has. */
export const TIME_STEPS = STEPS_MS.length + 1

/** The step that a call of this length counts in, from 0. */
export function stepOf(ms: number): number {
  const step = STEPS_MS.findIndex((end) => ms <= end)
  return step === -1 ? STEPS_MS.length : step
}

/**
 * The time in milliseconds within which `share` (0 to 1) of the calls ended, read evenly within its step; null without any
 * call. What took longer than the last step is told as its beginning.
 */
export function timeWithin(times: readonly number[], share: number): number | null {
  const all = times.reduce((sum, count) => sum + count, 0)
  if (all === 0) return null
  const wanted = all * share
  let before = 0
  for (const [step, count] of times.entries()) {
    const end = STEPS_MS[step]
    const start = STEPS_MS[step - 1] ?? 0
    if (end === undefined) return start
    if (before + count >= wanted && count > 0)
      return Math.round(start + ((end - start) * (wanted - before)) / count)
    before += count
  }
  return null
}
