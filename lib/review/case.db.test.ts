import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'

const sandbox = await startSandbox({ port: 0, seed: 31 })
await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port) })
afterAll(() => sandbox.close())

const { db } = await import('@/db/client')
const { eraseMe } = await import('@/lib/rights/erase')
const { bringPersona, makeStaff, rawValues } = await import('./desk.testing')
const { readCase } = await import('./case')
const { readQueue } = await import('./queue')
const { readPlayer } = await import('./players')
const { reveal } = await import('./reveal')
const { search } = await import('./search')
const { QueueFilter, REVEAL_FIELDS } = await import('./types')

const reviewer = await makeStaff('reviewer')
const everything = QueueFilter.parse({})

async function fileOf(id: string, staff = reviewer) {
  const file = await readCase(staff, id)
  if (file === null) throw new Error('no such case')
  return file
}

const line = (file: Awaited<ReturnType<typeof fileOf>>, field: string) => {
  const found = file.comparison.find((row) => row.field === field)
  if (found === undefined) throw new Error(`no line ${field}`)
  return found
}

describe('a case file', () => {
  test('says why it is here, shows the letter that differs, and no value whole', async () => {
    const one = await bringPersona('one_letter')
    const file = await fileOf(one.id)
    console.log(JSON.stringify(file, null, 1))
    const values = await rawValues(one)
    expect(values.length).toBeGreaterThan(12)
    for (const value of values) {
      expect(JSON.stringify(file), value).not.toContain(value)
      expect(JSON.stringify(await readQueue(reviewer, everything, null)), value).not.toContain(value)
      expect(JSON.stringify(await readPlayer(reviewer, one.playerId)), value).not.toContain(value)
    }
  })
})
