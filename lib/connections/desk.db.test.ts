import postgres from 'postgres'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAtDigiLocker, control } from '@/sandbox/test-client'

// What staff see of the connections and may change about them.

const sandbox = await startSandbox({ port: 0, seed: 41 })
const database = await openFreshDatabase({
  SANDBOX_PORT: String(sandbox.port),
  KYC_CONNECTIONS: 'idto,deepvue,hyperverge,digilocker,kwikid,didit',
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
})

const { makePlayer, agreeTo, bring } = await import('@/lib/verification/testing')
const { start } = await import('@/lib/verification/start')
const { findJourney } = await import('@/lib/verification/find')
const { SANDBOX_ACCOUNTS, settingsOf, VENDORS } = await import('@/lib/vendor-settings')
const { db } = await import('@/db/client')
const { addMinutes } = await import('@/db/queries/call-minutes')
const { changeRouting, readRouting, routedConnections } = await import('./routing')
const { readConnections, readPulse } = await import('./overview')
const { examineDue, examineNow, readExaminations, requireNoSecret } = await import('./examinations')
const { findSetUp } = await import('./set-up')
const { countCall, writeCalls } = await import('./calls')
const { chooseTargets } = await import('@/lib/doctor/targets')
const { TIME_STEPS } = await import('./call-times')

const OPERATOR = { id: crypto.randomUUID(), roles: ['operator'] } as const
const AUDITOR = { id: crypto.randomUUID(), roles: ['auditor'] } as const
const NOBODY = { id: crypto.randomUUID(), roles: ['viewer', 'reviewer', 'lead'] } as const
const MINUTE_MS = 60_000

beforeEach(async () => {
  await control(sandbox.url, {}, '/_control/reset')
  await writeCalls()
  await owner`delete from connection_routing`
  await owner`delete from connection_minutes`
  await owner`delete from connection_examinations`
  await owner`delete from connection_health`
  await readRouting() // so that the second of memory begins with an empty table
})

const version = async () => (await readRouting()).version
const change = async (connectionId: string, to: 'earlier' | 'later' | 'on' | 'off') =>
  changeRouting(OPERATOR, { version: await version(), connectionId, to })

/** A player who left; where to, and the way home. */
async function leave(wanted: string | null = null) {
  const player = await makePlayer()
  await agreeTo(player, ['aadhaar', 'pan'])
  const started = await start(player, wanted)
  return { player, started, connectionId: started.connectionId }
}

describe('the order of connections', () => {
  test('sends the next player elsewhere, at once, and is on record with before and after', async () => {
    expect((await leave()).connectionId).toBe('idto')
    await change('idto', 'later')
    expect((await leave()).connectionId).toBe('deepvue')
    const records = await owner<{ record: string }[]>`
      select record from audit_events where record like '%connection.routing_changed%'`
    expect(JSON.parse(records.at(-1)?.record ?? '{}')).toMatchObject({
      actor: { kind: 'staff', id: OPERATOR.id },
      object: { type: 'connection', id: 'idto' },
      before: 'idto deepvue hyperverge digilocker kwikid didit',
      after: 'deepvue idto hyperverge digilocker kwikid didit',
      reason: 'later',
    })
  })

  test('at its ends a move changes nothing but the version', async () => {
    const { order } = await change('idto', 'earlier')
    expect(order[0]).toBe('idto')
    expect((await change('didit', 'later')).order.at(-1)).toBe('didit')
  })

  test('ids that the settings no longer name are left out, new ones come last', async () => {
    await owner`insert into connection_routing (connection_order, switched_off) values ('{gone,didit}', '{gone}')`
    expect(await readRouting()).toEqual({
      version: 1,
      order: ['didit', 'idto', 'deepvue', 'hyperverge', 'digilocker', 'kwikid'],
      switchedOff: [],
    })
  })
})

describe('switching off', () => {
  test('takes no new player, and on takes them again', async () => {
    await change('idto', 'off')
    expect((await leave()).connectionId).toBe('deepvue')
    expect((await routedConnections()).map(({ id }) => id)).not.toContain('idto')
    await change('idto', 'on')
    expect((await leave()).connectionId).toBe('idto')
  })

  test('a player who asks for it by name is sent elsewhere too', async () => {
    await change('idto', 'off')
    expect((await leave('idto')).connectionId).toBe('deepvue')
  })

  test('never strands a player who is at the vendor already', async () => {
    const { player, started } = await leave()
    await change('idto', 'off')
    const back = await answerAtDigiLocker(started.authorizationUrl, 'adult')
    const answer = await bring(player, started, back)
    expect(answer).toMatchObject({ kind: 'taken' })
    expect((await findJourney(player, started.verificationId))?.status).toBe('awaiting_provider')
  })

  test('the last one of a way stays on', async () => {
    await expect(change('didit', 'off')).rejects.toMatchObject({
      code: 'state_conflict',
      detail: 'last_of_way',
    })
    expect(await version()).toBe(0)
  })
})

