import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProvider } from '../index'
import {
  ACCESS_TOKEN,
  CLIENT_SECRET,
  DIGILOCKER,
  refusal,
  signed,
  tokenReply,
} from '../testing/case-digilocker'
import { failure, missing, play, serialise, startWith, told, toSession } from '../testing/play'
import { AADHAAR, ALL, CODE, NOW, PAN, RETURN_URL, STATE, sample, VERIFIER } from '../testing/vendor-case'
import type { Connection } from '../types'
import { toXmlPath } from './api'
import { createVerifier, toChallenge } from './pkce'
import { openAccess, toExpiry, toShown } from './transform'

const NOW_S = NOW.getTime() / 1000
const HMAC = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../documents/fixtures/expected.json'), 'utf8'),
).hmac
const listed = (more: Readonly<Record<string, unknown>>) => {
  const body = sample('digilocker/issued.json')
  Object.assign(body.items[2], more)
  return { issued: { body } }
}

describe('signing in at digilocker', () => {
  it('builds the address alone, with everything that the specification asks for', async () => {
    const { provider, called } = await play(DIGILOCKER)
    const { authorizationUrl, secret } = await startWith(provider, ['aadhaar', 'pan'])
    const url = new URL(authorizationUrl)
    expect(called()).toEqual([])
    expect(url.pathname).toBe('/public/oauth2/1/authorize')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'FAKECLIENT',
      redirect_uri: RETURN_URL,
      state: STATE,
      code_challenge: toChallenge(secret ?? ''),
      code_challenge_method: 'S256',
      purpose: 'Identity check for a player account',
      service_name: 'app example test',
      scope: 'files.issueddocs',
      req_doctype: 'ADHAR,PANCR',
      prompt: 'login',
    })
    expect(authorizationUrl).not.toContain('+')
    expect(authorizationUrl).not.toContain(secret)
    expect(authorizationUrl).not.toContain(CLIENT_SECRET)
  })

  it('makes a new verifier for every attempt and keeps it with us', async () => {
    const { provider } = await play(DIGILOCKER)
    const secrets = await Promise.all([1, 2, 3].map(async () => (await startWith(provider)).secret))
    expect(new Set(secrets).size).toBe(3)
    for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9\-._~]{43,128}$/)
    expect(createVerifier()).not.toBe(createVerifier())
  })

  it('challenges as RFC 7636 does in appendix B', () => {
    expect(toChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })

  it('names the service that the settings name', async () => {
    const credentials = { ...DIGILOCKER.credentials, serviceName: 'Example Games (Pvt.) Ltd' }
    const { provider } = await play({ ...DIGILOCKER, credentials })
    const { authorizationUrl } = await startWith(provider)
    expect(new URL(authorizationUrl).searchParams.get('service_name')).toBe('Example Games Pvt Ltd')
  })

  it.each([
    ['Identity & age check — “now”', 'Identity age check now'],
    ['under_score 1', 'under_score 1'],
    ['पहचान', ''],
    [`${'word '.repeat(9)}abcd efgh`, `${'word '.repeat(9)}abcd`],
  ])('shows only what may be shown: %s', (text, expected) => {
    expect(toShown(text)).toBe(expected)
    expect(toShown(text).length).toBeLessThanOrEqual(50)
  })

  it.each([
    ['https://digilocker.meripehchaan.gov.in', true],
    ['https://api.digitallocker.gov.in', true],
    ['https://digilocker.evil.example', false],
  ])('sends players to %s: %j', async (base, isFine) => {
    const connection: Connection = {
      id: 'digilocker',
      vendor: 'digilocker',
      displayName: 'DigiLocker',
      baseUrl: new URL(base),
      authUrl: null,
      credentials: DIGILOCKER.credentials,
      sandbox: false,
      allowedHosts: [],
    }
    const starting = startWith(createProvider(connection, { production: true, allowedLoopbackOrigins: [] }))
    if (isFine) expect((await starting).authorizationUrl).toMatch(`${base}/public/`)
    else await expect(starting).rejects.toThrow(/redirect_not_listed/)
  })
})

