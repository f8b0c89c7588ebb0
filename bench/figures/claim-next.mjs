/** Claiming the next case: fifty reviewers at once, ten thousand claims, nobody gets what another has. */
import postgres from 'postgres'
import { median, percentile } from '../measure.mjs'

const REVIEWERS = 50
const CLAIMS = 10_000
const TAIL_GOAL = { atMost: 5 }

export async function measureClaimNext(world) {
  const { openReviewers } = await world.domain()
  const { large } = await world.desk()
  await openCases(large.ownerUrl)
  const desk = openReviewers(large.appUrl, REVIEWERS)
  await desk.ready()
  const claimed = []
  const times = []
  const work = async (reviewer) => {
    for (;;) {
      const started = performance.now()
      const id = await desk.claim(reviewer)
      if (id === null) return
      times.push(performance.now() - started)
      claimed.push(id)
    }
  }
  await Promise.all(desk.reviewers.map(work))
  await desk.close()
  const doubles = claimed.length - new Set(claimed).size
  if (doubles > 0) throw new Error(`${doubles} cases were claimed twice`)
  if (claimed.length !== CLAIMS) throw new Error(`${claimed.length} cases were claimed, not ${CLAIMS}`)
  const [p99, middle] = [percentile(times, 99), median(times)]
  const figure = `claim next, p99 : median, ${REVIEWERS} reviewers, ${CLAIMS} claims, none twice`
  return [{ figure, ours: p99, baseline: middle, ratio: p99 / middle, unit: 'ms', goal: TAIL_GOAL }]
}

/** Exactly `CLAIMS` cases for anybody to take. */
async function openCases(ownerUrl) {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  await sql`update reviews set closed_at = coalesce(closed_at, now()), claimed_by = null, claimed_at = null,
    claim_seen_at = null, snoozed_until = null where closed_at is null`
  await sql`
    insert into reviews (player_id, verification_id, case_id, due_at)
    select player_id, id, case_id, now() + random() * interval '24 hours'
    from verifications where status = 'approved' order by id limit ${CLAIMS}
    on conflict (player_id, verification_id) do update set closed_at = null, due_at = excluded.due_at,
      snoozed_until = null, escalated_at = null, assignee_id = null`
  await sql`vacuum (analyze) reviews`
  await sql.end()
}
