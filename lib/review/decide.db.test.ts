import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { StaffActor } from '@/lib/actor'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'
import { readConflict, type Verdict } from './types'

// A person decides: once, on what they saw, not about themself, and not before the undo window is over.

const folder = path.join(tmpdir(), `ante-decide-${randomUUID()}`)
writeFileSync(`${folder}.json`, JSON.stringify({ review: { secondLookPercent: 100 } }))
const sandbox = await startSandbox({ port: 0, seed: 41 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  LIMITS_FILE: `${folder}.json`,
  ERASURE_LEDGER: `${folder}.jsonl`,
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
  for (const end of ['json', 'jsonl']) rmSync(`${folder}.${end}`, { force: true })
})

const { makePlayer, agreeTo, bring } = await import('@/lib/verification/testing')
const { start } = await import('@/lib/verification/start')
const { collect } = await import('@/lib/verification/collect')
const { stop, withdraw } = await import('@/lib/verification/consenting')
const { bothAreMe, correctFirst } = await import('@/lib/verification/answer-mismatch')
const { findJourney } = await import('@/lib/verification/find')
const { eraseMe } = await import('@/lib/rights/erase')
const { createRequest, listMyRequests } = await import('@/lib/rights/requests')
const { replay } = await import('@/lib/policy/replay')
const { quietly, startBoss, DECISION_QUEUE, DecisionJob } = await import('@/lib/jobs')
const { businessHoursBetween } = await import('@/lib/business-calendar')
const { env } = await import('@/lib/env')
const { isAppError } = await import('@/lib/errors')
const { makeStaff } = await import('./testing')
const { claim, release } = await import('./claims')
const { escalate } = await import('./handling')
const { decide, undo } = await import('./decide')
const { carryOut } = await import('./carry-out')
const { sweepReviews } = await import('./sweep')
const { confirmReversal, listReversals, proposeReversal } = await import('./reversals')
const { answerRequest, listRequestsToAnswer, readRequest, takeUpAppeal } = await import('./requests')
const { answerLook, findOwnLook, listDifferences, settleDifference, takeNextLook } = await import(
  './second-looks'
)

let asha: StaffActor
let bina: StaffActor
let lead: StaffActor
let otherLead: StaffActor

beforeAll(async () => {
  asha = await makeStaff(['reviewer'])
  bina = await makeStaff(['reviewer'])
  lead = await makeStaff(['lead'])
  otherLead = await makeStaff(['lead'])
})

interface Case {
  player: { id: string }
  id: string
}

/** An attempt that waits for a reviewer: two documents whose names differ. */
async function reviewed(persona: 'other_person' | 'one_letter' = 'one_letter'): Promise<Case> {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan', 'result_mail'])
  const started = await start(player)
  await bring(player, started, await answerAtDigiLocker(started.authorizationUrl, persona))
  await collect({ playerId: player.id, verificationId: started.verificationId })
  return { player, id: started.verificationId }
}

const REASONS = { approve: [], reject: ['name_differs'], resubmission: ['name_unclear'] } as const

async function decideAs(staff: StaffActor, { id }: Pick<Case, 'id'>, verdict: Verdict = 'reject') {
  const { version } = await claim(staff, id)
  const document = verdict === 'resubmission' ? { document: 'pan' as const } : {}
  return decide(staff, { id, version, verdict, reasons: [...REASONS[verdict]], ...document })
}

/** The undo window of an attempt is over. */
const pass = (id: string) =>
  owner`update pending_decisions set effective_at = now() - interval '10 seconds' where verification_id = ${id} and effective_at is not null`

const pendingOf = async (id: string) =>
  (await owner`select id, made_by, act from pending_decisions where verification_id = ${id}`)[0] as
    | { id: string; made_by: string; act: string }
    | undefined

async function jobOf({ player, id }: Case) {
  return { playerId: player.id, verificationId: id, decisionId: (await pendingOf(id))?.id ?? randomUUID() }
}

async function decided(staff: StaffActor, one: Case, verdict: Verdict = 'reject') {
  await decideAs(staff, one, verdict)
  const job = await jobOf(one)
  await pass(one.id)
  return carryOut(job)
}

