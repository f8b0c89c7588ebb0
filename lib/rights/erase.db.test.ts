import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker, control } from '@/sandbox/test-client'

// Erasure on real parts: what goes, what stays, what runs at the same time, and that a backup brings nobody back.

const ledgerFile = path.join(tmpdir(), `ante-erasures-${randomUUID()}.jsonl`)
const sandbox = await startSandbox({ port: 0, seed: 23 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port), ERASURE_LEDGER: ledgerFile })
const owner = postgres(database.ownerUrl, { max: 2, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
  rmSync(ledgerFile, { force: true })
})

const { makePlayer, agreeTo, bring } = await import('@/lib/verification/testing')
const { start } = await import('@/lib/verification/start')
const { collect } = await import('@/lib/verification/collect')
const { stateDetails } = await import('@/lib/verification/stated')
const { openSession, readSession } = await import('@/lib/auth/session')
const { issueCode, redeemCode } = await import('@/lib/auth/codes')
const { countUse } = await import('@/lib/rate-limit')
const { mayServe, readiness } = await import('@/lib/readiness')
const { openVault } = await import('@/lib/vault')
const { db } = await import('@/db/client')
const { createRequest } = await import('./requests')
const { eraseMe } = await import('./erase')
const { isOurs } = await import('./certificate')
const { readLedger } = await import('./ledger')
const { forgetReplay, replayErasures } = await import('./replay')

beforeEach(async () => {
  await control(sandbox.url, {}, '/_control/reset')
})

async function playerAway() {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  const back = await answerAtDigiLocker(started.authorizationUrl, 'adult')
  if (back === null) throw new Error('nobody came back')
  return { player, started, back, job: { playerId: player.id, verificationId: started.verificationId } }
}

async function verified() {
  const away = await playerAway()
  await bring(away.player, away.started, away.back)
  await collect(away.job)
  return away
}

/** Every row of every table that names this player, as text, by table. */
async function rowsOf(playerId: string): Promise<Map<string, string>> {
  const tables = await owner<{ name: string; schema: string }[]>`
    select table_name as name, table_schema as schema from information_schema.tables
    where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`
  const found = new Map<string, string>()
  for (const { name, schema } of tables) {
    const rows =
      await owner`select t::text as row from ${owner(schema)}.${owner(name)} t where t::text like ${`%${playerId}%`}`
    if (rows.length > 0) found.set(name, rows.map(({ row }) => row as string).join('\n'))
  }
  return found
}

async function handleCalls(back: URL, call: string): Promise<number> {
  const handle = back.pathname.split('/').at(-1) ?? ''
  const answer = await fetch(`${sandbox.url}/_control/log?${new URLSearchParams({ handle, call })}`)
  return ((await answer.json()) as { calls: unknown[] }).calls.length
}

