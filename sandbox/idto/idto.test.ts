import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox } from '../server'
import {
  attribute,
  consent,
  exchangeBody,
  IDTO_HEADERS,
  idto,
  idtoKey,
  idtoReturn,
  idtoStart,
  newReturnUrl,
  readJson,
  readText,
} from '../test-client'

let sandbox: RunningSandbox
let base = ''

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  base = sandbox.url
})

afterAll(() => sandbox.close())

test('the start answers a link and no session id', async () => {
  const response = await idto(base, 'initiate_session', idtoStart({ state: 'a b&c' }))
  const body = await readJson(response)
  expect(response.status).toBe(200)
  expect(body).toMatchObject({ status: 'success', code: 1000 })
  const link = new URL(String(body.url))
  expect(link.origin + link.pathname).toBe(`${base}/digilocker`)
  expect(link.searchParams.get('client_id')).toBe('sandbox-idto-client')
  expect(link.searchParams.get('req_docs')).toBe('ADHAR,PANCR,DRVLC')
  expect(link.searchParams.get('state')).toBe('a b&c')
  expect(Object.keys(body)).not.toContain('session_id')
})

test.each([
  ['no headers', { 'Content-Type': 'application/json' }],
  ['no client id', { ...IDTO_HEADERS, 'X-Client-ID': '' }],
  [
    'a misspelt key header',
    {
      'X-APIKEY': 'sandbox-idto-key',
      'X-Client-ID': 'sandbox-idto-client',
      'Content-Type': 'application/json',
    },
  ],
  ['a wrong key', { ...IDTO_HEADERS, 'X-API-KEY': 'nearly' }],
  [
    'keys swapped',
    { ...IDTO_HEADERS, 'X-API-KEY': 'sandbox-idto-client', 'X-Client-ID': 'sandbox-idto-key' },
  ],
  ['a foreign bearer beside a good pair', { ...IDTO_HEADERS, Authorization: 'Bearer app.session.token' }],
])('%s is 401 with one detail string', async (_name, headers) => {
  const response = await idto(base, 'initiate_session', idtoStart(), headers)
  expect(response.status).toBe(401)
  expect(await readJson(response)).toEqual({ detail: expect.stringContaining('Authentication required') })
})

test('credentials are judged before the body', async () => {
  const response = await idto(base, 'initiate_session', {}, { 'Content-Type': 'application/json' })
  expect(response.status).toBe(401)
})

test.each([
  ['consent as a string', { consent: 'Y' }, ['body', 'consent'], 'type_error.bool'],
  ['consent false', { consent: false }, ['body', 'consent'], 'value_error'],
  ['no purpose', { consent_purpose: undefined }, ['body', 'consent_purpose'], 'value_error.missing'],
  [
    'documents as a string',
    { documents_for_consent: 'ADHAR' },
    ['body', 'documents_for_consent'],
    'type_error.list',
  ],
  ['a misspelt field', { redirectUrl: 'x' }, ['body', 'redirectUrl'], 'value_error.extra'],
])('%s is 422 with an array', async (_name, changes, loc, type) => {
  const response = await idto(base, 'initiate_session', idtoStart(changes))
  expect(response.status).toBe(422)
  expect(await readJson(response)).toEqual({ detail: [{ loc, msg: expect.any(String), type }] })
})

test('another content type is 422', async () => {
  const headers = { ...IDTO_HEADERS, 'Content-Type': 'text/plain' }
  const response = await idto(base, 'initiate_session', idtoStart(), headers)
  expect(response.status).toBe(422)
})

test.each([
  ['unknown', ['ADHAR', 'aadhaar'], 3001],
  ['not in the master list of this mode', ['PANCD'], 3001],
])('a document code that is %s is 400 with 3001', async (_name, documents, code) => {
  const response = await idto(base, 'initiate_session', idtoStart({ documents_for_consent: documents }))
  expect(response.status).toBe(400)
  expect(await readJson(response)).toMatchObject({ code, reason: 'INVALID_DOC_CODE' })
})