const statusOf = async (id: string) =>
  (await owner`select status from verifications where id = ${id}`)[0]?.status as string
const staffDecisions = (id: string) =>
  owner`select outcome, made_by, reasons from decisions where verification_id = ${id} and made_by <> 'rule' order by decided_at`
const audited = async (id: string, action: string) => {
  const rows = await owner`
    select record from audit_events
    where record::jsonb->>'action' = ${action} and record::jsonb->'object'->>'id' = ${id}`
  return rows.map((row) => JSON.parse(row.record as string) as Record<string, unknown>)
}
const refused = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) =>
      isAppError(error) ? (readConflict(error.detail) ?? [error.code, error.detail]) : error,
  )

describe('a decision', () => {
  test('shows and counts only after the window, then once, with policy, input, mail and documents’ time', async () => {
    const one = await reviewed()
    const [review] = await owner`select opened_at, due_at from reviews where verification_id = ${one.id}`
    const hours = businessHoursBetween(review?.opened_at as Date, review?.due_at as Date)
    expect(Math.abs(hours - 24)).toBeLessThan(0.01)
    const answer = await decideAs(asha, one)
    expect(answer.kind).toBe('pending')
    const job = await jobOf(one)
    expect(await carryOut(job)).toBeNull()
    expect((await findJourney(one.player, one.id))?.status).toBe('awaiting_reviewer')
    expect(await staffDecisions(one.id)).toEqual([])
    await pass(one.id)
    const runs = await Promise.all([1, 2, 3, 4].map(() => carryOut(job)))
    expect(runs.filter((run) => run !== null)).toEqual(['rejected'])
    const journey = await findJourney(one.player, one.id)
    expect([journey?.status, journey?.reasons]).toEqual(['rejected', ['name_differs']])
    expect(journey?.documentsKeptUntil).not.toBeNull()
    const [rule, staff] = await owner`
      select made_by, policy_version, policy_sha256, input_hash, input_sealed is null as bare
      from decisions where verification_id = ${one.id} order by decided_at`
    expect(staff).toMatchObject({ ...rule, made_by: asha.id, bare: true })
    expect(await replay(one.player.id, one.id)).toMatchObject({ kind: 'replayed', same: true })
    expect(
      await owner`select 1 from pgboss.job where name = 'result_mail' and data->>'verificationId' = ${one.id}`,
    ).toHaveLength(1)
    expect(
      (await audited(one.id, 'verification.decided')).map(({ actor, after }) => [actor, after]).at(-1),
    ).toEqual([{ kind: 'staff', id: asha.id }, 'rejected'])
  })

  test('approves with its own reason, and asks for one document again', async () => {
    const [yes, again] = [await reviewed(), await reviewed()]
    expect(await decided(asha, yes, 'approve')).toBe('approved')
    expect((await findJourney(yes.player, yes.id))?.reasons).toEqual(['approved_by_person'])
    expect(await decided(asha, again, 'resubmission')).toBe('resubmission_requested')
    const journey = await findJourney(again.player, again.id)
    expect([journey?.correctFirst, journey?.reasons]).toEqual(['pan', ['name_unclear']])
    expect(journey?.deadlineAt).not.toBeNull()
  })

  test('needs reasons and a document that fit its verdict', async () => {
    const one = await reviewed()
    const { version } = await claim(asha, one.id)
    const form = { id: one.id, version }
    for (const wrong of [
      { verdict: 'reject', reasons: [] },
      { verdict: 'reject', reasons: ['all_checks_passed'] },
      { verdict: 'resubmission', reasons: ['duplicate_person'], document: 'pan' },
      { verdict: 'resubmission', reasons: ['name_unclear'] },
      { verdict: 'resubmission', reasons: ['name_unclear'], document: 'driving_licence' },
      { verdict: 'approve', reasons: ['name_differs'] },
      { verdict: 'approve', reasons: [], document: 'pan' },
    ] as const)
      expect(await refused(decide(asha, { ...form, ...wrong, reasons: [...wrong.reasons] }))).toContain(
        'bad_request',
      )
    await owner`update verifications set reasons = '{below_age_limit}', version = version + 1 where id = ${one.id}`
    const seen = { ...form, version: version + 1 }
    expect(await refused(decide(asha, { ...seen, verdict: 'approve', reasons: [] }))).toEqual([
      'forbidden',
      'verdict',
    ])
    const viewer: StaffActor = { ...asha, roles: ['viewer'] }
    expect(await refused(decide(viewer, { ...form, verdict: 'approve', reasons: [] }))).toContain('forbidden')
  })

  test('of a minor leaves nothing but outcome and date', async () => {
    const one = await reviewed()
    const { version } = await claim(asha, one.id)
    await decide(asha, { id: one.id, version, verdict: 'reject', reasons: ['under_age'] })
    const job = await jobOf(one)
    await pass(one.id)
    await carryOut(job)
    const [left] = await owner`select
      (select count(*)::int from documents where player_id = ${one.player.id}) as documents,
      (select count(*)::int from decisions where player_id = ${one.player.id} and input_sealed is not null) as inputs,
      (select document_states from verifications where id = ${one.id}) as states`
    expect(left).toEqual({ documents: 0, inputs: 0, states: [] })
  })
})

