import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker, control } from '@/sandbox/test-client'
import type { Started } from './start'

// What a return must meet before it counts (docs/security-rules.md FL-01 to FL-09). The sandbox's log is the witness: a refused
// return makes no call.

const sandbox = await startSandbox({ port: 0, seed: 11 })
const database = await openFreshDatabase({ SANDBOX_PORT: String(sandbox.port) })
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { stop, withdraw } = await import('./consenting')
const { findJourney } = await import('./find')
const { listReceipts } = await import('@/lib/consent/consent')
const { sweepOverdue } = await import('./sweep')
const { openPool } = await import('@/db/client')

interface Away {
  player: { id: string }
  started: Started
  back: URL
}

async function playerAway(persona: 'adult' | 'refuses' | 'error_markup' = 'adult'): Promise<Away> {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player)
  const back = await answerAtDigiLocker(started.authorizationUrl, persona)
  if (back === null) throw new Error('nobody came back')
  return { player, started, back }
}

async function exchanges(back: URL): Promise<number> {
  const handle = back.pathname.split('/').at(-1) ?? ''
  const query = new URLSearchParams({ handle, call: 'get_reference' })
  const answer = await fetch(`${sandbox.url}/_control/log?${query}`)
  return ((await answer.json()) as { calls: unknown[] }).calls.length
}

const statusOf = async ({ player, started }: Away) =>
  (await findJourney(player, started.verificationId))?.status

beforeEach(async () => {
  await control(sandbox.url, {}, '/_control/reset')
})

describe('a return is refused, without a call to the vendor,', () => {
  async function expectRefused(away: Away, answer: Promise<{ kind: string }>) {
    expect((await answer).kind).toBe('refused')
    await collect({ playerId: away.player.id, verificationId: away.started.verificationId })
    expect(await exchanges(away.back)).toBe(0)
    expect(await statusOf(away)).toBe('awaiting_player')
  }

  test('without the journey cookie', async () => {
    const away = await playerAway()
    await expectRefused(away, bring(away.player, away.started, away.back, null))
  })

  test("with another player's cookie, in that player's session or in this one's", async () => {
    const away = await playerAway()
    const other = await playerAway()
    await expectRefused(away, bring(other.player, other.started, away.back))
    await expectRefused(away, bring(away.player, away.started, away.back, other.started.browserKey))
  })

  test('with an altered state', async () => {
    const away = await playerAway()
    away.back.searchParams.set('state', 'somebody-elses')
    await expectRefused(away, bring(away.player, away.started, away.back))
  })

  test("on another connection's path", async () => {
    const away = await playerAway()
    away.back.pathname = away.back.pathname.replace('/idto/', '/deepvue/')
    await expectRefused(away, bring(away.player, away.started, away.back))
  })

  test('after the journey has expired, and a restart is offered', async () => {
    const away = await playerAway()
    await owner`update verifications set deadline_at = now() - interval '1 second', version = version + 1
                where id = ${away.started.verificationId}`
    await expectRefused(away, bring(away.player, away.started, away.back))
    expect(await sweepOverdue()).toBeGreaterThan(0)
    const journey = await findJourney(away.player, away.started.verificationId)
    expect(journey).toMatchObject({ status: 'expired', reasons: ['link_expired'], nextAction: 'try_again' })
    expect((await start(away.player)).verificationId).not.toBe(away.started.verificationId)
  })

  test('when the code was used in another journey', async () => {
    const first = await playerAway()
    expect((await bring(first.player, first.started, first.back)).kind).toBe('taken')
    const second = await playerAway()
    const stolen = new URL(second.back)
    stolen.searchParams.set('code', first.back.searchParams.get('code') ?? '')
    await expectRefused(second, bring(second.player, second.started, stolen))
    const [alarm] =
      await owner`select count(*)::int as n from audit_events where record like '%return.code_reused%'`
    expect(alarm?.n).toBe(1)
  })
})

