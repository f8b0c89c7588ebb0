import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { checkTarget, guardedLookup, isPublicAddress } from './addresses'
import { CallFault, faultOfStatus, wasSent } from './faults'
import {
  type CallLog,
  createHttpClient,
  type FileRequest,
  type HttpClient,
  type HttpOptions,
  type HttpRequest,
} from './http'
import { sniff } from './payload'
import { type ScriptedReply, startVendor } from './testing/scripted-vendor'

const QUICK = {
  connectMs: 300,
  totalMs: 5_000,
  documentMs: 5_000,
  backoffMs: 1,
  openMs: 200,
  unauthorizedOpenMs: 400,
}
/** For tests that wait for a limit. */
const SHORT = { limits: { totalMs: 200 } }
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function play(script: (number: number) => ScriptedReply, more: Partial<HttpOptions> = {}) {
  const vendor = await startVendor((_, number) => script(number))
  const logs: CallLog[] = []
  const client = createHttpClient(
    { id: 'test', baseUrl: new URL(vendor.origin) },
    {
      production: false,
      allowedLoopbackOrigins: [vendor.origin],
      log: (fields) => logs.push(fields),
      ...more,
      limits: { ...QUICK, ...more.limits },
    },
  )
  closing.push(
    () => client.close(),
    () => vendor.close(),
  )
  return { vendor, client, logs }
}

const get = (more: Partial<HttpRequest<string>> = {}): HttpRequest<string> => ({
  name: 'probe',
  kind: 'read',
  method: 'GET',
  target: '/x',
  accept: 'json',
  read(reply) {
    const trouble = faultOfStatus(reply)
    if (trouble !== null) throw trouble
    return Buffer.from(reply.bytes).toString()
  },
  ...more,
})

async function faultOf(client: HttpClient, request = get()): Promise<CallFault> {
  try {
    await client.call(request)
  } catch (error) {
    if (error instanceof CallFault) return error
    throw error
  }
  throw new Error('the call went through')
}

describe('addresses (OU-01)', () => {
  const RULE = {
    production: false,
    allowedLoopbackOrigins: ['http://127.0.0.1:4100', 'https://example.test'],
  }

  it.each([
    'http://vendor.example',
    'https://127.0.0.1',
    'https://[::1]',
    'https://169.254.169.254',
    'https://2130706433',
    'https://0x7f.1',
    'https://0177.0.0.1',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:a9fe:a9fe]',
    'https://8.8.8.8',
    'https://localhost',
    'https://vendor',
    'https://metadata.google.internal',
    'https://printer.local',
    'https://user:secret@vendor.example',
    'ftp://vendor.example',
    'http://127.0.0.1:4101',
    'http://localhost:4100',
    'http://127.0.0.1.nip.example:4100',
  ])('refuses %s', (text) => {
    expect(() => checkTarget(new URL(text), RULE)).toThrowError(/provider_blocked_address/)
  })

  it('lets public names and the exact loopback origin through, the latter never in production', () => {
    expect(() => checkTarget(new URL('https://vendor.example/path'), RULE)).not.toThrow()
    expect(() => checkTarget(new URL('http://127.0.0.1:4100'), RULE)).not.toThrow()
    const inProduction = { ...RULE, production: true }
    expect(() => checkTarget(new URL('http://127.0.0.1:4100'), inProduction)).toThrow()
  })

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '168.63.129.16',
    '100.64.0.1',
    '0.0.0.0',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::7f00:1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00::1',
    'fe80::1',
    'fe80::1%eth0',
    '2001:db8::1',
    'nonsense',
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  it.each(['8.8.8.8', '2606:4700::1111'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it('hands on exactly the addresses it has checked, and asks once', async () => {
    const asked: string[] = []
    const lookup = guardedLookup(new URL('https://vendor.example'), RULE, async (name) => {
      asked.push(name)
      return ['8.8.8.8', '2606:4700::1111']
    })
    const found = await new Promise((resolve) => {
      lookup('vendor.example', { all: true }, (_, addresses) => resolve(addresses))
    })
    expect(found).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ])
    expect(asked).toEqual(['vendor.example'])
  })

  it.each([[['127.0.0.1']], [['8.8.8.8', '169.254.169.254']], [['::ffff:127.0.0.1']]])(
    'never connects to a name that leads to %j',
    async (addresses) => {
      const client = createHttpClient(
        { id: 'test', baseUrl: new URL('https://rebinding.example') },
        { production: true, allowedLoopbackOrigins: [], resolve: async () => addresses, limits: QUICK },
      )
      closing.push(() => client.close())
      expect(await faultOf(client)).toMatchObject({ code: 'provider_blocked_address', sent: false })
    },
  )

  it('a loopback origin must not lead anywhere else', async () => {
    const client = createHttpClient(
      { id: 'test', baseUrl: new URL('http://localhost:4100') },
      {
        production: false,
        allowedLoopbackOrigins: ['http://localhost:4100'],
        resolve: async () => ['10.0.0.1'],
        limits: QUICK,
      },
    )
    closing.push(() => client.close())
    expect(await faultOf(client)).toMatchObject({ code: 'provider_blocked_address' })
  })

  it('keeps to the origin of the connection', async () => {
    const { client, vendor } = await play(() => ({ body: 'ok' }))
    for (const target of ['https://other.example/x', 'http://127.0.0.1:1/x', '//other.example/x', 'x']) {
      const outcome = await client.call(get({ target })).catch((error: CallFault) => error.code)
      expect(['provider_blocked_address', 'ok']).toContain(outcome)
    }
    expect(vendor.seen.map(({ path }) => path)).toEqual(['//other.example/x'])
  })

  it('follows no redirect', async () => {
    const { client, vendor } = await play(() => ({
      status: 302,
      headers: { location: 'http://127.0.0.1:1/' },
    }))
    expect(await faultOf(client)).toMatchObject({ code: 'provider_bad_response', why: 'redirect' })
    expect(vendor.seen).toHaveLength(1)
  })

  it('takes no proxy from the environment', async () => {
    process.env.HTTP_PROXY = 'http://127.0.0.1:1'
    process.env.http_proxy = 'http://127.0.0.1:1'
    try {
      const { client } = await play(() => ({ body: 'direct' }))
      expect(await client.call(get())).toBe('direct')
    } finally {
      delete process.env.HTTP_PROXY
      delete process.env.http_proxy
    }
  })
})

