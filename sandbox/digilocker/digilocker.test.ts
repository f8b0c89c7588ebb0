import { createHash, createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PersonaId } from '../personas'
import { type RunningSandbox, startSandbox } from '../server'
import { attribute, consent, control, DIGILOCKER_BASIC, readJson } from '../test-client'

type Body = Record<string, unknown>
type Fields = Record<string, string | undefined>

// The pair of RFC 7636 appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const CALLBACK = 'https://app.example.test/api/kyc/digilocker/callback'
const PAIR = { client_id: 'SANDBOXDL', client_secret: 'sandbox-digilocker-secret' }

let sandbox: RunningSandbox
let base = ''
let states = 0

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  base = `${sandbox.url}/public/oauth2`
})

afterEach(() => control(sandbox.url, {}, '/_control/reset'))
afterAll(() => sandbox.close())

const mode = (modes: Body) => control(sandbox.url, { vendor: 'digilocker', mode: modes })

function query(fields: Fields): URLSearchParams {
  const entries = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(entries)
}

function link(changes: Fields = {}): string {
  const fields = {
    response_type: 'code',
    client_id: 'SANDBOXDL',
    redirect_uri: CALLBACK,
    state: `state_${++states}`,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    purpose: 'kyc',
    service_name: 'Example_Games',
    ...changes,
  }
  return `${base}/1/authorize?${query(fields)}`
}

const visit = (changes: Fields) => fetch(link(changes), { redirect: 'manual' })

async function comeBack(
  persona: PersonaId,
  changes: Fields = {},
  decision?: string,
): Promise<URLSearchParams> {
  const back = await consent(link(changes), persona, decision)
  if (!back) throw new Error(`${persona} never came back`)
  return back.searchParams
}

function post(path: string, fields: Fields, headers: Fields = { Authorization: DIGILOCKER_BASIC }) {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return fetch(`${base}${path}`, { method: 'POST', headers: Object.fromEntries(given), body: query(fields) })
}

async function exchange(code: string | null, changes: Fields = {}, headers?: Fields): Promise<Response> {
  const fields = { grant_type: 'authorization_code', code: code ?? '', redirect_uri: CALLBACK }
  return post('/1/token', { ...fields, code_verifier: VERIFIER, ...changes }, headers)
}

async function grant(persona: PersonaId, changes: Fields = {}): Promise<Body> {
  return readJson(exchange((await comeBack(persona, changes)).get('code')))
}

const bearer = (token: unknown) => ({ Authorization: `Bearer ${token}` })
const get = (path: string, token: unknown) => fetch(base + path, { headers: bearer(token) })

async function tokenOf(persona: PersonaId): Promise<unknown> {
  return (await grant(persona)).access_token
}

async function uriOf(token: unknown, doctype: string): Promise<string> {
  const { items } = (await readJson(get('/2/files/issued', token))) as {
    items: { doctype: string; uri: string }[]
  }
  return encodeURIComponent(items.find((item) => item.doctype === doctype)?.uri ?? 'none')
}

async function told(answer: Response | Promise<Response>): Promise<unknown[]> {
  const { status } = await answer
  return [status, (await readJson(answer)).error]
}