test.each([[undefined], ['']])('a return address of %s is 400 with 3002', async (redirectUrl) => {
  const response = await idto(base, 'initiate_session', idtoStart({ redirect_url: redirectUrl }))
  expect(response.status).toBe(400)
  expect(await readJson(response)).toMatchObject({ code: 3002, reason: 'MISSING_REDIRECT_URL' })
})

test.each(['javascript:alert(1)', '/relative', 'intent://app', 'https://user:word@example.test/'])(
  'the return address %s meets the bare 500',
  async (redirectUrl) => {
    const response = await idto(base, 'initiate_session', idtoStart({ redirect_url: redirectUrl }))
    expect(response.status).toBe(500)
    const link = `${base}/digilocker?client_id=sandbox-idto-client&redirect_uri=${encodeURIComponent(redirectUrl)}`
    expect((await fetch(link)).status).toBe(400)
  },
)

test('an origin that is not listed meets the 500, a listed one does not', async () => {
  const strict = await startSandbox({ port: 0, seed: 1, returnOrigins: ['https://app.example.test'] })
  const listed = idtoStart({ redirect_url: 'https://app.example.test/cb/1' })
  expect((await idto(strict.url, 'initiate_session', listed)).status).toBe(200)
  expect((await idto(strict.url, 'initiate_session', idtoStart())).status).toBe(500)
  await strict.close()
})

test('the way back carries code, verifier and state, and keeps the query that was there', async () => {
  const back = await idtoReturn(base, 'adult', { redirect_url: `${newReturnUrl()}?keep=1` })
  expect(back.searchParams.get('keep')).toBe('1')
  expect(back.searchParams.get('code')).toBeTruthy()
  expect(back.searchParams.get('code_verifier')).toMatch(/^[A-Za-z0-9._~-]{43,128}$/)
  expect(back.searchParams.get('state')).toBe('state-1')
})

test('without a state none comes back', async () => {
  const back = await idtoReturn(base, 'adult', { state: undefined })
  expect(back.searchParams.has('state')).toBe(false)
})

test('a code works once', async () => {
  const back = await idtoReturn(base, 'adult')
  const first = await readJson(idto(base, 'get_reference', exchangeBody(back)))
  expect(first.reference_key).toMatch(/^\d{13}_[0-9a-f]{12}$/)
  const hourAhead = Date.parse(`${first.expires_at}Z`) - Date.now()
  expect(hourAhead).toBeGreaterThan(59 * 60_000)
  expect(hourAhead).toBeLessThan(61 * 60_000)
  expect(String(first.expires_at)).not.toMatch(/Z|\+/)
  const second = await idto(base, 'get_reference', exchangeBody(back))
  expect(second.status).toBe(400)
})

test('a verifier of another journey spends the code', async () => {
  const back = await idtoReturn(base, 'adult')
  const other = await idtoReturn(base, 'adult')
  const mixed = { ...exchangeBody(back), code_verifier: other.searchParams.get('code_verifier') }
  expect((await idto(base, 'get_reference', mixed)).status).toBe(400)
  expect((await idto(base, 'get_reference', exchangeBody(back))).status).toBe(400)
})

test('the camel case verifier is not a field of the exchange', async () => {
  const back = await idtoReturn(base, 'adult')
  const { code, code_verifier: codeVerifier } = exchangeBody(back)
  const response = await idto(base, 'get_reference', { code, codeVerifier })
  expect(response.status).toBe(422)
})

test('the happy path reads profile, list and all three documents', async () => {
  const key = await idtoKey(base, 'adult')
  const { user } = (await readJson(idto(base, 'user_details', { reference_key: key }))) as {
    user: Record<string, string>
  }
  expect(user.dob).toMatch(/^\d{8}$/)
  expect(user.eaadhaar).toBe('Y')
  expect(user.reference_key).not.toBe(key)
  const { issued_docs: list } = (await readJson(idto(base, 'issued_docs', { reference_key: key }))) as {
    issued_docs: { items: { doctype: string; uri: string; mime: unknown }[] }
  }
  expect(list.items.map((item) => item.doctype)).toEqual(['ADHAR', 'PANCR', 'DRVLC', 'HSCER'])
  const aadhaar = await idto(base, 'fetch_aadhaar', { reference_key: key })
  expect(aadhaar.headers.get('content-type')).toBe('application/xml')
  expect(attribute(await aadhaar.text(), 'name')).toBe(user.name)
  expect(await readText(base, 'fetch_pan', key)).toContain(user.name?.toUpperCase())
  const licence = list.items.find((item) => item.doctype === 'DRVLC')?.uri ?? ''
  expect(await readText(base, 'get_issued_docs_xml', key, { uri: licence })).toContain('type="DRVLC"')
  const pdf = await idto(base, 'get_issued_docs', { reference_key: key, uri: licence })
  expect(pdf.headers.get('content-type')).toBe('application/pdf')
  expect(await pdf.text()).toMatch(/^%PDF/)
})

