import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createProvider } from './index'
import type { ScriptedReply } from './testing/scripted-vendor'
import {
  ALL,
  CODE,
  DEEPVUE,
  failure,
  HANDLE,
  HTML,
  IDTO,
  JOURNEY,
  LICENCE,
  missing,
  NOW,
  PAN,
  PDF,
  PURPOSE,
  play,
  REFERENCE,
  STATE,
  sample,
  serialise,
  startFault,
  startWith,
  VERIFIER,
} from './testing/vendor-cases'
import type { Connection } from './types'

// One suite over every adapter: same journeys, same garbage, each vendor's own wire format.

type Row = [name: string, reply: ScriptedReply, start: string, exchange: string, read: string]

const GARBAGE = (errorInside: unknown): Row[] => [
  [
    '401, text',
    { status: 401, body: { detail: 'Authentication required.' } },
    'provider_unauthorized',
    'vendor_misconfigured',
    'vendor_misconfigured',
  ],
  [
    '401, array',
    { status: 401, body: { detail: [{ loc: ['header'], msg: 'missing', type: 'x' }] } },
    'provider_unauthorized',
    'vendor_misconfigured',
    'vendor_misconfigured',
  ],
  [
    '403',
    { status: 403, body: { detail: 'Not a valid token' } },
    'provider_forbidden',
    'vendor_misconfigured',
    'vendor_misconfigured',
  ],
  [
    '422, array',
    {
      status: 422,
      body: { detail: [{ loc: ['body', 'consent'], msg: 'field required', type: 'value_error' }] },
    },
    'provider_refused_request',
    'vendor_misconfigured',
    'vendor_misconfigured',
  ],
  [
    '429',
    { status: 429, headers: { 'retry-after': '0' }, body: { detail: 'Too many' } },
    'provider_rate_limited',
    'vendor_unavailable',
    'vendor_unavailable',
  ],
  [
    '500',
    { status: 500, body: { detail: 'Internal Server Error' } },
    'provider_unavailable',
    'exchange_interrupted',
    'vendor_unavailable',
  ],
  [
    '500 without JSON',
    { status: 500, body: 'Internal Server Error' },
    'provider_unavailable',
    'exchange_interrupted',
    'vendor_unavailable',
  ],
  [
    '503',
    { status: 503, body: { detail: 'Source Unavailable' } },
    'provider_unavailable',
    'exchange_interrupted',
    'vendor_unavailable',
  ],
  [
    'HTML with 200',
    { body: HTML, headers: { 'content-type': 'text/html' } },
    'provider_bad_response',
    'bad_response',
    'bad_response',
  ],
  [
    'truncated JSON',
    { body: '{"status":"success","da' },
    'provider_bad_response',
    'bad_response',
    'bad_response',
  ],
  ['an empty body', { body: '' }, 'provider_bad_response', 'bad_response', 'bad_response'],
  ['another type of JSON', { body: '["success"]' }, 'provider_bad_response', 'bad_response', 'bad_response'],
  ['a PDF', { body: PDF }, 'provider_bad_response', 'bad_response', 'bad_response'],
  [
    'a huge body',
    { body: `<${'x'.repeat(6 * 1024 * 1024)}` },
    'provider_bad_response',
    'bad_response',
    'bad_response',
  ],
  [
    'a redirect',
    { status: 302, headers: { location: 'http://169.254.169.254/' } },
    'provider_bad_response',
    'bad_response',
    'bad_response',
  ],
  [
    'a gzip bomb',
    { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(20 * 1024 * 1024)) },
    'provider_bad_response',
    'bad_response',
    'bad_response',
  ],
  ['an error inside 200', { body: errorInside }, 'provider_bad_response', 'bad_response', 'bad_response'],
  ['silence', { instead: () => undefined }, 'provider_timeout', 'exchange_interrupted', 'vendor_unavailable'],
  [
    'a broken connection',
    { instead: (response) => void response.destroy() },
    'provider_unavailable',
    'exchange_interrupted',
    'vendor_unavailable',
  ],
]

