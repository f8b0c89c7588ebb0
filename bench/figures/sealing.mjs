/** Sealing a document's bytes against the cipher alone, for each second of processor time. */
import { randomBytes } from 'node:crypto'
import { compare } from '../measure.mjs'

const BYTES = 40 * 1024
const TIMES = 3000
const ROUNDS = 9

export async function measureSealing(world) {
  const { ours, bare } = (await world.domain()).sealers(randomBytes(BYTES))
  const seen = await compare({
    rounds: ROUNDS,
    ours: () => perSecond(ours),
    baseline: () => perSecond(bare),
  })
  return [{ figure: 'seal 40 KiB : cipher alone', ...seen, unit: '/s', goal: { atLeast: 0.75 } }]
}

/** By processor time, which other programs do not lengthen; one thread does all of it. */
function perSecond(work) {
  const started = process.cpuUsage()
  for (let at = 0; at < TIMES; at++) work()
  const { user, system } = process.cpuUsage(started)
  return TIMES / ((user + system) / 1_000_000)
}
