import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { MOVES, STATUSES, type Status } from '@/lib/verification/types'
import { openFreshDatabase } from './testing/database'

// What the database refuses by itself, whatever code runs.

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
const app = postgres(database.appUrl, { max: 2, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await app.end()
})

const { makePlayer, agreeTo } = await import('@/lib/verification/testing')
const { findLatestVerification, moveVerification } = await import('./queries/verifications')
const { appendAuditEvent } = await import('@/lib/audit/audit')
const { db } = await import('./client')

async function attemptIn(status: Status): Promise<{ playerId: string; id: string }> {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const row = await findLatestVerification(db(), player.id)
  if (row === null) throw new Error('no attempt')
  // Straight to the state, past the guard, as only the owner of the tables can.
  await owner.begin(async (tx) => {
    await tx`alter table verifications disable trigger verifications_status_move`
    await tx`update verifications set status = ${status} where id = ${row.id}`
    await tx`alter table verifications enable trigger verifications_status_move`
  })
  return { playerId: player.id, id: row.id }
}

describe('moves of a verification', () => {
  test("the database's table is the constant", async () => {
    const rows = await owner<
      { from: string; to: string }[]
    >`select "from", "to" from status_moves order by 1, 2`
    const expected = STATUSES.flatMap((from) => MOVES[from].map((to) => `${from} ${to}`))
    expect(rows.map((row) => `${row.from} ${row.to}`).sort()).toEqual(expected.sort())
  })

  test('every move of the table is let through and every other one refused', async () => {
    for (const from of STATUSES) {
      const { playerId, id } = await attemptIn(from)
      for (const to of STATUSES.filter((status) => status !== from)) {
        const move = app`update verifications set status = ${to}, version = version + 1
                         where player_id = ${playerId} and id = ${id}`
        if (!MOVES[from].includes(to))
          await expect(move, `${from} to ${to}`).rejects.toMatchObject({ code: '23514' })
      }
      for (const to of MOVES[from]) {
        const fresh = await attemptIn(from)
        expect(await moveVerification(db(), fresh.playerId, fresh.id, from, to, { deadlineAt: null })).toBe(
          true,
        )
      }
    }
  })

  test('under any interleaving of movers exactly one wins, if one may', async () => {
    const elsewhere = STATUSES.filter((status) => status !== 'awaiting_provider')
    const targetLists = fc.array(fc.constantFrom(...elsewhere), { minLength: 2, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(targetLists, async (targets) => {
        const { playerId, id } = await attemptIn('awaiting_provider')
        const tries = targets.map((to) =>
          moveVerification(db(), playerId, id, 'awaiting_provider', to, { deadlineAt: null }).catch(
            () => false,
          ),
        )
        const winners = (await Promise.all(tries)).filter(Boolean)
        const allowed = targets.some((to) => MOVES.awaiting_provider.includes(to))
        expect(winners).toHaveLength(allowed ? 1 : 0)
      }),
      { numRuns: 20 },
    )
  })

  test('a version never falls, and an attempt never begins in the middle', async () => {
    const { playerId, id } = await attemptIn('awaiting_consent')
    await expect(
      app`update verifications set version = version where player_id = ${playerId} and id = ${id}`,
    ).rejects.toMatchObject({ code: '23514' })
    await expect(
      app`insert into verifications (player_id, id, case_id, consent_id, attempt, reference, status, documents)
          select player_id, ${crypto.randomUUID()}, case_id, consent_id, 2, reference, 'approved', documents
          from verifications where id = ${id}`,
    ).rejects.toMatchObject({ code: '23514' })
  })

  test("another player's id finds nothing to move", async () => {
    const { id } = await attemptIn('awaiting_provider')
    const stranger = await makePlayer()
    expect(
      await moveVerification(db(), stranger.id, id, 'awaiting_provider', 'approved', { deadlineAt: null }),
    ).toBe(false)
  })
})

describe('the audit log', () => {
  const event = {
    actor: { kind: 'anyone' },
    action: 'sign_out',
    object: { type: 'player', id: 'p' },
  } as const

  test('is a chain without gaps whose hashes anybody can recompute', async () => {
    const chain = crypto.randomUUID()
    await Promise.all(Array.from({ length: 20 }, () => appendAuditEvent(db(), chain, event)))
    const rows = await owner<{ seq: string; record: string; hash: Buffer }[]>`
      select seq, record, hash from audit_events where chain_id = ${chain} order by seq`
    expect(rows.map((row) => Number(row.seq))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    const { createHash } = await import('node:crypto')
    let head = createHash('sha256')
      .update(Buffer.from(chain.replaceAll('-', ''), 'hex'))
      .digest()
    for (const row of rows) {
      const seq = Buffer.alloc(8)
      seq.writeBigInt64BE(BigInt(row.seq))
      head = createHash('sha256').update(head).update(seq).update(row.record, 'utf8').digest()
      expect(row.hash.equals(head)).toBe(true)
    }
  })

  test('cannot be changed, cut or written past its function by the app, nor changed by the owner', async () => {
    const chain = crypto.randomUUID()
    await appendAuditEvent(db(), chain, event)
    await expect(app`update audit_events set record = '{}' where chain_id = ${chain}`).rejects.toMatchObject({
      code: '42501',
    })
    await expect(app`delete from audit_events where chain_id = ${chain}`).rejects.toMatchObject({
      code: '42501',
    })
    await expect(app`truncate audit_events`).rejects.toMatchObject({ code: '42501' })
    await expect(
      app`insert into audit_events (chain_id, seq, record, hash) values (${chain}, 2, '{}', ${Buffer.alloc(32)})`,
    ).rejects.toMatchObject({ code: '42501' })
    await expect(app`update audit_chains set seq = 0 where id = ${chain}`).rejects.toMatchObject({
      code: '42501',
    })
    await expect(
      owner`update audit_events set record = '{}' where chain_id = ${chain}`,
    ).rejects.toMatchObject({ code: '42501' })
    await expect(owner`delete from audit_events where chain_id = ${chain}`).rejects.toMatchObject({
      code: '42501',
    })
  })

  test.each(['checkpoints', 'checkpoint_heads', 'erasures', 'notices', 'policies'])(
    'what decisions and consents are proved by is written once by the app: %s',
    async (table) => {
      for (const change of [`delete from ${table}`, `truncate ${table}`])
        await expect(app.unsafe(change)).rejects.toMatchObject({ code: '42501' })
      const [column] = await owner<{ name: string }[]>`
        select column_name as name from information_schema.columns where table_name = ${table} limit 1`
      await expect(app.unsafe(`update ${table} set ${column?.name} = ${column?.name}`)).rejects.toMatchObject(
        { code: '42501' },
      )
    },
  )

  test('takes the change with it when it fails', async () => {
    const { playerId, id } = await attemptIn('awaiting_provider')
    const broken = db().transaction(async (tx) => {
      await moveVerification(tx, playerId, id, 'awaiting_provider', 'approved', { deadlineAt: null })
      await appendAuditEvent(tx, 'not a chain id', event)
    })
    await expect(broken).rejects.toThrow()
    const [row] = await owner<{ status: Status }[]>`select status from verifications where id = ${id}`
    expect(row?.status).toBe('awaiting_provider')
  })
})
