import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { bundleScript, runScript } from '@/db/testing/process'
import { verifyLines } from '@/scripts/audit-verify.mjs'

// What `npm run db:seed` leaves behind: as if the app had written it, and every guard back in its place.

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
const app = postgres(database.appUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await app.end()
})

const { db } = await import('@/db/client')
const { countQueueRows, listQueueRows, searchAttempts } = await import('@/db/queries/queue')
const { searchNames } = await import('@/db/queries/name-keys')
const { readStructure } = await import('@/db/structure')
const { auditRecord } = await import('@/lib/audit/audit')
const { exportLines } = await import('@/lib/audit/testing')
const { blindIndexes } = await import('@/lib/crypto/blind-index')
const { nameLookups } = await import('@/lib/documents/name-keys')
const { env } = await import('@/lib/env')
const { SEALED_COLUMNS } = await import('@/lib/keys/sealed-columns')
const { DEFAULT_POLICY } = await import('@/lib/policy/current')
const { dryRun } = await import('@/lib/policy/dry-run')
const { openVault } = await import('@/lib/vault')
const { MOVES } = await import('@/lib/verification/types')
const { makePlayer } = await import('@/lib/verification/testing')
const { makeBatch } = await import('./batch')
const { quickRecord } = await import('./chain')
const { inventPerson } = await import('./people')
const { seedCases } = await import('./seed')
const { SEEDED_TABLES } = await import('./tables')

const CASES = 300
const ANY = {
  statuses: [],
  reason: null,
  documentStates: [],
  createdBefore: null,
  createdAfter: null,
  dueBefore: null,
  dueAfter: null,
  openedAfter: null,
  assigneeId: undefined,
  claimedBy: undefined,
  tag: null,
  snoozed: null,
  escalated: null,
  connectionId: null,
  sandbox: null,
  policyVersion: null,
  counted: null,
  sort: 'newest',
} as const
const wish = { cases: CASES, seed: null, besideOthers: false }

async function* here(ranges: Parameters<Parameters<typeof seedCases>[1]>[0]) {
  for (const range of ranges) yield makeBatch(range)
}

const seed = (given: Partial<typeof wish> = {}, batches = here) =>
  seedCases({ ...wish, ...given }, batches, () => {})

const structure = () => owner.begin((tx) => readStructure(tx, SEEDED_TABLES))

async function count(table: string): Promise<number> {
  const [row] = await owner<{ count: number }[]>`select count(*)::int as count from ${owner(table)}`
  return row?.count ?? 0
}

const before = await structure()

test('a seed that is killed leaves nothing behind, and every guard in its place', async () => {
  const script = await bundleScript(`
    import { makeBatch } from '@/lib/seed/batch'
    import { seedCases } from '@/lib/seed/seed'
    async function* dying() {
      yield makeBatch({ seed: 1, untilMs: Date.now(), first: 0, count: 50, run: { first: 0, count: 100 } })
      process.kill(process.pid, 'SIGKILL')
      await new Promise(() => {})
    }
    await seedCases({ cases: 100, seed: 1, besideOthers: false }, dying, () => {})`)
  await expect(runScript(script)).rejects.toThrow('exit null')
  expect(await count('players')).toBe(0) // waits for the lock that the dead one held
  expect(await structure()).toEqual(before)
  expect(await count('seeds')).toBe(0)
})

test('rows that do not fit together stop it as a whole', async () => {
  async function* torn() {
    yield makeBatch({
      seed: 1,
      untilMs: Date.now(),
      first: 0,
      count: 10,
      run: { first: 0, count: 10 },
    }).filter(({ table }) => table !== 'consents')
  }
  await expect(seed({ cases: 10 }, torn)).rejects.toThrow(/foreign key/)
  expect(await count('players')).toBe(0)
  expect(await structure()).toEqual(before)
})

