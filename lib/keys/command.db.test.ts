import { spawn } from 'node:child_process'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { bundleScript } from '@/db/testing/process'
import { only, ringOf, toSetting, useRings } from './testing'

// `npm run keys:rotate` and the look that web and worker take before they serve, as processes of their own.

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(() => owner.end())

const { makePlayer } = await import('@/lib/verification/testing')
const { readiness } = await import('@/lib/readiness')

const wrapping = ringOf('k1', 'k2')
const index = ringOf('i1', 'i2')
const OLD = { dataKeys: only(wrapping, 'k1'), indexKeys: only(index, 'i1') }
const BOTH = {
  DATA_KEYS: toSetting(only(wrapping, 'k2', 'k1')),
  INDEX_KEY: toSetting(only(index, 'i2', 'i1')),
}
const NEW = { DATA_KEYS: toSetting(only(wrapping, 'k2')), INDEX_KEY: toSetting(only(index, 'i2')) }
const MISSING = [
  'DATA_KEYS: found no key with the id "k1", expected the one that values in the database need. See docs/keys.md',
  'INDEX_KEY: found no key with the id "i1", expected the one that values in the database need. See docs/keys.md',
]

let command = ''
let atStart = ''
beforeAll(async () => {
  command = await bundleScript(`import '@/scripts/entry/rotate-keys'`)
  atStart = await bundleScript(`
    import { requireKeys } from '@/scripts/entry/require-keys'
    import { closePool } from '@/db/client'
    await requireKeys()
    console.log('serving')
    await closePool()
  `)
})
beforeEach(async () => {
  await owner`truncate players, rate_limits, key_rotations cascade`
  useRings(OLD)
  for (let n = 0; n < 3; n += 1) await makePlayer()
})

interface Ended {
  code: number | null
  out: string
  trouble: string
}

function run(script: string, settings: Record<string, string>, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...settings } })
  const ended: Ended = { code: null, out: '', trouble: '' }
  child.stdout.on('data', (chunk) => {
    ended.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    ended.trouble += chunk
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ended, code })))
}

describe('npm run keys:rotate', () => {
  test('--dry-run says how things stand and changes nothing', async () => {
    const { code, out } = await run(command, BOTH, '--dry-run')
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'Wrapping keys (DATA_KEYS)',
      '  k2  writes, 0 uses',
      '  k1  reads, 3 uses; must stay',
      '      3 in data_keys: goes with the next rotation',
      'Index keys (INDEX_KEY)',
      '  i2  writes, 0 uses',
      '  i1  reads, 3 uses; must stay',
      '      3 in players.email_index: goes with the next rotation',
      'Data keys: 3 players, 0 of them with an old version as well',
      '',
    ])
    expect(await owner`select distinct wrapping_key_id as id from data_keys`).toEqual([{ id: 'k1' }])
  })

  test('rotates, tells its steps, and says which ids may be removed; then the app runs without them', async () => {
    const { code, out, trouble } = await run(command, BOTH, '--data', '--settle', '0')
    expect(trouble).toContain('Wrapping data keys anew: 3 done')
    expect(out).toContain('Wrapped anew: 3. Look-up values made anew: 3.')
    expect(out).toContain('New data keys and values sealed with them: 6.')
    expect(out).toContain('  k1  reads, 0 uses; may be removed now')
    expect(out).toContain('  i1  reads, 0 uses; may be removed now')
    expect(code).toBe(0)
    expect(await run(atStart, NEW)).toEqual({ code: 0, out: 'serving\n', trouble: '' })
  })

  test('what does not open is left and told, and the command ends with 1', async () => {
    await owner`update data_keys set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)
                where player_id = (select player_id from data_keys limit 1)`
    const { code, out } = await run(command, BOTH, '--data', '--settle', '0')
    expect(code).toBe(1)
    expect(out).toContain('did not open or do not fit and were left as they are; see docs/keys.md')
    expect(out).toContain('  k1  reads, 1 uses; must stay')
    expect(out).toContain('  i1  reads, 1 uses; must stay')
  })

  test('--json is one object', async () => {
    const { code, out } = await run(command, BOTH, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      rotated: { wrapping: { done: 3, stuck: 0 }, index: { done: 3, stuck: 0 }, data: null },
      keys: [
        { setting: 'DATA_KEYS', id: 'k2', writes: true, uses: 3 },
        { setting: 'DATA_KEYS', id: 'k1', uses: 0, removable: 'now' },
        { setting: 'INDEX_KEY', id: 'i2', uses: 3 },
        { setting: 'INDEX_KEY', id: 'i1', uses: 0, removable: 'now' },
      ],
      dataKeys: { players: 3, withOldVersions: 0 },
    })
  })

  test('--check ends with 1 and names what is missing', async () => {
    expect(await run(command, NEW, '--check')).toEqual({
      code: 1,
      out: `${MISSING.join('\n')}\n`,
      trouble: '',
    })
    expect((await run(command, BOTH, '--check')).code).toBe(0)
  })

  test('what it cannot do it says in one line, ends with 2 and changes nothing', async () => {
    const refused = await run(command, NEW)
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.trouble).toBe('Nothing was rotated: not the wrapping key k1 in use. See docs/keys.md\n')
    expect(await run(command, BOTH, '--settle', 'soon')).toMatchObject({
      code: 2,
      trouble: 'The arguments cannot be read; see --help.\n',
    })
    const away = { ...BOTH, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
    expect(await run(command, away)).toMatchObject({
      code: 2,
      trouble: 'The database cannot be reached; run this again to go on.\n',
    })
    expect(await owner`select 1 from key_rotations`).toHaveLength(0)
  })
})