describe('limits (OU-03)', () => {
  it('gives up on silence, on dripping and on an endless body', async () => {
    const hang = await play(() => ({ instead: () => undefined }), SHORT)
    expect(await faultOf(hang.client, get({ kind: 'exchange' }))).toMatchObject({ code: 'provider_timeout' })
    const drip = await play(
      () => ({
        instead(response) {
          response.writeHead(200)
          const timer = setInterval(() => response.write(' '), 20)
          response.on('close', () => clearInterval(timer))
        },
      }),
      SHORT,
    )
    expect(await faultOf(drip.client, get({ kind: 'exchange' }))).toMatchObject({ code: 'provider_timeout' })
    const endless = await play(() => ({
      instead(response) {
        response.writeHead(200)
        const pour = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        }
        response.on('drain', pour)
        pour()
      },
    }))
    expect(await faultOf(endless.client)).toMatchObject({ code: 'provider_bad_response', why: 'too_large' })
  })

  it('refuses an announced length above the cap and headers above 16 kB', async () => {
    const long = await play(() => ({ body: 'x'.repeat(1024 * 1024 + 1) }))
    expect(await faultOf(long.client)).toMatchObject({ why: 'too_large' })
    expect(await long.client.call(get({ maxBytes: 2 * 1024 * 1024 }))).toHaveLength(1024 * 1024 + 1)
    const wide = await play(() => ({ headers: { 'x-a': 'y'.repeat(17_000) } }))
    expect(await faultOf(wide.client)).toMatchObject({ code: 'provider_bad_response' })
  })

  it('asks for no compression and refuses it', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
    const { client, vendor } = await play(() => ({ headers: { 'content-encoding': 'gzip' }, body: bomb }))
    expect(await faultOf(client)).toMatchObject({ code: 'provider_bad_response', why: 'encoded_reply' })
    expect(vendor.seen[0]?.headers['accept-encoding']).toBe('identity')
  })

  it('runs twenty at once; the next one waits, and does not wait for ever', async () => {
    const held: (() => void)[] = []
    const { client, vendor } = await play(
      () => ({ instead: (response) => held.push(() => response.end('ok')) }),
      { limits: { totalMs: 3_000, queueMs: 150 } },
    )
    const calls = Array.from({ length: 21 }, () => client.call(get()).catch((error: CallFault) => error.why))
    await until(() => vendor.seen.length === 20)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(vendor.seen).toHaveLength(20)
    const late = await faultOf(client)
    expect(late).toMatchObject({ why: 'busy', sent: false })
    for (const release of held.splice(0)) release()
    expect(await Promise.all(calls)).toEqual([...Array.from({ length: 20 }, () => 'ok'), 'busy'])
  })

  it('serves a queued call as soon as a place is free', async () => {
    const held: (() => void)[] = []
    const { client, vendor } = await play(
      () => ({ instead: (response) => held.push(() => response.end('ok')) }),
      { limits: { totalMs: 3_000, parallel: 2 } },
    )
    const calls = Array.from({ length: 3 }, () => client.call(get()))
    await until(() => held.length === 2)
    held.shift()?.()
    await until(() => vendor.seen.length === 3)
    for (const release of held) release()
    expect(await Promise.all(calls)).toEqual(['ok', 'ok', 'ok'])
  })
})

