import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox } from './server'
import { addressOf, handleOf } from './state'
import {
  attribute,
  consent,
  control,
  deepvue,
  exchangeBody,
  idto,
  idtoKey,
  idtoReturn,
  idtoStart,
  newReturnUrl,
  readJson,
  readText,
} from './test-client'

let sandbox: RunningSandbox
let base = ''

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  base = sandbox.url
})

afterEach(() => control(base, {}, '/_control/reset'))
afterAll(() => sandbox.close())

const start = (changes = {}) => idto(base, 'initiate_session', idtoStart(changes))

test.each([
  ['unauthorized', 401, 'Authentication required', 'Could not validate credentials'],
  ['forbidden', 403, 'not enabled', 'Not a valid token'],
  ['rate_limited', 429, 'Too many requests', 'Rate limit exceeded'],
  ['server_error', 500, 'Internal Server Error', 'Internal Server Error'],
  ['unavailable', 503, 'Unavailable', 'Source Unavailable'],
])('%s is %i in each vendor’s words, as often as asked', async (fault, status, ofIdto, ofDeepvue) => {
  await control(base, { vendor: 'idto', call: 'initiate_session', fault, times: 1 })
  await control(base, { vendor: 'deepvue', call: 'initiate_session', fault, times: 1 })
  const first = await start()
  expect(first.status).toBe(status)
  expect((await readJson(first)).detail).toContain(ofIdto)
  expect((await start()).status).toBe(200)
  const other = await deepvue(base, 'initiate-session', { redirect_url: newReturnUrl() })
  expect(other.status).toBe(status)
  expect((await readJson(other)).detail).toContain(ofDeepvue)
})

test('a fault stays with the journeys of its handle', async () => {
  await control(base, { vendor: 'idto', call: '*', fault: 'server_error', handle: 'jrny_hit' })
  expect((await start({ redirect_url: 'http://localhost:3000/cb/jrny_hit' })).status).toBe(500)
  expect((await start({ redirect_url: 'http://localhost:3000/cb/jrny_miss' })).status).toBe(200)
  await control(base, { handle: 'jrny_hit' }, '/_control/reset')
  expect((await start({ redirect_url: 'http://localhost:3000/cb/jrny_hit' })).status).toBe(200)
})

test('a fault after so many calls, and one after the code was spent', async () => {
  await control(base, { vendor: 'idto', call: 'get_reference', fault: 'html', phase: 'after', times: 1 })
  const back = await idtoReturn(base, 'adult')
  const lost = await idto(base, 'get_reference', exchangeBody(back))
  expect(lost.status).toBe(502)
  expect(await lost.text()).toContain('<html>')
  expect((await idto(base, 'get_reference', exchangeBody(back))).status).toBe(400)
  await control(base, { vendor: 'idto', call: 'initiate_session', fault: 'forbidden', after: 1 })
  expect((await start()).status).toBe(200)
  expect((await start()).status).toBe(403)
})

test('links of the vendor lead elsewhere, or nowhere good', async () => {
  await control(base, { vendor: 'idto', call: 'initiate_session', fault: 'foreign_url', times: 1 })
  expect((await readJson(start())).url).toBe('https://phishing.example.invalid/consent')
  await control(base, { vendor: 'idto', call: 'initiate_session', fault: 'javascript_url', times: 1 })
  expect((await readJson(start())).url).toMatch(/^javascript:/)
  await control(base, {
    vendor: 'deepvue',
    call: '*',
    fault: 'redirect',
    location: 'http://169.254.169.254/',
    times: 1,
  })
  const moved = await deepvue(base, 'initiate-session', { redirect_url: newReturnUrl() })
  expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://169.254.169.254/'])
})

