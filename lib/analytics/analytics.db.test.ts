import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { Status } from '@/lib/verification/types'

// The roll-ups say what the attempts say, whoever writes or folds at the same time, and whatever is killed.

const { appUrl, ownerUrl } = await openFreshDatabase({ KYC_CONNECTIONS: 'idto', SANDBOX_PORT: '4999' })
const owner = postgres(ownerUrl, { max: 8, onnotice: () => {} })
afterAll(() => owner.end())

const { db, openPool } = await import('@/db/client')
const { foldDeltas } = await import('@/db/queries/analytics')
const { moveVerification } = await import('@/db/queries/verifications')
const { makePlayer, agreeTo } = await import('../verification/testing')
const { countQueueRows } = await import('@/db/queries/queue')
const { toSelection } = await import('@/lib/review/queue')
const { QueueFilter } = await import('@/lib/review/types')
const { foldAnalytics } = await import('./fold')
const { toSpread } = await import('./numbers')
const { readAnalytics } = await import('./read')
const { AnalyticsFilter } = await import('./types')

const LEAD = { id: randomUUID(), roles: ['lead'] as const }
const FILTER = AnalyticsFilter.parse({})

/** Within the fifth that a step of time is wide. */
const isAbout = (ms: number | undefined, wanted: number) =>
  ms !== undefined && ms > wanted / 1.25 && ms < wanted * 1.25

interface Attempt {
  playerId: string
  id: string
}

/** Somebody who has agreed, with the attempt that is theirs from then on. */
async function begin(attempt = 1): Promise<Attempt> {
  const { id: playerId } = await makePlayer()
  await agreeTo({ id: playerId }, ['aadhaar', 'pan', 'driving_licence'])
  const [row] = await owner<Attempt[]>`
    update verifications set attempt = ${attempt}, version = version + 1 where player_id = ${playerId}
    returning id, player_id as "playerId"`
  if (row === undefined) throw new Error('no attempt')
  return row
}

const move = (one: Attempt, from: Status, to: Status, change: object = {}) =>
  moveVerification(db(), one.playerId, one.id, from, to, { deadlineAt: null, ...change })

/** Up to the vendor and back. */
async function bringBack(one: Attempt) {
  await move(one, 'awaiting_consent', 'awaiting_player', { connectionId: 'idto', startedAt: new Date() })
  await move(one, 'awaiting_player', 'awaiting_provider', { returnedAt: new Date() })
}

async function approve(one: Attempt, status: Status = 'approved', policyVersion = '3') {
  await bringBack(one)
  await move(one, 'awaiting_provider', status, {
    reasons: [status === 'approved' ? 'all_checks_passed' : 'name_differs'],
    policyVersion,
    decidedAt: new Date(),
  })
}

/** What the roll-up ought to say, asked of the attempts themselves. */
const EXPECTED = `
  select (v.created_at at time zone 'Asia/Kolkata')::date::text as day, c.measure, c.key,
    coalesce(v.connection_id, '') as connection, coalesce(v.policy_version, '') as policy, sum(c.amount)::int as amount
  from verifications v, attempt_counts(v) c group by 1, 2, 3, 4, 5 having sum(c.amount) <> 0 order by 1, 2, 3, 4, 5`
const KEPT = `
  select day::text as day, measure, key, connection_id as connection, policy_version as policy, sum(amount)::int as amount
  from analytics_days where measure in ('state', 'step', 'reason', 'player', 'player_time')
  group by 1, 2, 3, 4, 5 having sum(amount) <> 0 order by 1, 2, 3, 4, 5`

async function expectExact() {
  expect([...(await owner.unsafe(KEPT))]).toEqual([...(await owner.unsafe(EXPECTED))])
}

beforeEach(async () => {
  for (const table of [
    'reviews',
    'decisions',
    'verifications',
    'analytics_days',
    'analytics_deltas',
    'analytics_folds',
  ])
    await owner.unsafe(`delete from ${table}`)
})

