import { createHmac } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { PersonaId } from '@/sandbox/personas'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt, control } from '@/sandbox/test-client'
import type { Started } from './start'

// News from a vendor: webhooks and our own turns to ask, against the sandbox over HTTP. Whatever arrives, however often and
// in whatever order, the end is the same, and nothing is verified that no browser brought home.

const sandbox = await startSandbox({ port: 0, seed: 11 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'didit,hyperverge',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { confirm } = await import('./confirm')
const { applyDelivery, pollVendors } = await import('./hints')
const { findJourney } = await import('./find')
const { withdraw } = await import('./consenting')
const { receiveWebhook } = await import('@/lib/webhooks/receive')
const { sweepOverdue } = await import('./sweep')

beforeEach(() => control(sandbox.url, {}, '/_control/reset'))

const SECRET = 'sandbox-didit-webhook-secret'
const PATH_TOKEN = 'sandbox-hyperverge-webhook-token-4f1d9c7e2ab8'

interface Away {
  player: { id: string }
  started: Started
  id: string
  back: URL | null
  /** The vendor's own name of the session. */
  session: string
}

/** A player who left for Didit and finished there as `persona`; the browser has not come home. */
async function atDidit(persona: PersonaId = 'adult'): Promise<Away> {
  const player = await makePlayer()
  await agreeTo(player, ['photo_document'])
  const started = await start(player)
  await control(sandbox.url, { vendor: 'didit', webhook: { none: true } })
  const back = await answerAt(started.authorizationUrl, persona)
  const session = back?.searchParams.get('verificationSessionId') ?? ''
  return { player, started, id: started.verificationId, back, session }
}

let events = 0

/** A body as Didit sends it, signed in scheme V2 (flat ASCII: canonical JSON is sorted and compact). */
function didit(session: string, more: Record<string, unknown> = {}, secret = SECRET) {
  events += 1
  const fields: Record<string, unknown> = {
    created_at: seconds(),
    environment: 'sandbox',
    event_id: `event-${events}`,
    session_id: session,
    status: 'Approved',
    timestamp: seconds(),
    webhook_type: 'status.updated',
    ...more,
  }
  const sorted = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))
  const body = JSON.stringify(sorted)
  return {
    body,
    signature: createHmac('sha256', secret).update(body).digest('hex'),
    id: String(fields.event_id),
  }
}

const seconds = () => Math.floor(Date.now() / 1000)

function bringDidit({ body, signature }: { body: string; signature: string }) {
  return receiveWebhook({
    connectionId: 'didit',
    pathToken: null,
    headers: new Map([['x-signature-v2', signature]]),
    body: Buffer.from(body),
    address: '192.0.2.1',
  })
}

const apply = (deliveryId: string, connectionId = 'didit') => applyDelivery({ connectionId, deliveryId })
const view = (away: Away) => findJourney(away.player, away.id)
const statusOf = async (away: Away) => (await view(away))?.status
const inbox = () =>
  owner`select delivery_id, state, outcome, verification_id from webhook_inbox order by received_at`

async function finish(away: Away) {
  await collect({ playerId: away.player.id, verificationId: away.id })
  return statusOf(away)
}

