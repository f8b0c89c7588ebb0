import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { PersonaId } from '@/sandbox/personas'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt, control, walkHome } from '@/sandbox/test-client'

// Documents that differ: the player says which one is right, or that both are them, and nothing else changes.

const sandbox = await startSandbox({ port: 0, seed: 41 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: 'idto' })
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
const { bothAreMe, correctFirst } = await import('./answer-mismatch')
const { openVault } = await import('@/lib/vault')
const { db } = await import('@/db/client')

beforeEach(() => control(sandbox.url, {}, '/_control/reset'))

type Player = Awaited<ReturnType<typeof makePlayer>>

async function share(player: Player, persona: PersonaId) {
  const started = await start(player)
  const back = await answerAt(started.authorizationUrl, persona, 'allow', {})
  expect((await bring(player, started, await walkHome(sandbox.url, back))).kind).toBe('taken')
  await collect({ playerId: player.id, verificationId: started.verificationId })
  return started.verificationId
}

async function shared(persona: PersonaId) {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan', 'driving_licence'])
  return { player, id: await share(player, persona) }
}

const requestsOf = (player: Player) => owner`select * from player_requests where player_id = ${player.id}`
const actions = async (id: string) =>
  (
    await owner<
      { record: string }[]
    >`select record from audit_events where record like ${`%${id}%`} order by seq`
  ).map(({ record }) => JSON.parse(record) as { action: string; actor: { kind: string }; reason?: string })

test('one letter: the page knows which, of which documents, and that it may be answered', async () => {
  const { player, id } = await shared('one_letter')
  const journey = await findJourney(player, id)
  expect(journey).toMatchObject({
    status: 'awaiting_reviewer',
    reasons: ['name_unclear'],
    nextAction: 'answer',
    bothAreMe: false,
  })
  expect(journey?.mismatches).toMatchObject([
    { kind: 'name', what: 'letter', first: { type: 'aadhaar' }, second: { type: 'pan' } },
  ])
})

test('a document is corrected first: kept until later, audited, and shared again under the same consent', async () => {
  const { player, id } = await shared('one_letter')
  const before = await findJourney(player, id)
  await correctFirst(player, id, 'pan')
  const after = await findJourney(player, id)
  expect(after).toMatchObject({
    status: 'resubmission_requested',
    reasons: before?.reasons,
    correctFirst: 'pan',
    nextAction: 'try_again',
    receiptId: before?.receiptId,
  })
  expect(after?.mismatches).toHaveLength(1)
  expect(Date.parse(after?.deadlineAt ?? '') - Date.now()).toBeGreaterThan(6 * 86_400_000)
  expect(after?.documentsKeptUntil).not.toBeNull()
  expect((await actions(id)).at(-1)).toMatchObject({
    action: 'verification.correction_chosen',
    actor: { kind: 'player' },
    reason: 'pan',
  })
  const again = await share(player, 'adult')
  expect(await findJourney(player, again)).toMatchObject({ status: 'approved', receiptId: before?.receiptId })
})

test('both are the player: a person reads the note, sealed, once, with no number in it', async () => {
  const { player, id } = await shared('one_letter')
  const version = (await findJourney(player, id))?.version ?? 0
  await Promise.all([
    bothAreMe(player, id, ' Married in 2019. Aadhaar 0123 4567 8901. '),
    bothAreMe(player, id, 'again'),
    bothAreMe(player, id, 'and again'),
  ])
  const journey = await findJourney(player, id)
  expect(journey).toMatchObject({ status: 'awaiting_reviewer', bothAreMe: true, nextAction: 'wait' })
  expect(journey?.version).toBe(version + 1)
  const [row, ...others] = await requestsOf(player)
  expect(others).toEqual([])
  expect(row).toMatchObject({ kind: 'both_are_me', verification_id: id, state: 'open' })
  const vault = await openVault(db(), player.id)
  const text = vault.openText('player_requests', 'text_sealed', row?.id, row?.text_sealed)
  expect(['again', 'and again', 'Married in 2019. Aadhaar XXXX XXXX 8901.']).toContain(text)
  expect((await actions(row?.id)).map(({ action }) => action)).toEqual(['request.made'])
})

test('a full Aadhaar number in a note keeps its last four digits', async () => {
  const { player, id } = await shared('one_letter')
  await bothAreMe(player, id, 'Mine is 0123 4567 8901')
  const [row] = await requestsOf(player)
  const vault = await openVault(db(), player.id)
  expect(vault.openText('player_requests', 'text_sealed', row?.id, row?.text_sealed)).toBe(
    'Mine is XXXX XXXX 8901',
  )
})

describe('refused', () => {
  test("another player's attempt is not found, and a longer note or a document that is not in it is bad", async () => {
    const { player, id } = await shared('one_letter')
    const stranger = await makePlayer()
    await expect(correctFirst(stranger, id, 'pan')).rejects.toMatchObject({ code: 'not_found' })
    await expect(bothAreMe(stranger, id, '')).rejects.toMatchObject({ code: 'not_found' })
    await expect(correctFirst(player, id, 'photo_document')).rejects.toMatchObject({ code: 'bad_request' })
    await expect(bothAreMe(player, id, 'x'.repeat(501))).rejects.toMatchObject({ code: 'bad_request' })
    expect(await findJourney(player, id)).toMatchObject({ status: 'awaiting_reviewer', bothAreMe: false })
    expect(await requestsOf(player)).toHaveLength(0)
  })

  test.each<PersonaId>(['tampered', 'year_only', 'adult', 'pan_missing'])(
    'where something else stands in the way, nothing moves: %s',
    async (persona) => {
      const { player, id } = await shared(persona)
      const before = await findJourney(player, id)
      await correctFirst(player, id, 'pan')
      await bothAreMe(player, id, '')
      expect(await findJourney(player, id)).toEqual(before)
      expect(before?.nextAction).not.toBe('answer')
      expect(await requestsOf(player)).toHaveLength(0)
    },
  )

  test('after the consent is withdrawn nothing of it is shown or answered', async () => {
    const { player, id } = await shared('one_letter')
    await withdraw(player, (await findCurrentJourney(player))?.receiptId ?? '')
    await correctFirst(player, id, 'pan')
    expect(await findJourney(player, id)).toMatchObject({
      status: 'cancelled',
      mismatches: [],
      correctFirst: null,
    })
  })

  test('of two answers at once one has an effect', async () => {
    const { player, id } = await shared('one_letter')
    await Promise.all([
      correctFirst(player, id, 'pan'),
      correctFirst(player, id, 'aadhaar'),
      bothAreMe(player, id, ''),
    ])
    const chosen = (await actions(id)).filter(({ action }) => action === 'verification.correction_chosen')
    expect(chosen).toHaveLength(1)
    expect((await findJourney(player, id))?.correctFirst).toBe(chosen[0]?.reason)
  })
})