describe('the fold', () => {
  test('counts each change once, while others write and fold', async () => {
    const attempts: Attempt[] = []
    for (let count = 0; count < 12; count += 1) attempts.push(await begin())
    const outcomes: Status[] = ['approved', 'rejected', 'awaiting_reviewer', 'resubmission_requested']
    let writing = true
    const folders = [1, 2, 3].map(async () => {
      while (writing) await foldDeltas(db(), 7)
    })
    await Promise.all(
      attempts.map((one, index) => approve(one, outcomes[index % outcomes.length], String(index % 2))),
    )
    writing = false
    await Promise.all(folders)
    await foldAnalytics()
    expect(await owner`select 1 from analytics_deltas`).toHaveLength(0)
    await expectExact()
  })

  test('that is killed before its end has counted nothing and lost nothing', async () => {
    for (let count = 0; count < 3; count += 1) await approve(await begin())
    await foldAnalytics()
    await approve(await begin())
    const before = await owner`select count(*)::int as count from analytics_deltas`
    // The deltas are taken and the roll-up is half written when it dies.
    await owner.unsafe(`
      create function wait_here() returns trigger language plpgsql as $$ begin perform pg_sleep(20); return new; end $$;
      create trigger slow before insert on analytics_days for each row execute function wait_here()`)
    const victim = openPool(appUrl)
    const killed = expect(foldDeltas(victim.db, 10_000)).rejects.toThrow()
    const kill = () => owner`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event = 'PgSleep'`
    await expect.poll(async () => (await kill()).length).toBe(1)
    await killed
    await victim.close(0)
    await owner.unsafe('drop trigger slow on analytics_days')
    expect(await owner`select count(*)::int as count from analytics_deltas`).toEqual(before)
    await foldAnalytics()
    await foldAnalytics()
    await expectExact()
  })

  test('of a transaction that is rolled back there is nothing', async () => {
    const one = await begin()
    await foldAnalytics()
    const failing = db().transaction(async (tx) => {
      await moveVerification(tx, one.playerId, one.id, 'awaiting_consent', 'cancelled', { deadlineAt: null })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await foldAnalytics()).toBe(0)
  })

  test('keeps the count of an attempt that is gone, and names nobody', async () => {
    const one = await begin()
    await approve(one)
    await foldAnalytics()
    await owner`delete from verifications where id = ${one.id}`
    await foldAnalytics()
    const { begun, states } = await readAnalytics(LEAD, FILTER)
    expect(begun).toBe(1)
    expect(states.find(({ status }) => status === 'approved')?.count).toBe(1)
    const [all] = await owner`select string_agg(d::text, ' ') as text from analytics_days d`
    expect(all?.text).not.toContain(one.playerId)
    expect(all?.text).not.toContain(one.id)
  })
})

describe('the numbers', () => {
  test('funnel, first pass, reasons and shares are those of the attempts', async () => {
    await approve(await begin(), 'approved')
    await approve(await begin(), 'awaiting_reviewer')
    await approve(await begin(2), 'approved')
    await bringBack(await begin())
    await begin()
    await foldAnalytics()
    const page = await readAnalytics(LEAD, FILTER)
    const steps = Object.fromEntries(page.funnel.map(({ step, count }) => [step, count]))
    expect(steps).toEqual({ begun: 5, left: 4, returned: 4, checked: 3, decided: 2, approved: 2 })
    expect(page.firstPass).toMatchObject({ part: 1, whole: 2 })
    expect(page.approvedOfDecided).toMatchObject({ part: 2, whole: 2, share: 1 })
    expect(page.reasons).toMatchObject([{ reason: 'name_differs', count: 1 }])
    expect(page.days.at(-1)?.counts).toMatchObject({ approved: 2, reviewer: 1, open: 2 })
    expect(page.days).toHaveLength(30)
    const ofPolicy = await readAnalytics(LEAD, AnalyticsFilter.parse({ policy: '3', connection: 'idto' }))
    expect(ofPolicy.begun).toBe(3)
    expect((await readAnalytics(LEAD, AnalyticsFilter.parse({ sandbox: 'true' }))).begun).toBe(0)
  })

  test('pauses are no active time, of players and of reviewers', async () => {
    const [quick, slow] = [await begin(), await begin()]
    const now = Date.now()
    for (const [one, away] of [
      [quick, 60_000],
      [slow, 3_600_000],
    ] as const) {
      await owner`update verifications set created_at = ${new Date(now - away - 30_000)}, version = version + 1 where id = ${one.id}`
      await move(one, 'awaiting_consent', 'awaiting_player', { startedAt: new Date(now - away) })
      await move(one, 'awaiting_player', 'awaiting_provider', { returnedAt: new Date(now) })
    }
    await owner`delete from analytics_deltas where measure = 'player' and amount < 0`
    await move(quick, 'awaiting_provider', 'awaiting_reviewer')
    const me = randomUUID()
    const beat = (secondsAgo: number) => owner`
      update reviews set claimed_by = ${me}, claimed_at = now(),
        claim_seen_at = now() - make_interval(secs => ${secondsAgo}) where verification_id = ${quick.id}`
    await beat(900)
    await beat(840) // a minute
    await beat(100) // a pause
    await beat(40) // a minute
    await move(quick, 'awaiting_reviewer', 'approved') // 40 s
    await foldAnalytics()
    const page = await readAnalytics(LEAD, FILTER)
    expect(page.playerActive?.count).toBe(2)
    expect(page.playerActive?.meanMs).toBeCloseTo((90_000 + 30_000) / 2, -3)
    expect(isAbout(page.playerActive?.halfMs, 30_000)).toBe(true)
    expect(isAbout(page.playerActive?.mostMs, 90_000)).toBe(true)
    expect(page.reviewerActive?.count).toBe(1)
    expect(Math.round((page.reviewerActive?.meanMs ?? 0) / 10_000)).toBe(16)
    expect(isAbout(page.reviewerActive?.halfMs, 160_000)).toBe(true)
  })

  test('a review that is opened again is timed anew', async () => {
    const one = await begin()
    await approve(one, 'awaiting_reviewer')
    const end = () => owner`
      update reviews set closed_at = now(), claimed_by = null, claimed_at = null, claim_seen_at = null where verification_id = ${one.id}`
    const beat = (secondsAgo: number) => owner`
      update reviews set closed_at = null, claimed_by = ${LEAD.id}, claimed_at = now(),
        claim_seen_at = now() - make_interval(secs => ${secondsAgo}) where verification_id = ${one.id}`
    await beat(100)
    await end()
    await beat(10)
    await end()
    await foldAnalytics()
    const { reviewerActive } = await readAnalytics(LEAD, FILTER)
    expect(reviewerActive).toMatchObject({ count: 2 })
    expect(isAbout(reviewerActive?.halfMs, 10_000)).toBe(true)
    expect(isAbout(reviewerActive?.mostMs, 100_000)).toBe(true)
  })

  test('time falls into the same steps in the database as here', async () => {
    for (const ms of [0, 5000, 5001, 61_000, 600_000, 1_200_000, 200_000_000]) {
      const [row] = await owner`select time_bucket(${ms}) as bucket`
      const wanted = ms <= 5000 ? 2500 : ms // the first step is evenly filled
      expect([ms, isAbout(toSpread(new Map([[row?.bucket, 1]]), 0)?.halfMs, wanted)]).toEqual([ms, true])
    }
  })

  test('each opens exactly its cases', async () => {
    await approve(await begin(), 'approved')
    await approve(await begin(), 'awaiting_reviewer')
    await approve(await begin(2), 'approved', '4')
    await bringBack(await begin())
    await begin()
    for (const [outcome, agrees] of [
      ['approved', true],
      ['awaiting_reviewer', false],
    ] as const)
      await owner`
        with one as (select player_id, id, case_id from verifications where status = ${outcome} and attempt = 1),
        ruled as (
          insert into decisions (player_id, id, verification_id, outcome, reasons, made_by, policy_version, input_hash, decided_at)
          select player_id, gen_random_uuid(), id, ${outcome}, '{}', 'rule', '3', '', now() from one)
        insert into second_looks (player_id, id, verification_id, case_id, first_by, first_outcome, first_reasons, agrees,
          answered_at, second_outcome)
        select player_id, gen_random_uuid(), id, case_id, ${LEAD.id}, 'approve', '{}', ${agrees}, now(), 'approve' from one`
    await owner`
      update reviews set closed_at = now(), claimed_by = null, claimed_at = null, claim_seen_at = null where closed_at is null`
    await foldAnalytics()
    const page = await readAnalytics(LEAD, FILTER)
    const opened = (chosen: object) =>
      countQueueRows(
        db(),
        toSelection(QueueFilter.parse({ begunFrom: page.from, begunTo: page.to, ...chosen }), LEAD.id),
        100,
      )
    for (const { step, count } of page.funnel)
      expect([step, await opened(step === 'begun' ? {} : { counted: step })]).toEqual([step, count])
    for (const row of page.funnelRows) {
      const of = { connection: row.connectionId || 'none', policy: row.policyVersion || 'none' }
      expect([of, await opened(of)]).toEqual([of, row.steps[0]?.count])
    }
    const counts = Object.fromEntries(
      await Promise.all(
        (['came_back', 'first_looked', 'first_pass', 'reviewed', 'looked_twice', 'agreed'] as const).map(
          async (counted) => [counted, await opened({ counted })],
        ),
      ),
    )
    expect(counts).toEqual({
      came_back: page.playerActive?.count,
      first_looked: page.firstPass?.whole,
      first_pass: page.firstPass?.part,
      reviewed: page.reviewerActive?.count,
      looked_twice: 2,
      agreed: 1,
    })
    const yesterday = new Date(Date.parse(page.to) - 86_400_000).toISOString().slice(0, 10)
    expect(await opened({ begunTo: yesterday })).toBe(0)
  })

  test('a second look counts once both have spoken', async () => {
    for (const agrees of [true, true, false]) {
      const one = await begin()
      await owner`
        insert into second_looks (player_id, id, verification_id, case_id, first_by, first_outcome, first_reasons)
        select player_id, gen_random_uuid(), id, case_id, ${randomUUID()}, 'reject', '{}'
        from verifications where id = ${one.id}`
      await owner`
        update second_looks set agrees = ${agrees}, answered_at = now(), second_outcome = 'reject'
        where verification_id = ${one.id}`
    }
    await foldAnalytics()
    expect((await readAnalytics(LEAD, FILTER)).agreement).toMatchObject({ part: 2, whole: 3 })
  })

  test('are not for everybody', async () => {
    await expect(readAnalytics({ id: randomUUID(), roles: ['operator'] }, FILTER)).rejects.toThrow(
      'forbidden',
    )
  })
})
