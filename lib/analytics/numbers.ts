import 'server-only'
import { FUNNEL_STEPS, type FunnelStep, type Share, type StepCount } from './types'

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