describe('a genuine webhook', () => {
  test('before the return: nothing is fetched, the return still verifies', async () => {
    const away = await atDidit()
    const event = didit(away.session)
    expect(await bringDidit(event)).toBe('stored')
    await apply(event.id)
    expect(await view(away)).toMatchObject({
      status: 'awaiting_confirmation',
      nextAction: 'confirm',
      documents: [{ state: 'waiting' }],
    })
    expect((await bring(away.player, away.started, away.back)).kind).toBe('taken')
    expect(await finish(away)).toBe('approved')
  })

  test('in the very moment of the return: nobody is asked whether it was them', async () => {
    const away = await atDidit()
    let returning: Promise<unknown> = Promise.resolve()
    await owner.begin(async (tx) => {
      await tx`
        update verifications set status = 'awaiting_confirmation', version = version + 1,
          deadline_at = now() + interval '1 hour' where id = ${away.id}`
      returning = bring(away.player, away.started, away.back)
      // It has read the attempt as it was, and waits to claim it.
      const waiting = () => tx`
        select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`
      await expect.poll(async () => (await waiting()).length).toBeGreaterThan(0)
    })
    expect(await returning).toEqual({ kind: 'taken', verificationId: away.id })
    expect(await finish(away)).toBe('approved')
  })

  test('after the return: the same end', async () => {
    const away = await atDidit()
    await bring(away.player, away.started, away.back)
    expect(await finish(away)).toBe('approved')
    const event = didit(away.session)
    expect(await bringDidit(event)).toBe('stored')
    await apply(event.id)
    expect(await statusOf(away)).toBe('approved')
    expect((await inbox()).at(-1)).toMatchObject({ state: 'done', outcome: 'too_late' })
  })

  test('instead of the return: only after the player said so, and then a person decides', async () => {
    const away = await atDidit()
    const event = didit(away.session)
    await bringDidit(event)
    await apply(event.id)
    const stranger = await makePlayer()
    await confirm(stranger, away.id)
    expect(await statusOf(away)).toBe('awaiting_confirmation')
    await confirm(away.player, away.id)
    expect(await statusOf(away)).toBe('awaiting_provider')
    expect(await finish(away)).toBe('awaiting_reviewer')
    expect((await view(away))?.reasons).toContain('finished_elsewhere')
  })

  test('while the vendor is being read wakes the reading', async () => {
    const away = await atDidit('slow')
    await bring(away.player, away.started, away.back)
    const later = await collect({ playerId: away.player.id, verificationId: away.id })
    expect(later.kind).toBe('later')
    await expect
      .poll(
        async () => {
          const event = didit(away.session)
          await bringDidit(event)
          await apply(event.id)
          return statusOf(away)
        },
        { timeout: 20_000, interval: 1_000 },
      )
      .toBe('approved')
  })

  test('that says approved while the vendor itself says otherwise changes nothing', async () => {
    const away = await atDidit('tampered')
    await bring(away.player, away.started, away.back)
    const event = didit(away.session, { status: 'Approved' })
    await bringDidit(event)
    await apply(event.id)
    expect(await statusOf(away)).toBe('rejected')
  })

  test('twenty times is one effect and one row', async () => {
    const away = await atDidit()
    const event = didit(away.session)
    const answers = await Promise.all(Array.from({ length: 20 }, () => bringDidit(event)))
    expect(new Set(answers)).toEqual(new Set(['stored']))
    await Promise.all(Array.from({ length: 5 }, () => apply(event.id)))
    const rows = (await inbox()).filter((row) => row.delivery_id === event.id)
    expect(rows).toHaveLength(1)
    const moves = await owner`
      select count(*)::int as count from audit_events e join verifications v on v.case_id = e.chain_id
      where v.id = ${away.id} and e.record like '%verification.finished_elsewhere%'`
    expect(moves[0]?.count).toBe(1)
  })

  test('in the wrong order: an older "in progress" after the end takes nothing back', async () => {
    const away = await atDidit()
    const [last, older] = [didit(away.session), didit(away.session, { status: 'In Progress' })]
    await bringDidit(last)
    await bringDidit(older)
    await apply(last.id)
    await apply(older.id)
    expect(await statusOf(away)).toBe('awaiting_confirmation')
  })

  test('about a session of nobody is put aside', async () => {
    const event = didit('11111111-1111-4111-8111-111111111111')
    expect(await bringDidit(event)).toBe('stored')
    expect(await apply(event.id)).toMatchObject({ kind: 'later' })
    await owner`update webhook_inbox set received_at = now() - interval '6 minutes' where delivery_id = ${event.id}`
    expect(await apply(event.id)).toEqual({ kind: 'done' })
    expect((await inbox()).find((row) => row.delivery_id === event.id)).toMatchObject({
      state: 'quarantined',
      verification_id: null,
    })
  })

  test('after a withdrawal asks nobody anything', async () => {
    const away = await atDidit()
    await withdraw(away.player, (await view(away))?.receiptId ?? '')
    const event = didit(away.session)
    await bringDidit(event)
    await apply(event.id)
    expect(await view(away)).toMatchObject({ status: 'cancelled', reasons: ['consent_withdrawn'] })
  })

  test('survives a crash between storing and working off, and keeps nothing of the body', async () => {
    const away = await atDidit()
    const event = didit(away.session, { metadata: { note: 'Parikshan Namoona 9999' } })
    await bringDidit(event)
    const [job] =
      await owner`select data from pgboss.job where name = 'webhook' and data->>'deliveryId' = ${event.id}`
    expect(job?.data).toEqual({ connectionId: 'didit', deliveryId: event.id })
    const dump = JSON.stringify(await owner`select * from webhook_inbox`)
    expect(dump).not.toContain(away.session)
    expect(dump).not.toContain('Namoona')
  })

  test('finds nobody through another connection', async () => {
    const away = await atDidit()
    const body = JSON.stringify({ referenceId: away.session, status: 'success' })
    const answer = await receiveWebhook({
      connectionId: 'hyperverge',
      pathToken: PATH_TOKEN,
      headers: new Map(),
      body: Buffer.from(body),
      address: '192.0.2.1',
    })
    expect(answer).toBe('stored')
    const [row] =
      await owner`select * from webhook_inbox where connection_id = 'hyperverge' order by received_at desc limit 1`
    await apply(row?.delivery_id, 'hyperverge')
    expect(await statusOf(away)).toBe('awaiting_player')
  })
})