describe('two reviewers on one case', () => {
  test('one wins; the other is told the verdict, by whom and when, within the window and after it', async () => {
    const one = await reviewed()
    const { version } = await claim(asha, one.id)
    await owner`update reviews set claim_seen_at = now() - interval '16 minutes' where verification_id = ${one.id}`
    const taken = await claim(bina, one.id)
    const form = { id: one.id, verdict: 'reject' as const, reasons: ['name_differs' as const] }
    expect(await refused(decide(asha, { ...form, version }))).toEqual({ why: 'claim_lost', by: bina.id })
    expect(await refused(decide(bina, { ...form, version }))).toEqual({
      why: 'changed',
      version: taken.version,
    })
    const answers = await Promise.all([
      refused(decide(bina, { ...form, version: taken.version })),
      refused(decide(bina, { ...form, version: taken.version, verdict: 'approve', reasons: [] })),
    ])
    expect(answers.filter((answer) => answer === null)).toHaveLength(1)
    expect(answers).toContainEqual(expect.objectContaining({ why: 'decided', by: bina.id }))
    const pending = await pendingOf(one.id)
    expect(await refused(decide(asha, { ...form, version }))).toMatchObject({
      why: 'decided',
      verdict: pending?.act,
      by: bina.id,
    })
    const job = await jobOf(one)
    await pass(one.id)
    await carryOut(job)
    expect(await refused(decide(asha, { ...form, version }))).toMatchObject({
      why: 'decided',
      by: bina.id,
      effectiveAt: null,
    })
    expect(await refused(claim(asha, one.id))).toMatchObject({ why: 'decided', by: bina.id })
  })

  test('what the player said, or was found, since the page was read has to be seen first', async () => {
    const [one, two] = [await reviewed(), await reviewed()]
    const form = { verdict: 'reject' as const, reasons: ['name_differs' as const] }
    const seen = await claim(asha, one.id)
    await bothAreMe(one.player, one.id, 'A married name.')
    expect(await refused(decide(asha, { ...seen, ...form }))).toMatchObject({ why: 'changed' })
    const other = await claim(asha, two.id)
    await createRequest(two.player, { kind: 'appeal', verificationId: two.id, text: 'It takes too long.' })
    expect(await refused(decide(asha, { ...other, ...form }))).toMatchObject({ why: 'changed' })
    expect((await decideAs(asha, two)).kind).toBe('pending')
  })

  test('an answer that was lost is given again, and nothing is stored twice', async () => {
    const one = await reviewed()
    const { version } = await claim(asha, one.id)
    const form = { id: one.id, version, verdict: 'reject' as const, reasons: ['name_differs' as const] }
    const first = await decide(asha, form)
    expect(await decide(asha, form)).toEqual(first)
  })
})