describe.each([IDTO, DEEPVUE])('$vendor', (vendorCase) => {
  const { calls, keys, credentials } = vendorCase
  const SECRETS = [
    ...Object.values(credentials),
    CODE,
    VERIFIER,
    REFERENCE,
    'ZZZPN0000Z',
    'KA0020120000000',
    STATE,
    HANDLE,
  ]

  it('starts, exchanges once and reads one after the other', async () => {
    const { provider, collect, kept, called, stub } = await play(vendorCase)
    const started = await startWith(provider)
    expect(started.sessionRef).toBe(vendorCase.sessionRef)
    expect(started.expiresAt.getTime()).toBe(NOW.getTime() + provider.capabilities.linkLifeMs)
    const outcome = await collect()
    expect(outcome).toMatchObject({
      kind: 'documents',
      missing: [],
      profile: { name: 'ASHA EXAMPLE', birthDate: '31011990', gender: 'F' },
    })
    const documents = outcome.kind === 'documents' ? outcome.documents : []
    expect(documents.map(({ type }) => type)).toEqual(ALL)
    expect(Buffer.from(documents[1]?.raw ?? []).equals(PAN)).toBe(true)
    expect(Buffer.from(documents[2]?.raw ?? []).equals(LICENCE)).toBe(true)
    expect(kept).toHaveLength(1)
    expect(kept[0]?.expiresAt.getTime()).toBe(NOW.getTime() + provider.capabilities.accessLifeMs)
    expect(called().filter((name) => name === calls.exchange)).toHaveLength(1)
    expect(called().filter((name) => name === calls.list)).toHaveLength(1)
    expect(stub.seen.every(({ method }) => method === 'POST')).toBe(true)
  })

  it('sends the documented headers, spelt as documented, and nothing of ours', async () => {
    const { provider, collect, stub } = await play(vendorCase)
    await startWith(provider)
    await collect()
    for (const { headers, headerNames } of stub.seen) {
      for (const [name, value] of Object.entries(keys)) {
        expect(headerNames).toContain(name)
        expect(headers[name.toLowerCase()]).toBe(value)
      }
      expect(headers['content-type']).toBe('application/json')
      expect(headers['accept-encoding']).toBe('identity')
      expect(headers).not.toHaveProperty('authorization')
      expect(headers).not.toHaveProperty('cookie')
    }
  })

  it('asks for and hands on the consented documents only', async () => {
    const { provider, collect, called, stub } = await play(vendorCase)
    await startWith(provider, ['pan'])
    const outcome = await collect(['pan'])
    expect(called()).not.toContain(calls.aadhaar)
    expect(JSON.stringify(stub.seen[0]?.body)).not.toMatch(/ADHAR|aadhaar|DRVLC|dl"/)
    expect(JSON.stringify(outcome)).not.toContain('SSCER')
    expect(outcome.kind === 'documents' ? outcome.documents.map(({ type }) => type) : outcome).toEqual([
      'pan',
    ])
    expect(called().filter((name) => name === calls.file)).toHaveLength(1)
  })

  it('reads with kept access and does not exchange again', async () => {
    const first = await play(vendorCase)
    await first.collect(['aadhaar'])
    const access = first.kept[0]?.access ?? ''
    const second = await play(vendorCase)
    const outcome = await second.collect(['aadhaar'], { stage: 'exchanged', access })
    expect(outcome).toMatchObject({ kind: 'documents', profile: { name: 'ASHA EXAMPLE' }, missing: [] })
    expect(second.called()).not.toContain(calls.exchange)
    expect(second.kept).toHaveLength(0)
  })

  it('reads nothing when the access cannot be kept', async () => {
    const { provider, called } = await play(vendorCase)
    const session = {
      verificationId: 'v',
      sessionRef: vendorCase.sessionRef,
      secret: null,
      documents: ALL,
      purpose: PURPOSE,
    }
    const broken = provider.collect(
      session,
      { stage: 'returned', code: CODE, verifier: VERIFIER },
      async () => {
        throw new Error('disk full')
      },
    )
    await expect(broken).rejects.toThrow('disk full')
    expect(called()).toEqual([calls.exchange])
  })

  it('skips Aadhaar when the account has none', async () => {
    const name = vendorCase.vendor === 'idto' ? 'user_details' : 'access-token'
    const text = JSON.stringify(sample(`${vendorCase.vendor}/${name}.json`)).replace(
      '"eaadhaar":"Y"',
      '"eaadhaar":"N"',
    )
    const { collect, called } = await play(vendorCase, { [name]: { body: JSON.parse(text) } })
    expect(missing(await collect(['aadhaar']))).toEqual([{ type: 'aadhaar', reason: 'not_linked' }])
    expect(called()).not.toContain(calls.aadhaar)
  })

  it('says what is not in the locker, also when it is empty', async () => {
    const empty =
      vendorCase.vendor === 'idto'
        ? { status: 'success', issued_docs: { items: [] } }
        : { code: 200, data: [] }
    const { collect } = await play(vendorCase, { [calls.list]: { body: empty } })
    expect(missing(await collect(['pan', 'driving_licence']))).toEqual([
      { type: 'pan', reason: 'not_in_locker' },
      { type: 'driving_licence', reason: 'not_in_locker' },
    ])
  })

  it('takes PANCD when the list says so', async () => {
    const text = JSON.stringify(sample(`${vendorCase.vendor}/${calls.list}.json`))
    const list = JSON.parse(text.replace('"doctype":"PANCR"', '"doctype":"PANCD"'))
    const { collect } = await play(vendorCase, { [calls.list]: { body: list } })
    expect(await collect(['pan'])).toMatchObject({ documents: [{ type: 'pan' }] })
  })

  describe.each(GARBAGE(vendorCase.errorInside))('answered with %s', (name, reply, start, exchange, read) => {
    const limitMs = name === 'silence' ? 150 : 5_000

    it('fails by name at the start, with nothing secret in error or log', async () => {
      const { provider, logs, called } = await play(vendorCase, { [calls.start]: reply }, limitMs)
      const error = await startFault(provider)
      expect(error.code).toBe(start)
      expect(called().length).toBeLessThanOrEqual(2)
      const told = serialise(error) + JSON.stringify(logs)
      for (const secret of [...SECRETS, 'Welcome', 'Too many', 'field required'])
        expect(told).not.toContain(secret)
    })

    it('ends the exchange after one call', async () => {
      const { collect, kept, called, logs } = await play(vendorCase, { [calls.exchange]: reply }, limitMs)
      expect(failure(await collect())).toBe(exchange)
      expect(called()).toEqual([calls.exchange])
      expect(kept).toHaveLength(0)
      for (const secret of SECRETS) expect(JSON.stringify(logs)).not.toContain(secret)
    })

    it('fails a read that leaves nothing', async () => {
      const { collect, called, logs } = await play(vendorCase, { [calls.aadhaar]: reply }, limitMs)
      expect(failure(await collect(['aadhaar']))).toBe(read)
      expect(called().filter((name) => name === calls.aadhaar).length).toBeLessThanOrEqual(3)
      for (const secret of SECRETS) expect(JSON.stringify(logs)).not.toContain(secret)
    })
  })

  it('keeps what it could read when one document makes trouble', async () => {
    const { collect } = await play(vendorCase, { [calls.aadhaar]: { status: 500 } })
    const outcome = await collect(['aadhaar', 'pan'])
    expect(missing(outcome)).toEqual([{ type: 'aadhaar', reason: 'issuer_unavailable' }])
    const garbled = await play(vendorCase, { [calls.aadhaar]: { body: HTML } })
    expect(missing(await garbled.collect(['aadhaar', 'pan']))).toEqual([
      { type: 'aadhaar', reason: 'unreadable' },
    ])
  })

  it.each([
    ['aadhaar_not_linked', 'not_linked'],
    ['aadhaar_not_available', 'renewal_needed'],
    ['invalid_uri', 'not_in_locker'],
    ['repository_service_unavailable', 'issuer_unavailable'],
    ['partner_service_unresponsive', 'issuer_unavailable'],
  ])('knows the upstream word %s', async (word, reason) => {
    for (const status of [400, 404, 500]) {
      const { collect } = await play(vendorCase, {
        [calls.aadhaar]: { status, body: { detail: `upstream says ${word}.` } },
      })
      expect(missing(await collect(['aadhaar']))).toEqual([{ type: 'aadhaar', reason }])
    }
  })

  it('ends the session at invalid_token', async () => {
    const reply = { status: 400, body: { detail: 'invalid_token' } }
    const reads = await play(vendorCase, { [calls.aadhaar]: reply })
    expect(failure(await reads.collect())).toBe('session_ended')
    const exchange = await play(vendorCase, { [calls.exchange]: reply })
    expect(failure(await exchange.collect())).toBe('session_ended')
  })

  it('sends nobody to a foreign place', async () => {
    const places = [
      'javascript:alert(1)',
      'http://digilocker.idto.ai/',
      'https://evil.example/',
      'https://u:p@x.deepvue.tech/',
    ]
    for (const place of [
      ...places,
      '//evil.example',
      'https://digilocker.idto.ai.evil.example/',
      'https://x.deepvue.tech:8443/',
    ]) {
      const body = { code: 1000, url: place, transaction_id: JOURNEY, data: { authorization_url: place } }
      const { provider } = await play(vendorCase, { [calls.start]: { body } })
      const error = await startFault(provider)
      expect(error).toMatchObject({ code: 'provider_bad_response' })
      expect(serialise(error)).not.toContain('evil')
    }
  })

  it('needs its credentials and refuses a sandbox in production', () => {
    const connection: Connection = {
      ...{ id: 'x', vendor: vendorCase.vendor, displayName: 'x', sandbox: false, allowedHosts: [] },
      baseUrl: new URL('https://vendor.example'),
      credentials: {},
    }
    const live = { production: true, allowedLoopbackOrigins: [] }
    expect(() => createProvider(connection, live)).toThrowError(/no_connection/)
    expect(() => createProvider({ ...connection, credentials, sandbox: true }, live)).toThrowError(
      /no_connection/,
    )
    expect(() =>
      createProvider({ ...connection, credentials, baseUrl: new URL('http://127.0.0.1:1') }, live),
    ).toThrowError(/provider_blocked_address/)
  })
})
