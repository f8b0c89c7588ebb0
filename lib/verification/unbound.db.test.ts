import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '@/db/client'
import { type CollectContext, findCollectContext } from '@/db/queries/provider-sessions'
import { openFreshDatabase } from '@/db/testing/database'
import { openVault } from '@/lib/vault'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt, control, walkHome } from '@/sandbox/test-client'
import type { KeptSession } from './collection'

// Where documents are read by reference, the return carries nothing that says who finished. Whoever starts and has
// somebody else finish over a sent link is never approved by a rule.

const sandbox = await startSandbox({ port: 0, seed: 41 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'hyperverge,didit,idto',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { conclude } = await import('./conclude')
const { findJourney } = await import('./find')
const { applyDelivery } = await import('./hints')
const { noteReturnElsewhere } = await import('./accept-return')
const { receiveWebhook } = await import('@/lib/webhooks/receive')

const PATH_TOKEN = 'sandbox-hyperverge-webhook-token-4f1d9c7e2ab8'

beforeEach(async () => {
  await control(sandbox.url, {}, '/_control/reset')
  for (const vendor of ['didit', 'hyperverge'])
    await control(sandbox.url, { vendor, webhook: { none: true } })
})

/** A player who left for `vendor`, and the address that their session comes back to. */
async function away(vendor: 'didit' | 'hyperverge' | 'idto') {
  const player = await makePlayer()
  await agreeTo(player, vendor === 'didit' ? ['photo_document'] : ['aadhaar', 'pan'])
  const started = await start(player, vendor)
  const id = started.verificationId
  const [row] = await owner`select session_sealed from provider_sessions where verification_id = ${id}`
  const vault = await openVault(db(), player.id)
  const session = JSON.parse(
    vault.openText('provider_sessions', 'session_sealed', id, row?.session_sealed),
  ) as KeptSession
  return {
    player,
    started,
    job: { playerId: player.id, verificationId: id },
    address: new URL(session.returnUrl),
    reference: session.sessionRef ?? '',
    finish: async () => walkHome(sandbox.url, await answerAt(started.authorizationUrl, 'adult')),
    view: () => findJourney(player, id),
  }
}
type Away = Awaited<ReturnType<typeof away>>

const wait = async ({ job }: Away, interval: string) =>
  owner`update verifications set version = version + 1, returned_at = returned_at - ${interval}::interval,
        updated_at = updated_at - ${interval}::interval where id = ${job.verificationId}`

/** HyperVerge says, truly, that it is finished. */
async function hearFrom({ reference }: Away) {
  const body = Buffer.from(JSON.stringify({ referenceId: reference, status: 'success' }))
  const about = {
    connectionId: 'hyperverge',
    pathToken: PATH_TOKEN,
    headers: new Map(),
    address: '192.0.2.1',
  }
  expect(await receiveWebhook({ ...about, body })).toBe('stored')
  const [row] = await owner`select delivery_id from webhook_inbox order by received_at desc limit 1`
  await applyDelivery({ connectionId: 'hyperverge', deliveryId: String(row?.delivery_id) })
}

async function expectReviewer(one: Away) {
  await collect(one.job)
  expect(await one.view()).toMatchObject({ status: 'awaiting_reviewer', reasons: ['finished_elsewhere'] })
  expect((await one.view())?.documents.map(({ name }) => name)).not.toContain(expect.any(String))
}

describe('a session that somebody else finished', () => {
  test('after its starter had come back at once', async () => {
    const one = await away('didit')
    expect((await bring(one.player, one.started, one.address)).kind).toBe('taken')
    expect((await collect(one.job)).kind).toBe('later')
    const back = await one.finish()
    expect(await bring(await makePlayer(), one.started, back)).toEqual({ kind: 'refused' })
    await expectReviewer(one)
  })

  test('in a browser without a session, before its starter comes back', async () => {
    const one = await away('hyperverge')
    const back = await one.finish()
    const handle = back?.pathname.split('/').at(-1) ?? ''
    await noteReturnElsewhere({ kind: 'anyone' }, 'hyperverge', handle)
    await hearFrom(one)
    expect((await one.view())?.status).toBe('awaiting_confirmation')
    expect((await bring(one.player, one.started, back)).kind).toBe('taken')
    await expectReviewer(one)
  })

  test("in another browser with the starter's own session", async () => {
    const one = await away('hyperverge')
    const back = await one.finish()
    expect(await bring(one.player, one.started, back, 'another browser')).toEqual({ kind: 'refused' })
    expect((await bring(one.player, one.started, back)).kind).toBe('taken')
    await expectReviewer(one)
  })

  test('and comes back while we are reading', async () => {
    const one = await away('hyperverge')
    const back = await one.finish()
    await bring(one.player, one.started, back)
    const slow = { vendor: 'hyperverge', call: 'eAadhaarDetails', fault: 'delay', delayMs: 700, times: 1 }
    await control(sandbox.url, slow)
    const reading = collect(one.job)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await bring(await makePlayer(), one.started, back)
    await reading
    await expectReviewer(one)
  })

  test('seconds after its starter had come back, told by a webhook before any browser', async () => {
    const one = await away('hyperverge')
    await bring(one.player, one.started, one.address)
    await wait(one, '11 seconds')
    expect((await collect(one.job)).kind).toBe('later')
    await one.finish()
    await hearFrom(one)
    await expectReviewer(one)
  })

  test('and comes back between the last look and the decision', async () => {
    const one = await away('hyperverge')
    const back = await one.finish()
    await bring(one.player, one.started, back)
    const context = await findCollectContext(db(), one.job.playerId, one.job.verificationId)
    await bring(await makePlayer(), one.started, back)
    const vault = await openVault(db(), one.job.playerId)
    const fields = {
      name: 'Dusra Kalpanik',
      birthDate: '15-08-1990',
      gender: 'M',
      address: null,
      state: null,
    }
    const document = { kind: 'fields', raw: Buffer.from('{}'), mediaType: 'application/json' } as const
    const rest = { photo: null, issuedOn: null, expiresOn: null, kind: null }
    await conclude(context as CollectContext, vault, {
      kind: 'documents',
      profile: null,
      missing: [],
      documents: [
        { ...document, type: 'pan', fields: { ...fields, ...rest, number: 'ZZZPK0000Z' } },
        { ...document, type: 'aadhaar', fields: { ...fields, ...rest, number: 'xxxxxxxx0000' } },
      ],
    })
    await expectReviewer(one)
  })

  test('more than a minute after its starter had come back, and in no browser of ours', async () => {
    const one = await away('didit')
    await bring(one.player, one.started, one.address)
    await wait(one, '61 seconds')
    expect((await collect(one.job)).kind).toBe('later')
    await one.finish()
    await expectReviewer(one)
  })

  test('long before its starter opens its address', async () => {
    const one = await away('hyperverge')
    await one.finish()
    await hearFrom(one)
    await wait(one, '121 seconds')
    expect((await bring(one.player, one.started, one.address)).kind).toBe('taken')
    await expectReviewer(one)
  })
})

describe('still verified by the rule', () => {
  test('who comes back seconds after the webhook', async () => {
    const one = await away('hyperverge')
    const back = await one.finish()
    await hearFrom(one)
    expect((await one.view())?.status).toBe('awaiting_confirmation')
    await wait(one, '10 seconds')
    await bring(one.player, one.started, back)
    await collect(one.job)
    expect((await one.view())?.status).toBe('approved')
  })

  test('whose session is ready at the second look', async () => {
    const one = await away('didit')
    await bring(one.player, one.started, one.address)
    expect((await collect(one.job)).kind).toBe('later')
    await one.finish()
    await collect(one.job)
    expect((await one.view())?.status).toBe('approved')
  })

  test('whose code came home, whatever other browser knocked before', async () => {
    const one = await away('idto')
    const back = await one.finish()
    expect((await bring(await makePlayer(), one.started, back)).kind).toBe('refused')
    await bring(one.player, one.started, back)
    await collect(one.job)
    expect((await one.view())?.status).toBe('approved')
  })

  test('who was verified before another browser knocked, and it is told once per attempt', async () => {
    const one = await away('hyperverge')
    const back = await one.finish()
    await bring(one.player, one.started, back)
    await collect(one.job)
    await bring(await makePlayer(), one.started, back)
    expect((await one.view())?.status).toBe('approved')
    const other = await away('hyperverge')
    for (let times = 0; times < 3; times += 1) await bring(await makePlayer(), other.started, other.address)
    const told = await owner`select record::json->'object'->>'id' as id from audit_events
                             where record like '%return.elsewhere%'`
    const about = (id: string) => told.filter((row) => row.id === id).length
    expect([about(one.job.verificationId), about(other.job.verificationId)]).toEqual([0, 1])
  })
})
