import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt, control, walkHome } from '@/sandbox/test-client'

// Only the typed name was wrong: decided again without vendor and without consent; and what that must never do.

const sandbox = await startSandbox({ port: 0, seed: 43 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: 'kwikid' })
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { withdraw } = await import('./consenting')
const { findCurrentJourney, findJourney } = await import('./find')
const { findStated, stateDetails } = await import('./stated')
const { recheck } = await import('./recheck')
const { env } = await import('@/lib/env')
const { replay } = await import('@/lib/policy/replay')
const { exportData } = await import('@/lib/rights/export')
const { readHeld } = await import('@/lib/rights/held')

beforeEach(() => control(sandbox.url, {}, '/_control/reset'))

const OWN = { name: 'Dusra Kalpanik', birthDate: '1990-08-15' }
const TYPO = { name: 'Dusro Kalpanik', birthDate: '1990-08-16' }

/** An attempt whose documents are OWN's, begun by somebody who had written `typed`. */
async function waiting(typed = TYPO, persona: 'adult' | 'one_letter' | 'duplicate_person' = 'adult') {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  await stateDetails(player, typed)
  return { player, id: await share(player, persona) }
}

async function share(player: { id: string }, persona: 'adult' | 'one_letter' | 'duplicate_person') {
  const started = await start(player)
  const own = { name: OWN.name, birth_date: OWN.birthDate }
  const back = await answerAt(started.authorizationUrl, persona, 'allow', own)
  await bring(player, started, await walkHome(sandbox.url, back))
  await collect({ playerId: player.id, verificationId: started.verificationId })
  return started.verificationId
}

const decisionsOf = (id: string) =>
  owner`select made_by, outcome from decisions where verification_id = ${id}`
const callsSeen = async () => (await fetch(`${sandbox.url}/_control/log`)).text()
const countAudit = async (id: string, action: string) =>
  (await owner`select 1 from audit_events where record like ${`%${id}%`} and record like ${`%${action}%`}`)
    .length

test('a slip put right is verified, with its own decision that can be made again', async () => {
  const { player, id } = await waiting()
  expect((await findJourney(player, id))?.recheck).toEqual({ ...TYPO, left: 3 })
  const asked = await callsSeen()
  expect(await recheck(player, id, OWN)).toBe('approved')
  expect(await callsSeen()).toEqual(asked)
  expect(await findJourney(player, id)).toMatchObject({
    status: 'approved',
    reasons: ['all_checks_passed'],
    recheck: null,
    documents: [{ name: expect.any(String) }, { name: expect.any(String) }],
  })
  expect((await findJourney(player, id))?.documentsKeptUntil).not.toBeNull()
  expect(await decisionsOf(id)).toEqual([
    { made_by: 'rule', outcome: 'awaiting_reviewer' },
    { made_by: 'rule', outcome: 'approved' },
  ])
  expect(await findStated(player)).toEqual(OWN)
  expect(await replay(player.id, id)).toMatchObject({ kind: 'replayed', same: true })
  expect([
    await countAudit(id, 'verification.rechecked'),
    await countAudit(id, 'verification.decided'),
  ]).toEqual([1, 2])
})

describe('a stranger', () => {
  const STRANGER = { name: 'Aarambh Namoona', birthDate: '1985-01-02' }

  test('learns nothing of whose documents came, and cannot write their name', async () => {
    const { player, id } = await waiting(STRANGER)
    const page = JSON.stringify(await findJourney(player, id))
    expect(page).not.toMatch(/Dusra|Kalpanik|1990/i)
    expect((await findJourney(player, id))?.mismatches).toEqual([])
    expect(await recheck(player, id, OWN)).toBe('too_different')
    expect(await recheck(player, id, { ...STRANGER, name: OWN.name })).toBe('too_different')
    expect(await recheck(player, id, { ...STRANGER, birthDate: OWN.birthDate })).toBe('too_different')
    expect(JSON.stringify(await findJourney(player, id))).toBe(page)
  })

  test('does not come nearer step by step: what counts is what was written before leaving', async () => {
    const { player, id } = await waiting({ name: 'Dusro Kalponik', birthDate: '1990-08-26' })
    expect(await recheck(player, id, { name: 'Dusra Kalponik', birthDate: '1990-08-26' })).toBe('unsettled')
    expect((await findJourney(player, id))?.recheck).toMatchObject({ name: 'Dusro Kalponik', left: 2 })
    expect(await recheck(player, id, { name: 'Dusra Kalpanik', birthDate: '1990-08-25' })).toBe('unsettled')
    expect(await recheck(player, id, { name: 'Dusra Kalpanik', birthDate: '1990-09-25' })).toBe(
      'too_different',
    )
    expect(await decisionsOf(id)).toHaveLength(1)
  })

  test('has three tries in all, and what is refused at once costs none', async () => {
    const { player, id } = await waiting()
    const wrong = { ...TYPO, birthDate: '1990-08-17' }
    expect(await recheck(player, id, TYPO)).toBe('unchanged')
    expect(await recheck(player, id, { ...TYPO, name: 'Koi Aur' })).toBe('too_different')
    for (let turn = 0; turn < 3; turn += 1) expect(await recheck(player, id, wrong)).toBe('unsettled')
    expect(await recheck(player, id, OWN)).toBe('spent')
    expect(await findJourney(player, id)).toMatchObject({
      status: 'awaiting_reviewer',
      recheck: { left: 0 },
      nextAction: 'wait',
    })
    expect(await countAudit(id, 'verification.rechecked')).toBe(3)
  })
})

