import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { CAPABILITIES, createProvider } from './index'
import { DEEPVUE } from './testing/case-deepvue'
import { DIDIT } from './testing/case-didit'
import { DIGILOCKER } from './testing/case-digilocker'
import { HYPERVERGE } from './testing/case-hyperverge'
import { IDTO } from './testing/case-idto'
import { KWIKID } from './testing/case-kwikid'
import { play, serialise, startFault, startWith, told, toldOf, toSession } from './testing/play'
import type { ScriptedReply } from './testing/scripted-vendor'
import {
  CODE,
  HANDLE,
  HTML,
  NOW,
  PDF,
  STATE,
  type Told,
  type TroubleName,
  VERIFIER,
  type VendorCase,
} from './testing/vendor-case'
import type { Connection, Credential } from './types'
import { VENDORS } from './types'

// One suite over every adapter: same journeys, same trouble, each vendor's own wire format. What differs is data in
// `testing/case-<vendor>.ts`.

const CASES: readonly VendorCase[] = [IDTO, DEEPVUE, KWIKID, HYPERVERGE, DIDIT, DIGILOCKER]

type Trouble = readonly [name: TroubleName, reply: ScriptedReply, ...expected: [string, string, string]]

const GARBLED = ['provider_bad_response', 'bad_response', 'bad_response'] as const
const REFUSED = ['vendor_misconfigured', 'vendor_misconfigured'] as const
const DOWN = ['provider_unavailable', 'exchange_interrupted', 'vendor_unavailable'] as const

const TROUBLE = (errorInside: unknown): Trouble[] => [
  [
    '401, text',
    { status: 401, body: { detail: 'Authentication required.' } },
    'provider_unauthorized',
    ...REFUSED,
  ],
  [
    '401, array',
    { status: 401, body: { detail: [{ loc: ['header'], msg: 'missing', type: 'x' }] } },
    'provider_unauthorized',
    ...REFUSED,
  ],
  ['403', { status: 403, body: { detail: 'Not a valid token' } }, 'provider_forbidden', ...REFUSED],
  [
    '422, array',
    {
      status: 422,
      body: { detail: [{ loc: ['body', 'consent'], msg: 'field required', type: 'value_error' }] },
    },
    'provider_refused_request',
    ...REFUSED,
  ],
  [
    '429',
    { status: 429, headers: { 'retry-after': '0' }, body: { detail: 'Too many' } },
    'provider_rate_limited',
    'vendor_unavailable',
    'vendor_unavailable',
  ],
  ['500', { status: 500, body: { detail: 'Internal Server Error' } }, ...DOWN],
  ['500 without JSON', { status: 500, body: 'Internal Server Error' }, ...DOWN],
  ['503', { status: 503, body: { detail: 'Source Unavailable' } }, ...DOWN],
  ['HTML with 200', { body: HTML, headers: { 'content-type': 'text/html' } }, ...GARBLED],
  ['truncated JSON', { body: '{"status":"success","da' }, ...GARBLED],
  ['an empty body', { body: '' }, ...GARBLED],
  ['another type of JSON', { body: '["success"]' }, ...GARBLED],
  ['a PDF', { body: PDF }, ...GARBLED],
  ['a huge body', { body: `<${'x'.repeat(6 * 1024 * 1024)}` }, ...GARBLED],
  ['a redirect', { status: 302, headers: { location: 'http://169.254.169.254/' } }, ...GARBLED],
  [
    'a gzip bomb',
    { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(20 * 1024 * 1024)) },
    ...GARBLED,
  ],
  ['an error inside 200', { body: errorInside }, ...GARBLED],
  ['silence', { instead: () => undefined }, 'provider_timeout', 'exchange_interrupted', 'vendor_unavailable'],
  ['a broken connection', { instead: (response) => void response.destroy() }, ...DOWN],
]

/** Headers that the client sends by itself. */
const CLIENT_HEADERS =
  /^(host|connection|accept|accept-encoding|user-agent|content-length|transfer-encoding)$/

it('has a case for every vendor', () => {
  expect(CASES.map(({ vendor }) => vendor).toSorted()).toEqual(VENDORS.toSorted())
})

