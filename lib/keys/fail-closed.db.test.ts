import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'
import { only, ringOf, useRings } from './testing'

// Without the right key nothing is read and nothing is written, least of all in plain (KE-05); what was moved or changed
// does not open (KE-02).

const sandbox = await startSandbox({ port: 0, seed: 31 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), KYC_CONNECTIONS: 'idto' })
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { issueCode, redeemCode } = await import('@/lib/auth/codes')
const { respondJson } = await import('@/lib/respond')
const { makePlayer, agreeTo, bring } = await import('@/lib/verification/testing')
const { collect } = await import('@/lib/verification/collect')
const { findJourney } = await import('@/lib/verification/find')
const { start } = await import('@/lib/verification/start')
const { stateDetails, findStated } = await import('@/lib/verification/stated')

const STATED = { name: 'Chhupa Namoona', birthDate: '1990-08-15' }
const ring = ringOf('k1', 'k2')
const right = only(ring, 'k1')
const SEAL_FAILED = { code: 'seal_failed' }

beforeEach(() => useRings({ dataKeys: right }))

async function playerBack() {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  const back = await answerAtDigiLocker(started.authorizationUrl, 'adult')
  await bring(player, started, back)
  return {
    player,
    id: started.verificationId,
    job: { playerId: player.id, verificationId: started.verificationId },
  }
}

/** Everything that is stored of a player and of nobody, as text. */
async function dump(): Promise<string> {
  const tables = await owner<{ name: string }[]>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`
  const parts = []
  for (const { name } of tables)
    parts.push(...(await owner.unsafe(`select t::text as row from ${name} t`)).map(({ row }) => row))
  return parts.join('\n')
}

describe.each([
  ['no wrapping key', { writeId: '', keys: new Map() }],
  ['another wrapping key', only(ring, 'k2')],
  ['other bytes under the same id', ringOf('k1')],
])('with %s', (_what, wrong) => {
  test('what a player writes is refused, and stored nowhere', async () => {
    const player = await makePlayer()
    useRings({ dataKeys: wrong })
    await expect(stateDetails(player, STATED)).rejects.toMatchObject(SEAL_FAILED)
    const [row] = await owner`select stated_sealed from players where id = ${player.id}`
    expect(row?.stated_sealed).toBeNull()
    const text = await dump()
    for (const value of [STATED.name, Buffer.from(STATED.name).toString('hex'), STATED.birthDate])
      expect(text).not.toContain(value)
  })

  test('documents are not fetched, let alone kept; with the key back the attempt goes on', async () => {
    const { player, id, job } = await playerBack()
    useRings({ dataKeys: wrong })
    await expect(collect(job)).rejects.toMatchObject(SEAL_FAILED)
    const [session] =
      await owner`select exchange_begun_at from provider_sessions where verification_id = ${id}`
    expect(session?.exchange_begun_at).toBeNull()
    expect(await owner`select 1 from documents where verification_id = ${id}`).toHaveLength(0)
    useRings({ dataKeys: right })
    await collect(job)
    expect((await findJourney(player, id))?.status).toBe('approved')
  })
})

test('without a wrapping key nobody is registered', async () => {
  let code = ''
  const token = await issueCode('nobody@example.invalid', async (sent) => {
    code = sent
  })
  const [before] = await owner`select count(*)::int as n from players`
  useRings({ dataKeys: { writeId: '', keys: new Map() } })
  await expect(redeemCode(token, code, 'en')).rejects.toMatchObject(SEAL_FAILED)
  expect((await owner`select count(*)::int as n from players`)[0]).toEqual(before)
  expect(await dump()).not.toContain('nobody@example.invalid')
})

test('a key version that is gone is an error for reads and writes, not a new key', async () => {
  const player = await makePlayer()
  await stateDetails(player, STATED)
  await owner`update data_keys set version = 7 where player_id = ${player.id}`
  await expect(findStated(player)).rejects.toMatchObject(SEAL_FAILED)
  await owner`delete from data_keys where player_id = ${player.id}`
  await expect(findStated(player)).rejects.toMatchObject(SEAL_FAILED)
  await expect(stateDetails(player, { ...STATED, name: 'Doosra Namoona' })).rejects.toMatchObject(SEAL_FAILED)
  expect(await owner`select 1 from data_keys where player_id = ${player.id}`).toHaveLength(0)
})

describe('a stored value', () => {
  test.each([
    [
      'moved to another row',
      (id: string) => owner`update facts f set value_sealed = g.value_sealed from documents d, facts g
        join documents e on e.id = g.document_id
        where d.id = f.document_id and d.verification_id = ${id} and f.name = 'name'
          and e.verification_id = ${id} and g.name = 'birth_date'`,
    ],
    [
      'copied from another person',
      async (id: string) => {
        const other = await playerBack()
        await collect(other.job)
        await owner`update facts f set value_sealed = g.value_sealed from documents d, facts g
          where d.id = f.document_id and d.verification_id = ${id} and f.name = 'name'
            and g.player_id = ${other.player.id} and g.name = 'name'`
      },
    ],
    [
      'moved to another column',
      (id: string) => owner`update facts f set value_sealed = d.raw_sealed from documents d
        where d.id = f.document_id and d.verification_id = ${id} and f.name = 'name'`,
    ],
    [
      'with one bit changed',
      (id: string) => owner`update facts f
        set value_sealed = set_byte(f.value_sealed, 20, get_byte(f.value_sealed, 20) # 1) from documents d
        where d.id = f.document_id and d.verification_id = ${id} and f.name = 'name'`,
    ],
  ])('%s does not open: the page gets our error, which says nothing of it', async (_what, tamper) => {
    const { player, id, job } = await playerBack()
    await collect(job)
    expect((await findJourney(player, id))?.status).toBe('approved')
    await tamper(id)
    const failure = await findJourney(player, id).then(
      () => null,
      (error: unknown) => error as Error,
    )
    expect(failure).toMatchObject(SEAL_FAILED)
    expect(failure?.message).toBe('seal_failed: does not open: facts.value_sealed')
    const answer = await respondJson(async () => Response.json(await findJourney(player, id)))
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ code: 'seal_failed', errors: [] })
  })
})
