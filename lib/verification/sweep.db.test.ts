import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker } from '@/sandbox/test-client'

const sandbox = await startSandbox({ port: 0, seed: 19 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port) })
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { stop } = await import('./consenting')
const { findJourney } = await import('./find')
const { sweepOverdue } = await import('./sweep')
const { sweepRetention } = await import('@/lib/rights/retention')

async function decided(persona: 'adult' | 'pan_missing' | 'other_person') {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  await bring(player, started, await answerAtDigiLocker(started.authorizationUrl, persona))
  await collect({ playerId: player.id, verificationId: started.verificationId })
  return { player, id: started.verificationId }
}

const kept = async (id: string) =>
  (
    await owner`select count(*)::int as documents, count(raw_sealed)::int as bytes,
      (select count(*)::int from facts f where f.document_id = any(array_agg(d.id))) as facts
      from documents d where verification_id = ${id}`
  )[0]

const keptInput = async (id: string) =>
  (await owner`select input_sealed is not null as kept from decisions where verification_id = ${id}`)[0]?.kept

describe('the sweeper', () => {
  test('moves each overdue state on, in any number of sweepers, and leaves a way on', async () => {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    const started = await start(player)
    await owner`update verifications set deadline_at = now() - interval '1 minute', version = version + 1 where id = ${started.verificationId}`
    const moved = await Promise.all([sweepOverdue(), sweepOverdue(), sweepOverdue()])
    expect(moved.reduce((sum, one) => sum + one, 0)).toBe(1)
    expect(await findJourney(player, started.verificationId)).toMatchObject({
      status: 'expired',
      nextAction: 'try_again',
    })
    const stuck = await makePlayer()
    await agreeTo(stuck, ['aadhaar', 'pan'])
    const away = await start(stuck)
    await bring(stuck, away, await answerAtDigiLocker(away.authorizationUrl, 'adult'))
    await owner`update verifications set deadline_at = now() - interval '1 minute', version = version + 1 where id = ${away.verificationId}`
    await sweepOverdue()
    expect(await findJourney(stuck, away.verificationId)).toMatchObject({
      status: 'failed',
      nextAction: 'try_again',
    })
  })

  test('leaves what is in time and what is final alone', async () => {
    const { player, id } = await decided('adult')
    await sweepOverdue()
    expect((await findJourney(player, id))?.status).toBe('approved')
  })

  test('destroys document bytes at their date and keeps the facts', async () => {
    const { player, id } = await decided('adult')
    await sweepRetention()
    expect(await kept(id)).toMatchObject({ documents: 2, bytes: 2 })
    await owner`update documents set keep_until = now() - interval '1 second' where verification_id = ${id}`
    await sweepRetention()
    expect(await kept(id)).toMatchObject({ documents: 2, bytes: 0 })
    expect((await findJourney(player, id))?.documents[0]?.name).not.toBeNull()
  })

  test('removes documents and facts of an attempt that ended without a result after seven days', async () => {
    const { id } = await decided('pan_missing')
    await sweepRetention()
    expect((await kept(id))?.documents).toBe(2)
    expect(await keptInput(id)).toBe(true)
    await owner`update verifications set decided_at = now() - interval '8 days', version = version + 1 where id = ${id}`
    await sweepRetention()
    expect(await kept(id)).toMatchObject({ documents: 0 })
    expect(await keptInput(id)).toBe(false)
    const [facts] =
      await owner`select count(*)::int as n from facts f where not exists (select 1 from documents d where d.id = f.document_id)`
    expect(facts?.n).toBe(0)
  })
})

test('empties what an older version left sealed in an ended attempt, and nothing that is still needed', async () => {
  const { id } = await decided('adult')
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const open = await start(player)
  await owner`update provider_sessions set session_sealed = '\\x01', code_sealed = '\\x01', access_sealed = '\\x01'
              where verification_id = ${id}`
  await sweepRetention()
  const sealed = async (verificationId: string) =>
    (
      await owner`select num_nonnulls(session_sealed, code_sealed, access_sealed) as n from provider_sessions
                  where verification_id = ${verificationId}`
    )[0]?.n
  expect([await sealed(id), await sealed(open.verificationId)]).toEqual([0, 1])
})

test('stopping an attempt that a person looks at destroys what had arrived', async () => {
  const { player, id } = await decided('other_person')
  expect((await findJourney(player, id))?.status).toBe('awaiting_reviewer')
  await stop(player, id)
  expect(await findJourney(player, id)).toMatchObject({
    status: 'cancelled',
    reasons: ['stopped_by_player'],
    documents: [],
  })
  expect(await kept(id)).toMatchObject({ documents: 0 })
  expect(await keptInput(id)).toBe(false)
})