test('refuses in production, and beside players that nobody invented', async () => {
  const settings = env()
  const { appEnv } = settings
  settings.appEnv = 'production'
  expect(await seed()).toEqual({ kind: 'refused', because: 'production' })
  settings.appEnv = appEnv
  const { id } = await makePlayer()
  expect(await seed()).toEqual({ kind: 'refused', because: 'others' })
  await owner`delete from data_keys where player_id = ${id}`
  await owner`delete from players where id = ${id}`
})

describe('a seeded database', () => {
  beforeAll(async () => {
    expect(await seed()).toEqual({ kind: 'done', added: CASES, cases: CASES, seed: 1 })
  })

  test('has a case for each, of several vendors, over a year, few of them with a reviewer', async () => {
    expect(await count('players')).toBe(CASES)
    expect(await count('cases')).toBe(CASES)
    const rows = await owner<{ status: string; connection: string; age: number }[]>`
      select status, coalesce(connection_id, '') as connection,
        extract(day from now() - created_at)::int as age from verifications`
    expect(new Set(rows.map(({ connection }) => connection)).size).toBeGreaterThan(4)
    expect(Math.max(...rows.map(({ age }) => age))).toBeGreaterThan(250)
    const waiting = rows.filter(({ status }) => status === 'awaiting_reviewer').length
    expect(waiting).toBeGreaterThanOrEqual(1)
    expect(waiting).toBeLessThanOrEqual(CASES * 0.03)
    const reviews = await owner`
      select 1 from reviews r join verifications v on v.id = r.verification_id
      where (r.closed_at is null) = (v.status = 'awaiting_reviewer')`
    expect(reviews).toHaveLength(await count('reviews'))
  })

  test('begins its cases in the order in which their rows lie, as a real year does', async () => {
    const [row] = await owner<{ correlation: number }[]>`
      select correlation from pg_stats where tablename = 'verifications' and attname = 'created_at'`
    expect(row?.correlation).toBeGreaterThan(0.95)
  })

  test('has the indexes, references and guards that it had', async () => {
    expect(await structure()).toEqual(before)
    await expect(owner`delete from audit_events`).rejects.toMatchObject({ code: '42501' })
    await expect(
      owner`update verifications set status = 'awaiting_player', version = version + 1 where status = 'approved'`,
    ).rejects.toMatchObject({ code: '23514' })
    await expect(app`insert into audit_chains select * from audit_chains`).rejects.toMatchObject({
      code: '42501',
    })
  })

  test('opens every sealed value, for its own player', async () => {
    const opened = new Map<string, number>()
    for (const { table, column, owner: player, row } of SEALED_COLUMNS) {
      const rows = await owner<{ player: string; row: string; sealed: Buffer }[]>`
        select ${owner(player)} as player, ${owner(row)} as row, ${owner(column)} as sealed
        from ${owner(table)} where ${owner(column)} is not null`
      for (const { player: id, row: rowId, sealed } of rows)
        expect((await vaultOf(id)).open(table, column, rowId, sealed).length).toBeGreaterThan(0)
      opened.set(`${table}.${column}`, rows.length)
    }
    for (const name of ['players.email_sealed', 'facts.value_sealed', 'decisions.input_sealed'])
      expect(opened.get(name), name).toBeGreaterThan(CASES * 0.8)
    expect(opened.get('documents.raw_sealed')).toBeGreaterThan(10)
  })

  test('decides as the policy decides: made again, no decision changes', async () => {
    const again = await dryRun(DEFAULT_POLICY, 1000)
    expect(again.decided).toBeGreaterThan(CASES * 0.8)
    expect(again.flips).toEqual([])
  })

  test('has an audit log that verifies, wholly under a checkpoint', async () => {
    const lines = await exportLines()
    const verdict = await verifyLines([lines])
    expect(verdict).toMatchObject({ ok: true, counts: { chains: CASES } })
    const moves = await owner<{ record: string }[]>`
      select record from audit_events where record like '%"before"%'`
    for (const { record } of moves) {
      const { before: from, after } = JSON.parse(record) as { before: keyof typeof MOVES; after: string }
      expect(MOVES[from], record).toContain(after)
    }
  })

  test('gives rows to the views of the queue, and finds people by mail and number', async () => {
    const due = { ...ANY, statuses: ['awaiting_reviewer'], sort: 'due' } as const
    const [first] = await listQueueRows(db(), due, null, 50)
    expect(first?.dueAt).toBeInstanceOf(Date)
    for (const statuses of [['approved'], ['rejected'], ['resubmission_requested'], []] as const)
      expect(await countQueueRows(db(), { ...ANY, statuses }, 1000), String(statuses)).toBeGreaterThan(0)
    expect((await listQueueRows(db(), ANY, null, 50)).map(({ cursorAt }) => cursorAt)).toHaveLength(50)
    const { email, pan } = inventPerson(1, 7)
    const none = { references: [], emailIndexes: [], numberIndexes: [], vendorIndexes: [], connectionIds: [] }
    const ring = env().indexKeys
    const byMail = await searchAttempts(
      db(),
      { ...none, emailIndexes: blindIndexes(ring, 'email', email) },
      10,
    )
    expect(byMail.length).toBeGreaterThan(0)
    const numbers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => inventPerson(1, index).pan).map((number) =>
        searchAttempts(db(), { ...none, numberIndexes: blindIndexes(ring, 'pan', number) }, 10),
      ),
    )
    expect(pan).toMatch(/^[A-Z]{3}P[A-Z]0000[A-Z]$/)
    expect(numbers.flat().length).toBeGreaterThan(5)
    const [word] = nameLookups(ring, inventPerson(1, 7).first).words
    expect((await searchNames(db(), [word ?? []], 10)).rows.length).toBeGreaterThan(0)
  })

  test('is brought further by the next run, and left alone by the same one', async () => {
    expect(await seed()).toMatchObject({ kind: 'done', added: 0, cases: CASES })
    expect(await seed({ seed: 2 } as never)).toEqual({ kind: 'refused', because: 'other_seed' })
    expect(await seed({ cases: CASES + 20 })).toMatchObject({ kind: 'done', added: 20 })
    expect(await count('players')).toBe(CASES + 20)
    expect(await structure()).toEqual(before)
  })

  test('waits for nobody who has the tables in use', async () => {
    const other = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
    await other.begin(async (tx) => {
      await tx`select 1 from players limit 1`
      expect(await seed({ cases: CASES + 40 })).toEqual({ kind: 'refused', because: 'in_use' })
    })
    await other.end()
  })
})

