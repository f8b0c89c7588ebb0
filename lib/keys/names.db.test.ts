import { sql } from 'drizzle-orm'
import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { only, ringOf, useRings } from './testing'

// Names are indexed word by word: under one key before, under another after, found by every name all the time.

const sandbox = await startSandbox({ port: 0, seed: 41 })
await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port) })
afterAll(() => sandbox.close())

const { db } = await import('@/db/client')
const { bringPersona, makeStaff, rawValues } = await import('@/lib/review/desk.testing')
const { search } = await import('@/lib/review/search')
const { reportKeys } = await import('./report')
const { rotateKeys } = await import('./rotate')

const operator = { id: '00000000-0000-4000-8000-000000000001', roles: ['operator'] as const }
const rotate = () => rotateKeys(operator, { dataKeys: false }, () => {})

test('a new index key takes over all words of all names, also of those that were never indexed', async () => {
  const ring = ringOf('i1', 'i2')
  useRings({ indexKeys: only(ring, 'i1') })
  const reviewer = await makeStaff('reviewer')
  const [one, two] = [await bringPersona('adult'), await bringPersona('one_letter')]
  const [name = ''] = await rawValues(one)
  const isFound = async () =>
    (await search(reviewer, name)).results.some(({ id, by }) => id === one.id && by === 'name')
  const keys = async () => {
    const rows = await db().execute<{ id: string; count: number }>(
      sql`select split_part(key, '.', 1) as id, count(*)::int as count from name_keys group by 1 order by 1`,
    )
    return Object.fromEntries(rows.map(({ id, count }) => [id, count]))
  }
  const before = await keys()
  expect(Object.keys(before)).toEqual(['i1'])
  expect(await isFound()).toBe(true)

  // Somebody whose documents are older than this way of finding them.
  await db().execute(sql`delete from name_keys where player_id = ${two.playerId}::uuid`)
  useRings({ indexKeys: only(ring, 'i2', 'i1') })
  expect(await isFound()).toBe(true)
  const old = (await reportKeys()).keys.find(({ id }) => id === 'i1')
  expect(old?.places.map(({ place, way }) => `${place} ${way}`)).toContain('name_keys.key by_rotation')

  expect((await rotate()).index.stuck).toBe(0)
  expect(await keys()).toEqual({ i2: before.i1 })
  expect(await isFound()).toBe(true)
  useRings({ indexKeys: only(ring, 'i2') })
  expect(await isFound()).toBe(true)
  const again = await rotate()
  expect(await keys()).toEqual({ i2: before.i1 })
  expect(again.index.stuck).toBe(0)
})
