import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'

// One invented person through both vendors; then every table is dumped and searched for every value, plain and encoded.

const sandbox = await startSandbox({ port: 0, seed: 17 })
const logFile = path.join(tmpdir(), `ante-canary-${randomUUID()}.log`)
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  LOG_LEVEL: 'trace',
  LOG_FILE: logFile,
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  rmSync(logFile, { force: true })
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { findJourney } = await import('./find')
const { openVault } = await import('@/lib/vault')
const { db } = await import('@/db/client')

interface Seen {
  player: { id: string }
  id: string
  values: string[]
}
const journeys: Seen[] = []

beforeAll(async () => {
  for (const persona of ['adult', 'unmasked_aadhaar', 'minor'] as const) {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan', 'driving_licence'])
    const started = await start(player)
    const back = await answerAtDigiLocker(started.authorizationUrl, persona)
    await bring(player, started, back)
    await collect({ playerId: player.id, verificationId: started.verificationId })
    const handle = back?.pathname.split('/').at(-1) ?? ''
    const answer = await fetch(`${sandbox.url}/_control/journeys?handle=${handle}`)
    const { journeys: known } = (await answer.json()) as { journeys: { person: Record<string, unknown> }[] }
    const person = known[0]?.person as {
      name: string
      birthDate: string
      pan: { number: string } | null
      licence: { number: string } | null
      lockerId: string
    }
    const secrets = [
      back?.searchParams.get('code'),
      back?.searchParams.get('code_verifier'),
      started.browserKey,
      handle,
    ]
    const personal = [
      person.name,
      person.name.toUpperCase(),
      person.birthDate,
      person.pan?.number,
      person.licence?.number,
      person.lockerId,
    ]
    const values = [...secrets, ...personal].filter(
      (value): value is string => typeof value === 'string' && value.length > 5,
    )
    journeys.push({ player, id: started.verificationId, values })
  }
}, 60_000)

async function dump(): Promise<string> {
  const tables = await owner<{ name: string }[]>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`
  const parts = []
  for (const { name } of tables) {
    const rows = await owner.unsafe(`select t::text as row from ${name} t`)
    parts.push(...rows.map((row) => `${name} ${row.row}`))
  }
  return parts.join('\n')
}

const encodings = (value: string) => [
  value,
  Buffer.from(value).toString('hex'),
  Buffer.from(value).toString('base64').replace(/=+$/, ''),
  Buffer.from(value).toString('base64url'),
  encodeURIComponent(value),
]

test('no value of a person and no secret of a journey is in any table outside sealed bytes', async () => {
  const text = await dump()
  expect(text.length).toBeGreaterThan(10_000)
  for (const { values } of journeys) {
    expect(values.length).toBeGreaterThan(6)
    for (const value of values)
      for (const encoded of encodings(value))
        expect(text.includes(encoded), `found ${value} as ${encoded}`).toBe(false)
  }
})

test('nor in what the processes printed', () => {
  const text = readFileSync(logFile, 'utf8')
  expect(text).toContain('vendor.call')
  for (const { values } of journeys) for (const value of values) expect(text).not.toContain(value)
})

test('a full Aadhaar number is nowhere, not even sealed: neither facts nor raw bytes hold one', async () => {
  for (const { player } of journeys) {
    const vault = await openVault(db(), player.id)
    const facts = await owner`select id, value_sealed from facts where player_id = ${player.id}`
    const raws =
      await owner`select id, type, raw_sealed from documents where player_id = ${player.id} and raw_sealed is not null`
    const texts = [
      ...facts.map((row) => vault.openText('facts', 'value_sealed', row.id, row.value_sealed)),
      ...raws.map((row) => vault.openText('documents', 'raw_sealed', row.id, row.raw_sealed)),
    ]
    for (const text of texts)
      expect(text).not.toMatch(/uid="\d{12}"|(?<![\dA-Za-z])\d{4}[ -]?\d{4}[ -]?\d{4}(?![\dA-Za-z])/)
  }
  const unmasked = journeys[1]
  const [aadhaar] =
    await owner`select raw_sealed, remarks from documents where verification_id = ${unmasked?.id ?? ''} and type = 'aadhaar'`
  expect(aadhaar).toMatchObject({ raw_sealed: null, remarks: ['aadhaar_unmasked'] })
})

test('of a minor nothing is kept but outcome and date', async () => {
  const minor = journeys[2]
  if (minor === undefined) throw new Error('no minor')
  expect(await findJourney(minor.player, minor.id)).toMatchObject({
    status: 'rejected',
    reasons: ['under_age'],
    documents: [],
  })
  const [kept] =
    await owner`select (select count(*) from documents where player_id = ${minor.player.id})::int as documents,
    (select count(*) from facts where player_id = ${minor.player.id})::int as facts,
    (select count(*) from provider_sessions where player_id = ${minor.player.id}
       and (code_sealed is not null or access_sealed is not null or session_sealed is not null or subject_index is not null))::int as sessions`
  expect(kept).toEqual({ documents: 0, facts: 0, sessions: 0 })
})

test('tokens are gone after the reads, and the blind indexes are there', async () => {
  const adult = journeys[0]
  const [session] =
    await owner`select code_sealed, access_sealed, session_sealed, subject_index from provider_sessions
                                where verification_id = ${adult?.id ?? ''}`
  expect(session).toMatchObject({ code_sealed: null, access_sealed: null, session_sealed: null })
  expect(session?.subject_index).toMatch(/^i1\./)
  const rows =
    await owner`select type, number_index from documents where verification_id = ${adult?.id ?? ''} order by type`
  expect(rows.map((row) => [row.type, row.number_index === null])).toEqual([
    ['aadhaar', true],
    ['driving_licence', false],
    ['pan', false],
  ])
})

test('a sealed value moved to another row, column or person does not open', async () => {
  const [adult, other] = journeys
  const vault = await openVault(db(), adult?.player.id ?? '')
  const [a, b] =
    await owner`select id, value_sealed from facts where player_id = ${adult?.player.id ?? ''} limit 2`
  expect(() => vault.openText('facts', 'value_sealed', b?.id, a?.value_sealed)).toThrow(/seal_failed/)
  expect(() => vault.openText('documents', 'raw_sealed', a?.id, a?.value_sealed)).toThrow(/seal_failed/)
  const stranger = await openVault(db(), other?.player.id ?? '')
  expect(() => stranger.openText('facts', 'value_sealed', a?.id, a?.value_sealed)).toThrow(/seal_failed/)
})