describe('authorize', () => {
  test('leads to the consent page, for the documents asked for', async () => {
    const answer = await visit({ req_doctype: 'ADHAR,PANCR', scope: 'files.issueddocs', prompt: 'login' })
    expect(answer.status).toBe(303)
    const page = await (await fetch(new URL(answer.headers.get('location') ?? '', base))).text()
    expect(page).toContain('Share your documents?')
    expect(page).not.toContain('Driving licence</span>')
  })

  test.each([
    ['a client nobody knows', { client_id: 'SOMEBODY' }],
    ['no client', { client_id: undefined }],
    ['no return address', { redirect_uri: undefined }],
    ['a return address that is none', { redirect_uri: 'javascript:alert(1)' }],
  ])('with %s stops on a page', async (_name, changes) => {
    const answer = await visit(changes)
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
  })

  test.each<[string, Fields, string]>([
    ['no state', { state: undefined }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a padded challenge', { code_challenge: `${CHALLENGE}=` }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no purpose', { purpose: undefined }, 'invalid_request'],
    ['other characters in the purpose', { purpose: 'kyc & more' }, 'invalid_request'],
    ['other characters in the name', { service_name: 'Example-Games' }, 'invalid_request'],
    ['a long purpose', { purpose: 'x'.repeat(51) }, 'invalid_request'],
    ['the verifier in the address', { code_verifier: VERIFIER }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a document not approved', { req_doctype: 'ADHAR,PANCD' }, 'invalid_scope'],
    ['a list with spaces', { req_doctype: 'ADHAR, PANCR' }, 'invalid_request'],
    ['an unknown scope', { scope: 'files.everything' }, 'invalid_scope'],
    ['another prompt', { prompt: 'none' }, 'invalid_request'],
    ['a number outside sign-up', { verified_mobile: '5000000000' }, 'invalid_request'],
    ['a hint outside its prompt', { login_hint: '5000000000' }, 'invalid_request'],
  ])('with %s goes back as an error', async (_name, changes, error) => {
    const answer = await visit(changes)
    const back = new URL(answer.headers.get('location') ?? '')
    expect(back.href).toMatch(CALLBACK)
    expect(back.searchParams.get('error')).toBe(error)
    expect(back.searchParams.has('state')).toBe(!('state' in changes))
  })

  test.each<Fields>([
    { dl_flow: 'signup', verified_mobile: '5000000000', pla: 'Y', plsignup: 'Y', ulsignup: 'Y' },
    { acr: 'aadhaar', amr: 'driving_licence aadhaar pan', prompt: 'login_mobile', login_hint: '5000000000' },
    { scope: 'files.issueddocs userdetails', consent_valid_till: '1999999999' },
  ])('with %o is fine', async (changes) => {
    expect((await visit(changes)).headers.get('location')).toMatch(/^\/digilocker-consent/)
  })

  test.each(['inactive', 'no_product', 'other_environment'])(
    'of an account that is %s is a page',
    async (account) => {
      await mode({ account })
      expect((await visit({})).status).toBe(400)
    },
  )

  test('an address that is not on the list is a page, by mode or by origins', async () => {
    await mode({ unlistedReturn: true })
    expect(await (await visit({})).text()).toContain('redirect_uri is not the registered one')
    const strict = await startSandbox({ port: 0, seed: 1, returnOrigins: ['https://app.example.test'] })
    const other = link({ redirect_uri: 'https://other.example.test/callback' })
    expect((await fetch(other.replace(sandbox.url, strict.url))).status).toBe(400)
    await strict.close()
  })
})

describe('the return', () => {
  test('carries code and state, or error and state', async () => {
    const allowed = await comeBack('adult', { state: 'mine' })
    expect([...allowed.keys()]).toEqual(['code', 'state'])
    expect(allowed.get('state')).toBe('mine')
    const denied = await comeBack('adult', { state: 'mine' }, 'deny')
    expect(Object.fromEntries(denied)).toEqual({
      error: 'access_denied',
      error_description: expect.any(String),
      state: 'mine',
    })
    expect((await comeBack('refuses')).get('error')).toBe('access_denied')
    expect((await comeBack('error_markup')).get('error_description')).toContain('<script>')
    expect(await consent(link(), 'closes_tab')).toBeNull()
  })

  test('a rule answers at once, found by its state', async () => {
    await control(sandbox.url, { persona: 'adult', handle: 'state_auto', auto: true })
    const answer = await visit({ state: 'state_auto' })
    expect(answer.headers.get('location')).toMatch(/callback\?code=\w+&state=state_auto$/)
  })
})

describe('the token call', () => {
  test('answers bearer, scope, consent and profile', async () => {
    const answer = await grant('adult', { req_doctype: 'ADHAR,PANCR', purpose: 'age check' })
    expect(answer).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'files.issueddocs partners.PANCR',
      consent_valid_till: expect.any(Number),
      refresh_token: expect.any(String),
      digilockerid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: expect.any(String),
      dob: expect.stringMatching(/^\d{8}$/),
      gender: expect.stringMatching(/^[MF]$/),
      eaadhaar: 'Y',
      new_account: 'N',
      reference_key: expect.stringMatching(/^[0-9a-f]{32}$/),
      mobile: expect.stringMatching(/^5\d{9}$/),
      purpose: 'age check',
    })
  })

  test('takes the pair in the form as well, but not twice, and not where a mode forbids it', async () => {
    const code = async () => (await comeBack('adult')).get('code')
    expect((await exchange(await code(), PAIR, {})).status).toBe(200)
    expect(await told(exchange(await code(), PAIR))).toEqual([400, 'invalid_request'])
    await mode({ clientAuth: 'basic' })
    expect(await told(exchange(await code(), PAIR, {}))).toEqual([400, 'invalid_client'])
    await mode({ clientAuth: 'form' })
    expect(await told(exchange(await code()))).toEqual([400, 'invalid_client'])
  })

  test.each<[string, Fields, string]>([
    ['another verifier', { code_verifier: `${VERIFIER}x` }, 'invalid_grant'],
    ['the challenge for the verifier', { code_verifier: CHALLENGE }, 'invalid_grant'],
    ['a short verifier', { code_verifier: 'short' }, 'invalid_grant'],
    ['another return address', { redirect_uri: `${CALLBACK}/` }, 'invalid_grant'],
    ['no verifier', { code_verifier: undefined }, 'invalid_request'],
    ['no return address', { redirect_uri: undefined }, 'invalid_request'],
    ['a misspelt field', { codeVerifier: VERIFIER }, 'invalid_request'],
    ['another grant', { grant_type: 'client_credentials' }, 'invalid_grant_type'],
  ])('with %s is refused', async (_name, changes, error) => {
    const code = (await comeBack('adult')).get('code')
    expect(await told(exchange(code, changes))).toEqual([400, error])
    if (error === 'invalid_grant') expect(await told(exchange(code))).toEqual([400, 'invalid_grant'])
  })

  test.each<[string, Fields]>([
    ['no pair', {}],
    ['a wrong secret', { Authorization: `Basic ${btoa('SANDBOXDL:x')}` }],
    ['no scheme', { Authorization: btoa('SANDBOXDL:sandbox-digilocker-secret') }],
    ['a misspelt header', { 'X-Authorization': DIGILOCKER_BASIC }],
  ])('with %s is invalid_client, and the code lives', async (_name, headers) => {
    const code = (await comeBack('adult')).get('code')
    expect(await told(exchange(code, {}, headers))).toEqual([400, 'invalid_client'])
    expect((await exchange(code)).status).toBe(200)
  })

  test('JSON is refused', async () => {
    const headers = { Authorization: DIGILOCKER_BASIC, 'Content-Type': 'application/json' }
    const answer = fetch(`${base}/1/token`, { method: 'POST', headers, body: '{}' })
    expect(await told(answer)).toEqual([400, 'invalid_request'])
  })

  test('a code works once, and for a while', async () => {
    const code = (await comeBack('adult')).get('code')
    expect((await exchange(code)).status).toBe(200)
    expect(await told(exchange(code))).toEqual([400, 'invalid_grant'])
    await mode({ codeLifeSeconds: 0 })
    expect(await told(exchange((await comeBack('adult')).get('code')))).toEqual([400, 'invalid_grant'])
  })

  test('the unlucky persona meets a fault of the vendor, and its code is gone', async () => {
    const code = (await comeBack('fails_on_exchange')).get('code')
    expect(await told(exchange(code))).toEqual([500, 'unexpected_error'])
    expect(await told(exchange(code))).toEqual([400, 'invalid_grant'])
  })

  test('a consent may be written as a text, and end before the token', async () => {
    const till = Math.floor(Date.now() / 1000) + 600
    await mode({ consentValidTill: 'string' })
    const asked = await grant('adult', { consent_valid_till: String(till) })
    expect(asked.consent_valid_till).toBe(String(till))
    await mode({ consentLifeSeconds: 0 })
    const over = await grant('adult')
    expect(await told(get('/1/user', over.access_token))).toEqual([401, 'invalid_token'])
  })

  test('refresh gives another token and ends the old one', async () => {
    const first = await grant('adult')
    const fields = { grant_type: 'refresh_token', refresh_token: String(first.refresh_token) }
    const second = await readJson(post('/1/token', fields))
    expect(second).toMatchObject({ token_type: 'Bearer', scope: first.scope })
    expect((await get('/2/files/issued', first.access_token)).status).toBe(401)
    expect((await get('/2/files/issued', second.access_token)).status).toBe(200)
    expect(await told(post('/1/token', { ...fields, refresh_token: 'x' }))).toEqual([400, 'invalid_grant'])
    expect(await told(post('/1/token', fields, {}))).toEqual([400, 'invalid_client'])
  })

  test.each([
    ['inactive', 400, 'invalid_client'],
    ['other_environment', 400, 'invalid_client'],
    ['no_product', 403, 'unauthorized_client'],
  ])('of an account that is %s', async (account, status, error) => {
    const code = (await comeBack('adult')).get('code')
    await mode({ account })
    expect(await told(exchange(code))).toEqual([status, error])
  })

  test('behind a proxy that drops the header, and on another clock', async () => {
    await mode({ dropsHeaders: ['Authorization'], clockSkewSeconds: 7200 })
    expect(await told(exchange('x'))).toEqual([400, 'invalid_client'])
    await mode({ dropsHeaders: [], consentLifeSeconds: 60 })
    const { consent_valid_till: till } = await grant('adult')
    expect(Number(till) - Date.now() / 1000).toBeGreaterThan(7000)
  })
})