describe('while a decision may be undone', () => {
  test('nobody takes the case, arranges it, or has it freed by the sweeper', async () => {
    const one = await reviewed()
    await decideAs(asha, one)
    await owner`update reviews set claim_seen_at = now() - interval '1 hour' where verification_id = ${one.id}`
    const told = expect.objectContaining({ why: 'decided', by: asha.id })
    expect(await refused(claim(bina, one.id))).toEqual(told)
    expect(await refused(escalate(lead, { id: one.id, version: 2 }))).toEqual(told)
    expect(await release(asha, one.id)).toBe(false)
    await sweepReviews()
    const [review] = await owner`select claimed_by from reviews where verification_id = ${one.id}`
    expect(review?.claimed_by).toBe(asha.id)
  })
})

describe('undo', () => {
  test('takes it back just before its time, and the case is in hand as before', async () => {
    const one = await reviewed()
    await decideAs(asha, one)
    const job = await jobOf(one)
    await owner`update pending_decisions set effective_at = now() + interval '500 milliseconds' where verification_id = ${one.id}`
    expect(await refused(undo(bina, one.id))).toEqual({ why: 'too_late' })
    const { version } = await undo(asha, one.id)
    expect(await carryOut(job)).toBeNull()
    expect(await statusOf(one.id)).toBe('awaiting_reviewer')
    expect(
      (await decide(asha, { id: one.id, version: version ?? 0, verdict: 'approve', reasons: [] })).kind,
    ).toBe('pending')
    expect(await audited(one.id, 'review.decision_undone')).toHaveLength(1)
  })

  test('comes too late once the time is over, carried out or not', async () => {
    const one = await reviewed()
    await decideAs(asha, one)
    const job = await jobOf(one)
    await pass(one.id)
    expect(await refused(undo(asha, one.id))).toEqual({ why: 'too_late' })
    await carryOut(job)
    expect(await refused(undo(asha, one.id))).toMatchObject({
      why: 'decided',
      verdict: 'rejected',
      by: asha.id,
    })
  })

  test('and carrying out at the same moment end in one of both', async () => {
    for (const late of [false, true]) {
      const one = await reviewed()
      await decideAs(asha, one)
      const job = await jobOf(one)
      if (late) await pass(one.id)
      const [undone, outcome] = await Promise.all([refused(undo(asha, one.id)), carryOut(job)])
      expect([undone === null, outcome]).toEqual(late ? [false, 'rejected'] : [true, null])
    }
  })
})

describe('the worker', () => {
  test('carries it out through the queue, not before its time', async () => {
    const one = await reviewed()
    await decideAs(asha, one)
    const [queued] = await owner`
      select extract(epoch from start_after - created_on)::int as wait from pgboss.job
      where name = ${DECISION_QUEUE} and data->>'verificationId' = ${one.id}`
    expect(queued?.wait).toBe(10)
    await pass(one.id)
    await owner`update pgboss.job set start_after = now() where name = ${DECISION_QUEUE} and data->>'verificationId' = ${one.id}`
    const boss = await startBoss(() => {})
    await boss.work(
      DECISION_QUEUE,
      { batchSize: 1, pollingIntervalSeconds: 0.5 },
      quietly(DECISION_QUEUE, (job) => carryOut(DecisionJob.parse(job.data))),
    )
    await expect.poll(() => statusOf(one.id), { timeout: 5000 }).toBe('rejected')
    await boss.stop({ graceful: false })
  })

  test('died in the window: the sweeper does it, once', async () => {
    const one = await reviewed()
    await decideAs(asha, one)
    await owner`delete from pgboss.job where data->>'verificationId' = ${one.id}`
    expect((await sweepReviews()).late).toBe(0)
    await pass(one.id)
    const late = await Promise.all([sweepReviews(), sweepReviews()])
    expect(late.reduce((sum, run) => sum + run.late, 0)).toBeGreaterThanOrEqual(1)
    expect(await statusOf(one.id)).toBe('rejected')
    expect(await staffDecisions(one.id)).toHaveLength(1)
  })

  test('drops what somebody decided who is no staff, or linked to the player, by now', async () => {
    for (const change of [
      (id: string) => owner`update staff set state = 'disabled' where id = ${id}`,
      (id: string) => owner`update staff set roles = '{viewer}' where id = ${id}`,
    ]) {
      const [one, former] = [await reviewed(), await makeStaff(['reviewer'])]
      await decideAs(former, one)
      const job = await jobOf(one)
      await change(former.id)
      await pass(one.id)
      expect(await carryOut(job)).toBeNull()
      expect(await statusOf(one.id)).toBe('awaiting_reviewer')
      expect((await audited(one.id, 'review.decision_dropped')).map(({ reason }) => reason)).toEqual([
        'not_staff',
      ])
    }
  })
})

