import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { bundleScript } from '@/db/testing/process'
import { addDocument, only, ringOf, toSetting, useRings } from './testing'

// All rotations at once while others read and write, and killed again and again.

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 4, onnotice: () => {} })
afterAll(() => owner.end())

const { db } = await import('@/db/client')
const { findPlayerByEmail } = await import('@/db/queries/players')
const { blindIndexes } = await import('@/lib/crypto/blind-index')
const { openVault } = await import('@/lib/vault')
const { makePlayer, agreeTo } = await import('@/lib/verification/testing')
const { stateDetails, findStated } = await import('@/lib/verification/stated')
const { rotateKeys } = await import('./rotate')
const { reportKeys } = await import('./report')

const OPERATOR = { id: 'console', roles: ['operator'] } as const
const VALUES_OF_ONE = 4 // address, what they stated, a document and its number
const wrapping = ringOf('k1', 'k2')
const index = ringOf('i1', 'i2')
const old = { dataKeys: only(wrapping, 'k1'), indexKeys: only(index, 'i1') }
const rotating = { dataKeys: only(wrapping, 'k2', 'k1'), indexKeys: only(index, 'i2', 'i1') }
const renewed = { dataKeys: only(wrapping, 'k2'), indexKeys: only(index, 'i2') }

beforeEach(async () => {
  await owner`truncate players, rate_limits, key_rotations cascade`
  useRings(old)
})

interface Known {
  player: { id: string }
  documentId: string
}

async function makePlayers(count: number): Promise<Known[]> {
  const made: Known[] = []
  for (let n = 0; n < count; n += 1) {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    await stateDetails(player, { name: nameOf(player.id, 0), birthDate: '1990-08-15' })
    const [attempt] = await owner`select id from verifications where player_id = ${player.id}`
    const number = `NUMBER-${player.id}`
    made.push({ player, documentId: await addDocument(player.id, attempt?.id, { number }) })
  }
  return made
}

const nameOf = (playerId: string, version: number) => `Namoona ${playerId} ${version}`

/** A read as a request makes it: keys first or row first, and some time in between. */
async function readDocument({ player, documentId }: Known, keysFirst: boolean) {
  const readRow = async () => {
    const [row] = await owner`select raw_sealed from documents where id = ${documentId}`
    return row?.raw_sealed as Buffer
  }
  const early = keysFirst ? null : await readRow()
  const vault = await openVault(db(), player.id)
  await sleep(Math.random() * 200)
  const text = vault.openText('documents', 'raw_sealed', documentId, early ?? (await readRow()))
  if (text !== `raw of ${documentId}`) throw new Error('another value')
}

async function findByEmail({ player }: Known) {
  const indexes = blindIndexes(rotating.indexKeys, 'email', `${player.id}@example.invalid`)
  if ((await findPlayerByEmail(db(), indexes))?.id !== player.id) throw new Error('not found')
}

test('under load: not one read fails, nothing written meanwhile is lost', async () => {
  const known = await makePlayers(25)
  useRings(rotating)
  const failures: string[] = []
  const written = new Map<string, number>()
  let reads = 0
  let over = false
  const oneOf = () => known[Math.floor(Math.random() * known.length)] as Known
  const repeat = async (work: (one: Known) => Promise<void>) => {
    while (!over) {
      await work(oneOf()).catch((error: unknown) => failures.push(String(error)))
      reads += 1
      await sleep(1)
    }
  }
  const write = async ({ player }: Known) => {
    const next = (written.get(player.id) ?? 0) + 1
    written.set(player.id, next)
    await stateDetails(player, { name: nameOf(player.id, next), birthDate: '1990-08-15' })
  }
  const load = [
    repeat((one) => readDocument(one, true)),
    repeat((one) => readDocument(one, true)),
    repeat((one) => readDocument(one, false)),
    repeat((one) => readDocument(one, false)),
    repeat(findByEmail),
    repeat(async ({ player }) => {
      if ((await findStated(player)) === null) throw new Error('nothing stated')
    }),
    repeat(write),
    repeat(async () => void (await makePlayer())),
  ]
  const rotated = await rotateKeys(OPERATOR, { dataKeys: true, settleMs: 1000 }, () => {})
  over = true
  await Promise.all(load)
  expect(failures).toEqual([])
  expect(reads).toBeGreaterThan(100)
  expect(rotated.data).toMatchObject({ stuck: 0, left: 0 })
  useRings(renewed)
  for (const { player } of known)
    expect((await findStated(player))?.name).toBe(nameOf(player.id, written.get(player.id) ?? 0))
  const { keys } = await reportKeys()
  expect(keys.map(({ id, uses }) => [id, uses > 0])).toEqual([
    ['k2', true],
    ['i2', true],
  ])
}, 120_000)

test('killed again and again: each start goes on, nothing is lost, the counts are right', async () => {
  const known = await makePlayers(25)
  const script = await bundleScript(`
    import { closePool } from '@/db/client'
    import { rotateKeys } from '@/lib/keys/rotate'
    const operator = { id: 'console', roles: ['operator'] }
    console.log('begun')
    await rotateKeys(operator, { dataKeys: true, settleMs: 50 }, () => {})
    await closePool()
  `)
  process.env.DATA_KEYS = toSetting(rotating.dataKeys)
  process.env.INDEX_KEY = toSetting(rotating.indexKeys)
  const stops: string[] = []
  let finished = false
  for (let lifeMs = 60; !finished && stops.length < 20; lifeMs *= 1.5) {
    finished = await runFor(script, lifeMs)
    const runs = await owner`select kind, cursor, done, finished_at is not null as over from key_rotations`
    stops.push(runs.map(({ kind, cursor, done, over }) => (over ? kind : `${kind} ${cursor} ${done}`)).join())
  }
  expect(finished).toBe(true)
  expect(new Set(stops).size, 'killed at different points').toBeGreaterThan(2)
  const rotations = await owner`
    select distinct on (kind) kind, done::int, finished_at is not null as over from key_rotations
    order by kind, started_at`
  expect(rotations).toEqual([
    { kind: 'data', done: known.length * (1 + VALUES_OF_ONE), over: true },
    { kind: 'index', done: known.length * 2, over: true },
    { kind: 'wrapping', done: known.length, over: true },
  ])
  const keys = await owner`select wrapping_key_id as id, count(*)::int as n from data_keys group by 1`
  expect(keys).toEqual([{ id: 'k2', n: known.length }])
  useRings(renewed)
  for (const one of known) {
    await readDocument(one, true)
    expect((await findStated(one.player))?.name).toBe(nameOf(one.player.id, 0))
  }
}, 180_000)

/** Runs a script and kills it so long after it has begun, without a word. True when it finished before. */
async function runFor(script: string, lifeMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<boolean>((resolve) => child.once('exit', (code) => resolve(code === 0)))
  const begun = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  await Promise.race([begun, ended])
  await Promise.race([ended, sleep(lifeMs)])
  child.kill('SIGKILL')
  return ended
}
