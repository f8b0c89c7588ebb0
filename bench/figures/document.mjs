/**
 * What a signed e-Aadhaar of 30 kB costs the worker: signature verified, facts read from the signed bytes, all of it sealed,
 * in processor time of one document, against the digest and the RSA verification alone.
 */
import { compare, median } from '../measure.mjs'

const TIMES = 60
const ROUNDS = 9

export async function measureDocument(world) {
  const { ours, bare } = (await world.domain()).documentWork()
  const seen = await compare({ rounds: ROUNDS, ours: () => cpuOfOne(ours), baseline: () => cpuOfOne(bare) })
  const figure = 'verify, read, seal a 30 kB e-Aadhaar : bare RSA verify and digest'
  return [{ figure, ...seen, unit: 'ms CPU', goal: { oursAtMost: 5 } }]
}

/** Milliseconds of processor time of one call, the median over `TIMES`. */
function cpuOfOne(work) {
  const times = Array.from({ length: TIMES }, () => {
    const started = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(started)
    return (user + system) / 1000
  })
  return median(times)
}