describe('the exchange at digilocker', () => {
  it('sends code, verifier and return address once, keys by Basic', async () => {
    const { collect, stub } = await play(DIGILOCKER)
    await collect()
    const [token] = stub.seen
    expect(token).toMatchObject({
      path: '/public/oauth2/1/token',
      body: {
        grant_type: 'authorization_code',
        code: CODE,
        redirect_uri: RETURN_URL,
        code_verifier: VERIFIER,
      },
    })
    expect(JSON.stringify(token?.body)).not.toContain(CLIENT_SECRET)
  })

  it('is never repeated, and leaves the code as it may be', async () => {
    const silence = { instead: () => undefined }
    const slow = await play(DIGILOCKER, { token: silence }, 100)
    expect(failure(await slow.collect())).toBe('exchange_interrupted')
    expect(slow.called()).toEqual(['token'])
    const broken = await play(DIGILOCKER, { token: { instead: (response) => void response.destroy() } })
    expect(failure(await broken.collect())).toBe('exchange_interrupted')
    expect(broken.called()).toEqual(['token'])
  })

  it('needs the verifier of the start', async () => {
    const { provider, called } = await play(DIGILOCKER)
    const lost = { ...toSession(DIGILOCKER), secret: null }
    await expect(provider.collect(lost, DIGILOCKER.credential, async () => undefined)).rejects.toThrow(
      /state_conflict.*no_verifier/,
    )
    expect(called()).toEqual([])
  })

  it.each(['invalid_grant', 'invalid_client', 'invalid_grant_type', 'invalid_token', 'INVALID_GRANT '])(
    'reads the word %s whatever the status',
    async (word) => {
      const outcomes = new Set<string>()
      for (const status of [200, 400, 401, 404, 500, 530]) {
        const { collect, called } = await play(DIGILOCKER, { token: refusal(word, status) })
        outcomes.add(told(await collect()))
        expect(called()).toEqual(['token'])
      }
      expect(outcomes.size).toBe(1)
    },
  )

  it.each([
    [{}, 55 * 60],
    [{ expires_in: 600 }, 600],
    [{ expires_in: '600' }, 600],
    [{ expires_in: 600, consent_valid_till: NOW_S + 300 }, 300],
    [{ consent_valid_till: String(NOW_S + 300) }, 300],
    [{ consent_valid_till: NOW_S + 300 + 330 * 60 }, 55 * 60],
    [{ expires_in: null, consent_valid_till: null }, 55 * 60],
    [{ expires_in: 0, consent_valid_till: '0' }, 55 * 60],
    [{ expires_in: 'soon', consent_valid_till: 'never' }, 55 * 60],
  ])('keeps the access as long as %j allows', async (more, seconds) => {
    const { collect, kept } = await play(DIGILOCKER, { token: tokenReply(more) })
    await collect(['aadhaar'])
    expect(kept.map(({ expiresAt }) => expiresAt.getTime() - NOW.getTime())).toEqual([seconds * 1000])
  })

  it('reads nothing when the consent is over already', async () => {
    const over = tokenReply({ consent_valid_till: NOW_S - 1 })
    const { collect, called, kept } = await play(DIGILOCKER, { token: over })
    expect(failure(await collect())).toBe('session_ended')
    expect(called()).toEqual(['token', 'revoke'])
    expect(kept).toEqual([])
    expect(toExpiry(3600, NOW_S - 1, NOW).getTime()).toBe((NOW_S - 1) * 1000)
  })

  it('keeps what later reads need and no more', async () => {
    const { collect, kept } = await play(DIGILOCKER, {
      token: tokenReply({ digilockerid: 'DL-00000000-0000-4000-8000-000000000009' }),
    })
    await collect(['aadhaar'])
    expect(JSON.parse(kept[0]?.access ?? '')).toEqual({
      token: ACCESS_TOKEN,
      scope: 'files.issueddocs partners.PANCR partners.DRVLC',
      hasAadhaar: true,
      profile: {
        subject: '00000000-0000-4000-8000-000000000009',
        name: 'Parikshan Kumar Namoona',
        birthDate: '29021992',
        gender: 'M',
      },
    })
    for (const text of ['', 'x', '{}', 'null', '{"token":""}']) expect(openAccess(text)).toBeNull()
  })

  it('refuses access that is none of its own', async () => {
    const { collect } = await play(DIGILOCKER)
    await expect(collect(ALL, { stage: 'exchanged', access: 'x' })).rejects.toThrow(/foreign_access/)
  })

  it.each([{ access_token: '' }, { access_token: 'two\r\nlines' }, { access_token: undefined }])(
    'refuses a token answer with %j',
    async (more) => {
      const { collect, called } = await play(DIGILOCKER, { token: tokenReply(more) })
      expect(failure(await collect())).toBe('bad_response')
      expect(called()).toEqual(['token'])
    },
  )
})

