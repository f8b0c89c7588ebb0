import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'

// What a worker checks by itself, minute by minute, and what it says when somebody was at the log before it looked.

const { ownerUrl } = await openFreshDatabase()
const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
afterAll(() => owner.end())

const { db } = await import('@/db/client')
const { findAuditCheck } = await import('@/db/queries/checkpoints')
const { writeCheckpoint } = await import('./checkpoint')
const { checkNewCheckpoints } = await import('./self-check')
const { appendEvents } = await import('./testing')

const [A, B] = [randomUUID(), randomUUID()]

/** As somebody with the owner's rights would: the triggers are off meanwhile. */
async function tamper(statement: string) {
  await owner.unsafe(
    `set session_replication_role = replica; ${statement}; set session_replication_role = default`,
  )
}

test('follows the checkpoints, each event once, and says how far it came', async () => {
  expect(await checkNewCheckpoints()).toBeNull()
  expect(await findAuditCheck(db())).toBeNull()
  await appendEvents(A, 3)
  await writeCheckpoint()
  await appendEvents(A, 2)
  await appendEvents(B, 1)
  await writeCheckpoint()
  expect(await checkNewCheckpoints()).toBeNull()
  expect(await findAuditCheck(db())).toMatchObject({ checkpointSeq: 2, events: 6, broken: null })
  await appendEvents(B, 4)
  await writeCheckpoint()
  expect(await checkNewCheckpoints()).toBeNull()
  expect(await findAuditCheck(db())).toMatchObject({ checkpointSeq: 3, events: 10, broken: null })
})

test('stays where something does not fit, and goes on when it fits again', async () => {
  const cases: [string, string, string][] = [
    [
      `update audit_events set record = replace(record, 'sign_out', 'sign_in!') where chain_id = '${A}' and seq = 6`,
      `update audit_events set record = replace(record, 'sign_in!', 'sign_out') where chain_id = '${A}' and seq = 6`,
      `chain ${A}: event 6`,
    ],
    [
      `create table kept as select * from audit_events where chain_id = '${A}' and seq = 7; delete from audit_events where chain_id = '${A}' and seq = 7`,
      'insert into audit_events select * from kept; drop table kept',
      `chain ${A}: head 7`,
    ],
    [
      `update checkpoint_heads set head = sha256(head) where checkpoint_seq = 4 and chain_id = '${B}'`,
      '',
      `chain ${B}: head 6`,
    ],
  ]
  await appendEvents(A, 2)
  await appendEvents(B, 1)
  await writeCheckpoint()
  for (const [statement, undo, broken] of cases) {
    await tamper(statement)
    expect(await checkNewCheckpoints(), statement).toBe(broken)
    expect(await findAuditCheck(db())).toMatchObject({ checkpointSeq: 3, broken })
    if (undo !== '') await tamper(undo)
  }
  const [row] = await owner`select encode(head, 'hex') as head from audit_chains where id = ${B}`
  await tamper(
    `update checkpoint_heads set head = decode('${row?.head}', 'hex') where checkpoint_seq = 4 and chain_id = '${B}'`,
  )
  expect(await checkNewCheckpoints()).toBeNull()
  expect(await findAuditCheck(db())).toMatchObject({ checkpointSeq: 4, events: 13, broken: null })
})

test('a checkpoint with another text or signature is not believed', async () => {
  await appendEvents(A, 1)
  await writeCheckpoint()
  await tamper(`update checkpoints set record = replace(record, '"events":14', '"events":15') where seq = 5`)
  expect(await checkNewCheckpoints()).toBe('checkpoint 5: hash')
  await tamper(`update checkpoints set hash = sha256(convert_to(record, 'UTF8')) where seq = 5`)
  expect(await checkNewCheckpoints()).toBe('checkpoint 5: signature')
})
