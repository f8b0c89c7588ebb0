import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'

// What a failed job leaves behind: the library keeps errors in its table, and messages quote values.

const logFile = path.join(tmpdir(), `ante-jobs-${randomUUID()}.log`)
const database = await openFreshDatabase({ LOG_LEVEL: 'info', LOG_FILE: logFile })
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
const { db } = await import('@/db/client')
const { queueJob, quietly, RESULT_MAIL_QUEUE, startBoss } = await import('./jobs')
const boss = await startBoss(() => {})
afterAll(async () => {
  await boss.stop({ graceful: false })
  await owner.end()
  rmSync(logFile, { force: true })
})

const PERSON = 'a.player@example.invalid'

test('neither message, stack, detail nor result of a job reaches the queue or the log', async () => {
  const refused = Object.assign(new Error(`550 no mailbox ${PERSON}`, { cause: new Error(PERSON) }), {
    code: 'EENVELOPE',
    rejected: [PERSON],
  })
  const ends = [() => Promise.reject(refused), () => Promise.resolve({ to: PERSON })]
  const job = { playerId: randomUUID(), verificationId: randomUUID() }
  for (let i = 0; i < ends.length; i += 1) await queueJob(db(), RESULT_MAIL_QUEUE, job)
  await boss.work(
    RESULT_MAIL_QUEUE,
    { batchSize: 1, pollingIntervalSeconds: 0.5 },
    quietly(RESULT_MAIL_QUEUE, () => ends.shift()?.() ?? Promise.resolve()),
  )
  const settled = async () =>
    await owner`select output::text from pgboss.job where state in ('retry', 'completed')`
  await expect.poll(async () => (await settled()).length, { timeout: 15_000 }).toBe(2)
  const [failed] = (await settled()).filter(({ output }) => output !== null)
  expect(failed?.output).toContain('Error:EENVELOPE')
  const everything = JSON.stringify(await owner`select t::text from pgboss.job t`)
  expect(everything).toContain(job.verificationId)
  expect(everything).not.toContain(PERSON)
  const log = readFileSync(logFile, 'utf8')
  expect(log).toContain(`"event":"job.failed"`)
  expect(log).toContain(job.verificationId)
  expect(log).not.toContain(PERSON)
})

test('a unique violation of the database is told by its code, without the values', async () => {
  const email = `pan-AAAPN0000A-${randomUUID()}`
  const twice = () =>
    owner`insert into alerts (kind, subject) values ('vendor_down', ${email}), ('vendor_down', ${email})`
  const handler = quietly(RESULT_MAIL_QUEUE, twice)
  await expect(handler([{ data: {} }])).rejects.toThrow(/^PostgresError:23505$/)
  await expect(twice()).rejects.toMatchObject({ detail: expect.stringContaining('AAAPN0000A') }) // the driver quotes it
})
