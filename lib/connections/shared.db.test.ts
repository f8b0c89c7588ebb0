import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { bundleScript, runScript } from '@/db/testing/process'
import { CallFault } from '@/lib/providers/faults'

// What processes share about a vendor: breaker, rate, daily starts. Two breakers on one database stand for two
// processes, since they have nothing else in common; the rate is tried with two real processes.

const file = path.join(mkdtempSync(path.join(tmpdir(), 'ante-limits-')), 'limits.json')
const connections = {
  quick: { callsPerSecond: 5 },
  slow: { callsPerSecond: 1 },
  daily: { callsPerDay: 3 },
  capped: { startsPerDay: 3 },
  five: { startsPerDay: 5 },
}
writeFileSync(file, JSON.stringify({ connections }))
await openFreshDatabase({ LIMITS_FILE: file })
const { sharedBreaker, breakerStates } = await import('./health')
const { createPace } = await import('./pace')
const { reserveStart, releaseStart } = await import('./spend')
const { db } = await import('@/db/client')
const { alerts, connectionHealth } = await import('@/db/schema/connections')
beforeEach(async () => {
  await db().delete(connectionHealth)
  await db().delete(alerts)
})

const LIMITS = { consecutive: 3, openMs: 1_500, unauthorizedOpenMs: 60_000 }
const down = () => new CallFault({ code: 'provider_unavailable', why: 'server_error', breaker: 'counts' })
const refused = () =>
  new CallFault({ code: 'provider_unauthorized', why: 'credentials_refused', breaker: 'opens' })
const breaker = (id = 'v') => sharedBreaker(id, 'v', LIMITS)
const failing = (one: ReturnType<typeof breaker>, fault = down) =>
  one.run(() => Promise.reject(fault())).catch((error: CallFault) => error.why)