describe('what the player does within the window wins', () => {
  const acts: [string, (one: Case) => Promise<unknown>, string][] = [
    ['stopping', ({ player, id }) => stop(player, id), 'cancelled'],
    [
      'withdrawing',
      async ({ player, id }) => withdraw(player, (await findJourney(player, id))?.receiptId ?? ''),
      'cancelled',
    ],
    ['erasing', ({ player }) => eraseMe(player), 'cancelled'],
    [
      'having a document corrected',
      ({ player, id }) => correctFirst(player, id, 'pan'),
      'resubmission_requested',
    ],
    [
      'saying that both are them',
      ({ player, id }) => bothAreMe(player, id, 'A married name.'),
      'awaiting_reviewer',
    ],
  ]
  test.each(acts)('%s', async (_what, act, status) => {
    const one = await reviewed()
    await decideAs(asha, one)
    const job = await jobOf(one)
    await act(one)
    const isThereYet = (await pendingOf(one.id)) !== undefined
    expect(isThereYet).toBe(status === 'awaiting_reviewer') // what left the reviewer leaves nothing behind
    await pass(one.id)
    expect(await carryOut(job)).toBeNull()
    await sweepReviews()
    expect(await statusOf(one.id)).toBe(status)
    expect(await staffDecisions(one.id)).toEqual([])
    expect(await pendingOf(one.id)).toBeUndefined()
    expect(await audited(one.id, 'review.decision_dropped')).toHaveLength(1)
  })
})

describe('nobody decides a case of their own', () => {
  test('neither linked by hand, nor with the mail address of the player, nor linked within the window', async () => {
    const one = await reviewed()
    const { version } = await claim(asha, one.id)
    await owner`insert into staff_links (player_id, staff_id) values (${one.player.id}, ${asha.id})`
    const form = { id: one.id, version, verdict: 'approve' as const, reasons: [] }
    expect(await refused(decide(asha, form))).toEqual(['forbidden', 'linked'])
    await owner`delete from staff_links`
    await decide(asha, form)
    const job = await jobOf(one)
    await owner`insert into staff_links (player_id, staff_id) values (${one.player.id}, ${asha.id})`
    await pass(one.id)
    expect(await carryOut(job)).toBeNull()
    expect((await audited(one.id, 'review.decision_dropped')).at(-1)?.reason).toBe('linked')
    await owner`delete from staff_links`
    const self = await makeStaff(['reviewer', 'lead'], `${one.player.id}@example.invalid`)
    expect(await refused(claim(self, one.id))).toEqual(['forbidden', 'linked'])
    expect(await refused(proposeReversal(self, { id: one.id, act: 'reopen', reasons: [] }))).not.toBeNull()
  })

  test('nor of another account with the papers of their own', async () => {
    const [mine, other] = [await reviewed(), await reviewed()]
    const self = await makeStaff(['reviewer'], `${mine.player.id}@example.invalid`)
    await owner`update documents set number_index = (
        select number_index from documents where verification_id = ${mine.id} and type = 'pan')
      where verification_id = ${other.id} and type = 'pan'`
    expect(await refused(claim(self, other.id))).toEqual(['forbidden', 'linked'])
    await owner`update documents set number_index = null where verification_id = ${other.id}`
    await owner`update provider_sessions set subject_index = 'i1.same' where verification_id in (${mine.id}, ${other.id})`
    expect(await refused(claim(self, other.id))).toEqual(['forbidden', 'linked'])
    await owner`update provider_sessions set subject_index = null where verification_id = ${other.id}`
    await decideAs(self, other)
    await owner`update provider_sessions set subject_index = 'i1.same' where verification_id = ${other.id}`
    const job = await jobOf(other)
    await pass(other.id)
    expect(await carryOut(job)).toBeNull()
    expect((await audited(other.id, 'review.decision_dropped'))[0]?.reason).toBe('linked')
  })
})