describe('erasure', () => {
  test('leaves nothing that opens, finds or names the player, and gives a certificate that can be checked', async () => {
    const { player, job } = await verified()
    await stateDetails(player, { name: 'Parikshan Namoona', birthDate: '1990-08-15' })
    await createRequest(player, {
      kind: 'grievance',
      verificationId: null,
      text: 'Please call me Parikshan.',
    })
    await countUse('action', player.id)
    await owner`insert into webhook_inbox (connection_id, delivery_id, reference_indexes, state, player_id, verification_id)
      values ('didit', ${randomUUID()}, '{i1.x}', 'done', ${player.id}, ${job.verificationId})`
    await owner`update provider_sessions set reference_index = ${`i1.${player.id}`}, subject_index = 'i1.subject' where player_id = ${player.id}`
    await owner`insert into webhook_inbox (connection_id, delivery_id, reference_indexes, state)
      values ('didit', ${`late ${player.id}`}, ${[`i1.${player.id}`]}, 'waiting')`
    const { token } = await openSession(player.id)
    const signed = await eraseMe(player)

    expect(isOurs(signed)).toBe(true)
    expect(isOurs({ ...signed, certificate: { ...signed.certificate, reason: 'minor' } })).toBe(false)
    expect(await readSession(token)).toBeNull()
    const left = await rowsOf(player.id)
    for (const gone of ['data_keys', 'documents', 'facts', 'sessions', 'rate_limits'])
      expect([...left.keys()], gone).not.toContain(gone)
    const [row] =
      await owner`select email_sealed, email_index, stated_sealed, erased_at from players where id = ${player.id}`
    expect(row).toMatchObject({ email_sealed: null, email_index: null, stated_sealed: null })
    expect(row?.erased_at).not.toBeNull()
    const [session] =
      await owner`select session_sealed, code_sealed, access_sealed, subject_sealed, subject_index, reference_index
      from provider_sessions where player_id = ${player.id}`
    expect(Object.values(session ?? {}).every((value) => value === null)).toBe(true)
    const [inbox] = await owner`select count(*)::int as n from webhook_inbox
      where player_id is not null or cardinality(reference_indexes) > 0`
    expect(inbox?.n).toBe(0)
    const [decision] =
      await owner`select input_sealed, length(input_hash) as hash from decisions where player_id = ${player.id}`
    expect(decision).toMatchObject({ input_sealed: null, hash: 0 })
    const [request] =
      await owner`select text_sealed, state from player_requests where player_id = ${player.id}`
    expect(request).toMatchObject({ text_sealed: null, state: 'closed' })
    const jobs = await owner`select name from pgboss.job where data->>'playerId' = ${player.id}`
    expect(jobs).toHaveLength(0)
    const [receipts] =
      await owner`select count(*)::int as n from consents where player_id = ${player.id} and receipt <> ''`
    expect(receipts?.n).toBe(1)
    const everything = [...left.values()].join('\n')
    expect(everything).not.toMatch(/Parikshan|Namoona(?! Games)|1990-08-15/)
    await expect(
      openVault(db(), player.id).then((vault) => vault.seal('a', 'b', 'c', 'd')),
    ).rejects.toMatchObject({
      code: 'seal_failed',
    })
    const last =
      await owner`select record from audit_events where record like ${`%player.erased"%${player.id}%`}`
    expect(last).toHaveLength(1)
  })

  test('is the same when asked for twice, at the same moment too', async () => {
    const { player } = await verified()
    const [one, two] = await Promise.all([eraseMe(player), eraseMe(player)])
    expect(one).toEqual(two)
    expect(await eraseMe(player)).toEqual(one)
    const lines = readFileSync(ledgerFile, 'utf8').split('\n')
    expect(lines.filter((line) => line.includes(player.id))).toHaveLength(1)
  })

  test('frees the e-mail address: who signs in with it again is somebody new', async () => {
    const email = `${randomUUID()}@example.invalid`
    const signIn = async () => {
      let code = ''
      const browser = await issueCode(email, async (sent) => {
        code = sent
      })
      const answer = await redeemCode(browser, code, 'en')
      if (answer.kind !== 'player') throw new Error('no player')
      return answer.playerId
    }
    const first = await signIn()
    await eraseMe({ id: first })
    const second = await signIn()
    expect(second).not.toBe(first)
    expect((await readSession((await openSession(second)).token))?.playerId).toBe(second)
  })

  test('lets nothing begin anew for a request that was under way', async () => {
    const player = await makePlayer()
    await eraseMe(player)
    await expect(agreeTo(player, ['aadhaar', 'pan'])).rejects.toThrow()
    await expect(openSession(player.id)).rejects.toThrow()
    await expect(
      createRequest(player, { kind: 'grievance', verificationId: null, text: 'x' }),
    ).rejects.toThrow()
    await expect(stateDetails(player, { name: 'A B', birthDate: '1990-01-01' })).rejects.toThrow()
  })

  test('does not happen when the ledger cannot be written', async () => {
    const { player } = await verified()
    const { env } = await import('@/lib/env')
    const settings = env() as { erasureLedger: string }
    settings.erasureLedger = path.join(ledgerFile, 'below-a-file.jsonl')
    await expect(eraseMe(player)).rejects.toThrow()
    settings.erasureLedger = ledgerFile
    expect((await rowsOf(player.id)).has('data_keys')).toBe(true)
  })

  test('is in the ledger as a whole also where the disk takes it in pieces', async () => {
    const { player } = await verified()
    const handle = await open(ledgerFile, 'a')
    const files = Object.getPrototypeOf(handle) as typeof handle
    await handle.close()
    const whole = files.write
    const half = function (this: typeof handle, text: string) {
      return whole.call(this, text.slice(0, text.length / 2))
    }
    const write = vi.spyOn(files, 'write').mockImplementation(half as never)
    await eraseMe(player)
    write.mockRestore()
    expect((await readLedger()).has(player.id)).toBe(true)
  })
})

