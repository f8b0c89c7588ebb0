import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { StaffActor } from '@/lib/actor'
import { verifyLines } from '@/scripts/audit-verify.mjs'

// The stream of the audit page over 5,000 events: every filter, every page, each event once.

const { ownerUrl } = await openFreshDatabase()
const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
afterAll(() => owner.end())

const { listAuditEvents } = await import('@/db/queries/audit-stream')
const { auditRecord } = await import('../audit/audit')
const { writeCheckpoint } = await import('../audit/checkpoint')
const { checkNewCheckpoints } = await import('../audit/self-check')
const { makePlayer, agreeTo } = await import('../verification/testing')
const { openAuditExport, readAuditPage, readAuditStatus } = await import('./audit')
const { AuditFilter } = await import('./types')

const auditor: StaffActor = { id: randomUUID(), roles: ['auditor'] }
const member = randomUUID()
const COUNT = 5000

beforeAll(async () => {
  await owner`
    insert into staff (id, profile_sealed, email_hash, roles)
    values (${member}, ${Buffer.alloc(1)}, ${Buffer.from(member)}, '{lead}')`
  const { sealProfile } = await import('../staff/seals')
  const sealed = sealProfile(member, { name: 'Nandini Kalpanik', email: 'n@example.invalid' })
  await owner`update staff set profile_sealed = ${sealed} where id = ${member}`
  // Several at the same moment in several chains: only the whole key tells them apart.
  const chains = Array.from({ length: 500 }, () => randomUUID())
  const places = Array.from({ length: COUNT }, (_, place) => place)
  const records = places.map((place) =>
    auditRecord({
      actor: place % 50 === 0 ? { kind: 'staff', id: member } : { kind: 'system', id: 'worker' },
      action: place % 50 === 0 ? 'staff.refused' : 'sign_out',
      object: { type: place % 7 === 0 ? 'document' : 'player', id: `object-${place}` },
    }),
  )
  const of = places.map((place) => chains[place % chains.length] ?? '')
  await owner`select append_audit_event(chain::uuid, record)
    from unnest(${of}::text[], ${records}::text[]) as event (chain, record)`
})

async function readAll(given: object, rows = 700, reach?: number) {
  const seen: string[] = []
  let pages = 0
  let after: string | null = null
  do {
    const filter = AuditFilter.parse({ ...given, ...(after !== null && { after }) })
    const page = await readAuditPage(auditor, filter, rows, reach)
    seen.push(...page.rows.map(({ chainId, seq }) => `${chainId} ${seq}`))
    after = page.next
    pages += 1
  } while (after !== null && pages < 100)
  return { seen, pages }
}

describe('the stream', () => {
  test('shows each event once over all pages, though all of them are of one moment', async () => {
    const { seen } = await readAll({})
    expect(seen).toHaveLength(COUNT)
    expect(new Set(seen).size).toBe(COUNT)
  })

  test('filters by actor, action, object and time', async () => {
    expect((await readAll({ actor: 'staff' })).seen).toHaveLength(100)
    expect((await readAll({ actor: member })).seen).toHaveLength(100)
    expect((await readAll({ actor: randomUUID() })).seen).toHaveLength(0)
    expect((await readAll({ action: 'staff.' })).seen).toHaveLength(100)
    expect((await readAll({ action: 'sign_out' })).seen).toHaveLength(4900)
    expect((await readAll({ object: 'document' })).seen).toHaveLength(715)
    expect((await readAll({ object: 'object-4999' })).seen).toHaveLength(1)
    expect((await readAll({ actor: 'staff', object: 'document' })).seen).toHaveLength(15)
    const today = new Date(Date.now() + 5.5 * 3_600_000).toISOString().slice(0, 10)
    expect((await readAll({ from: today, to: today })).seen).toHaveLength(COUNT)
    expect((await readAll({ to: '2020-01-01' })).seen).toHaveLength(0)
  })

  test('names staff, and nobody else', async () => {
    const { rows } = await readAuditPage(auditor, AuditFilter.parse({ actor: 'staff' }))
    expect(rows[0]?.actor).toEqual({ kind: 'staff', id: member, name: 'Nandini Kalpanik' })
  })

  test('goes through a bounded stretch for a rare event, says so, and goes on from there', async () => {
    const page = await readAuditPage(auditor, AuditFilter.parse({ object: 'object-0' }), 100, 1000)
    const all = await readAll({ object: 'object-0' }, 100, 1000)
    expect(all.seen).toHaveLength(1)
    expect(all.pages).toBe(6)
    expect(page.isCut).toBe(true)
  })

  test('is read along an index, page by page', async () => {
    await owner`analyze audit_events`
    const log: string[] = []
    const { openPool } = await import('@/db/client')
    const url = new URL(process.env.DATABASE_URL ?? '')
    const pool = openPool(url.href, (text) => log.push(text))
    const none = { actorKind: null, actorId: null, action: null, object: null }
    const any = { ...none, from: null, before: null, chains: null }
    await listAuditEvents(pool.db, any, null, 50, 100)
    await pool.close()
    const text = log.find((one) => one.includes('stretch')) ?? ''
    const plan = await owner.unsafe(`explain ${text.replaceAll('$1', '100').replaceAll('$2', '50')}`)
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('audit_events_created')
  })

  test('of a case is found by its reference, with or without the dash', async () => {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan', 'driving_licence'])
    const [row] = await owner`select id, reference from verifications where player_id = ${player.id}`
    const reference = String(row?.reference)
    for (const text of [reference, `${reference.slice(0, 4)}-${reference.slice(4)}`.toLowerCase()]) {
      const page = await readAuditPage(auditor, AuditFilter.parse({ reference: text }))
      expect(page.rows.map(({ action }) => action)).toContain('consent.given')
      expect(page.rows.find(({ object }) => object.id === row?.id)?.reference?.replace('-', '')).toBe(
        reference,
      )
    }
    const unknown = await readAuditPage(auditor, AuditFilter.parse({ reference: 'ZZZZ-ZZZZ' }))
    expect(unknown).toMatchObject({ rows: [], isUnknownReference: true })
  })

  test('is for auditors', async () => {
    const operator: StaffActor = { id: randomUUID(), roles: ['operator', 'lead'] }
    await expect(readAuditPage(operator, AuditFilter.parse({}))).rejects.toThrow('forbidden')
    await expect(readAuditStatus(operator)).rejects.toThrow('forbidden')
    await expect(openAuditExport(operator)).rejects.toThrow('forbidden')
  })
})

describe('the copy', () => {
  test('streams what the verifier reads, with the taking of it inside', async () => {
    await writeCheckpoint()
    expect(await checkNewCheckpoints()).toBeNull()
    const text = await new Response(await openAuditExport(auditor)).text()
    expect(text).toContain('audit.exported')
    const lines = text.trimEnd().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'end', checkpoints: 1 })
    const verdict = await verifyLines([lines])
    expect(verdict).toMatchObject({ ok: true })
    expect(await readAuditStatus(auditor)).toMatchObject({
      checked: { checkpoint: 1, broken: null },
      newest: { seq: 1 },
    })
  })

  test('that nobody reads any more ends, with its transaction', async () => {
    const reader = (await openAuditExport(auditor)).getReader()
    await reader.read()
    await reader.cancel()
    await expect
      .poll(async () => {
        const [row] = await owner`
          select count(*)::int as open from pg_stat_activity
          where datname = current_database() and state = 'idle in transaction'`
        return row?.open
      })
      .toBe(0)
  })
})