describe('without a key that stored values need', () => {
  test('no process serves: one line each, exit code 1', async () => {
    expect(await run(atStart, NEW)).toEqual({ code: 1, out: '', trouble: `${MISSING.join('\n')}\n` })
    expect((await run(atStart, BOTH)).out).toBe('serving\n')
  })

  test.each(['web', 'worker'])('the %s process itself ends so, before it serves', async (name) => {
    const program = await bundleScript(`import '@/scripts/entry/${name}'`)
    expect(await run(program, NEW)).toEqual({ code: 1, out: '', trouble: `${MISSING.join('\n')}\n` })
  })

  test('nor with another key under the same id; one damaged row is no reason', async () => {
    const wrong = { DATA_KEYS: toSetting(ringOf('k1')), INDEX_KEY: toSetting(OLD.indexKeys) }
    expect(await run(atStart, wrong)).toMatchObject({
      code: 1,
      trouble: expect.stringContaining('DATA_KEYS: found another key under the id "k1"'),
    })
    const lookups = { DATA_KEYS: toSetting(OLD.dataKeys), INDEX_KEY: toSetting(ringOf('i1')) }
    expect(await run(atStart, lookups)).toMatchObject({
      code: 1,
      trouble: expect.stringContaining('INDEX_KEY: found another key under the id "i1"'),
    })
    await owner`update data_keys set check_value = 'x'
                where player_id = (select player_id from data_keys limit 1)`
    const right = { DATA_KEYS: toSetting(OLD.dataKeys), INDEX_KEY: toSetting(OLD.indexKeys) }
    expect((await run(atStart, right)).out).toBe('serving\n')
  })

  test('a database that is away or empty stops nobody here: readiness looks again', async () => {
    const away = { ...NEW, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
    expect((await run(atStart, away)).out).toBe('serving\n')
  })

  test('readiness is false and says so', async () => {
    useRings({ dataKeys: only(wrapping, 'k2'), indexKeys: OLD.indexKeys })
    expect(await readiness()).toMatchObject({ database: 'ok', migrations: 'ok', keys: 'missing' })
  })
})
