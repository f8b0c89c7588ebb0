import { afterEach, describe, expect, it } from 'vitest'
import { CallFault } from '../faults'
import { type CallLog, createHttpClient } from '../http'
import { serialise } from '../testing/play'
import { type ScriptedReply, startVendor } from '../testing/scripted-vendor'
import { NOW } from '../testing/vendor-case'
import type { Connection } from '../types'
import { createTokenStore } from './token'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

const SECRET = 'test-didit-secret'
const BASIC = Buffer.from(`test-didit-client:${SECRET}`).toString('base64')
const token = (more: Readonly<Record<string, unknown>> = {}, number = 0) => ({
  body: { access_token: `fake-token-${number}`, expires_in: 86_400, ...more },
})

/** A store on a scripted token host, with a clock of its own. */
async function open(script: (number: number) => ScriptedReply, pace?: () => Promise<void>) {
  const stub = await startVendor((_, number) => script(number))
  closing.push(() => stub.close())
  const clock = { ms: NOW.getTime() }
  const logs: CallLog[] = []
  const http = createHttpClient(
    { id: 'didit', baseUrl: new URL(stub.origin) },
    {
      production: false,
      allowedLoopbackOrigins: [stub.origin],
      now: () => new Date(clock.ms),
      log: (fields) => logs.push(fields),
      limits: { backoffMs: 1, totalMs: 2_000 },
      ...(pace && { pace }),
    },
  )
  closing.push(() => http.close())
  const connection: Connection = {
    id: 'didit',
    vendor: 'didit',
    displayName: 'Didit',
    baseUrl: new URL('https://verification.didit.me'),
    authUrl: new URL(stub.origin),
    credentials: { clientId: 'test-didit-client', clientSecret: SECRET },
    sandbox: true,
    allowedHosts: [],
  }
  return { store: createTokenStore(connection, http), stub, clock, logs }
}

async function faultOf(work: Promise<unknown>): Promise<CallFault> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof CallFault) return error
  throw new Error('no fault', { cause: error })
}

describe('the token of Didit', () => {
  it('is asked for by Basic and a form', async () => {
    const { store, stub } = await open(() => token())
    expect(await store.get()).toBe('fake-token-0')
    expect(stub.seen).toHaveLength(1)
    expect(stub.seen[0]).toMatchObject({
      method: 'POST',
      path: '/auth/v2/token/',
      body: { grant_type: 'client_credentials' },
      headers: { authorization: `Basic ${BASIC}`, 'content-type': 'application/x-www-form-urlencoded' },
    })
  })

  it('is asked for once by 50 callers at the same time', async () => {
    const { store, stub } = await open((number) => token({}, number))
    const values = await Promise.all(Array.from({ length: 50 }, () => store.get()))
    expect(new Set(values)).toEqual(new Set(['fake-token-0']))
    expect(await store.get()).toBe('fake-token-0')
    expect(stub.seen).toHaveLength(1)
  })

  const nowS = NOW.getTime() / 1000
  it.each([
    [{ expires_in: 86_400, exp: nowS + 864_000 }, 86_340],
    [{ expires_in: 86_400, exp: nowS + 600 }, 540],
    [{ expires_in: 3_600, exp: 'soon' }, 3_540],
    [{ expires_in: -1, exp: nowS + 600 }, 540],
    [{ expires_in: null, exp: null }, 300],
    [{ expires_in: 0, exp: 0 }, 300],
    [{ expires_in: '86400' }, 300],
  ])('is kept as long as %j allows: %i s', async (more, lifeS) => {
    const { store, stub, clock } = await open((number) => token(more, number))
    await store.get()
    clock.ms += lifeS * 1000 - 1
    expect(await store.get()).toBe('fake-token-0')
    clock.ms += 1
    expect(await store.get()).toBe('fake-token-1')
    expect(stub.seen).toHaveLength(2)
  })

  it('is dropped when it was refused, and not when it has been replaced already', async () => {
    const { store, stub } = await open((number) => token({}, number))
    const first = await store.get()
    store.drop(first)
    const second = await store.get()
    expect(second).toBe('fake-token-1')
    store.drop(first)
    expect(await store.get()).toBe(second)
    expect(stub.seen).toHaveLength(2)
  })

  it('is not asked for again and again: two failures in a row rest for 30 s', async () => {
    let isDown = true
    const { store, stub, clock } = await open(() => (isDown ? { status: 400, body: {} } : token()))
    for (let time = 0; time < 2; time += 1)
      expect((await faultOf(store.get())).code).toBe('provider_refused_request')
    expect(stub.seen).toHaveLength(2)
    const resting = await faultOf(store.get())
    expect(resting).toMatchObject({ code: 'provider_refused_request', why: 'token_rest', sent: false })
    expect(stub.seen).toHaveLength(2)
    clock.ms += 30_000
    isDown = false
    expect(await store.get()).toBe('fake-token-0')
  })

  it('is asked for again after one failure', async () => {
    const { store } = await open((number) => (number === 0 ? { status: 400 } : token()))
    await faultOf(store.get())
    expect(await store.get()).toBe('fake-token-0')
  })

  it.each([
    [{ status: 401, body: { detail: 'fake text' } }, 'provider_unauthorized'],
    [{ status: 400, body: { error: 'x', error_description: 'fake text' } }, 'provider_refused_request'],
    [{ status: 500, body: 'fake text' }, 'provider_unavailable'],
    [{ body: '<html>fake text</html>' }, 'provider_bad_response'],
    [{ body: { access_token: '' } }, 'provider_bad_response'],
    [{ body: { access_token: 'two\r\nlines' } }, 'provider_bad_response'],
    [{ body: { access_token: 7 } }, 'provider_bad_response'],
  ])('fails by name on %j, with nothing secret in error or log', async (reply, code) => {
    const { store, logs } = await open(() => reply)
    const fault = await faultOf(store.get())
    expect(fault.code).toBe(code)
    const text = serialise(fault) + JSON.stringify(logs)
    for (const secret of [SECRET, 'test-didit-client', BASIC, 'fake text', 'two']) {
      expect(text).not.toContain(secret)
    }
  })

  it('does not fail one journey because another one was stopped while it asked', async () => {
    let stop = true
    const { store } = await open(
      () => token(),
      async () => {
        if (!stop) return
        stop = false
        throw new Error('consent withdrawn')
      },
    )
    const [stopped, other, third] = await Promise.allSettled([store.get(), store.get(), store.get()])
    expect(stopped.status).toBe('rejected')
    expect(other).toMatchObject({ value: 'fake-token-0' })
    expect(third).toMatchObject({ value: 'fake-token-0' })
  })
})
