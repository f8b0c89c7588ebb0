import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { PersonaId } from '@/sandbox/personas'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'

// Decisions as they are stored: under which policy, on what, and whether they can be made again.

const sandbox = await startSandbox({ port: 0, seed: 11 })
const { ownerUrl } = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: 'idto' })
const owner = postgres(ownerUrl, { max: 2, onnotice: () => {} })
afterAll(async () => {
  await sandbox.close()
  await owner.end()
})

const { makePlayer, agreeTo, bring } = await import('../verification/testing')
const { start } = await import('../verification/start')
const { collect } = await import('../verification/collect')
const { findJourney } = await import('../verification/find')
const { openVault } = await import('../vault')
const { db } = await import('@/db/client')
const { DEFAULT_POLICY } = await import('./current')
const { hashPolicy } = await import('./decide')
const { replay } = await import('./replay')
const { dryRun } = await import('./dry-run')

type Player = Awaited<ReturnType<typeof makePlayer>>

/** Up to the return; `conclude` is the worker's part. */
async function sharedAs(persona: PersonaId, player?: Player) {
  const who = player ?? (await makePlayer())
  await agreeTo(who, ['aadhaar', 'pan', 'driving_licence'])
  const started = await start(who)
  await bring(who, started, await answerAtDigiLocker(started.authorizationUrl, persona))
  return { player: who, id: started.verificationId }
}

const conclude = ({ player, id }: { player: Player; id: string }) =>
  collect({ playerId: player.id, verificationId: id })

async function decided(persona: PersonaId) {
  const one = await sharedAs(persona)
  await conclude(one)
  return one
}

const view = ({ player, id }: { player: Player; id: string }) => findJourney(player, id)

describe('a stored decision', () => {
  test('names its policy, which is kept once, and is made again with the same answer and hash', async () => {
    for (const persona of ['adult', 'name_differs', 'other_person', 'pan_missing', 'year_only'] as const) {
      const { player, id } = await decided(persona)
      expect(await replay(player.id, id), persona).toMatchObject({ kind: 'replayed', same: true })
    }
    const kept = await owner`select sha256, version, origin from policies`
    expect([...kept]).toEqual([{ sha256: hashPolicy(DEFAULT_POLICY), version: '3', origin: 'shipped' }])
  })

  test('is not the same any more when somebody changed the record', async () => {
    const { player, id } = await decided('other_person')
    await owner`update decisions set outcome = 'approved' where verification_id = ${id}`
    expect(await replay(player.id, id)).toMatchObject({ kind: 'replayed', same: false })
  })

  test('keeps notes, evidence and the numbers sealed, and no name in clear', async () => {
    const { player, id } = await decided('name_differs')
    const [check] =
      await owner`select note, evidence from checks where verification_id = ${id} and question = 'names_agree'`
    expect(check).toEqual({
      note: 'name_initial_on_pan',
      evidence: expect.arrayContaining(['pan', 'aadhaar']),
    })
    const vault = await openVault(db(), player.id)
    const [pan] =
      await owner`select id, number_sealed from documents where verification_id = ${id} and type = 'pan'`
    expect(vault.openText('documents', 'number_sealed', pan?.id, pan?.number_sealed)).toMatch(
      /^[A-Z]{5}\d{4}[A-Z]$/,
    )
    const [session] =
      await owner`select subject_index, subject_sealed from provider_sessions where verification_id = ${id}`
    expect(session?.subject_index).toMatch(/^i1\./)
    expect(vault.openText('provider_sessions', 'subject_sealed', id, session?.subject_sealed)).not.toBe('')
    const [text] =
      await owner`select row_to_json(d)::text as all from decisions d where verification_id = ${id}`
    expect(text?.all).not.toMatch(/namoona|kalpanik|udaharan|parikshan/i)
  })

  test('of a minor keeps no input', async () => {
    const { player, id } = await decided('minor')
    const [row] = await owner`select input_sealed, policy_sha256 from decisions where verification_id = ${id}`
    expect(row).toEqual({ input_sealed: null, policy_sha256: hashPolicy(DEFAULT_POLICY) })
    expect(await replay(player.id, id)).toEqual({ kind: 'impossible', why: 'no_input' })
    const [session] =
      await owner`select subject_index, subject_sealed from provider_sessions where verification_id = ${id}`
    expect(session).toEqual({ subject_index: null, subject_sealed: null })
  })
})