describe('two people', () => {
  const flagged = async () => {
    const one = await reviewed()
    await owner`update verifications set reasons = '{duplicate_person}', version = version + 1 where id = ${one.id}`
    return one
  }

  test('have to agree where the policy says so: one proposes, another confirms', async () => {
    const one = await flagged()
    expect(await decideAs(asha, one, 'approve')).toEqual({ kind: 'proposed' })
    expect(await pendingOf(one.id)).toBeUndefined()
    expect(await refused(claim(asha, one.id))).toEqual(['forbidden', 'own_proposal'])
    expect(await decideAs(bina, one, 'reject')).toEqual({ kind: 'proposed' })
    expect((await decideAs(asha, one, 'reject')).kind).toBe('pending')
    const job = await jobOf(one)
    await pass(one.id)
    expect(await carryOut(job)).toBe('rejected')
  })

  test('a proposal is taken back by who made it alone', async () => {
    const one = await flagged()
    await decideAs(asha, one, 'approve')
    expect(await refused(undo(bina, one.id))).toEqual({ why: 'too_late' })
    await undo(asha, one.id)
    expect(await decideAs(bina, one, 'approve')).toEqual({ kind: 'proposed' })
  })

  /** Another player who is verified with the PAN of this one. */
  const verifyTwin = async ({ id }: Case) => {
    const twin = await reviewed()
    expect(await decided(bina, twin, 'approve')).toBe('approved')
    await owner`
      update documents set number_index = (
        select number_index from documents where verification_id = ${id} and type = 'pan')
      where verification_id = ${twin.id} and type = 'pan'`
  }

  test('somebody who is verified meanwhile as the same person turns one approval into two people’s', async () => {
    const one = await reviewed()
    const { version } = await claim(asha, one.id)
    await verifyTwin(one)
    const form = { id: one.id, version, verdict: 'approve' as const, reasons: [] }
    expect(await refused(decide(asha, form))).toEqual({ why: 'duplicate' })
    expect((await findJourney(one.player, one.id))?.reasons).toContain('duplicate_person')
    expect(await refused(decide(asha, form))).toMatchObject({ why: 'changed' })
    expect(await decideAs(asha, one, 'approve')).toEqual({ kind: 'proposed' })
  })

  test('are still two when it takes effect: what the first one proposed goes with them', async () => {
    const [one, first] = [await flagged(), await makeStaff(['lead'])]
    await decideAs(first, one, 'reject')
    expect((await decideAs(bina, one, 'reject')).kind).toBe('pending')
    const job = await jobOf(one)
    await owner`update staff set state = 'disabled' where id = ${first.id}`
    await pass(one.id)
    expect(await carryOut(job)).toBeNull()
    expect((await audited(one.id, 'review.decision_dropped'))[0]?.reason).toBe('not_staff')
    await release(bina, one.id)
    // The proposal of somebody who is gone seconds nothing.
    expect(await decideAs(asha, one, 'reject')).toEqual({ kind: 'proposed' })
  })

  test('somebody who is verified as the same person within the window keeps the approval from taking effect', async () => {
    const one = await reviewed()
    await decideAs(asha, one, 'approve')
    await verifyTwin(one)
    const job = await jobOf(one)
    await pass(one.id)
    expect(await carryOut(job)).toBeNull()
    expect(await statusOf(one.id)).toBe('awaiting_reviewer')
    expect((await audited(one.id, 'review.decision_dropped'))[0]?.reason).toBe('duplicate_person')
  })

  /** What the second lead's page sends back. */
  const proposed = async ({ id }: Case) => ({ id, proposal: (await pendingOf(id))?.id ?? '' })

  test('reverse a verdict: another lead agrees, then it takes effect, and who decided is barred', async () => {
    const one = await reviewed()
    await decided(asha, one)
    expect(await refused(proposeReversal(asha, { id: one.id, act: 'reopen', reasons: [] }))).toEqual([
      'forbidden',
      'case.reopen',
    ])
    expect(await proposeReversal(lead, { id: one.id, act: 'reopen', reasons: [] })).toEqual({
      kind: 'proposed',
    })
    expect(await listReversals(otherLead)).toContainEqual(
      expect.objectContaining({ id: one.id, act: 'reopen', proposedBy: lead.id }),
    )
    expect(await refused(confirmReversal(lead, await proposed(one)))).toEqual(['forbidden', 'same_person'])
    expect((await confirmReversal(otherLead, await proposed(one))).kind).toBe('pending')
    const job = await jobOf(one)
    await pass(one.id)
    expect(await carryOut(job)).toBe('awaiting_reviewer')
    expect(await refused(claim(asha, one.id))).toEqual(['forbidden', 'barred'])
    expect(await decided(bina, one, 'approve')).toBe('approved')
    expect((await staffDecisions(one.id)).map(({ outcome }) => outcome)).toEqual(['rejected', 'approved'])
    expect(await refused(proposeReversal(lead, { id: one.id, act: 'revoke', reasons: [] }))).toContain(
      'bad_request',
    )
    await proposeReversal(lead, { id: one.id, act: 'revoke', reasons: ['signature_invalid'] })
    await confirmReversal(otherLead, await proposed(one))
    const revoking = await jobOf(one)
    await pass(one.id)
    expect(await carryOut(revoking)).toBe('revoked')
    expect((await findJourney(one.player, one.id))?.status).toBe('revoked')
  })

  test('are one where the install has switched that off, each time on record', async () => {
    const [one, twice] = [await reviewed(), await flagged()]
    env().limits.review.twoPeople = false
    try {
      expect((await decideAs(asha, twice, 'approve')).kind).toBe('pending')
      expect(await audited(twice.id, 'review.one_person_sufficed')).toHaveLength(1)
      await decided(lead, one)
      expect((await proposeReversal(lead, { id: one.id, act: 'reopen', reasons: [] })).kind).toBe('pending')
      const job = await jobOf(one)
      await pass(one.id)
      await carryOut(job)
      expect(await decided(lead, one, 'approve')).toBe('approved')
      expect((await audited(one.id, 'review.one_person_sufficed')).map(({ reason }) => reason)).toEqual([
        'reopen',
        'reopen',
      ])
    } finally {
      env().limits.review.twoPeople = true
    }
  })

  test('agree to the proposal that was on the screen, not to one that took its place', async () => {
    const one = await reviewed()
    expect(await decided(asha, one, 'approve')).toBe('approved')
    await proposeReversal(lead, { id: one.id, act: 'revoke', reasons: ['signature_invalid'] })
    const seen = await proposed(one)
    await undo(lead, one.id)
    await proposeReversal(lead, { id: one.id, act: 'revoke', reasons: ['under_age'] })
    expect(await refused(confirmReversal(otherLead, seen))).toEqual({ why: 'too_late' })
    expect((await confirmReversal(otherLead, await proposed(one))).kind).toBe('pending')
  })

  test('a reversal ends with the player’s erasure', async () => {
    const one = await reviewed()
    await decided(asha, one)
    await proposeReversal(lead, { id: one.id, act: 'reopen', reasons: [] })
    const seen = await proposed(one)
    await eraseMe(one.player)
    expect(await refused(confirmReversal(otherLead, seen))).not.toBeNull()
    expect(await statusOf(one.id)).toBe('rejected')
  })
})