test('the same session replays the same bytes, another session is another person', async () => {
  const key = await idtoKey(base, 'adult')
  const first = await readText(base, 'fetch_pan', key)
  expect(await readText(base, 'fetch_pan', key)).toBe(first)
  const other = await readText(base, 'fetch_pan', await idtoKey(base, 'adult'))
  expect(attribute(other, 'number')).not.toBe(attribute(first, 'number'))
})

test('a link opened twice shows the same person', async () => {
  const start = await readJson(idto(base, 'initiate_session', idtoStart()))
  const numbers: string[] = []
  for (let visit = 0; visit < 2; visit++) {
    const back = (await consent(String(start.url), 'adult')) as URL
    const { reference_key: key } = await readJson(idto(base, 'get_reference', exchangeBody(back)))
    numbers.push(attribute(await readText(base, 'fetch_pan', String(key)), 'number'))
  }
  expect(numbers[0]).toBe(numbers[1])
})

test('two reads at once on one key: the second meets a misleading 404', async () => {
  const key = await idtoKey(base, 'adult')
  const calls = ['fetch_pan', 'fetch_aadhaar'].map((call) => idto(base, call, { reference_key: key }))
  const answers = await Promise.all(calls)
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 404])
  const refused = answers.find((answer) => answer.status === 404) as Response
  expect(String((await readJson(refused)).detail)).toContain('xml/eaadhaar')
  expect((await idto(base, 'fetch_pan', { reference_key: key })).status).toBe(200)
})

test('verdicts come as JSON with 200: consent refused, not issued, source down, session over', async () => {
  const key = await idtoKey(base, 'pan_missing', { documents_for_consent: ['PANCR', 'HSCER'] })
  const body = { reference_key: key }
  expect(await readJson(idto(base, 'fetch_aadhaar', body))).toMatchObject({ code: 2005 })
  expect(await readJson(idto(base, 'fetch_pan', body))).toMatchObject({ code: 2007 })
  const { issued_docs: list } = (await readJson(idto(base, 'issued_docs', body))) as {
    issued_docs: { items: { doctype: string; uri: string }[] }
  }
  const school = list.items.find((item) => item.doctype === 'HSCER')?.uri
  expect(await readJson(idto(base, 'get_issued_docs_xml', { ...body, uri: school }))).toMatchObject({
    code: 2009,
  })
  const gone = await idto(base, 'fetch_pan', { reference_key: '1700000000000_000000000000' })
  expect(gone.status).toBe(200)
  expect(await readJson(gone)).toMatchObject({ code: 2010 })
})

test('only the plain PAN route exists, and only POST', async () => {
  const variant = await idto(base, 'fetch_pan/xml', { reference_key: 'x' })
  expect(variant.status).toBe(404)
  expect(await readJson(variant)).toEqual({ detail: 'Not Found' })
  expect((await fetch(`${base}/verify/digilocker/fetch_pan`)).status).toBe(405)
})

test('the account check knows numbers and does not know those that end in 0', async () => {
  expect(await readJson(idto(base, 'verify_account', { mobile_number: '5000000001' }))).toMatchObject({
    code: 1004,
  })
  expect(await readJson(idto(base, 'verify_account', { mobile_number: '5000000010' }))).toMatchObject({
    code: 2002,
  })
  expect((await idto(base, 'verify_account', { mobile_number: '+915000000001' })).status).toBe(422)
})