describe('erasure while a journey runs', () => {
  test('at the vendor: the way home leads nowhere and nothing is exchanged', async () => {
    const away = await playerAway()
    await eraseMe(away.player)
    expect((await bring(away.player, away.started, away.back)).kind).toBe('refused')
    await collect(away.job)
    expect(await handleCalls(away.back, 'get_reference')).toBe(0)
    const [row] = await owner`select status, reasons from verifications where id = ${away.job.verificationId}`
    expect(row).toMatchObject({ status: 'cancelled', reasons: ['consent_withdrawn'] })
  })

  test.each(['get_reference', 'fetch_aadhaar', 'get_issued_docs_xml'])(
    'while %s is on its way: what comes is not kept',
    async (call) => {
      const away = await playerAway()
      await bring(away.player, away.started, away.back)
      const handle = away.back.pathname.split('/').at(-1)
      await control(sandbox.url, { vendor: 'idto', call, fault: 'delay', delayMs: 700, handle })
      const collecting = collect(away.job).catch(() => null)
      await expect.poll(() => handleCalls(away.back, call)).toBeGreaterThan(0)
      await eraseMe(away.player)
      await collecting
      await collect(away.job)
      const left = await rowsOf(away.player.id)
      expect(
        [...left.keys()].filter((table) => ['documents', 'facts', 'data_keys', 'decisions'].includes(table)),
      ).toEqual([])
      const [session] =
        await owner`select access_sealed, code_sealed from provider_sessions where player_id = ${away.player.id}`
      expect(session).toMatchObject({ access_sealed: null, code_sealed: null })
      const [row] = await owner`select status from verifications where id = ${away.job.verificationId}`
      expect(row?.status).toBe('cancelled')
    },
  )

  test('and ends at the same moment, over and over: no deadlock, nothing left', async () => {
    for (let round = 0; round < 8; round += 1) {
      const away = await playerAway()
      await bring(away.player, away.started, away.back)
      const wait = new Promise((resolve) => setTimeout(resolve, round * 15))
      await Promise.all([collect(away.job).catch(() => null), wait.then(() => eraseMe(away.player))])
      const [left] = await owner`select
        (select count(*)::int from documents where player_id = ${away.player.id}) as documents,
        (select count(*)::int from facts where player_id = ${away.player.id}) as facts,
        (select count(*)::int from decisions where player_id = ${away.player.id} and input_sealed is not null) as inputs`
      expect(left).toEqual({ documents: 0, facts: 0, inputs: 0 })
    }
  })
})