describe.each(CASES)('$vendor', (vendorCase) => {
  const { calls, credentials, documents, only, wire } = vendorCase
  const secretSettings = Object.values(credentials).filter((value) => value.length >= 8)
  const SECRETS = [
    ...secretSettings,
    ...vendorCase.secrets,
    CODE,
    VERIFIER,
    'ZZZPN0000Z',
    'KA0020120000000',
    STATE,
    HANDLE,
  ]
  const expectNoSecret = (text: string) => {
    for (const secret of SECRETS) expect(text).not.toContain(secret)
  }

  it('starts, exchanges once and reads one after the other', async () => {
    const { provider, collect, kept, called, stub } = await play(vendorCase)
    const { linkLifeMs, accessLifeMs } = provider.capabilities
    const started = await startWith(provider)
    if (vendorCase.startedRef instanceof RegExp) expect(started.sessionRef).toMatch(vendorCase.startedRef)
    else expect(started.sessionRef).toBe(vendorCase.startedRef)
    expect(started.expiresAt.getTime()).toBe(NOW.getTime() + linkLifeMs)
    const outcome = await collect()
    expect(outcome).toMatchObject({ kind: 'documents', ...vendorCase.outcome })
    const found = outcome.kind === 'documents' ? outcome.documents : []
    expect(found.map(({ type }) => type)).toEqual(documents)
    for (const { type, raw } of found) {
      const expected = vendorCase.raw[type]
      if (expected !== undefined) expect(Buffer.from(raw).equals(expected)).toBe(true)
    }
    expect(kept).toHaveLength(vendorCase.keeps)
    for (const { expiresAt } of kept) expect(expiresAt.getTime()).toBe(NOW.getTime() + accessLifeMs)
    for (const once of [calls.start, calls.exchange, calls.list])
      if (once !== null) expect(called().filter((name) => name === once)).toHaveLength(1)
    expect([...new Set(called())].toSorted()).toEqual(Object.keys(wire).toSorted())
    expect(stub.seen.length).toBe(called().length)
  })

  it('sends the documented headers, spelt as documented, and nothing of ours', async () => {
    const { provider, collect, stub } = await play(vendorCase)
    await startWith(provider)
    await collect()
    for (const request of stub.seen) {
      const row = wire[vendorCase.nameOf(request)]
      expect(request.method).toBe(row?.method)
      expect(request.headers['content-type']).toBe(row?.contentType ?? undefined)
      expect(request.headers['accept-encoding']).toBe('identity')
      for (const [name, value] of Object.entries(row?.headers ?? {})) {
        expect(request.headerNames).toContain(name)
        if (value instanceof RegExp) expect(request.headers[name.toLowerCase()]).toMatch(value)
        else expect(request.headers[name.toLowerCase()]).toBe(value)
      }
      const documented = ['content-type', ...Object.keys(row?.headers ?? {})].map((name) =>
        name.toLowerCase(),
      )
      const others = request.headerNames.map((name) => name.toLowerCase())
      expect(others.filter((name) => !documented.includes(name) && !CLIENT_HEADERS.test(name))).toEqual([])
    }
  })

  it('fits what its capabilities say', async () => {
    const { provider, collect } = await play(vendorCase)
    const { capabilities } = provider
    expect(capabilities).toBe(CAPABILITIES[vendorCase.vendor])
    expect(capabilities.documents).toEqual(documents)
    expect(capabilities.readsByReference).toBe(vendorCase.credential.stage === 'referenced')
    expect(provider.readStatus !== undefined).toBe(capabilities.polls)
    if (capabilities.webhooks === 'none') expect(provider.readWebhook).toBeUndefined()
    const foreign: Credential = capabilities.readsByReference
      ? { stage: 'returned', code: CODE, verifier: null }
      : { stage: 'referenced' }
    await expect(collect(documents, foreign)).rejects.toThrow(/state_conflict/)
  })

  if (vendorCase.narrow)
    it('asks for and hands on the consented documents only', async () => {
      const {
        documents: few,
        notCalled,
        notSent,
      } = vendorCase.narrow ?? {
        documents,
        notCalled: [],
        notSent: /^$/,
      }
      const { provider, collect, called, stub } = await play(vendorCase)
      const { authorizationUrl } = await startWith(provider, few)
      const outcome = await collect(few)
      for (const name of notCalled) expect(called()).not.toContain(name)
      if (calls.start === null) expect(decodeURIComponent(authorizationUrl)).not.toMatch(notSent)
      for (const { path, body } of stub.seen)
        expect(`${decodeURIComponent(path)} ${JSON.stringify(body)}`).not.toMatch(notSent)
      expect(JSON.stringify(outcome)).not.toContain('SSCER')
      expect(outcome.kind === 'documents' ? outcome.documents.map(({ type }) => type) : outcome).toEqual(few)
    })

  if (vendorCase.keeps === 1)
    it('reads with kept access and does not exchange again', async () => {
      const first = await play(vendorCase)
      await first.collect([only])
      const access = first.kept[0]?.access ?? ''
      const second = await play(vendorCase)
      const outcome = await second.collect([only], { stage: 'exchanged', access })
      expect(outcome).toMatchObject({ kind: 'documents', ...vendorCase.outcome })
      if (calls.exchange !== null) expect(second.called()).not.toContain(calls.exchange)
      expect(second.kept).toHaveLength(0)
    })

  if (vendorCase.keeps === 1)
    it('reads nothing when the access cannot be kept', async () => {
      const { provider, called } = await play(vendorCase)
      const broken = provider.collect(toSession(vendorCase), vendorCase.credential, async () => {
        throw new Error('disk full')
      })
      await expect(broken).rejects.toThrow('disk full')
      expect(called()).toEqual(calls.exchange === null ? [] : [calls.exchange])
    })

  if (vendorCase.keeps === 0)
    it('reads the same as often as asked', async () => {
      const { collect } = await play(vendorCase)
      expect(await collect()).toEqual(await collect())
    })

  if (vendorCase.noAadhaar)
    it('skips Aadhaar when the account has none', async () => {
      const { collect, called } = await play(vendorCase, vendorCase.noAadhaar ?? {})
      expect(told(await collect(['aadhaar']))).toBe('missing not_linked')
      expect(called()).not.toContain(calls.read)
    })

  if (vendorCase.emptyLocker)
    it('says what is not in the locker, also when it is empty', async () => {
      const { collect } = await play(vendorCase, vendorCase.emptyLocker ?? {})
      expect(await collect(['pan', 'driving_licence'])).toMatchObject({
        missing: [
          { type: 'pan', reason: 'not_in_locker' },
          { type: 'driving_licence', reason: 'not_in_locker' },
        ],
      })
    })

  if (vendorCase.otherPan)
    it('takes PANCD when the list says so', async () => {
      const { collect } = await play(vendorCase, vendorCase.otherPan ?? {})
      expect(await collect(['pan'])).toMatchObject({ documents: [{ type: 'pan' }] })
    })

  describe.each(TROUBLE(vendorCase.errorInside))('answered with %s', (name, reply, ...expected) => {
    const limitMs = name === 'silence' ? 150 : 5_000
    const [start, exchange, read] = expected
    const gives: Told = { start, exchange, read, ...vendorCase.differs?.[name] }

    if (calls.start)
      it('fails by name at the start, with nothing secret in error or log', async () => {
        const { provider, logs, called } = await play(vendorCase, { [calls.start ?? '']: reply }, limitMs)
        const error = await startFault(provider)
        expect(toldOf(error)).toMatch(new RegExp(`^${gives.start}( |$)`))
        expect(called().length).toBeLessThanOrEqual(2)
        const text = serialise(error) + JSON.stringify(logs)
        expectNoSecret(text)
        expect(text).not.toMatch(/Welcome|Too many|field required/)
      })

    if (calls.exchange)
      it('ends the exchange after one call', async () => {
        const { collect, kept, called, logs } = await play(
          vendorCase,
          { [calls.exchange ?? '']: reply },
          limitMs,
        )
        expect(told(await collect())).toBe(gives.exchange)
        expect(called()).toEqual([calls.exchange])
        expect(kept).toHaveLength(0)
        expectNoSecret(JSON.stringify(logs))
      })

    it('fails a read that leaves nothing', async () => {
      const { collect, called, logs } = await play(vendorCase, { [calls.read]: reply }, limitMs)
      expect(told(await collect([only]))).toBe(gives.read)
      expect(called().filter((call) => call === calls.read).length).toBeLessThanOrEqual(3)
      expectNoSecret(JSON.stringify(logs))
    })
  })

  if (calls.exchange && calls.start)
    it.each([401, 403, 500, 503])('a %i on exchanges closes the door for nobody else', async (status) => {
      const reply = { status, body: { detail: 'Could not validate' } }
      const { provider, collect, called } = await play(vendorCase, { [calls.exchange ?? '']: reply })
      for (let count = 0; count < 6; count += 1) await collect()
      await startWith(provider)
      expect(called()).toEqual([...Array(6).fill(calls.exchange), calls.start])
      const dead = await play(vendorCase, { [calls.start ?? '']: { status: 401 } })
      await startFault(dead.provider)
      expect(toldOf(await startFault(dead.provider))).toBe('provider_unauthorized circuit_open')
    })

  if (vendorCase.also)
    it('keeps what it could read when one document makes trouble', async () => {
      const both = [only, ...(vendorCase.also === null ? [] : [vendorCase.also])]
      const { collect } = await play(vendorCase, { [calls.read]: { status: 500 } })
      expect(told(await collect(both))).toBe('missing issuer_unavailable')
      const garbled = await play(vendorCase, { [calls.read]: { body: HTML } })
      expect(told(await garbled.collect(both))).toBe('missing unreadable')
    })

  if (vendorCase.upstream)
    it.each([
      ['aadhaar_not_linked', 'missing not_linked'],
      ['aadhaar_not_available', 'missing renewal_needed'],
      ['invalid_uri', 'missing not_in_locker'],
      ['repository_service_unavailable', 'missing issuer_unavailable'],
      ['partner_service_unresponsive', 'missing issuer_unavailable'],
      ['invalid_token', 'session_ended'],
    ])('knows the upstream word %s', async (word, gives) => {
      for (const status of [400, 404, 500]) {
        const reply = vendorCase.upstream?.(`upstream says ${word}.`, status) ?? {}
        const { collect } = await play(vendorCase, { [calls.read]: reply })
        expect(told(await collect([only]))).toBe(gives)
      }
    })

  if (vendorCase.upstream && calls.exchange)
    it('ends the session at invalid_token', async () => {
      const reply = vendorCase.upstream?.('invalid_token', 400) ?? {}
      const { collect } = await play(vendorCase, { [calls.exchange ?? '']: reply })
      expect(told(await collect())).toBe('session_ended')
    })

  if (vendorCase.errors.length)
    it.each(vendorCase.errors)('knows the documented error: $says', async (error) => {
      const { provider, collect, called, logs } = await play(vendorCase, { [error.at]: error.reply })
      if (error.at === calls.start) expect(toldOf(await startFault(provider))).toBe(error.gives)
      else expect(told(await collect(error.documents ?? [only]))).toBe(error.gives)
      expect(called()).toContain(error.at)
      expectNoSecret(JSON.stringify(logs))
    })

  it.each(vendorCase.returns)('reads the return %j', async (query, expected) => {
    const { provider } = await play(vendorCase)
    expect(provider.readReturn(new Map(Object.entries(query)))).toEqual(expected)
  })

  if (vendorCase.link)
    it('sends nobody to a foreign place', async () => {
      for (const place of [
        'javascript:alert(1)',
        'http://digilocker.idto.ai/',
        'http://api.digitallocker.gov.in/',
        'https://evil.example/',
        'https://u:p@api.digitallocker.gov.in/',
        '//evil.example',
        'https://api.digitallocker.gov.in.evil.example/',
        'https://api.digitallocker.gov.in:8443/',
      ]) {
        const { provider } = await play(vendorCase, { [calls.start ?? '']: vendorCase.link?.(place) ?? {} })
        const error = await startFault(provider)
        expect(error).toMatchObject({ code: 'provider_bad_response' })
        expect(serialise(error)).not.toContain('evil')
      }
    })

  it('needs its credentials and refuses a sandbox in production', () => {
    const connection: Connection = {
      ...{ id: 'x', vendor: vendorCase.vendor, displayName: 'x', sandbox: false, allowedHosts: [] },
      baseUrl: new URL('https://vendor.example'),
      authUrl: vendorCase.hasAuthHost ? new URL('https://auth.vendor.example') : null,
      credentials,
    }
    const live = { production: true, allowedLoopbackOrigins: [] }
    const make = (more: Partial<Connection>) => () => createProvider({ ...connection, ...more }, live)
    expect(make({})).not.toThrow()
    for (const name of Object.keys(credentials)) {
      const { [name]: _, ...others } = credentials
      if (vendorCase.optional?.includes(name)) expect(make({ credentials: others })).not.toThrow()
      else expect(make({ credentials: others })).toThrowError(/no_connection/)
    }
    expect(make({ sandbox: true })).toThrowError(/no_connection/)
    expect(make({ baseUrl: new URL('http://127.0.0.1:1') })).toThrowError(/provider_blocked_address/)
  })
})