test('a flood of refused returns gets one answer and a bounded number of records, and the real one still counts', async () => {
  const away = await playerAway()
  const first = await playerAway()
  await bring(first.player, first.started, first.back)
  const stolen = new URL(away.back)
  stolen.searchParams.set('code', first.back.searchParams.get('code') ?? '')
  const answers = [...Array(80).fill(null), stolen].map((url) =>
    bring(away.player, away.started, url ?? new URL(`/api/kyc/idto/callback/${'z'.repeat(43)}`, away.back)),
  )
  expect(new Set((await Promise.all(answers)).map((answer) => JSON.stringify(answer)))).toEqual(
    new Set(['{"kind":"refused"}']),
  )
  await bring(away.player, away.started, stolen)
  const [told] = await owner`select count(*)::int as n from audit_events
    where record like '%return.%' and record like ${`%${away.player.id}%`}`
  expect(told?.n).toBe(30)
  const [alert] = await owner`select count from alerts where kind = 'code_reused' and subject = 'idto'`
  expect(alert?.count).toBeGreaterThanOrEqual(2)
  expect((await bring(away.player, away.started, away.back)).kind).toBe('taken')
})

describe('a return counts once', () => {
  test('fifty at the same time lead to one exchange and one result', async () => {
    const away = await playerAway()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => bring(away.player, away.started, away.back)),
    )
    expect(answers.filter((answer) => answer.kind === 'taken')).toHaveLength(1)
    expect(answers.every((answer) => answer.kind !== 'refused')).toBe(true)
    const job = { playerId: away.player.id, verificationId: away.started.verificationId }
    await Promise.all([collect(job), collect(job), collect(job)])
    expect([await exchanges(away.back), await statusOf(away)]).toEqual([1, 'approved'])
    const [queued] = await owner`select count(*)::int as n from pgboss.job
      where name = 'collect' and data->>'verificationId' = ${away.started.verificationId}`
    expect(queued?.n).toBe(1)
  })

  test('again later it shows the result without a second exchange', async () => {
    const away = await playerAway()
    await bring(away.player, away.started, away.back)
    await collect({ playerId: away.player.id, verificationId: away.started.verificationId })
    expect(await statusOf(away)).toBe('approved')
    expect((await bring(away.player, away.started, away.back)).kind).toBe('seen')
    expect(await exchanges(away.back)).toBe(1)
  })

  test('with at most six SQL round trips, session included', async () => {
    const away = await playerAway()
    const { openSession, readSession } = await import('@/lib/auth/session')
    const { warmJobs } = await import('@/lib/jobs')
    await warmJobs()
    const { token } = await openSession(away.player.id)
    const texts: string[] = []
    const holder = globalThis as { antePool?: ReturnType<typeof openPool> }
    const before = holder.antePool
    const counted = openPool(database.appUrl, (text) => texts.push(text))
    await counted.db.execute('select 1')
    texts.length = 0
    holder.antePool = counted
    try {
      await readSession(token)
      await bring(away.player, away.started, away.back)
    } finally {
      if (before === undefined) delete holder.antePool
      else holder.antePool = before
      await counted.close()
    }
    // The wake-up hints after the commit are not waited for; everything else is on the path.
    const waited = texts.filter((text) => !text.includes('pg_notify') && !text.includes('pg_catalog'))
    expect(waited.length, waited.join('\n---\n')).toBeLessThanOrEqual(6)
    expect(waited.at(-1)).toMatch(/^commit/i)
  })
})

describe('what a return says never decides', () => {
  test('success words beside a refusal change nothing', async () => {
    const away = await playerAway('refuses')
    away.back.searchParams.set('success', 'true')
    away.back.searchParams.set('status', 'verified')
    expect((await bring(away.player, away.started, away.back)).kind).toBe('taken')
    expect(await statusOf(away)).toBe('cancelled')
    expect(await exchanges(away.back)).toBe(0)
  })

  test('markup in an error description is neither stored nor shown', async () => {
    const away = await playerAway('error_markup')
    expect(away.back.search).toContain('script')
    await bring(away.player, away.started, away.back)
    const journey = await findJourney(away.player, away.started.verificationId)
    expect(journey).toMatchObject({ status: 'cancelled', reasons: ['refused_at_digilocker'] })
    expect(JSON.stringify(journey)).not.toContain('script')
    const rows = await owner`select record from audit_events`
    expect(JSON.stringify(rows)).not.toContain('script')
  })

  test('a return without code or error makes no call and leaves a way on', async () => {
    const away = await playerAway()
    for (const name of ['code', 'code_verifier', 'codeVerifier']) away.back.searchParams.delete(name)
    expect((await bring(away.player, away.started, away.back)).kind).toBe('seen')
    expect(await exchanges(away.back)).toBe(0)
    const journey = await findJourney(away.player, away.started.verificationId)
    expect(journey).toMatchObject({ status: 'awaiting_player', nextAction: 'try_again' })
  })
})

