/** Whether the time of a refused sign-in tells a known address from an unknown one (ID-03). */
import { median } from '../measure.mjs'

const SAMPLES = 200
const FIRST = 10

/** One by one and by turns, so that a busy moment of the machine hits both. */
export async function measureRefusedSignIn(world) {
  const { known, unknown } = await (await world.domain()).refusedSignIns()
  const times = { known: [], unknown: [] }
  for (let sample = 0; sample < FIRST + SAMPLES; sample++) {
    const turns = [
      ['known', known],
      ['unknown', unknown],
    ]
    for (const [side, signIn] of sample % 2 === 0 ? turns : turns.toReversed()) {
      const ms = await signIn()
      if (sample >= FIRST) times[side].push(ms)
    }
  }
  const [ours, baseline] = [median(times.known), median(times.unknown)]
  return [
    {
      figure: `refused sign-in, ${SAMPLES} samples, known : unknown address`,
      ours,
      baseline,
      ratio: ours / baseline,
      unit: 'ms',
      goal: { between: [0.95, 1.05] },
    },
  ]
}