describe('the account at digilocker', () => {
  const bare = tokenReply({ name: undefined, dob: undefined, eaadhaar: undefined, digilockerid: undefined })

  it('is asked for only when the token answer left the person out, once', async () => {
    const { collect, called, kept } = await play(DIGILOCKER, { token: bare })
    expect(await collect()).toMatchObject(DIGILOCKER.outcome)
    expect(called().filter((name) => name === 'user')).toHaveLength(1)
    expect(called()).toContain('eaadhaar')
    const again = await play(DIGILOCKER)
    await again.collect(ALL, { stage: 'exchanged', access: kept[0]?.access ?? '' })
    expect(again.called()).not.toContain('user')
  })

  it('may say that there is no Aadhaar', async () => {
    const user = { body: { ...sample('digilocker/user.json'), eaadhaar: 'N' } }
    const { collect, called } = await play(DIGILOCKER, { token: bare, user })
    expect(missing(await collect(['aadhaar']))).toEqual([{ type: 'aadhaar', reason: 'not_linked' }])
    expect(called()).not.toContain('eaadhaar')
  })

  it.each([{ status: 500 }, refusal('insufficient_scope', 403), { body: 'x' }])(
    'is gone without when it answers %j, and not asked twice',
    async (user) => {
      const { collect, called } = await play(DIGILOCKER, { token: bare, user })
      const outcome = await collect()
      expect(outcome).toMatchObject({ missing: [], profile: { subject: null, name: null } })
      expect(called().filter((name) => name === 'user')).toHaveLength(1)
    },
  )

  it('is known by the spellings of 2021 too', async () => {
    const token = tokenReply({
      ...{ digilockerid: undefined, digilocker_id: 'old-key' },
      ...{ eaadhaar: undefined, eaadhar: 'n' },
    })
    const { collect } = await play(DIGILOCKER, { token })
    expect(await collect(['aadhaar'])).toMatchObject({
      profile: { subject: 'old-key' },
      missing: [{ reason: 'not_linked' }],
    })
  })
})

describe('what the player granted', () => {
  it.each([
    ['', [], ['not_shared', 'not_shared', 'not_shared']],
    ['openid', ['aadhaar'], ['not_shared', 'not_shared']],
    ['files.issueddocs', ALL, []],
    ['openid FILES.ISSUEDDOCS', ALL, []],
    ['openid partners.PANCR', ['aadhaar', 'pan'], ['not_shared']],
    ['partners.DRVLC', ['aadhaar', 'driving_licence'], ['not_shared']],
    [undefined, ALL, []],
    [null, ALL, []],
  ])('decides what is read: %j', async (scope, types, reasons) => {
    const { collect, called } = await play(DIGILOCKER, { token: tokenReply({ scope }) })
    const outcome = await collect()
    if (outcome.kind !== 'documents') throw new Error(told(outcome))
    expect(outcome.documents.map(({ type }) => type)).toEqual(types)
    expect(outcome.missing.map(({ reason }) => reason)).toEqual(reasons)
    if (scope === '') expect(called()).toEqual(['token', 'revoke'])
    if (scope === 'openid') expect(called()).not.toContain('issued')
  })

  it('is told by the calls as well', async () => {
    const { collect } = await play(DIGILOCKER, { eaadhaar: refusal('insufficient_scope', 403) })
    expect(missing(await collect())).toEqual([{ type: 'aadhaar', reason: 'not_shared' }])
  })
})

