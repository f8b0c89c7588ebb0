import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt, control, walkHome } from '@/sandbox/test-client'

// Where the hand-over passes through the browser, only the person that the player named beforehand is verified by a rule:
// naming somebody else later, or once their name was seen, must be worth nothing.

const sandbox = await startSandbox({ port: 0, seed: 37 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: 'kwikid' })
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { stop, withdraw } = await import('./consenting')
const { findCurrentJourney, findJourney } = await import('./find')
const { findStated, stateDetails } = await import('./stated')

beforeEach(() => control(sandbox.url, {}, '/_control/reset'))

const STARTER = { name: 'Aarambh Kalpanik', birthDate: '1985-01-01' }
const OTHER = { name: 'Dusra Kalpanik', birthDate: '1990-08-15' }

async function playerNamed(person = STARTER) {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  await stateDetails(player, person)
  return player
}

/** One journey to its return; the documents shared are those of `person`. */
async function bringDocuments(
  player: { id: string },
  person = OTHER,
  persona: 'adult' | 'pan_missing' | 'empty_share' = 'adult',
) {
  const started = await start(player)
  const own = { name: person.name, birth_date: person.birthDate }
  const back = await answerAt(started.authorizationUrl, persona, 'allow', own)
  expect((await bring(player, started, await walkHome(sandbox.url, back))).kind).toBe('taken')
  return { playerId: player.id, verificationId: started.verificationId }
}

async function verify(...given: Parameters<typeof bringDocuments>) {
  const job = await bringDocuments(...given)
  await collect(job)
  return view(job)
}

const view = (job: { playerId: string; verificationId: string }) =>
  findJourney({ id: job.playerId }, job.verificationId)

const leave = {
  stop: async (player: { id: string }, id: string) => stop(player, id),
  withdraw: async (player: { id: string }) => {
    await withdraw(player, (await findCurrentJourney(player))?.receiptId ?? '')
    await agreeTo(player, ['aadhaar', 'pan'])
  },
}

describe('what the player wrote', () => {
  test('cannot be changed while documents are fetched or looked at', async () => {
    const player = await playerNamed()
    const job = await bringDocuments(player)
    await expect(stateDetails(player, OTHER)).rejects.toMatchObject({ code: 'state_conflict' })
    await collect(job)
    expect((await view(job))?.status).toBe('awaiting_reviewer')
    await expect(stateDetails(player, OTHER)).rejects.toMatchObject({ code: 'state_conflict' })
    expect(await findStated(player)).toEqual(STARTER)
  })

  test('counts as it was when they left, whatever is written before they come back', async () => {
    const player = await playerNamed()
    const started = await start(player)
    const own = { name: OTHER.name, birth_date: OTHER.birthDate }
    const back = await answerAt(started.authorizationUrl, 'adult', 'allow', own)
    await stateDetails(player, OTHER)
    await bring(player, started, await walkHome(sandbox.url, back))
    const job = { playerId: player.id, verificationId: started.verificationId }
    await collect(job)
    expect(await view(job)).toMatchObject({ status: 'awaiting_reviewer', reasons: ['person_not_matched'] })
  })
})

describe("somebody else's documents", () => {
  test.each([
    ['adult', 'awaiting_reviewer'],
    ['pan_missing', 'resubmission_requested'],
  ] as const)('%s: %s, and the player is not shown whose they are', async (persona, status) => {
    const player = await playerNamed()
    const journey = await verify(player, OTHER, persona)
    expect(journey).toMatchObject({ status })
    const arrived = journey?.documents.filter(({ state }) => state === 'arrived') ?? []
    expect(arrived.length).toBeGreaterThan(0)
    for (const document of arrived)
      expect(document).toMatchObject({ name: null, birthDate: null, numberMasked: null })
    expect(JSON.stringify(journey)).not.toContain('Dusra')
  })

  test.each(['stop', 'withdraw'] as const)('after a %s a person looks at the next ones too', async (way) => {
    const player = await playerNamed()
    const first = await verify(player)
    expect(first?.status).toBe('awaiting_reviewer')
    await leave[way](player, first?.id ?? '')
    expect((await view({ playerId: player.id, verificationId: first?.id ?? '' }))?.status).toBe('cancelled')
    await stateDetails(player, OTHER)
    expect(await verify(player)).toMatchObject({
      status: 'awaiting_reviewer',
      reasons: ['person_not_matched'],
    })
  })

  test('after a missing document a person looks at the next ones too', async () => {
    const player = await playerNamed()
    expect((await verify(player, OTHER, 'pan_missing'))?.status).toBe('resubmission_requested')
    await stateDetails(player, OTHER)
    expect((await verify(player))?.status).toBe('awaiting_reviewer')
  })

  test('until staff have decided', async () => {
    const player = await playerNamed()
    const first = await verify(player)
    await stop(player, first?.id ?? '')
    await owner`insert into decisions (player_id, id, verification_id, outcome, reasons, made_by, policy_version, input_hash, decided_at)
      values (${player.id}, ${randomUUID()}, ${first?.id ?? ''}, 'resubmission_requested', '{}', 'staff', '2', '\\x00', now())`
    await stateDetails(player, OTHER)
    expect((await verify(player))?.status).toBe('approved')
  })
})

test('a player who shared nothing at first, and their own then, is verified', async () => {
  const player = await playerNamed()
  expect((await verify(player, STARTER, 'empty_share'))?.status).toBe('resubmission_requested')
  expect((await verify(player, STARTER))?.status).toBe('approved')
  expect((await findCurrentJourney(player))?.documents[0]?.name).not.toBeNull()
})