test('answers are cut, too large, of another shape, late or never there', async () => {
  await control(base, { vendor: 'idto', call: '*', fault: 'truncated_json', times: 1 })
  const cut = await (await start()).text()
  expect(() => JSON.parse(cut) as unknown).toThrow()
  await control(base, { vendor: 'idto', call: '*', fault: 'huge_body', sizeBytes: 300_000, times: 1 })
  expect((await (await start()).text()).length).toBeGreaterThanOrEqual(300_000)
  await control(base, {
    vendor: 'idto',
    call: '*',
    fault: 'body',
    status: 200,
    body: { status: 'success' },
    times: 1,
  })
  expect(await readJson(start())).toEqual({ status: 'success' })
  await control(base, { vendor: 'idto', call: '*', fault: 'disconnect', times: 1 })
  await expect(start()).rejects.toThrow()
  await control(base, { vendor: 'idto', call: '*', fault: 'hang', times: 1 })
  const impatient = fetch(`${base}/verify/digilocker/initiate_session`, {
    method: 'POST',
    signal: AbortSignal.timeout(150),
  })
  await expect(impatient).rejects.toThrow()
  await control(base, { vendor: 'idto', call: '*', fault: 'delay', delayMs: 120, times: 1 })
  const from = performance.now()
  expect((await start()).status).toBe(200)
  expect(performance.now() - from).toBeGreaterThan(110)
})

test('the way back can lose or change its parameters', async () => {
  await control(base, {
    vendor: 'idto',
    call: 'return',
    fault: 'body',
    params: { code_verifier: null, state: 'forged' },
  })
  const back = await idtoReturn(base, 'adult')
  expect(back.searchParams.has('code_verifier')).toBe(false)
  expect(back.searchParams.get('state')).toBe('forged')
  expect(back.searchParams.has('code')).toBe(true)
})

test('modes of IDTO', async () => {
  const mode = {
    returnSpelling: 'codeVerifier',
    stateEcho: false,
    doubleEncode: true,
    envelope: 'result',
    mime: 'string',
    wrapXml: true,
    sha1: true,
    panRoute: 'xml',
  }
  expect((await control(base, { vendor: 'idto', mode })).status).toBe(200)
  const begun = (await readJson(start())) as { result: { url: string } }
  const back = (await consent(begun.result.url, 'adult')) as URL
  expect([...back.searchParams.keys()]).toEqual(['code', 'codeVerifier'])
  const verifier = decodeURIComponent(back.searchParams.get('codeVerifier') ?? '')
  const body = { code: back.searchParams.get('code'), code_verifier: verifier }
  const { result } = (await readJson(idto(base, 'get_reference', body))) as {
    result: { reference_key: string }
  }
  const listed = (await readJson(idto(base, 'issued_docs', { reference_key: result.reference_key }))) as {
    issued_docs: { items: { mime: unknown }[] }
  }
  expect(listed.issued_docs.items[0]?.mime).toBe('application/pdf')
  const { xml } = (await readJson(idto(base, 'fetch_pan/xml', { reference_key: result.reference_key }))) as {
    xml: string
  }
  expect(xml).toContain('rsa-sha1')
})

test('modes of Deepvue', async () => {
  const mode = {
    codeName: 'digilocker_code',
    stateName: 'transaction_id',
    list: 'items',
    file: 'xml',
    birthDate: 'YYYY-MM-DD',
  }
  await control(base, { vendor: 'deepvue', mode })
  const begun = await readJson(deepvue(base, 'initiate-session', { redirect_url: newReturnUrl() }))
  const back = (await consent(
    (begun.data as { authorization_url: string }).authorization_url,
    'adult',
  )) as URL
  expect([...back.searchParams.keys()]).toEqual(['digilocker_code', 'transaction_id'])
  const id = String(begun.transaction_id)
  const exchange = {
    initial_deepvue_transaction_id: id,
    digilocker_code: back.searchParams.get('digilocker_code'),
  }
  await deepvue(base, 'access-token', exchange)
  const list = await readJson(deepvue(base, 'issued-files', { initial_deepvue_transaction_id: id }))
  const { uri } = (list.data as { items: { uri: string }[] }).items[0] as { uri: string }
  const file = await readJson(deepvue(base, 'file', { initial_deepvue_transaction_id: id, uri }))
  expect(String(file.data)).toMatch(/^<\?xml/)
})

test('a rate limit of the vendor', async () => {
  await control(base, { vendor: 'deepvue', mode: { ratePerSecond: 1 } })
  const calls = [1, 2].map(() => deepvue(base, 'initiate-session', { redirect_url: newReturnUrl() }))
  expect((await Promise.all(calls)).map((answer) => answer.status).sort()).toEqual([201, 429])
})