describe('refused, with nothing stored', () => {
  const refusals: [string, (away: Away) => Promise<string>][] = [
    ['a forged signature', (away) => bringDidit(didit(away.session, {}, 'another secret'))],
    [
      'a stale one, however well signed',
      (away) => bringDidit(didit(away.session, { timestamp: seconds() - 301 })),
    ],
    ['one from the future', (away) => bringDidit(didit(away.session, { timestamp: seconds() + 400 }))],
    ['one without a time', (away) => bringDidit(didit(away.session, { timestamp: null }))],
    [
      'a changed field under the old signature',
      (away) => {
        const event = didit(away.session, { status: 'Declined' })
        return bringDidit({ ...event, body: event.body.replace('Declined', 'Approved') })
      },
    ],
    [
      'the simple header alone',
      (away) => {
        const event = didit(away.session)
        const simple = createHmac('sha256', SECRET)
          .update(`${seconds()}:${away.session}:Approved:status.updated`)
          .digest('hex')
        return receiveWebhook({
          connectionId: 'didit',
          pathToken: null,
          headers: new Map([['x-signature-simple', simple]]),
          body: Buffer.from(event.body),
          address: '192.0.2.1',
        })
      },
    ],
    ['no JSON', () => bringDidit({ body: 'nothing', signature: 'f'.repeat(64) })],
  ]
  test.each(refusals)('%s', async (_, send) => {
    const away = await atDidit()
    const before = (await inbox()).length
    expect(await send(away)).toBe('refused')
    expect(await inbox()).toHaveLength(before)
    expect(await statusOf(away)).toBe('awaiting_player')
  })

  test('a wrong or missing path token, and a vendor without webhooks, are addresses that do not exist', async () => {
    const send = (connectionId: string, pathToken: string | null) =>
      receiveWebhook({
        connectionId,
        pathToken,
        headers: new Map(),
        body: Buffer.from('{"referenceId":"x"}'),
        address: '192.0.2.2',
      })
    expect(await send('hyperverge', `${PATH_TOKEN.slice(0, -1)}x`)).toBe('absent')
    expect(await send('hyperverge', null)).toBe('absent')
    expect(await send('idto', PATH_TOKEN)).toBe('absent')
    expect(await send('nobody', PATH_TOKEN)).toBe('absent')
  })

  test('beyond a number of refusals an address is told to wait', async () => {
    const answers = []
    for (let count = 0; count < 62; count++)
      answers.push(
        await receiveWebhook({
          connectionId: 'didit',
          pathToken: null,
          headers: new Map(),
          body: Buffer.from('{}'),
          address: '192.0.2.99',
        }),
      )
    expect(answers.slice(0, 60).every((answer) => answer === 'refused')).toBe(true)
    expect(answers.slice(60)).toEqual(['too_many', 'too_many'])
  })
})

describe('our own turns to ask', () => {
  const due = (away: Away) =>
    owner`update provider_sessions set poll_at = now() - interval '1 second' where verification_id = ${away.id}`
  const polls = async (away: Away) =>
    (await owner`select polls, poll_at from provider_sessions where verification_id = ${away.id}`)[0]

  test('come at 1, 2, 5, 10 and 30 minutes, once each for any number of workers, and then no more', async () => {
    const player = await makePlayer()
    await agreeTo(player, ['photo_document'])
    const started = await start(player)
    const away = { player, started, id: started.verificationId, back: null, session: '' }
    const minutes: number[] = []
    for (let turn = 0; turn < 5; turn++) {
      const [row] = await owner`
        select extract(epoch from poll_at - created_at) / 60 as minutes from provider_sessions
        where verification_id = ${away.id}`
      minutes.push(Math.round(Number(row?.minutes)))
      await due(away)
      const asked = await Promise.all([pollVendors(), pollVendors(), pollVendors()])
      expect(asked.reduce((sum, count) => sum + count, 0)).toBe(1)
    }
    expect(minutes).toEqual([1, 2, 5, 10, 30])
    expect(await polls(away)).toMatchObject({ polls: 5, poll_at: null })
    expect(await statusOf(away)).toBe('awaiting_player')
  })

  test('find a completion that nobody brought home; only its status is read', async () => {
    const away = await atDidit()
    await control(sandbox.url, {}, '/_control/reset')
    await due(away)
    await pollVendors()
    expect(await statusOf(away)).toBe('awaiting_confirmation')
    const log = await (await fetch(`${sandbox.url}/_control/log?vendor=didit`)).text()
    expect(log).not.toContain('decision')
    expect(await polls(away)).toMatchObject({ poll_at: null })
  })

  test('a vendor that does not answer is asked again next time', async () => {
    const away = await atDidit()
    await control(sandbox.url, { vendor: 'didit', call: '*', fault: 'unavailable', times: 3 })
    await due(away)
    await pollVendors()
    expect(await statusOf(away)).toBe('awaiting_player')
    expect(await polls(away)).toMatchObject({ polls: 1 })
  })

  test('what was confirmed by nobody ends by itself', async () => {
    const away = await atDidit()
    await due(away)
    await pollVendors()
    await owner`update verifications set deadline_at = now() - interval '1 second', version = version + 1 where id = ${away.id}`
    await sweepOverdue()
    expect(await statusOf(away)).toBe('expired')
    await confirm(away.player, away.id)
    expect(await statusOf(away)).toBe('expired')
  })
})