describe('retries (OU-04)', () => {
  const down = { status: 500, body: 'oops' }
  it.each([
    ['read', 3],
    ['start', 2],
    ['exchange', 1],
  ] as const)('a %s is sent %i time(s) at most', async (kind, times) => {
    const { client, vendor, logs } = await play(() => down)
    expect(await faultOf(client, get({ kind }))).toMatchObject({
      code: 'provider_unavailable',
      httpStatus: 500,
    })
    expect(vendor.seen).toHaveLength(times)
    expect(logs.map(({ attempt }) => attempt)).toEqual([1, 2, 3].slice(0, times))
  })

  it('stops as soon as an answer comes', async () => {
    const { client, vendor } = await play((number) => (number === 0 ? { status: 503 } : { body: 'ok' }))
    expect(await client.call(get())).toBe('ok')
    expect(vendor.seen).toHaveLength(2)
  })

  it.each([400, 401, 403, 404, 422])('does not repeat a %i', async (status) => {
    const { client, vendor } = await play(() => ({ status }))
    await faultOf(client)
    expect(vendor.seen).toHaveLength(1)
  })

  it('repeats a timeout once', async () => {
    const { client, vendor } = await play(() => ({ instead: () => undefined }), SHORT)
    await faultOf(client)
    expect(vendor.seen).toHaveLength(2)
  })

  it('waits as long as Retry-After says, and gives up when that is too long', async () => {
    const patient = await play((number) =>
      number === 0 ? { status: 429, headers: { 'retry-after': '1' } } : { body: 'ok' },
    )
    const startedAt = performance.now()
    expect(await patient.client.call(get())).toBe('ok')
    expect(performance.now() - startedAt).toBeGreaterThan(980)
    const rude = await play(() => ({ status: 429, headers: { 'retry-after': '61' } }))
    expect(await faultOf(rude.client)).toMatchObject({ code: 'provider_rate_limited', retryAfterMs: 61_000 })
    expect(rude.vendor.seen).toHaveLength(1)
    const atStart = await play(() => ({ status: 429, headers: { 'retry-after': '6' } }))
    await faultOf(atStart.client, get({ kind: 'start' }))
    expect(atStart.vendor.seen).toHaveLength(1)
  })

  it('never repeats an exchange, whatever happens to it', async () => {
    const replies: ScriptedReply[] = [
      { status: 429 },
      { status: 503 },
      { instead: () => undefined },
      { instead: (response) => void response.destroy() },
    ]
    for (const reply of replies) {
      const { client, vendor } = await play(() => reply, SHORT)
      await faultOf(client, get({ kind: 'exchange' }))
      expect(vendor.seen).toHaveLength(1)
    }
  })

  it('knows when nothing was sent', async () => {
    const { client, vendor } = await play(() => down)
    await vendor.close()
    expect(await faultOf(client, get({ kind: 'exchange' }))).toMatchObject({
      sent: false,
      why: 'ECONNREFUSED',
    })
  })
})