describe('documents of digilocker', () => {
  it('asks for the bytes as they are hashed, percent-encodes the address once', async () => {
    const { collect, stub } = await play(DIGILOCKER)
    await collect()
    for (const { headers } of stub.seen) expect(headers['accept-encoding']).toBe('identity')
    expect(toXmlPath('in.gov.x-DRVLC-KA 01/2 ü%')).toBe(
      '/public/oauth2/1/xml/in.gov.x-DRVLC-KA%2001%2F2%20%C3%BC%25',
    )
    const odd = await play(DIGILOCKER, listed({ uri: 'in.gov.pan-PANCR-../..?x#y' }))
    await odd.collect(['pan'])
    expect(odd.stub.seen.find(({ path }) => path.includes('/xml/'))?.path).toBe(
      '/public/oauth2/1/xml/in.gov.pan-PANCR-..%2F..%3Fx%23y',
    )
  })

  it.each(Object.entries(HMAC.values as Record<string, string>))(
    'knows the proof of %s',
    async (file, hmac) => {
      expect(HMAC.secret).toBe(CLIENT_SECRET)
      const body = readFileSync(join(import.meta.dirname, '../../documents/fixtures', file))
      const { collect, called } = await play(DIGILOCKER, { eaadhaar: { headers: { hmac }, body } })
      expect(told(await collect(['aadhaar']))).toBe('documents')
      expect(called().filter((name) => name === 'eaadhaar')).toHaveLength(1)
    },
  )

  const right = signed(AADHAAR).headers?.hmac ?? ''
  it.each([
    ['no proof', {}, AADHAAR],
    ['an empty proof', { hmac: '' }, AADHAAR],
    ['the proof of another document', { hmac: signed(PAN).headers?.hmac ?? '' }, AADHAAR],
    ['one more byte', { hmac: right }, Buffer.concat([AADHAAR, Buffer.from('\n')])],
    ['a short proof', { hmac: right.slice(0, 20) }, AADHAAR],
    ['a proof in hex', { hmac: Buffer.from(right, 'base64').toString('hex') }, AADHAAR],
    ['garbage', { hmac: '***' }, AADHAAR],
  ])('downloads once more when it came with %s, then gives up', async (_, headers, body) => {
    const altered = { headers: { 'content-type': 'application/xml', ...headers }, body }
    const { collect, called, logs } = await play(DIGILOCKER, { eaadhaar: altered })
    expect(missing(await collect(['aadhaar', 'pan']))).toEqual([{ type: 'aadhaar', reason: 'unreadable' }])
    expect(called().filter((name) => name === 'eaadhaar')).toHaveLength(2)
    expect(logs.filter(({ why }) => why === 'hmac')).toHaveLength(2)
    const second = await play(DIGILOCKER, {
      eaadhaar: (__, time) => (time === 0 ? altered : signed(AADHAAR)),
    })
    expect(told(await second.collect(['aadhaar']))).toBe('documents')
  })

  it('takes nothing but XML, however well proven', async () => {
    for (const body of [Buffer.from('{"error":"invalid_uri"}'), Buffer.from('%PDF-1.7\n')]) {
      const { collect, called } = await play(DIGILOCKER, { eaadhaar: signed(body) })
      expect(failure(await collect(['aadhaar']))).toBe('bad_response')
      expect(called().filter((name) => name === 'eaadhaar')).toHaveLength(1)
    }
  })

  it.each([
    ['invalid_token', 'session_ended'],
    ['insufficient_scope', 'missing not_shared'],
    ['aadhaar_not_linked', 'missing not_linked'],
    ['aadhaar_not_available', 'missing renewal_needed'],
    ['invalid_uri', 'missing not_in_locker'],
    ['uri_missing', 'vendor_misconfigured'],
    ['unexpected_error', 'vendor_unavailable'],
    ['repository_service_unresponsive', 'missing issuer_unavailable'],
    ['repository_service_resperror', 'missing issuer_unavailable'],
    ['repository_service_exception', 'missing issuer_unavailable'],
    ['repository_service_configerror', 'missing issuer_unavailable'],
    ['repository_service_inactive', 'missing issuer_unavailable'],
    ['repository_service_unpublished', 'missing issuer_unavailable'],
    ['partner_service_unresponsive', 'missing issuer_unavailable'],
  ])('reads the word %s whatever the status', async (word, expected) => {
    const isOff = /configerror|inactive|unpublished/.test(word)
    const isDown = /unresponsive|resperror|exception|unexpected/.test(word)
    for (const status of [400, 403, 404, 500, 503, 530]) {
      const { collect, called } = await play(DIGILOCKER, { eaadhaar: refusal(word, status) })
      expect(told(await collect(['aadhaar']))).toBe(expected)
      const times = called().filter((name) => name === 'eaadhaar').length
      expect(times).toBe(isDown ? 3 : 1)
      if (isOff) expect(times).toBe(1)
    }
  })

  it('does not take a 401 without a word for a word about our keys', async () => {
    const { collect, called } = await play(DIGILOCKER, { eaadhaar: { status: 401, body: '' } })
    expect(failure(await collect(['aadhaar']))).toBe('session_ended')
    expect(failure(await collect(['aadhaar']))).toBe('session_ended')
    expect(called().filter((name) => name === 'token')).toHaveLength(2)
  })

  it.each([404, 405])('shouts about an address that is none (%i)', async (status) => {
    const { collect, logs } = await play(DIGILOCKER, { xml: { status, body: 'no such page' } })
    expect(missing(await collect(['aadhaar', 'pan']))).toEqual([{ type: 'pan', reason: 'unreadable' }])
    expect(logs.some(({ why }) => why === 'address_unknown')).toBe(true)
  })

  it('lists once more when an address has vanished, and not twice', async () => {
    const gone = refusal('invalid_uri', 404)
    const { collect, called } = await play(DIGILOCKER, {
      xml: (_, time) => (time === 0 ? gone : signed(PAN)),
    })
    expect(told(await collect(['pan']))).toBe('documents')
    expect(called()).toEqual(['token', 'issued', 'xml', 'issued', 'xml', 'revoke'])
    const never = await play(DIGILOCKER, { xml: gone })
    expect(told(await never.collect(['pan']))).toBe('missing not_in_locker')
    expect(never.called()).toEqual(['token', 'issued', 'xml', 'issued', 'xml', 'revoke'])
  })

  it.each([
    ['application/xml', 'documents'],
    ['application/pdf, application/xml', 'documents'],
    [['application/pdf', 'Application/XML'], 'documents'],
    ['application/pdf', 'missing unreadable'],
    [['application/pdf'], 'missing unreadable'],
    [[], 'missing unreadable'],
    [null, 'missing unreadable'],
    [7, 'missing unreadable'],
  ])('reads XML only where it is listed: %j', async (mime, expected) => {
    const { collect, called } = await play(DIGILOCKER, listed({ mime }))
    expect(told(await collect(['pan']))).toBe(expected)
    expect(called().includes('xml')).toBe(expected === 'documents')
  })

  it('prefers the issuer that offers XML, and passes by items that make no sense', async () => {
    const [, , pan] = sample('digilocker/issued.json').items
    const items = [
      'x',
      { doctype: 'PANCR' },
      { ...pan, uri: '..' },
      { ...pan, uri: `in.gov.pan-PANCR-${String.fromCharCode(0xd800)}` },
      { ...pan, uri: 'in.gov.other-PANCR-1', mime: 'application/pdf' },
      { ...pan, uri: 'in.gov.right-PANCR-2' },
    ]
    const { collect, stub } = await play(DIGILOCKER, { issued: { body: { items } } })
    expect(told(await collect(['pan']))).toBe('documents')
    expect(stub.seen.filter(({ path }) => path.includes('/xml/')).map(({ path }) => path)).toEqual([
      '/public/oauth2/1/xml/in.gov.right-PANCR-2',
    ])
  })
})