describe('two at once', () => {
  test('one wins, the other is told, and nothing is half changed', async () => {
    const seen = await version()
    const both = await Promise.allSettled([
      changeRouting(OPERATOR, { version: seen, connectionId: 'idto', to: 'later' }),
      changeRouting(OPERATOR, { version: seen, connectionId: 'deepvue', to: 'off' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const [lost] = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(lost).toMatchObject({ code: 'state_conflict', detail: 'changed' })
    expect(await version()).toBe(1)
  })
})

test('nobody but an operator changes, nobody but operator and auditor sees', async () => {
  const later = { version: 0, connectionId: 'idto', to: 'later' } as const
  for (const staff of [AUDITOR, NOBODY])
    await expect(changeRouting(staff, later)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(readConnections(NOBODY)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(examineNow(NOBODY, 'idto')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(readExaminations(NOBODY)).rejects.toMatchObject({ code: 'forbidden' })
  expect(() => findSetUp(NOBODY, 'idto')).toThrow(expect.objectContaining({ code: 'forbidden' }))
  expect((await readConnections(AUDITOR)).tiles).toHaveLength(6)
  expect((await readPulse()).map(({ id }) => id)).toEqual((await readRouting()).order)
  await expect(changeRouting(OPERATOR, { ...later, connectionId: 'nobody' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

describe('the figures of calls', () => {
  test('are counted by every call that goes out, and written together', async () => {
    await control(sandbox.url, { vendor: 'idto', call: 'initiate_session', fault: 'unavailable', times: 2 })
    expect((await leave()).connectionId).toBe('deepvue')
    await writeCalls()
    const { tiles } = await readConnections(AUDITOR)
    expect(tiles.find(({ id }) => id === 'idto')).toMatchObject({
      hour: { calls: 2, successShare: 0 },
      lastFault: { code: 'provider_unavailable', why: 'server_error' },
    })
    const deepvue = tiles.find(({ id }) => id === 'deepvue')
    expect(deepvue?.hour.successShare).toBe(1)
    expect(deepvue?.hour.p95Ms).toBeGreaterThan(0)
    expect(deepvue?.starts.today).toBeGreaterThan(0)
  })

  test('of two processes in the same minute are added', async () => {
    const times = Array<number>(TIME_STEPS).fill(0)
    const row = {
      connectionId: 'idto',
      minute: new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS),
      times,
    }
    const write = (calls: number, failures: number) => addMinutes(db(), [{ ...row, calls, failures }])
    times[2] = 3
    await Promise.all([write(3, 1), write(3, 0), write(3, 0)])
    const { tiles } = await readConnections(AUDITOR)
    expect(tiles[0]?.hour).toMatchObject({ calls: 9, p95Ms: 98 })
    expect(tiles[0]?.hour.successShare).toBeCloseTo(8 / 9)
  })

  test('of the day hold what the hour does not', async () => {
    const times = Array<number>(TIME_STEPS).fill(0)
    const minute = new Date(Date.now() - 3 * 60 * MINUTE_MS)
    await addMinutes(db(), [{ connectionId: 'idto', minute, calls: 5, failures: 0, times }])
    const { tiles } = await readConnections(AUDITOR)
    expect(tiles[0]).toMatchObject({ hour: { calls: 0, successShare: null, p95Ms: null }, day: { calls: 5 } })
  })

  test('a connection that fails says so with its breaker and when it tries again', async () => {
    await control(sandbox.url, { vendor: 'idto', mode: { account: 'inactive' } })
    await leave()
    const { tiles } = await readConnections(AUDITOR)
    expect(tiles[0]).toMatchObject({
      id: 'idto',
      breaker: { state: 'unauthorized', since: expect.any(String), triesAgainAt: expect.any(String) },
      lastFault: { code: 'provider_unauthorized' },
    })
  })

  test('that cannot be written stop nobody', async () => {
    await owner`alter table connection_minutes rename to elsewhere`
    countCall('idto', { ms: 4, isFailure: false })
    await writeCalls()
    await owner`alter table elsewhere rename to connection_minutes`
  })
})

describe('examinations', () => {
  const secrets = VENDORS.flatMap((vendor) =>
    settingsOf(vendor).flatMap(({ name, secret }) => (secret ? (SANDBOX_ACCOUNTS[vendor][name] ?? []) : [])),
  )

  test('are kept, on record, and hold no secret of any vendor', async () => {
    await control(sandbox.url, { vendor: 'idto', mode: { account: 'inactive' } })
    for (const { id } of (await readConnections(AUDITOR)).tiles) await examineNow(AUDITOR, id)
    const kept = await readExaminations(AUDITOR)
    expect(kept.get('idto')?.report).toMatchObject({ healthy: false, finding: 'key_refused' })
    expect(kept.get('didit')?.report.healthy).toBe(true)
    expect([...kept.values()].every(({ scheduled }) => !scheduled)).toBe(true)
    expect(secrets.length).toBeGreaterThan(6)
    const stored = JSON.stringify(await owner`select * from connection_examinations`)
    for (const secret of secrets) expect(stored).not.toContain(secret)
    const [record] = await owner<{ record: string }[]>`
      select record from audit_events where record like '%connection.examined%' limit 1`
    expect(JSON.parse(record?.record ?? '{}')).toMatchObject({ reason: 'key_refused', connection: 'idto' })
  })

  const journeys = async () => {
    const answer = await fetch(`${sandbox.url}/_control/journeys`)
    return ((await answer.json()) as { journeys: unknown[] }).journeys.length
  }

  test('by the clock look at each connection once, open no session, and are told from those of staff', async () => {
    const before = await journeys()
    expect(await examineDue()).toBe(6)
    expect(await examineDue()).toBe(0)
    expect(await journeys()).toBe(before)
    const kept = await readExaminations(AUDITOR)
    expect([...kept.values()].every(({ scheduled }) => scheduled)).toBe(true)
    await owner`update connection_examinations set begun_at = now() - interval '16 minutes' where connection_id = 'idto'`
    expect(await examineDue()).toBe(1)
  })

  test('a report that held the value of a secret setting would not be kept', () => {
    const [target] = chooseTargets(process.env, 'idto')
    if (target === undefined) throw new Error('no target')
    const ticket = (setting: string) => ({ ticket: `sent with ${target.settings[setting]?.value}` })
    expect(() => requireNoSecret(target, ticket('CLIENT_ID'))).not.toThrow()
    expect(() => requireNoSecret(target, ticket('API_KEY'))).toThrow('a report holds a secret')
  })

  test('a kept report of another shape counts as none', async () => {
    await owner`insert into connection_examinations (connection_id, begun_by, examined_at, report)
      values ('idto', 'worker', now(), '{"healthy": true}')`
    expect((await readExaminations(AUDITOR)).size).toBe(0)
  })

  test('of the same connection do not run twice at once; an unknown one is not there', async () => {
    await control(sandbox.url, { vendor: 'idto', call: '*', fault: 'delay', delayMs: 300 })
    const both = await Promise.allSettled([examineNow(AUDITOR, 'idto'), examineNow(OPERATOR, 'idto')])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(examineNow(AUDITOR, 'nobody')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the set-up of a vendor', () => {
  test('names what is missing of its own settings, as the settings table does, and shows no value', () => {
    const setUp = findSetUp(AUDITOR, 'idto')
    expect(setUp).toMatchObject({
      use: 'sandbox',
      missing: ['IDTO_BASE_URL', 'IDTO_API_KEY', 'IDTO_CLIENT_ID'],
      returnAddress: { url: 'http://localhost:3000/api/kyc/idto/callback/', exact: false, isPublic: false },
      webhook: null,
    })
    for (const vendor of VENDORS) {
      const found = findSetUp(AUDITOR, vendor)
      expect([
        ...(found?.required ?? []),
        ...(found?.oneOf.flat() ?? []),
        ...(found?.optional ?? []),
      ]).toHaveLength(settingsOf(vendor).length + 1)
    }
  })

  test('tells exact return addresses and webhooks, a secret part by its name alone', () => {
    expect(findSetUp(AUDITOR, 'digilocker')?.returnAddress).toEqual({
      url: 'http://localhost:3000/api/kyc/digilocker/callback',
      exact: true,
      isPublic: false,
    })
    expect(findSetUp(AUDITOR, 'hyperverge')?.webhook).toEqual({
      url: 'http://localhost:3000/api/webhooks/hyperverge/<HYPERVERGE_WEBHOOK_PATH_TOKEN>',
      setting: 'HYPERVERGE_WEBHOOK_PATH_TOKEN',
      inPath: true,
    })
    expect(findSetUp(AUDITOR, 'nobody')).toBeNull()
  })
})