describe('what an earlier attempt did', () => {
  const stopping = (stop: () => Error) => {
    let turns = 0
    return async () => {
      turns += 1
      if (turns > 1) throw stop()
    }
  }

  it('is known when a later one is stopped before it is sent', async () => {
    const tooBusy = () => new CallFault({ code: 'provider_rate_limited', why: 'own_rate', sent: false })
    const { client, vendor } = await play(() => ({ status: 500 }), { pace: stopping(tooBusy) })
    expect(await faultOf(client, get({ kind: 'start' }))).toMatchObject({ why: 'own_rate', sent: true })
    expect(vendor.seen).toHaveLength(1)
  })

  it('is known when a guard stops the later one, whose code stays', async () => {
    const gone = () => new AppError('consent_missing')
    const { client } = await play(() => ({ status: 500 }), { pace: stopping(gone) })
    const error = await client.call(get({ kind: 'start' })).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'consent_missing' })
    expect(wasSent(error)).toBe(true)
    const first = await play(() => ({ status: 500 }), { pace: () => Promise.reject(gone()) })
    const unsent = await first.client.call(get({ kind: 'start' })).catch((thrown: unknown) => thrown)
    expect(wasSent(unsent)).toBe(false)
  })

  it('counts for nothing when the vendor was only too busy', async () => {
    const tooBusy = () => new CallFault({ code: 'provider_rate_limited', why: 'own_rate', sent: false })
    const { client } = await play(() => ({ status: 429 }), { pace: stopping(tooBusy) })
    expect(await faultOf(client, get({ kind: 'start' }))).toMatchObject({ sent: false })
  })
})

describe('breaker (OU-04)', () => {
  it('opens after five faults in a row, lets one call try again, and closes on success', async () => {
    let healthy = false
    const { client, vendor } = await play(() => (healthy ? { body: 'ok' } : { status: 500 }))
    for (let i = 0; i < 5; i += 1) await faultOf(client, get({ kind: 'exchange' }))
    expect(client.breakerState).toBe('open')
    expect(await faultOf(client)).toMatchObject({
      why: 'circuit_open',
      sent: false,
      code: 'provider_unavailable',
    })
    expect(vendor.seen).toHaveLength(5)
    await new Promise((resolve) => setTimeout(resolve, QUICK.openMs + 20))
    await faultOf(client, get({ kind: 'exchange' }))
    expect(client.breakerState).toBe('open')
    healthy = true
    await new Promise((resolve) => setTimeout(resolve, QUICK.openMs + 20))
    expect(await client.call(get())).toBe('ok')
    expect(client.breakerState).toBe('closed')
  })

  it('does not repeat into its own opening and keeps the first reason', async () => {
    const { client, vendor } = await play(() => ({ status: 500 }))
    for (let i = 0; i < 4; i += 1) await faultOf(client, get({ kind: 'exchange' }))
    expect(await faultOf(client)).toMatchObject({ why: 'server_error' })
    expect(vendor.seen).toHaveLength(5)
  })

  it('opens at once on refused credentials, and says so', async () => {
    const { client } = await play(() => ({ status: 401 }))
    expect(await faultOf(client)).toMatchObject({ code: 'provider_unauthorized', why: 'credentials_refused' })
    expect(client.breakerState).toBe('unauthorized')
    expect(await faultOf(client)).toMatchObject({ code: 'provider_unauthorized', why: 'circuit_open' })
  })

  it('is not moved by refusals and throttling', async () => {
    const { client } = await play((number) => ({ status: [400, 403, 404, 422, 429][number % 5] ?? 400 }))
    for (let i = 0; i < 10; i += 1) await faultOf(client, get({ kind: 'exchange' }))
    expect(client.breakerState).toBe('closed')
  })
})