describe('withdrawing', () => {
  test('while the player is away: the return finds nothing to do and nothing is read', async () => {
    const away = await playerAway()
    const consentId = (await findJourney(away.player, away.started.verificationId))?.receiptId ?? ''
    expect(await withdraw(away.player, consentId)).toBe(true)
    expect((await bring(away.player, away.started, away.back)).kind).toBe('seen')
    await collect({ playerId: away.player.id, verificationId: away.started.verificationId })
    expect(await exchanges(away.back)).toBe(0)
    const journey = await findJourney(away.player, away.started.verificationId)
    expect(journey).toMatchObject({
      status: 'cancelled',
      reasons: ['consent_withdrawn'],
      nextAction: 'agree',
    })
    await expect(start(away.player)).rejects.toMatchObject({ code: 'consent_missing' })
  })

  test('between exchange and reads: no document is read or kept', async () => {
    const away = await playerAway()
    await bring(away.player, away.started, away.back)
    const consentId = (await findJourney(away.player, away.started.verificationId))?.receiptId ?? ''
    const handle = away.back.pathname.split('/').at(-1)
    await control(sandbox.url, {
      vendor: 'idto',
      call: 'get_reference',
      fault: 'delay',
      delayMs: 700,
      handle,
    })
    const collecting = collect({ playerId: away.player.id, verificationId: away.started.verificationId })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await withdraw(away.player, consentId)
    await collecting
    const query = new URLSearchParams({ handle: handle ?? '', call: 'fetch_aadhaar' })
    const log = await (await fetch(`${sandbox.url}/_control/log?${query}`)).json()
    expect((log as { calls: unknown[] }).calls).toHaveLength(0)
    const [kept] =
      await owner`select count(*)::int as n from documents where verification_id = ${away.started.verificationId}`
    expect(kept?.n).toBe(0)
    expect(await statusOf(away)).toBe('cancelled')
  })

  test.each(['withdraw', 'stop'] as const)(
    'during the exchange (%s): its answer is not kept',
    async (how) => {
      const away = await playerAway()
      await bring(away.player, away.started, away.back)
      const id = away.started.verificationId
      const consentId = (await findJourney(away.player, id))?.receiptId ?? ''
      const handle = away.back.pathname.split('/').at(-1)
      const slow = { vendor: 'idto', call: 'get_reference', fault: 'delay', delayMs: 700, handle }
      await control(sandbox.url, slow)
      const collecting = collect({ playerId: away.player.id, verificationId: id })
      await expect
        .poll(
          async () =>
            (await owner`select exchange_begun_at from provider_sessions where verification_id = ${id}`)[0]
              ?.exchange_begun_at,
        )
        .toBeTruthy()
      await (how === 'withdraw' ? withdraw(away.player, consentId) : stop(away.player, id))
      await collecting
      expect(await statusOf(away)).toBe('cancelled')
      const [kept] = await owner`select access_sealed, code_sealed, session_sealed from provider_sessions
                               where verification_id = ${id}`
      expect(kept).toEqual({ access_sealed: null, code_sealed: null, session_sealed: null })
    },
  )

  test('between two reads: the second one is not made', async () => {
    const away = await playerAway()
    await bring(away.player, away.started, away.back)
    const consentId = (await findJourney(away.player, away.started.verificationId))?.receiptId ?? ''
    const handle = away.back.pathname.split('/').at(-1) ?? ''
    await control(sandbox.url, {
      vendor: 'idto',
      call: 'fetch_aadhaar',
      fault: 'delay',
      delayMs: 700,
      handle,
    })
    const collecting = collect({ playerId: away.player.id, verificationId: away.started.verificationId })
    await expect.poll(() => exchanges(away.back)).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await withdraw(away.player, consentId)
    await collecting
    const log = await (await fetch(`${sandbox.url}/_control/log?${new URLSearchParams({ handle })}`)).json()
    const made = (log as { calls: { call: string }[] }).calls.map((one) => one.call)
    expect(made).not.toContain('get_issued_docs_xml')
    expect(await statusOf(away)).toBe('cancelled')
  })

  test('and returning at the same moment, over and over: no deadlock, and never verified without consent', async () => {
    for (let round = 0; round < 12; round += 1) {
      const away = await playerAway()
      const consentId = (await findJourney(away.player, away.started.verificationId))?.receiptId ?? ''
      const [withdrawn] = await Promise.all([
        withdraw(away.player, consentId),
        bring(away.player, away.started, away.back),
        sweepOverdue(),
      ])
      expect(withdrawn).toBe(true)
      await collect({ playerId: away.player.id, verificationId: away.started.verificationId })
      expect(await statusOf(away)).toBe('cancelled')
      expect(await exchanges(away.back)).toBe(0)
    }
  })
})

