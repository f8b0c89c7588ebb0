/** Counting and comparing. Both sides of a figure run in turn, so that a busy minute of the machine hits both. */

/**
 * Runs `ours` and `baseline` in turn, one unmeasured round and then `rounds`, and who begins changes each time. Both
 * get the round's number and return a number. Returns their medians, the median of the ratios of neighbouring rounds
 * (`ratio`), and the least and greatest of these (`spread`).
 */
export async function compare({ rounds, ours, baseline }) {
  const sides = { ours, baseline }
  const seen = []
  for (let round = 0; round <= rounds; round++) {
    const values = {}
    for (const side of round % 2 === 0 ? ['ours', 'baseline'] : ['baseline', 'ours'])
      values[side] = await sides[side](round)
    if (round > 0) seen.push(values)
  }
  const ratios = seen.map((values) => values.ours / values.baseline)
  return {
    ours: median(seen.map((values) => values.ours)),
    baseline: median(seen.map((values) => values.baseline)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  }
}

/** Works through `items`, `parallel` at a time; returns how many a second. The first error ends it. */
export async function ratePerSecond(items, parallel, work) {
  const started = performance.now()
  await inParallel(items, parallel, work)
  return items.length / ((performance.now() - started) / 1000)
}

/** Works through `items`, `parallel` at a time, and returns the results in order. */
export async function inParallel(items, parallel, work) {
  const results = []
  let next = 0
  const one = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at], at)
  }
  await Promise.all(Array.from({ length: parallel }, one))
  return results
}

export const median = (values) => percentile(values, 50)

/** The value below or at which `percent` of the values are. */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b)
  if (percent === 50 && sorted.length % 2 === 0)
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]
}