describe('revoke', () => {
  test('ends both tokens of the grant', async () => {
    const { access_token: access, refresh_token: refresh } = await grant('adult')
    const answer = await post('/1/revoke', { token: String(access), token_type_hint: 'access_token' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect((await get('/1/user', access)).status).toBe(401)
    const fields = { grant_type: 'refresh_token', refresh_token: String(refresh) }
    expect(await told(post('/1/token', fields))).toEqual([400, 'invalid_grant'])
    expect(await told(post('/1/revoke', { token: String(access) }))).toEqual([400, 'invalid_token'])
  })

  test('finds a token by its hint alone, without one by both', async () => {
    const { refresh_token: refresh } = await grant('adult')
    const token = String(refresh)
    expect((await post('/1/revoke', { token, token_type_hint: 'access_token' })).status).toBe(400)
    expect((await post('/1/revoke', { token, token_type_hint: 'id_token' })).status).toBe(400)
    expect((await post('/1/revoke', { token })).status).toBe(200)
  })

  test('wants Basic', async () => {
    const token = String((await grant('adult')).access_token)
    expect(await told(post('/1/revoke', { token }, {}))).toEqual([400, 'invalid_client'])
    expect(await told(post('/1/revoke', { token, ...PAIR }, {}))).toEqual([400, 'invalid_request'])
    expect((await get('/1/user', token)).status).toBe(200)
  })
})

describe('account and list', () => {
  test('the profile is given once for a token', async () => {
    const token = await tokenOf('adult')
    const profile = await readJson(get('/1/user', token))
    expect(profile).toMatchObject({
      eaadhaar: 'Y',
      dob: expect.stringMatching(/^\d{8}$/),
      picture: expect.any(String),
    })
    expect(await told(get('/1/user', token))).toEqual([401, 'invalid_token'])
    await mode({ profileCalls: 'many' })
    expect((await get('/1/user', token)).status).toBe(200)
  })

  test.each([undefined, 'Bearer x', 'Token x'])('%s opens nothing', async (authorization) => {
    const headers: Record<string, string> = authorization ? { Authorization: authorization } : {}
    expect(await told(fetch(`${base}/1/user`, { headers }))).toEqual([401, 'invalid_token'])
  })

  test('the list is the whole locker, in two versions', async () => {
    const token = await tokenOf('adult')
    const list = (await readJson(get('/2/files/issued', token))) as { items: Body[]; resource: string }
    expect(list.items.map(({ doctype }) => doctype)).toEqual(['ADHAR', 'PANCR', 'DRVLC', 'HSCER'])
    expect(list.items[0]).toMatchObject({ mime: ['application/xml'], issuerid: 'in.gov.uidai', size: '' })
    expect(list.items[1]?.mime).toEqual(['application/pdf', 'application/xml'])
    expect(list.items[1]?.date).toMatch(/^\d{4}-\d\d-\d\dT/)
    expect(list).toHaveProperty('resource')
    expect(await readJson(get('/1/files/issued', token))).not.toHaveProperty('resource')
  })

  test('modes of the list', async () => {
    const token = await tokenOf('adult')
    await mode({ mime: 'string', listsAadhaar: false, pdfOnly: ['PANCR'] })
    const { items } = (await readJson(get('/2/files/issued', token))) as { items: Body[] }
    expect(items.slice(0, 2)).toMatchObject([
      { doctype: 'PANCR', mime: 'application/pdf' },
      { doctype: 'DRVLC', mime: 'application/xml' },
    ])
    expect((await get(`/1/xml/${await uriOf(token, 'PANCR')}`, token)).status).toBe(404)
    await mode({ listError: 'partner_service_unresponsive' })
    expect(await told(get('/2/files/issued', token))).toEqual([530, 'partner_service_unresponsive'])
  })

  test('nothing shared: the exchange works, the scope is empty, everything is refused', async () => {
    const answer = await grant('empty_share')
    expect(answer).toMatchObject({ scope: '', eaadhaar: 'N' })
    for (const path of ['/2/files/issued', '/3/xml/eaadhaar'])
      expect(await told(get(path, answer.access_token))).toEqual([403, 'insufficient_scope'])
  })

  test('fewer ticks than asked', async () => {
    await mode({ ticked: ['PANCR'] })
    const answer = await grant('adult')
    expect(answer).toMatchObject({ scope: 'files.issueddocs partners.PANCR', eaadhaar: 'N' })
    const token = answer.access_token
    expect((await get(`/1/xml/${await uriOf(token, 'PANCR')}`, token)).status).toBe(200)
    expect(await told(get(`/1/xml/${await uriOf(token, 'DRVLC')}`, token))).toEqual([
      403,
      'insufficient_scope',
    ])
    expect(await told(get('/3/xml/eaadhaar', token))).toEqual([403, 'insufficient_scope'])
  })
})

describe('documents', () => {
  async function read(path: string, token: unknown) {
    const answer = await get(path, token)
    const body = Buffer.from(await answer.arrayBuffer())
    const right = createHmac('sha256', PAIR.client_secret).update(body).digest('base64')
    return { answer, text: body.toString('utf8'), isSealed: answer.headers.get('hmac') === right }
  }

  test('XML, PDF and e-Aadhaar come with the hmac of their exact bytes', async () => {
    const token = await tokenOf('adult')
    const pan = await read(`/1/xml/${await uriOf(token, 'PANCR')}`, token)
    expect([pan.answer.headers.get('content-type'), pan.isSealed]).toEqual(['application/xml', true])
    expect(Number(pan.answer.headers.get('content-length'))).toBe(Buffer.byteLength(pan.text))
    expect(attribute(pan.text, 'type')).toBe('PANCR')
    const pdf = await read(`/1/file/${await uriOf(token, 'DRVLC')}`, token)
    expect([pdf.text.slice(0, 5), pdf.isSealed]).toEqual(['%PDF-', true])
    for (const version of [3, 2]) {
      const aadhaar = await read(`/${version}/xml/eaadhaar`, token)
      expect([attribute(aadhaar.text, 'uid'), aadhaar.isSealed]).toEqual([
        expect.stringMatching(/^x{8}\d{4}$/),
        true,
      ])
    }
  })

  test('modes: a wrong hmac, none, the older layout, another signature', async () => {
    const token = await tokenOf('adult')
    await mode({ hmac: 'wrong', bareKycRes: true })
    const wrong = await read('/3/xml/eaadhaar', token)
    expect([wrong.isSealed, wrong.answer.headers.has('hmac')]).toEqual([false, true])
    expect(wrong.text).not.toContain('<Certificate>')
    await mode({ hmac: 'missing', sha1: true })
    const bare = await read('/3/xml/eaadhaar', token)
    expect(bare.answer.headers.has('hmac')).toBe(false)
    expect(bare.text).toContain('rsa-sha1')
  })

  test('traits of the personas arrive in the XML', async () => {
    const aadhaar = async (persona: PersonaId) => (await read('/3/xml/eaadhaar', await tokenOf(persona))).text
    expect(await aadhaar('unsigned')).not.toContain('<Signature')
    expect(attribute(await aadhaar('unmasked_aadhaar'), 'uid')).toMatch(/^0\d{11}$/)
    expect(attribute(await aadhaar('year_only'), 'dob')).toMatch(/^\d{4}$/)
    const numbers = await Promise.all(
      [1, 2].map(async () => {
        const token = await tokenOf('duplicate_person')
        return attribute((await read(`/1/xml/${await uriOf(token, 'PANCR')}`, token)).text, 'number')
      }),
    )
    expect(numbers[0]).toBe(numbers[1])
  })

  test('the slow persona’s documents trickle in', async () => {
    await mode({ slowMs: 200 })
    const token = await tokenOf('slow')
    const from = performance.now()
    expect((await read('/3/xml/eaadhaar', token)).isSealed).toBe(true)
    expect(performance.now() - from).toBeGreaterThan(190)
  })

  test('what is not there, not shared, or not named', async () => {
    const token = await tokenOf('pan_missing')
    expect(await told(get(`/1/xml/${await uriOf(token, 'PANCR')}`, token))).toEqual([404, 'invalid_uri'])
    expect(await told(get(`/1/xml/${await uriOf(token, 'HSCER')}`, token))).toEqual([
      403,
      'insufficient_scope',
    ])
    expect(await told(get(`/1/file/${await uriOf(token, 'ADHAR')}`, token))).toEqual([404, 'invalid_uri'])
    for (const path of ['/1/xml', '/1/xml/', '/1/file/'])
      expect(await told(get(path, token))).toEqual([400, 'uri_missing'])
  })

  test.each([
    ['V24', 'repository_service_unresponsive', 530],
    ['API1', 'repository_service_unresponsive', 500],
    ['V24', 'repository_service_inactive', 530],
    ['API1', 'repository_service_inactive', 503],
  ])('%s: %s is %i', async (statuses, documentError, status) => {
    await mode({ statuses, documentError })
    const token = await tokenOf('adult')
    expect(await told(get(`/1/xml/${await uriOf(token, 'PANCR')}`, token))).toEqual([status, documentError])
    await mode({ aadhaarError: 'aadhaar_not_linked' })
    expect(await told(get('/3/xml/eaadhaar', token))).toEqual([404, 'aadhaar_not_linked'])
  })

  test('API1: a dead grant is 401', async () => {
    await mode({ statuses: 'API1' })
    expect(await told(exchange('x'))).toEqual([401, 'invalid_grant'])
    expect(await told(exchange('x', {}, {}))).toEqual([401, 'invalid_client'])
  })
})

describe('pull', () => {
  const PAN = { orgid: '900001', doctype: 'PANCR', consent: 'Y', panno: 'ZZZPN0000Z' }
  const pull = (token: unknown, fields: Fields) => post('/1/pull/pulldocument', fields, bearer(token))

  test('a PAN that was missing comes into the locker', async () => {
    const { access_token: token, name } = await grant('pan_missing')
    const fields = { ...PAN, PANFullName: String(name) }
    expect(await readJson(pull(token, fields))).toEqual({ uri: 'in.gov.pan-PANCR-ZZZPN0000Z' })
    const answer = await get(`/1/xml/${await uriOf(token, 'PANCR')}`, token)
    expect(attribute(await answer.text(), 'number')).toBe('ZZZPN0000Z')
    expect(await told(pull(token, fields))).toEqual([400, 'uri_exists'])
  })

  test.each<[string, Fields, number, string]>([
    ['another issuer', { orgid: '1' }, 400, 'invalid_orgid'],
    ['a document it has not', { doctype: 'DRVLC' }, 400, 'invalid_doctype'],
    ['no consent', { consent: undefined }, 400, 'invalid_parameter'],
    ['a field too many', { dlno: 'x' }, 400, 'invalid_parameter'],
    ['a number somebody may hold', { panno: 'ABCPN1234Z' }, 404, 'record_not_found'],
    ['another name', { PANFullName: 'Somebody Else' }, 400, 'pull_response_pending'],
  ])('with %s is refused', async (_name, changes, status, error) => {
    const { access_token: token, name } = await grant('pan_missing')
    expect(await told(pull(token, { ...PAN, PANFullName: String(name), ...changes }))).toEqual([
      status,
      error,
    ])
  })

  test('a word by mode, with the statuses of both sources', async () => {
    const token = await tokenOf('pan_missing')
    const fields = { ...PAN, PANFullName: 'x' }
    await mode({ pullError: 'repository_service_configerror' })
    expect(await told(pull(token, fields))).toEqual([500, 'repository_service_configerror'])
    await mode({ statuses: 'API1' })
    expect(await told(pull(token, fields))).toEqual([400, 'repository_service_configerror'])
    expect(await told(pull('x', fields))).toEqual([401, 'invalid_token'])
  })

  function proof(between: string, at = Date.now()): Record<string, string> {
    const ts = String(Math.floor(at / 1000))
    const text = `${PAIR.client_secret}SANDBOXDL${between}${ts}`
    return { clientid: 'SANDBOXDL', ts, hmac: createHash('sha256').update(text).digest('hex') }
  }

  test('set-up calls are proved by a hash that ends', async () => {
    const ask = (path: string, fields: Fields) => post(`/1/pull/${path}`, fields, {})
    expect(await readJson(ask('issuers', proof('')))).toMatchObject({ issuers: [{ orgid: '900001' }, {}] })
    const which = { orgid: '900001', doctype: 'PANCR' }
    const asked = await readJson(ask('parameters', { ...which, ...proof('900001PANCR') }))
    expect(asked).toMatchObject({ parameters: [{ paramname: 'panno' }, { paramname: 'PANFullName' }] })
    expect((await ask('doctype', { orgid: '900001', ...proof('900001') })).status).toBe(200)
    expect(await told(ask('doctype', { orgid: '900001', ...proof('') }))).toEqual([401, 'invalid_client_id'])
    expect(await told(ask('issuers', proof('', Date.now() - 1_860_000)))).toEqual([400, 'invalid_parameter'])
    await mode({ statuses: 'API1' })
    expect((await ask('doctype', { orgid: '900001', ...proof('') })).status).toBe(200)
  })
})