describe('forms and headers', () => {
  it('sends a form with its content type', async () => {
    const { client, vendor } = await play(() => ({ body: 'ok' }))
    const form = {
      grant_type: 'authorization_code',
      code: 'a b&c=d+ü',
      redirect_uri: 'https://app.example/x?y=z',
    }
    await client.call(get({ method: 'POST', form, headers: { 'X-Key': 'k' } }))
    expect(vendor.seen[0]).toMatchObject({
      method: 'POST',
      body: form,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-key': 'k' },
    })
  })

  it('sends JSON without a content type of its own, and nothing where there is no body', async () => {
    const { client, vendor } = await play(() => ({ body: 'ok' }))
    await client.call(
      get({ method: 'POST', body: { a: 1 }, headers: { 'content-type': 'application/json' } }),
    )
    await client.call(get())
    expect(vendor.seen.map(({ body }) => body)).toEqual([{ a: 1 }, null])
    expect(vendor.seen[1]?.headers).not.toHaveProperty('content-type')
  })

  it('hands out the first value of a reply header, or nothing', async () => {
    const { client } = await play(() => ({
      instead(response) {
        response.writeHead(200, [
          ...['X-Hash', 'one', 'X-Hash', 'two'],
          ...['Content-Type', 'Application/XML; charset=utf-8'],
        ])
        response.end('<a/>')
      },
    }))
    const read = await client.call({
      ...get(),
      read: (reply) => [reply.header('x-hash'), reply.header('x-absent'), reply.contentType],
    })
    expect(read).toEqual(['one', '', 'application/xml'])
  })
})