describe('one identity, one player', () => {
  test('a second account with the same numbers goes to a person, at the same moment too', async () => {
    const both = [await sharedAs('duplicate_person'), await sharedAs('duplicate_person')]
    await Promise.all(both.map(conclude))
    const views = await Promise.all(both.map(view))
    expect(views.map((one) => one?.status).sort()).toEqual(['approved', 'awaiting_reviewer'])
    expect(views.find((one) => one?.status === 'awaiting_reviewer')?.reasons).toEqual(['duplicate_person'])
  })

  test('is found under every key of the ring', async () => {
    const { env } = await import('../env')
    const [first = Buffer.alloc(0)] = [...env().indexKeys.keys.values()]
    const keys = new Map([
      ['i2', Buffer.alloc(32, 7)],
      ['i1', first],
    ])
    Object.assign(env().indexKeys, { writeId: 'i2', keys })
    const another = await decided('duplicate_person')
    expect(await view(another)).toMatchObject({ status: 'awaiting_reviewer', reasons: ['duplicate_person'] })
  })

  test('the same browser, device or address makes nobody a duplicate: two of a family are both verified', async () => {
    const [one, other] = [await decided('adult'), await decided('adult')]
    expect((await view(one))?.status).toBe('approved')
    expect((await view(other))?.status).toBe('approved')
  })
})

describe('a dry run', () => {
  test('lists what another policy would have decided otherwise, and which check it is', async () => {
    const { player, id } = await decided('name_differs')
    const strict = { ...DEFAULT_POLICY, version: '4', namesThatPass: ['match' as const] }
    const run = await dryRun(strict, 1)
    const reference = (await findJourney(player, id))?.reference
    expect(run).toEqual({
      decided: 1,
      skipped: 0,
      flips: [
        {
          reference,
          from: 'approved',
          to: 'awaiting_reviewer',
          checks: ['names_agree'],
          reasonsBefore: ['all_checks_passed'],
          reasonsAfter: ['name_unclear'],
        },
      ],
    })
    expect(await dryRun(DEFAULT_POLICY, 1)).toEqual({ decided: 1, skipped: 0, flips: [] })
    const [row] = await owner`select status from verifications where id = ${id}`
    expect(row?.status).toBe('approved')
  })

  test('names the check where only the rules differ', async () => {
    await decided('other_person')
    const asks = { question: 'names_agree', outcome: 'fail', verdict: 'resubmission' } as const
    const run = await dryRun({ ...DEFAULT_POLICY, version: '5', rules: [...DEFAULT_POLICY.rules, asks] }, 1)
    expect(run.flips).toMatchObject([
      { to: 'resubmission_requested', checks: ['birth_dates_agree', 'names_agree'] },
    ])
  })

  test('skips what cannot be opened any more', async () => {
    const { player } = await decided('adult')
    await owner`delete from data_keys where player_id = ${player.id}`
    expect(await dryRun(DEFAULT_POLICY, 1)).toEqual({ decided: 0, skipped: 1, flips: [] })
  })
})

test('a policy file decides, and is kept with its origin', async () => {
  const { env } = await import('../env')
  const { Policy } = await import('./types')
  const file = path.join(tmpdir(), `ante-policy-${process.pid}.json`)
  writeFileSync(file, JSON.stringify({ ...DEFAULT_POLICY, version: '9', namesThatPass: ['match'] }))
  const { readSettings } = await import('../env')
  const { policy } = readSettings({ ...process.env, POLICY_FILE: file })
  expect(Policy.safeParse(policy).success).toBe(true)
  Object.assign(env(), { policy })
  const one = await decided('name_differs')
  expect(await view(one)).toMatchObject({
    status: 'awaiting_reviewer',
    reasons: ['name_unclear'],
    policyVersion: '9',
  })
  expect(await replay(one.player.id, one.id)).toMatchObject({ kind: 'replayed', same: true })
  const [row] = await owner`select origin from policies where version = '9'`
  expect(row?.origin).toBe('file')
})
