import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { bundleScript, runScript } from '@/db/testing/process'
import { verifyLines } from '@/scripts/audit-verify.mjs'

// What a checkpoint covers: everything that was committed, whatever the clocks say and whoever was slow.

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
const app = postgres(database.appUrl, { max: 3, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await app.end()
})

const { writeCheckpoint } = await import('./checkpoint')
const { PROCESS_CHAIN } = await import('./audit')
const { appendEvents, exportLines } = await import('./testing')
const { db } = await import('@/db/client')
const { isCheckpointLate } = await import('@/db/queries/checkpoints')

/** How many events of a chain are anchored. */
async function anchored(chainId: string): Promise<number> {
  const [row] = await owner<{ seq: string }[]>`
    select coalesce(max(seq), 0) as seq from checkpoint_heads where chain_id = ${chainId}`
  return Number(row?.seq)
}

async function expectSound() {
  const verdict = await verifyLines([await exportLines()])
  expect(verdict.problems).toEqual([])
  return verdict
}

const appendAs = (sql: postgres.Sql | postgres.TransactionSql, chain: string) =>
  sql`select append_audit_event(${chain}::uuid, '{"at":"late"}')`

describe('a checkpoint', () => {
  test('is written even over nothing, once, and then only when chains have grown', async () => {
    expect(await writeCheckpoint()).toMatchObject({ seq: 1, heads: 0, chains: 0, events: 0 })
    expect(await writeCheckpoint()).toBeNull()
    const one = randomUUID()
    await appendEvents(one, 3)
    await appendEvents(PROCESS_CHAIN, 2)
    expect(await writeCheckpoint()).toMatchObject({ seq: 2, heads: 2, chains: 2, events: 5 })
    expect(await writeCheckpoint()).toBeNull()
    await appendEvents(one, 1)
    expect(await writeCheckpoint()).toMatchObject({ seq: 3, heads: 1, chains: 2, events: 6 })
    expect(await anchored(PROCESS_CHAIN)).toBe(2)
    await expectSound()
  })

  test('says at least hourly that nothing happened', async () => {
    const before = await writeCheckpoint(new Date(Date.now() + 3_599_000))
    expect(before).toBeNull()
    expect(await writeCheckpoint(new Date(Date.now() + 3_601_000))).toMatchObject({ heads: 0 })
    await expectSound()
  })

  test('misses no event of a transaction that was open while it was written', async () => {
    const [slow, slower] = [randomUUID(), randomUUID()]
    await app.begin(async (tx) => {
      await appendAs(tx, slow)
      await app.begin(async (other) => {
        await appendAs(other, slower)
        for (let at = 0; at < 3; at += 1) {
          await appendEvents(randomUUID(), 1)
          expect(await writeCheckpoint()).toMatchObject({ heads: 1 })
        }
      })
      await appendEvents(randomUUID(), 1)
      expect(await writeCheckpoint()).toMatchObject({ heads: 2 })
      expect([await anchored(slow), await anchored(slower)]).toEqual([0, 1])
    })
    expect(await writeCheckpoint()).toMatchObject({ heads: 1 })
    expect(await anchored(slow)).toBe(1)
    await expectSound()
  })

  test('misses no event of a transaction that began before and wrote after', async () => {
    const chain = randomUUID()
    await app.begin(async (tx) => {
      await tx`select now()`
      await appendEvents(randomUUID(), 1)
      await writeCheckpoint()
      await appendAs(tx, chain)
    })
    await writeCheckpoint()
    expect(await anchored(chain)).toBe(1)
  })

  test.each([
    ['ten minutes fast', 10],
    ['ten minutes slow', -10],
    ['a day slow', -1440],
  ])('loses nothing when the clock was %s for a while', async (_name, minutes) => {
    const chain = randomUUID()
    const clock = (shift: number) =>
      owner.unsafe(
        `alter table audit_events alter column created_at set default now() + interval '${shift} minutes'`,
      )
    const shifted = (shift: number) => new Date(Date.now() + shift * 60_000)
    await clock(minutes)
    await appendEvents(chain, 2)
    expect(await writeCheckpoint(shifted(minutes))).toMatchObject({ heads: 1 })
    await clock(0)
    await appendEvents(chain, 1)
    expect(await writeCheckpoint(shifted(0))).toMatchObject({ heads: 1 })
    await clock(-minutes)
    await appendEvents(chain, 1)
    expect(await writeCheckpoint(shifted(-minutes))).toMatchObject({ heads: 1 })
    expect(await anchored(chain)).toBe(4)
    await clock(0)
    const { notes } = await expectSound()
    expect(notes.join()).toContain('the clock was set back')
  })

  test('looks at all chains when transaction numbers went back, as after a move to another server', async () => {
    const chain = randomUUID()
    await appendEvents(randomUUID(), 1)
    await writeCheckpoint() // of today: the day alone is no reason to look at all of them
    await appendEvents(chain, 1)
    await owner.begin(async (tx) => {
      await tx`alter table audit_events disable trigger audit_events_insert_only`
      await tx`alter table checkpoints disable trigger checkpoints_insert_only`
      // The server of before had counted further; the record is what the app goes by only for its day and this number.
      await tx`update audit_events set xact = 1 where chain_id = ${chain}`
      await tx`update checkpoints set record = jsonb_set(record::jsonb, '{cutoff}', '9000000000')::text
               where seq = (select max(seq) from checkpoints)`
      await tx`alter table checkpoints enable trigger checkpoints_insert_only`
      await tx`alter table audit_events enable trigger audit_events_insert_only`
    })
    await writeCheckpoint()
    expect(await anchored(chain)).toBe(1)
  })

  test('is written by one of many that try, and a loser breaks nothing', async () => {
    await appendEvents(randomUUID(), 1)
    const written = await Promise.all(Array.from({ length: 6 }, () => writeCheckpoint()))
    expect(written.filter((one) => one !== null)).toHaveLength(1)
    const script = await bundleScript(`
      import { closePool } from '@/db/client'
      import { writeCheckpoint } from '@/lib/audit/checkpoint'
      import { appendEvents } from '@/lib/audit/testing'
      let written = 0
      for (let at = 0; at < 15; at += 1) {
        await appendEvents(crypto.randomUUID(), 1)
        if (await writeCheckpoint()) written += 1
      }
      await closePool()
      process.stdout.write(String(written))`)
    const counts = await Promise.all([runScript(script), runScript(script)])
    expect(counts.map(Number).reduce((sum, count) => sum + count)).toBeGreaterThan(0)
    await writeCheckpoint()
    const [row] = await owner<{ open: number }[]>`
      select count(*)::int as open from audit_chains c
      where c.seq > (select coalesce(max(h.seq), 0) from checkpoint_heads h where h.chain_id = c.id)`
    expect(row?.open).toBe(0)
  })
})