describe('an appeal', () => {
  async function appealed() {
    const one = await reviewed()
    await decided(asha, one)
    const text = 'My number is 1234 5678 9012, please look again.'
    const id = await createRequest(one.player, { kind: 'appeal', verificationId: one.id, text })
    return { ...one, request: id }
  }

  test('goes to another person, whose decision answers it', async () => {
    const one = await appealed()
    expect((await listRequestsToAnswer(lead)).map(({ id }) => id)).toContain(one.request)
    expect(await readRequest(lead, one.request)).toBe('My number is XXXX XXXX 9012, please look again.')
    expect(await audited(one.request, 'request.read')).toHaveLength(1)
    await takeUpAppeal(lead, one.request)
    expect(await statusOf(one.id)).toBe('awaiting_reviewer')
    for (const barred of [asha, lead])
      expect(await refused(claim(barred, one.id))).toEqual(['forbidden', 'barred'])
    expect(await decided(bina, one, 'approve')).toBe('approved')
    expect((await listMyRequests(one.player))[0]).toMatchObject({ state: 'granted' })
  })

  test('is kept from both who decided together, and so is the second look', async () => {
    const one = await reviewed()
    await owner`update verifications set reasons = '{duplicate_person}', version = version + 1 where id = ${one.id}`
    await decideAs(otherLead, one)
    await owner`delete from second_looks`
    expect(await decided(asha, one)).toBe('rejected')
    expect(await takeNextLook(otherLead)).toBeNull()
    const text = 'Please look again.'
    const request = await createRequest(one.player, { kind: 'appeal', verificationId: one.id, text })
    expect(await refused(takeUpAppeal(otherLead, request))).toEqual(['forbidden', 'barred'])
    await takeUpAppeal(lead, request)
    expect(await refused(claim(otherLead, one.id))).toEqual(['forbidden', 'barred'])
  })

  test('is not taken up or refused by who decided', async () => {
    const one = await appealed()
    const decider: StaffActor = { id: asha.id, roles: ['lead'] }
    expect(await refused(takeUpAppeal(decider, one.request))).toEqual(['forbidden', 'barred'])
    const refusal = { id: one.request, state: 'refused' as const, legalGround: 'DPDP Act s.12' }
    expect(await refused(answerRequest(decider, refusal))).toEqual(['forbidden', 'barred'])
    expect(await refused(answerRequest(bina, { id: one.request, state: 'refused' }))).toContain('bad_request')
    await answerRequest(bina, refusal)
    expect(await refused(answerRequest(lead, refusal))).toEqual({ why: 'too_late' })
    expect((await listMyRequests(one.player))[0]).toMatchObject({
      state: 'refused',
      legalGround: 'DPDP Act s.12',
    })
    expect(await refused(takeUpAppeal(lead, one.request))).toEqual({ why: 'too_late' })
  })
})