const stateOf = async (id = 'v') => (await breakerStates([id])).get(id)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('breaker', () => {
  test('faults met by several processes count together and open it for all of them', async () => {
    const [here, there] = [breaker(), breaker()]
    expect([await failing(here), await failing(there)]).toEqual(['server_error', 'server_error'])
    expect(await stateOf()).toBe('closed')
    await failing(here)
    expect(await stateOf()).toBe('open')
    const work = vi.fn(async () => 'value')
    await pause(1_000) // the others look once a second
    await expect(there.run(work)).rejects.toMatchObject({ why: 'circuit_open', sent: false })
    expect(work).not.toHaveBeenCalled()
    expect(await db().select().from(alerts)).toMatchObject([{ kind: 'vendor_down', subject: 'v' }])
  })

  test('when its time is over one caller tries, whoever it is; success closes it for all', async () => {
    const ones = [breaker(), breaker(), breaker()]
    for (let count = 0; count < 3; count++) await failing(ones[0] as (typeof ones)[0])
    await pause(LIMITS.openMs + 50)
    expect(await stateOf()).toBe('half_open')
    let tries = 0
    const work = async () => {
      tries += 1
      await pause(150)
      return 'back'
    }
    const answers = await Promise.allSettled(ones.map((one) => one.run(work)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(tries).toBe(1)
    expect(await stateOf()).toBe('closed')
    await pause(1_000)
    for (const one of ones) expect(await one.run(async () => 'value')).toBe('value')
  })

  test('a failed trial opens it again, a call that never left gives the trial back', async () => {
    const one = breaker()
    for (let count = 0; count < 3; count++) await failing(one)
    await pause(LIMITS.openMs + 50)
    const stopped = one.run(() => Promise.reject(new Error('stopped by the consent')))
    await expect(stopped).rejects.toThrow('stopped')
    expect(await failing(one)).toBe('server_error')
    expect(await stateOf()).toBe('open')
    expect(await failing(one)).toBe('circuit_open')
  })

  test('one success in between begins the count anew', async () => {
    const one = breaker()
    await failing(one)
    await failing(one)
    await one.run(async () => 'fine')
    await failing(one)
    await failing(one)
    expect(await stateOf()).toBe('closed')
  })

  test('refused credentials open it at once, for longer, and somebody is told', async () => {
    const one = breaker()
    expect(await failing(one, refused)).toBe('credentials_refused')
    expect(await stateOf()).toBe('unauthorized')
    await expect(one.run(async () => 'x')).rejects.toMatchObject({ code: 'provider_unauthorized' })
    await expect.poll(() => db().select().from(alerts)).toMatchObject([{ kind: 'credentials_refused' }])
  })

  test('a refusal that says nothing about the vendor leaves it alone', async () => {
    const one = breaker()
    const wrong = () => new CallFault({ code: 'provider_refused_request', why: 'request_invalid' })
    for (let count = 0; count < 5; count++) await failing(one, wrong)
    expect(await stateOf()).toBe('closed')
  })
})

describe('rate', () => {
  test('two processes together stay within one plan', async () => {
    const script = await bundleScript(`
      import { createPace } from '@/lib/connections/pace'
      import { closePool } from '@/db/client'
      const turn = createPace({ id: 'quick', vendor: 'deepvue', sandbox: false })
      const begun = Date.now()
      const times = []
      await Promise.all(Array.from({ length: 10 }, () => turn().then(() => times.push(Date.now()))))
      console.log(JSON.stringify({ begun, times }))
      await closePool()
    `)
    const outputs = await Promise.all([runScript(script), runScript(script)])
    const read = outputs.map((text) => JSON.parse(text) as { begun: number; times: number[] })
    const times = read.flatMap((one) => one.times).sort((a, b) => a - b)
    expect(times).toHaveLength(20)
    // Five a second: the sixth waits for the second window, the sixteenth for the fourth, whichever process asked. The first
    // window begins after the first asked, however long a busy machine takes to tell it so.
    const begun = Math.min(...read.map((one) => one.begun))
    for (const window of [1, 2, 3])
      expect((times[window * 5] ?? 0) - begun).toBeGreaterThanOrEqual(window * 1_000 - 20)
  })

  test('who would wait too long is turned away before anything is sent', async () => {
    const turn = createPace({ id: 'slow', vendor: 'deepvue', sandbox: false }, 1_500)
    const answers = await Promise.allSettled(Array.from({ length: 6 }, turn))
    const away = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(away.length).toBeGreaterThan(0)
    for (const reason of away)
      expect(reason).toMatchObject({ code: 'provider_rate_limited', why: 'own_rate', sent: false })
  })

  test('a day has its own count; the sandbox has no plan unless one is set', async () => {
    const turn = createPace({ id: 'daily', vendor: 'idto', sandbox: true })
    for (let count = 0; count < 3; count++) await turn()
    await expect(turn()).rejects.toMatchObject({ why: 'own_day', sent: false })
    const free = createPace({ id: 'deepvue', vendor: 'deepvue', sandbox: true })
    const startedAt = Date.now()
    for (let count = 0; count < 20; count++) await free()
    expect(Date.now() - startedAt).toBeLessThan(2_500) // a plan of five a second would take three
  })
})

describe('daily starts', () => {
  test('of a cap of three the fourth is refused, however many ask at once, and a start given back is free again', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => reserveStart('capped')))
    expect(answers.filter(Boolean)).toHaveLength(3)
    await releaseStart('capped')
    expect([await reserveStart('capped'), await reserveStart('capped')]).toEqual([true, false])
    expect(await db().select().from(alerts)).toContainEqual(
      expect.objectContaining({ kind: 'spend_reached' }),
    )
  })

  test('somebody is told at 80 %', async () => {
    for (let count = 0; count < 3; count++) await reserveStart('five')
    expect(await db().select().from(alerts)).toEqual([])
    await reserveStart('five')
    expect(await db().select().from(alerts)).toMatchObject([
      { kind: 'spend_near', subject: 'five', count: 1 },
    ])
    await reserveStart('five')
    expect(await db().select().from(alerts)).toMatchObject([{ count: 1 }])
  })
})