describe('a restored backup', () => {
  const TABLES = ['players', 'data_keys', 'consents', 'documents', 'facts', 'provider_sessions'] as const

  /** Puts the player's rows back as a backup from before the erasure has them. */
  async function restore(playerId: string, backup: Map<string, readonly postgres.Row[]>) {
    await owner`alter table audit_events disable trigger all`
    await owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`
      await tx`delete from erasures where player_id = ${playerId}`
      for (const table of TABLES) {
        const key = table === 'players' ? 'id' : 'player_id'
        await tx`delete from ${tx(table)} where ${tx(key)} = ${playerId}`
        for (const row of backup.get(table) ?? []) await tx`insert into ${tx(table)} ${tx(row)}`
      }
    })
    await owner`alter table audit_events enable trigger all`
  }

  async function backUp(playerId: string) {
    const backup = new Map<string, readonly postgres.Row[]>()
    for (const table of TABLES) {
      const key = table === 'players' ? 'id' : 'player_id'
      backup.set(table, await owner`select * from ${owner(table)} where ${owner(key)} = ${playerId}`)
    }
    return backup
  }

  const isHere = async (playerId: string) =>
    (await owner`select 1 from data_keys where player_id = ${playerId}`).length > 0

  test('is erased again before the process is ready, under the same certificate', async () => {
    const { player } = await verified()
    const other = await verified()
    const backup = await backUp(player.id)
    const signed = await eraseMe(player)
    await restore(player.id, backup)
    forgetReplay()
    expect(await isHere(player.id)).toBe(true)
    expect(await readiness()).toMatchObject({ database: 'ok', erasures: 'not replayed' })
    expect(await replayErasures()).toEqual({ erased: 1, added: 0 })
    expect(await readiness()).toMatchObject({ erasures: 'ok' })
    expect(await isHere(player.id)).toBe(false)
    expect(await isHere(other.player.id)).toBe(true)
    const [row] = await owner`select certificate, erased_at from erasures where player_id = ${player.id}`
    expect(JSON.parse(row?.certificate)).toEqual(signed)
    expect(await replayErasures()).toEqual({ erased: 0, added: 0 })
    expect(
      await owner`select 1 from audit_events where record like ${`%player.erased_again%${player.id}%`}`,
    ).toHaveLength(1)
  })

  test('of before the last upgrade is not served either before it is erased again', async () => {
    const { player } = await verified()
    const backup = await backUp(player.id)
    await eraseMe(player)
    await restore(player.id, backup)
    const [last] = await owner`
      delete from schema_migrations where id = (select max(id) from schema_migrations) returning *`
    forgetReplay()
    expect(await readiness()).toMatchObject({ migrations: 'missing', erasures: 'not replayed' })
    expect(await mayServe()).toBe(true)
    expect(await isHere(player.id)).toBe(false)
    await owner`insert into schema_migrations ${owner(last as postgres.Row)}`
  })

  test('with an open journey: the journey ends too', async () => {
    const away = await playerAway()
    const backup = await backUp(away.player.id)
    await eraseMe(away.player)
    await restore(away.player.id, backup)
    await replayErasures()
    expect((await bring(away.player, away.started, away.back)).kind).not.toBe('taken')
    expect(await isHere(away.player.id)).toBe(false)
  })

  test('stops at an entry that was made up, and goes on when an operator says so', async () => {
    const victim = await verified()
    const known = readFileSync(ledgerFile, 'utf8')
    const line = known.split('\n').find((one) => one !== '') ?? ''
    const forged = JSON.parse(line) as { certificate: { person: string } }
    forged.certificate.person = victim.player.id
    writeFileSync(ledgerFile, `${known}${JSON.stringify(forged)}\n`)
    forgetReplay()
    await expect(replayErasures()).rejects.toMatchObject({ code: 'state_conflict' })
    expect(await readiness()).toMatchObject({ erasures: 'not replayed' })
    expect(await isHere(victim.player.id)).toBe(true)
    expect(await replayErasures({ trustAll: true })).toMatchObject({ erased: 1 })
    writeFileSync(ledgerFile, known)
  })

  test('stops at a damaged entry; half an entry that a crash left is none', async () => {
    const known = readFileSync(ledgerFile, 'utf8')
    writeFileSync(ledgerFile, `${known}not a certificate\n`)
    await expect(replayErasures()).rejects.toMatchObject({ code: 'state_conflict' })
    writeFileSync(ledgerFile, `${known}{"certificate":{"schema":"ante-erasure-certificate/1","pers`)
    await replayErasures()
    const { player } = await verified()
    await eraseMe(player)
    expect(await replayErasures()).toEqual({ erased: 0, added: 0 })
  })

  test('a worker does not begin beside a ledger that somebody has to look at', async () => {
    const { bundleScript, runScript } = await import('@/db/testing/process')
    const log = `${ledgerFile}.log`
    writeFileSync(`${ledgerFile}.bad`, 'not a certificate\n')
    const settings = { ERASURE_LEDGER: `${ledgerFile}.bad`, LOG_LEVEL: 'info', LOG_FILE: log }
    const before = { ...process.env }
    Object.assign(process.env, settings)
    const running = runScript(await bundleScript("import '@/scripts/entry/worker'"))
    Object.assign(process.env, { ERASURE_LEDGER: ledgerFile, LOG_LEVEL: before.LOG_LEVEL })
    delete process.env.LOG_FILE
    await expect(running).rejects.toThrow(/^exit 1/)
    const lines = readFileSync(log, 'utf8')
    expect(lines).toContain('erasures.not_replayed')
    expect(lines).not.toContain('worker.ready')
    for (const name of [log, `${ledgerFile}.bad`]) rmSync(name)
  })

  test('a ledger that was lost is written anew from the database', async () => {
    rmSync(ledgerFile)
    const { added } = await replayErasures()
    expect(added).toBeGreaterThan(3)
    expect(await replayErasures()).toEqual({ erased: 0, added: 0 })
  })
})