test('agreeing again while an attempt is being checked changes nothing', async () => {
  const away = await playerAway()
  await bring(away.player, away.started, away.back)
  const before = (await findJourney(away.player, away.started.verificationId))?.receiptId
  await expect(agreeTo(away.player, ['driving_licence', 'pan'])).rejects.toMatchObject({
    code: 'state_conflict',
  })
  expect(await listReceipts(away.player)).toHaveLength(1)
  await collect({ playerId: away.player.id, verificationId: away.started.verificationId })
  const journey = await findJourney(away.player, away.started.verificationId)
  expect(journey).toMatchObject({ status: 'approved', receiptId: before })
})

test('a state that is there but empty is a mismatch, and a code of an odd shape is none', async () => {
  for (const change of [
    (url: URL) => url.searchParams.set('state', ''),
    (url: URL) => url.searchParams.set('code', `${url.searchParams.get('code')} `),
  ]) {
    const away = await playerAway()
    change(away.back)
    expect((await bring(away.player, away.started, away.back)).kind).not.toBe('taken')
    expect(await statusOf(away)).toBe('awaiting_player')
  }
})

test('no vendor call is possible outside a consent', async () => {
  const { connections, providerOf } = await import('@/lib/connections')
  const [connection] = connections()
  if (connection === undefined) throw new Error('no connection')
  const request = {
    verificationId: 'x',
    returnUrl: new URL('http://localhost:3000/api/kyc/idto/callback/outside'),
    state: 's',
    documents: ['pan'],
    purpose: 'p',
  } as const
  await expect(providerOf(connection).start(request)).rejects.toMatchObject({ code: 'consent_missing' })
  expect(await exchanges(request.returnUrl)).toBe(0)
})

test('documents tick one by one while the others are still being read', async () => {
  const away = await playerAway()
  await bring(away.player, away.started, away.back)
  const handle = away.back.pathname.split('/').at(-1) ?? ''
  await control(sandbox.url, {
    vendor: 'idto',
    call: 'get_issued_docs_xml',
    fault: 'delay',
    delayMs: 1200,
    handle,
  })
  const view = () => findJourney(away.player, away.started.verificationId)
  const steps = async () =>
    Object.fromEntries(((await view())?.steps ?? []).map((one) => [one.document ?? one.key, one.state]))
  expect(await steps()).toMatchObject({ shared: 'done', aadhaar: 'now', pan: 'next', checks: 'next' })
  const before = (await view())?.version ?? 0
  const collecting = collect({ playerId: away.player.id, verificationId: away.started.verificationId })
  await expect.poll(steps, { timeout: 5000 }).toMatchObject({ aadhaar: 'done', pan: 'now', checks: 'next' })
  expect((await view())?.version).toBeGreaterThan(before)
  await collecting
  expect(await steps()).toMatchObject({ aadhaar: 'done', pan: 'done', checks: 'done', result: 'done' })
})
