import 'server-only'
import { FUNNEL_STEPS, type FunnelStep, type Share, type Spread, type StepCount } from './types'

const Z = 1.96 // 95 of 100

/**
 * `part` of `whole` with the Wilson score interval (E. B. Wilson, 1927), which stays honest where numbers are small; null of
 * nothing.
 */
export function toShare(part: number, whole: number): Share | null {
  if (whole <= 0) return null
  const share = Math.min(1, Math.max(0, part / whole))
  const square = Z * Z
  const middle = share + square / (2 * whole)
  const half = Z * Math.sqrt((share * (1 - share) + square / (4 * whole)) / whole)
  const scale = 1 + square / whole
  return {
    part,
    whole,
    share,
    low: Math.max(0, (middle - half) / scale),
    high: Math.min(1, (middle + half) / scale),
  }
}

/** The same as in the function `time_bucket` of the database: up to five seconds, and each further one ends a fifth later. */
const FIRST_MS = 5000
const GROWTH = 1.2
const endOf = (bucket: number) => FIRST_MS * GROWTH ** bucket

/**
 * Within what time half and nine in ten were done, out of how many fell between which bounds, evenly between them: at most a fifth
 * off. `meanMs` is exact. Null of nothing.
 */
export function toSpread(buckets: ReadonlyMap<string, number>, meanMs: number): Spread | null {
  const counts = [...buckets]
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => one.bucket - other.bucket)
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  const within = (share: number) => {
    let left = share * total
    for (const { bucket, count } of counts) {
      const begin = bucket === 0 ? 0 : endOf(bucket - 1)
      if (left <= count) return begin + ((endOf(bucket) - begin) * left) / count
      left -= count
    }
    return endOf(counts.at(-1)?.bucket ?? 0)
  }
  return { halfMs: within(0.5), mostMs: within(0.9), meanMs, count: total }
}

/** From "got so far and no further" to "got at least so far". */
export function toFunnel(furthest: ReadonlyMap<string, number>): StepCount[] {
  const atLeast = FUNNEL_STEPS.map((_, index) =>
    FUNNEL_STEPS.slice(index).reduce((sum, step) => sum + (furthest.get(step) ?? 0), 0),
  )
  return FUNNEL_STEPS.map((step: FunnelStep, index) => {
    const count = atLeast[index] ?? 0
    return {
      step,
      count,
      ofBegun: toShare(count, atLeast[0] ?? 0),
      ofPrevious: index === 0 ? null : toShare(count, atLeast[index - 1] ?? 0),
    }
  })
}