const vaults = new Map<string, ReturnType<typeof openVault>>()
function vaultOf(playerId: string) {
  const vault = vaults.get(playerId) ?? openVault(db(), playerId)
  vaults.set(playerId, vault)
  return vault
}

test('the same numbers give the same people, ids and outcomes', async () => {
  const range = { seed: 5, untilMs: 1_795_000_000_000, first: 0, count: 40, run: { first: 0, count: 40 } }
  const plain = (parts: ReturnType<typeof makeBatch>) =>
    parts
      .filter(({ table }) => ['cases', 'verifications', 'checks', 'reviews'].includes(table))
      .map(({ bytes }) => Buffer.from(bytes).toString('base64'))
  const [one, other] = [plain(makeBatch(range)), plain(makeBatch(range))]
  expect(one).toHaveLength(4)
  // Hashes of salted inputs agree too: the salt is drawn from the same chance.
  expect(one).toEqual(other)
  expect(plain(makeBatch({ ...range, seed: 6 }))).not.toEqual(one)
})

test('quick records are those that the app writes', () => {
  const at = new Date()
  for (const event of [
    { actor: { kind: 'player', id: 'p' }, action: 'sign_out', object: { type: 'player', id: 'p' } },
    {
      actor: { kind: 'system', id: 'worker' },
      action: 'verification.decided',
      object: { type: 'verification', id: 'v' },
      before: 'awaiting_provider',
      after: 'approved',
      reason: 'all "checks" — ₹',
      connection: 'idto',
    },
    { actor: { kind: 'anyone' }, action: 'sign_out', object: { type: 'player', id: 'p' }, requestId: 'r' },
  ] as const)
    expect(quickRecord(event, at)).toBe(auditRecord(event, at))
})