describe('files named by a reply (OU-02)', () => {
  const HOSTS = ['*.files.example', 'files.example']
  const file = (url: string, more: Partial<FileRequest<string>> = {}): FileRequest<string> => ({
    ...{ name: 'file', url, hosts: HOSTS, accept: 'xml', read: get().read },
    ...more,
  })
  const fileFault = async (client: HttpClient, request: FileRequest<string>): Promise<CallFault> => {
    const outcome = await client.file(request).catch((error: unknown) => error)
    if (outcome instanceof CallFault) return outcome
    throw new Error(`no fault: ${String(outcome)}`)
  }

  it.each([
    'https://127.0.0.1/x',
    'http://127.0.0.1:1/x',
    'https://10.0.0.1/x',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://2130706433/x',
    'https://0x7f000001/x',
    'https://localhost/x',
    'https://user:secret@files.example/x',
    'https://files.example@evil.example/x',
    'https://other.example/x',
    'https://evilfiles.example/x',
    'https://files.example.evil.example/x',
    'https://files.example:8443/x',
    'http://files.example/x',
    'http://cdn.files.example/x',
    'ftp://files.example/x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//files.example/x',
    '/x',
    'https:\\\\files.example\\x',
    ' https://files.example/x',
    'https://files.example/x\r\nx-a: b',
    `https://files.example/${'x'.repeat(5000)}`,
    '',
  ])('never asks %j', async (url) => {
    const asked: string[] = []
    const { client, vendor, logs } = await play(() => ({ body: '<a/>' }), {
      resolve: async (name) => {
        asked.push(name)
        return ['8.8.8.8']
      },
    })
    const fault = await fileFault(client, file(url))
    expect(fault).toMatchObject({ code: 'provider_blocked_address', sent: false, call: 'file' })
    expect(fault.message).toBe('provider_blocked_address: call=file why=file_host')
    expect([asked, vendor.seen, logs]).toEqual([[], [], []])
  })

  it.each(['https://127.0.0.1/x', 'https://10.0.0.1/x', 'https://[::1]/x', 'https://localhost/x'])(
    'never asks %s, even when its host is expected',
    async (url) => {
      const { client, vendor } = await play(() => ({ body: '<a/>' }))
      const hosts = ['127.0.0.1', '10.0.0.1', '[::1]', 'localhost']
      expect(await fileFault(client, file(url, { hosts }))).toMatchObject({
        code: 'provider_blocked_address',
        sent: false,
      })
      expect(vendor.seen).toEqual([])
    },
  )

  it.each([[['10.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['::1']], [['169.254.169.254']]])(
    'never connects to an expected name that leads to %j',
    async (addresses) => {
      const { client, vendor } = await play(() => ({ body: '<a/>' }), { resolve: async () => addresses })
      expect(await fileFault(client, file('https://cdn.files.example/x'))).toMatchObject({
        code: 'provider_blocked_address',
        why: 'address_not_public',
        sent: false,
      })
      expect(vendor.seen).toEqual([])
    },
  )

  it('lets the loopback of a test system through outside production alone', async () => {
    const { client, vendor } = await play(() => ({ body: '<a/>' }))
    expect(await client.file(file(`${vendor.origin}/x`))).toBe('<a/>')
    const live = createHttpClient(
      { id: 'test', baseUrl: new URL('https://vendor.example') },
      { production: true, allowedLoopbackOrigins: [vendor.origin] },
    )
    closing.push(() => live.close())
    expect(await fileFault(live, file(`${vendor.origin}/x`))).toMatchObject({ why: 'file_host' })
    expect(vendor.seen).toHaveLength(1)
  })

  it('sends no credential, whatever the connection has', async () => {
    const { client, vendor, logs } = await play(() => ({ body: '<a/>' }))
    await client.call(get({ headers: { Authorization: 'Bearer secret', 'X-Key': 'secret' } }))
    await client.file(file(`${vendor.origin}/x?signature=secret`))
    const names = vendor.seen[1]?.headerNames.map((name) => name.toLowerCase()).toSorted()
    expect(names).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
    expect(vendor.seen[1]).toMatchObject({ method: 'GET', headers: { accept: 'application/xml' } })
    expect(JSON.stringify(logs)).not.toContain('secret')
  })

  it('follows no redirect to a private place', async () => {
    const inside = await play(() => ({ body: 'inside' }))
    const { client, vendor } = await play(() => ({
      status: 302,
      headers: { location: inside.vendor.origin },
    }))
    expect(await fileFault(client, file(`${vendor.origin}/x`))).toMatchObject({
      code: 'provider_bad_response',
      why: 'redirect',
    })
    expect([vendor.seen.length, inside.vendor.seen.length]).toEqual([1, 0])
  })

  it('leaves no socket open, whichever host was named', async () => {
    const { client, vendor } = await play(() => ({ body: '<a/>', headers: { connection: 'keep-alive' } }))
    for (let count = 0; count < 3; count += 1) await client.file(file(`${vendor.origin}/${count}`))
    await until(() => vendor.openSockets() === 0)
    await client.call(get())
    expect(vendor.openSockets()).toBe(1)
  })

  it('keeps to its size', async () => {
    const { client, vendor } = await play(() => ({ body: 'x'.repeat(101) }))
    const url = `${vendor.origin}/x`
    expect(await fileFault(client, file(url, { maxBytes: 100 }))).toMatchObject({ why: 'too_large' })
    expect(await client.file(file(url, { maxBytes: 101 }))).toHaveLength(101)
    const large = await play(() => ({ body: 'x'.repeat(5 * 1024 * 1024 + 1) }))
    expect(await fileFault(large.client, file(`${large.vendor.origin}/x`))).toMatchObject({
      why: 'too_large',
    })
  })

  it('is asked three times at most, and once when refused', async () => {
    const down = await play(() => ({ status: 503 }))
    await fileFault(down.client, file(`${down.vendor.origin}/x`))
    expect(down.vendor.seen).toHaveLength(3)
    const refused = await play(() => ({ status: 403 }))
    await fileFault(refused.client, file(`${refused.vendor.origin}/x`))
    expect(refused.vendor.seen).toHaveLength(1)
  })
})

describe('what leaves the client', () => {
  it('logs allow-listed fields only', async () => {
    const { client, logs } = await play(() => ({ status: 500, body: 'name=Asha' }))
    await faultOf(client, get({ kind: 'exchange', target: '/x?code=secret', headers: { 'x-key': 'secret' } }))
    expect(logs).toEqual([
      {
        connection: 'test',
        call: 'probe',
        attempt: 1,
        status: 500,
        ms: expect.any(Number),
        outcome: 'provider_unavailable',
        why: 'server_error',
      },
    ])
  })
})

describe('sniff', () => {
  it.each([
    ['{"a":1}', 'json'],
    ['  [1]', 'json'],
    ['\ufeff<?xml version="1.0"?><a/>', 'xml'],
    ['<!DOCTYPE Certificate []><Certificate/>', 'xml'],
    ['<!doctype html><p>', 'html'],
    ['<html>', 'html'],
    ['%PDF-1.7', 'pdf'],
    ['', 'empty'],
    [' \n', 'empty'],
    ['hello', 'other'],
  ])('%j is %s', (text, shape) => {
    expect(sniff(Buffer.from(text))).toBe(shape)
  })
})

async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isTrue(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10))
}