test('a persona can be preselected, or decided without the page', async () => {
  const redirectUrl = newReturnUrl()
  await control(base, { persona: 'minor', handle: redirectUrl })
  const { url } = await readJson(start({ redirect_url: redirectUrl }))
  const chooser = await fetch(String(url).replace('/digilocker?', '/digilocker/authorize?'))
  expect(await chooser.text()).toMatch(/value="minor" checked/)
  await control(base, { persona: 'adult', handle: redirectUrl, auto: true })
  const direct = await fetch(String(url), { redirect: 'manual' })
  expect(direct.status).toBe(303)
  const back = new URL(direct.headers.get('location') ?? '')
  expect((await idto(base, 'get_reference', exchangeBody(back))).status).toBe(200)
  await control(base, { persona: 'adult', handle: redirectUrl, auto: true, decision: 'deny' })
  const denied = await fetch(String(url), { redirect: 'manual' })
  expect(new URL(denied.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied')
})

test('the log counts the calls of a journey and keeps names, not values', async () => {
  const redirectUrl = newReturnUrl()
  const key = await idtoKey(base, 'adult', { redirect_url: redirectUrl })
  await readText(base, 'fetch_pan', key)
  const handle = redirectUrl.split('/').at(-1)
  const { calls } = (await readJson(fetch(`${base}/_control/log?handle=${handle}`))) as {
    calls: Record<string, unknown>[]
  }
  expect(calls.map((call) => call.call)).toEqual(['initiate_session', 'return', 'get_reference', 'fetch_pan'])
  expect(calls[0]?.headers).toContain('x-api-key')
  expect(JSON.stringify(calls)).not.toMatch(/sandbox-idto-key|sandbox-idto-client/)
  expect(JSON.stringify(calls)).not.toContain(key)
})

test('a path that nobody has is nobody’s call', async () => {
  expect((await fetch(`${base}/v9/nothing/here`)).status).toBe(404)
  const { calls } = (await readJson(fetch(`${base}/_control/log`))) as { calls: { vendor: unknown }[] }
  expect(calls.at(-1)).toMatchObject({ vendor: null, call: null, status: 404 })
})

test('the handle of an address is its last segment, or the state where that is the same for all', () => {
  expect(handleOf('https://app.example.test/api/kyc/idto/callback/jrny_1?state=s')).toBe('jrny_1')
  const address = addressOf({ returnUrl: 'https://app.example.test/api/kyc/dl/callback', state: 'jrny_2' })
  expect(handleOf(address)).toBe('jrny_2')
  expect(handleOf('https://app.example.test/api/kyc/dl/callback')).toBe('callback')
})

test('the journeys tell a test whom it met', async () => {
  const redirectUrl = newReturnUrl()
  const key = await idtoKey(base, 'adult', { redirect_url: redirectUrl })
  const pan = attribute(await readText(base, 'fetch_pan', key), 'number')
  const answer = await readJson(fetch(`${base}/_control/journeys?handle=${encodeURIComponent(redirectUrl)}`))
  expect(answer.journeys).toMatchObject([
    { persona: 'adult', outcome: 'allowed', person: { pan: { number: pan } } },
  ])
})

test('control refuses what it does not know, and forms', async () => {
  expect((await control(base, { vendor: 'idto', fault: 'unknown' })).status).toBe(400)
  expect((await control(base, { vendor: 'idto', mode: { returnSpeling: 'x' } })).status).toBe(400)
  expect((await control(base, { persona: 'nobody' })).status).toBe(400)
  const form = await fetch(`${base}/_control`, {
    method: 'POST',
    body: new URLSearchParams({ vendor: 'idto' }),
  })
  expect(form.status).toBe(415)
})

test('control answers to a local name only', async () => {
  const status = await new Promise((resolve) => {
    const options = {
      port: sandbox.port,
      host: '127.0.0.1',
      path: '/_control/log',
      headers: { host: 'evil.example' },
    }
    request(options, (answer) => resolve(answer.resume().statusCode)).end()
  })
  expect(status).toBe(403)
})

test('both loopback addresses answer, and a reset keeps journeys on their way', async () => {
  expect((await fetch(`http://127.0.0.1:${sandbox.port}/healthz`)).status).toBe(200)
  const back = await idtoReturn(base, 'adult')
  await control(base, {}, '/_control/reset')
  expect((await idto(base, 'get_reference', exchangeBody(back))).status).toBe(200)
})