describe('the end at digilocker', () => {
  it('gives the token back once, whatever came of the reading', async () => {
    const endings = [
      await play(DIGILOCKER),
      await play(DIGILOCKER, { eaadhaar: { status: 500 } }),
      await play(DIGILOCKER, { eaadhaar: refusal('uri_missing') }),
    ]
    for (const { collect, called, stub } of endings) {
      await collect()
      expect(called().filter((name) => name === 'revoke')).toHaveLength(1)
      expect(called().at(-1)).toBe('revoke')
      expect(stub.seen.at(-1)?.body).toEqual({ token: ACCESS_TOKEN, token_type_hint: 'access_token' })
    }
  })

  it.each([
    { status: 400, body: { error: 'invalid_token' } },
    { status: 401, body: { error: 'invalid_client' } },
    { status: 500 },
    { instead: () => undefined },
  ])('is harmless when that fails: %j', async (revoke) => {
    const { collect, called, provider, logs } = await play(DIGILOCKER, { revoke }, 200)
    expect(told(await collect())).toBe('documents')
    expect(called().filter((name) => name === 'revoke')).toHaveLength(1)
    expect(logs.at(-1)?.outcome).not.toBe('ok')
    await startWith(provider)
    expect(told(await collect())).toBe('documents')
  })

  it('does not give back what was never exchanged', async () => {
    const { collect, called } = await play(DIGILOCKER, { token: refusal('invalid_grant') })
    await collect()
    expect(called()).toEqual(['token'])
  })

  it('says nothing secret in a log or an error', async () => {
    const uri = 'in.gov.pan-PANCR-ZZZPN0000Z'
    const { provider, collect, logs } = await play(DIGILOCKER, {
      xml: { status: 400, body: { error: 'unknown', error_description: uri } },
      revoke: { status: 500 },
    })
    const { secret } = await startWith(provider)
    const outcome = await collect()
    const broken = await provider
      .collect({ ...toSession(DIGILOCKER), secret: null }, DIGILOCKER.credential, async () => undefined)
      .catch((error: unknown) => error)
    const text = JSON.stringify(logs) + serialise(broken)
    const secrets = [secret ?? '', VERIFIER, CODE, ACCESS_TOKEN, CLIENT_SECRET, STATE, uri, 'Namoona']
    for (const one of secrets) expect(text).not.toContain(one)
    expect(JSON.stringify(outcome)).not.toContain('FAKE-REFRESH-TOKEN')
  })
})