describe('rows that only grow', () => {
  test.each(['audit_events', 'checkpoints', 'checkpoint_heads', 'erasures'])('%s', async (table) => {
    for (const sql of [app, owner]) {
      const [column] = await owner<{ name: string }[]>`
        select column_name as name from information_schema.columns where table_name = ${table} limit 1`
      const name = column?.name ?? ''
      for (const statement of [
        `update ${table} set ${name} = ${name}`,
        `delete from ${table}`,
        `truncate ${table} cascade`,
      ])
        await expect(sql.unsafe(statement), statement).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('the app may write checkpoints, and never lift the guard', async () => {
    await expect(app`alter table checkpoints disable trigger all`).rejects.toMatchObject({ code: '42501' })
    await expect(app`drop trigger checkpoints_insert_only on checkpoints`).rejects.toMatchObject({
      code: '42501',
    })
  })
})

describe('a missing checkpoint', () => {
  test('is late after ten minutes with events, not in a quiet hour', async () => {
    await writeCheckpoint()
    expect(await isCheckpointLate(db(), 10)).toBe(false)
    await owner.begin(async (tx) => {
      await tx`alter table checkpoints disable trigger checkpoints_insert_only`
      await tx`update checkpoints set created_at = now() - interval '11 minutes'`
      await tx`alter table checkpoints enable trigger checkpoints_insert_only`
    })
    expect(await isCheckpointLate(db(), 10)).toBe(false)
    await appendEvents(randomUUID(), 1) // the first one after a quiet while
    expect(await isCheckpointLate(db(), 10)).toBe(false)
    await owner`alter table audit_events alter column created_at set default now() - interval '11 minutes'`
    await appendEvents(randomUUID(), 1)
    expect(await isCheckpointLate(db(), 10)).toBe(true)
    await writeCheckpoint()
    expect(await isCheckpointLate(db(), 10)).toBe(false)
    await appendEvents(randomUUID(), 1) // as by a clock that was just set: one was written a moment ago
    expect(await isCheckpointLate(db(), 10)).toBe(false)
  })
})