describe('a second look', () => {
  test('is somebody else’s, blind, changes nothing, and a difference is a lead’s', async () => {
    await owner`delete from second_looks`
    const one = await reviewed()
    await decided(asha, one)
    expect(await takeNextLook(asha)).toBeNull()
    const look = await takeNextLook(bina)
    expect(look).toEqual({ id: look?.id, verificationId: one.id })
    expect([await findOwnLook(bina, one.id), await findOwnLook(lead, one.id)]).toEqual([look?.id, null])
    const form = { id: look?.id ?? '', verdict: 'approve' as const, reasons: [] }
    expect(await refused(answerLook(lead, form))).toEqual({ why: 'too_late' })
    await answerLook(bina, form)
    expect(await refused(answerLook(bina, form))).toEqual({ why: 'too_late' })
    expect(await findOwnLook(bina, one.id)).toBeNull()
    expect(await statusOf(one.id)).toBe('rejected')
    expect(await refused(listDifferences(bina))).toContain('forbidden')
    expect(await listDifferences({ id: asha.id, roles: ['lead'] })).toMatchObject([{ isOwn: true }])
    expect(await listDifferences(lead)).toMatchObject([
      {
        verificationId: one.id,
        first: { by: asha.id, verdict: 'reject' },
        second: { by: bina.id, verdict: 'approve' },
      },
    ])
    expect(await refused(settleDifference({ id: asha.id, roles: ['lead'] }, form.id))).toEqual([
      'forbidden',
      'barred',
    ])
    await settleDifference(lead, form.id)
    expect(await listDifferences(lead)).toEqual([])
  })

  test('that comes to the same verdict for other reasons differs too', async () => {
    await owner`delete from second_looks`
    for (const reason of ['name_differs', 'birth_date_differs'] as const) {
      await decided(asha, await reviewed())
      const look = await takeNextLook(bina)
      await answerLook(bina, { id: look?.id ?? '', verdict: 'reject', reasons: ['pan_malformed', reason] })
    }
    expect(await listDifferences(lead)).toMatchObject([
      { first: { reasons: ['name_differs'] }, second: { reasons: ['pan_malformed', 'birth_date_differs'] } },
    ])
  })
})