describe('refused', () => {
  test('after the consent was withdrawn', async () => {
    const { player, id } = await waiting()
    await withdraw(player, (await findCurrentJourney(player))?.receiptId ?? '')
    await expect(recheck(player, id, OWN)).rejects.toMatchObject({ code: 'consent_missing' })
    expect((await findJourney(player, id))?.status).toBe('cancelled')
  })

  test("for another player's attempt", async () => {
    const { player, id } = await waiting()
    await expect(recheck(await makePlayer(), id, OWN)).rejects.toMatchObject({ code: 'not_found' })
    expect((await findJourney(player, id))?.status).toBe('awaiting_reviewer')
  })

  test.each(['awaiting_reviewer', 'rejected'] as const)('after a person decided: %s', async (status) => {
    const { player, id } = await waiting()
    await owner`insert into decisions (player_id, id, verification_id, outcome, reasons, made_by, policy_version, input_hash, decided_at)
      values (${player.id}, ${randomUUID()}, ${id}, ${status}, '{}', 'staff', '3', '\\x00', now())`
    await owner`update verifications set status = ${status}, version = version + 1 where id = ${id}`
    await expect(recheck(player, id, OWN)).rejects.toMatchObject({ code: 'state_conflict' })
    expect(await findJourney(player, id)).toMatchObject({ status, recheck: null })
  })

  test('when more than the name stands in the way', async () => {
    const { player, id } = await waiting(TYPO, 'one_letter')
    expect(await findJourney(player, id)).toMatchObject({
      reasons: ['person_not_matched'],
      recheck: null,
      mismatches: [],
    })
    await expect(recheck(player, id, OWN)).rejects.toMatchObject({ code: 'state_conflict' })
  })

  test('in production, where a trial left what its sandbox brought', async () => {
    const { player, id } = await waiting()
    const settings = env()
    settings.appEnv = 'production'
    try {
      expect((await findJourney(player, id))?.recheck).toBeNull()
      await expect(recheck(player, id, OWN)).rejects.toMatchObject({ code: 'state_conflict' })
    } finally {
      settings.appEnv = 'test'
    }
    expect((await findJourney(player, id))?.status).toBe('awaiting_reviewer')
  })

  test('when the documents verified somebody else since', async () => {
    const { player, id } = await waiting(TYPO, 'duplicate_person')
    const other = await waiting(OWN, 'duplicate_person')
    expect((await findJourney(other.player, other.id))?.status).toBe('approved')
    expect(await recheck(player, id, OWN)).toBe('unsettled')
    expect((await findJourney(player, id))?.status).toBe('awaiting_reviewer')
  })
})

test('two tabs at once have one effect', async () => {
  const { player, id } = await waiting()
  const answers = await Promise.allSettled([recheck(player, id, OWN), recheck(player, id, OWN)])
  expect(answers.filter((one) => one.status === 'fulfilled' && one.value === 'approved')).toHaveLength(1)
  expect(await decisionsOf(id)).toHaveLength(2)
  expect(await countAudit(id, 'verification.rechecked')).toBe(1)
})

test('the doubt of an earlier attempt is not cleared by it: a later one is for a person, with nothing to correct', async () => {
  const { player, id } = await waiting({ name: 'Aarambh Namoona', birthDate: '1985-01-02' })
  const { stop } = await import('./consenting')
  await stop(player, id)
  await stateDetails(player, TYPO)
  const later = await share(player, 'adult')
  expect(await findJourney(player, later)).toMatchObject({ status: 'awaiting_reviewer', recheck: null })
  await expect(recheck(player, later, OWN)).rejects.toMatchObject({ code: 'state_conflict' })
})

test('a stranger is not told what else was found: whoever the documents are of may be verified here', async () => {
  await waiting(OWN, 'duplicate_person')
  const { player, id } = await waiting(
    { name: 'Aarambh Namoona', birthDate: '1985-01-02' },
    'duplicate_person',
  )
  const [row] = await owner`select reasons from verifications where id = ${id}`
  expect(row?.reasons).toEqual(['person_not_matched', 'duplicate_person'])
  const file = (await exportData(player, 'en', 'json')).export
  expect(file.attempts[0]).toMatchObject({
    reasons: [{ code: 'person_not_matched' }],
    checks: [{ question: 'person_matches' }],
    decisions: [{ reasons: [{ code: 'person_not_matched' }] }],
  })
  for (const told of [await findJourney(player, id), file, await readHeld(player)])
    expect(JSON.stringify(told)).not.toMatch(/duplicate_person|already verified/)
})
