/** What the audit record costs the callback's transaction: the same claim with the call and without it. */
import postgres from 'postgres'
import { onShutdown } from '../../scripts/lib/shutdown.mjs'
import { compare, ratePerSecond } from '../measure.mjs'

const WRITERS = 32
const PER_ROUND = 256
const ROUNDS = 11

export async function measureAudit(world) {
  const { prepareJourneys, claimOnce } = await world.domain()
  const { appUrl } = await world.database()
  const pool = postgres(appUrl, { max: WRITERS, onnotice: () => {} })
  onShutdown(() => pool.end({ timeout: 5 }))
  const round = async (audited) => {
    const journeys = await prepareJourneys(PER_ROUND)
    return ratePerSecond(journeys, WRITERS, (journey) => claimOnce(pool, journey, audited))
  }
  const seen = await compare({ rounds: ROUNDS, ours: () => round(true), baseline: () => round(false) })
  await pool.end()
  return [
    {
      figure: `claim with audit : without, ${WRITERS} writers`,
      ...seen,
      unit: '/s',
      goal: { atLeast: 0.85 },
    },
  ]
}
