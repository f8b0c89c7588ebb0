import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PersonaId } from '../personas'
import { type RunningSandbox, startSandbox } from '../server'
import {
  consent,
  control,
  DIDIT_HEADERS,
  didit,
  diditJourney,
  diditStart,
  newReturnUrl,
  readJson,
} from '../test-client'
import { hmacHex, type Signable, toCanonical, toSimpleText } from './signing'

type Body = Record<string, unknown>

const SECRET = 'sandbox-didit-webhook-secret'
const UNKNOWN = '00000000-0000-4000-8000-00000000dead'
const PAIR = `Basic ${Buffer.from('sandbox-didit-client:sandbox-didit-secret').toString('base64')}`

let sandbox: RunningSandbox
let base = ''

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  base = sandbox.url
})

afterEach(() => control(base, {}, '/_control/reset'))
afterAll(() => sandbox.close())

const mode = (modes: Body) => control(base, { vendor: 'didit', mode: modes })
const get = (path: string, headers: Record<string, string> = DIDIT_HEADERS) =>
  fetch(base + path, { headers, redirect: 'manual' })
const decide = (id: string, version = 'v3', headers?: Record<string, string>) =>
  get(`/${version}/session/${id}/decision/`, headers)

async function decisionOf(persona: PersonaId, changes: Body = {}): Promise<Body> {
  const { id } = await diditJourney(base, persona, changes)
  return readJson(decide(id))
}

function first(decision: Body, list: string): Body {
  return ((decision[list] as Body[] | null) ?? [])[0] ?? {}
}

function risks(decision: Body): unknown[] {
  const items = ['id_verifications', 'liveness_checks', 'face_matches'].map((name) => first(decision, name))
  return items.flatMap((item) => ((item.warnings ?? []) as Body[]).map(({ risk }) => risk))
}

function askToken(changes: { headers?: Record<string, string>; body?: string; path?: string } = {}) {
  const headers = { Authorization: PAIR, 'Content-Type': 'application/x-www-form-urlencoded' }
  return fetch(base + (changes.path ?? '/auth/v2/token/'), {
    method: 'POST',
    headers: { ...headers, ...changes.headers },
    body: changes.body ?? 'grant_type=client_credentials',
    redirect: 'manual',
  })
}

async function bearer(): Promise<Record<string, string>> {
  const { access_token: token } = await readJson(askToken())
  return { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
}

describe('the token call', () => {
  test('answers the fields of the sheet, which agree, contradict each other, or are absent', async () => {
    const granted = await readJson(askToken())
    expect(Object.keys(granted)).toEqual([
      'iss',
      'iat',
      'sub',
      'client_id',
      'organization_id',
      'expires_in',
      'exp',
      'access_token',
    ])
    expect(Number(granted.exp) - Number(granted.iat)).toBe(86_400)
    await mode({ tokenExpiry: 'contradicts' })
    const sample = await readJson(askToken())
    expect([sample.expires_in, Number(sample.exp) - Number(sample.iat)]).toEqual([86_400, 864_000])
    await mode({ tokenExpiry: 'absent' })
    expect(await readJson(askToken())).not.toHaveProperty('exp')
  })

  test.each([
    ['no header', { headers: { Authorization: '' } }, 401],
    ['a wrong secret', { headers: { Authorization: `Basic ${btoa('sandbox-didit-client:x')}` } }, 401],
    ['a form-encoded pair', { headers: { Authorization: `Basic ${btoa('sandbox%2Ddidit')}` } }, 401],
    ['JSON', { headers: { 'Content-Type': 'application/json' }, body: '{}' }, 400],
    ['another grant', { body: 'grant_type=password' }, 400],
    ['no grant', { body: '' }, 400],
    ['a field too many', { body: 'grant_type=client_credentials&scope=all' }, 400],
    ['no slash', { path: '/auth/v2/token' }, 301],
  ])('with %s is refused', async (_name, changes, status) => {
    const answer = await askToken(changes)
    expect(answer.status).toBe(status)
    if (status !== 301) expect(await readJson(answer)).toEqual({ detail: expect.any(String) })
  })

  test('names its error as the mode says, follows the clock, and is counted', async () => {
    await mode({ tokenErrorKey: 'error_description', clockSkewSeconds: 3600 })
    expect(await readJson(askToken({ body: '' }))).toHaveProperty('error_description')
    const { iat } = await readJson(askToken())
    expect(Number(iat) - Date.now() / 1000).toBeGreaterThan(3590)
    const { stored } = (await readJson(fetch(`${base}/_control`))) as { stored: Record<string, Body> }
    expect(stored.didit).toEqual({ token_calls: '2' })
  })

  test.each([
    ['inactive', 401],
    ['other_environment', 401],
    ['no_product', 200],
  ])('of an account that is %s', async (account, status) => {
    await mode({ account })
    expect((await askToken()).status).toBe(status)
  })
})

describe('three generations of credentials', () => {
  const JSON_ONLY = { 'Content-Type': 'application/json' }

  test.each([
    ['v3', JSON_ONLY, 403],
    ['v3', { ...JSON_ONLY, 'x-api-key': 'nearly' }, 403],
    ['v3', { ...JSON_ONLY, 'X-ApiKey': 'sandbox-didit-key' }, 403],
    ['v3', { ...JSON_ONLY, Authorization: 'Bearer sandbox-didit-key' }, 403],
    ['v2', JSON_ONLY, 403],
    ['v2', { ...JSON_ONLY, Authorization: 'Bearer x.y.z' }, 401],
    ['v1', JSON_ONLY, 401],
    ['v1', DIDIT_HEADERS, 401],
    ['v1', { ...JSON_ONLY, Authorization: 'Basic abc' }, 401],
  ])('%s with %o is refused', async (version, headers, status) => {
    const answer = await didit(base, diditStart(), headers, `/${version}/session/`)
    expect(answer.status).toBe(status)
    expect(await readJson(answer)).toEqual({ detail: expect.any(String) })
  })

  test('a bearer opens v2 and v1, the key v3 and v2, both together nothing', async () => {
    const token = await bearer()
    const { vendor_data, callback } = diditStart()
    expect((await didit(base, diditStart(), token, '/v2/session/')).status).toBe(201)
    expect((await didit(base, { vendor_data, callback }, token, '/v1/session/')).status).toBe(201)
    expect((await didit(base, diditStart(), DIDIT_HEADERS, '/v2/session/')).status).toBe(201)
    expect((await didit(base, diditStart(), token)).status).toBe(403)
    expect((await didit(base, diditStart(), { ...token, ...DIDIT_HEADERS }, '/v2/session/')).status).toBe(403)
    await mode({ v3Bearer: true })
    expect((await didit(base, diditStart(), token)).status).toBe(201)
  })

  test('a token ends, and its refusal is 401 or 403', async () => {
    await mode({ tokenLifeSeconds: 0 })
    const dead = await bearer()
    expect((await didit(base, diditStart(), dead, '/v2/session/')).status).toBe(401)
    await mode({ staleTokenStatus: '403' })
    expect((await didit(base, diditStart(), dead, '/v2/session/')).status).toBe(403)
  })
})

describe('creating a session', () => {
  test('v3 answers ten fields, v1 three', async () => {
    const body = diditStart({ metadata: { env: 'test' }, language: 'hi' })
    const answer = await didit(base, body)
    expect(answer.status).toBe(201)
    const session = await readJson(answer)
    expect(session).toEqual({
      session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      session_number: expect.any(Number),
      session_token: expect.any(String),
      url: `${base}/hi/session/${session.session_token}`,
      vendor_data: body.vendor_data,
      metadata: { env: 'test' },
      status: 'Not Started',
      callback: body.callback,
      workflow_id: body.workflow_id,
      workflow_version: 1,
    })
    const { callback } = body
    const old = await readJson(didit(base, { callback }, await bearer(), '/v1/session/'))
    expect(Object.keys(old)).toEqual(['session_id', 'session_token', 'url'])
  })

  test('what is left out is null', async () => {
    const { workflow_id } = diditStart()
    expect(await readJson(didit(base, { workflow_id }))).toMatchObject({
      vendor_data: null,
      callback: null,
      metadata: null,
    })
  })

  test.each([
    ['no workflow', { workflow_id: undefined }, { workflow_id: ['This field is required.'] }],
    ['a workflow that is no uuid', { workflow_id: 'mine' }, { workflow_id: [expect.any(String)] }],
    ['a workflow nobody has', { workflow_id: UNKNOWN }, { workflow_id: expect.any(String) }],
    ['a misspelt field', { call_back: 'https://x.example' }, { call_back: ['Unknown field.'] }],
    ['a callback that is none', { callback: 'app' }, { callback: [expect.any(String)] }],
    ['script as a callback', { callback: 'javascript:alert(1)' }, { callback: [expect.any(String)] }],
    ['another method', { callback_method: 'all' }, { callback_method: [expect.any(String)] }],
    ['a language nobody speaks', { language: 'xx' }, { language: [expect.any(String)] }],
    ['a number as reference', { vendor_data: 7 }, { vendor_data: [expect.any(String)] }],
    [
      'a third gender',
      { expected_details: { gender: 'T' } },
      { expected_details: { gender: [expect.any(String)] } },
    ],
    [
      'an address without its country',
      { expected_details: { address: 'x' } },
      { expected_details: { address: [expect.any(String)] } },
    ],
    [
      'a number without its plus',
      { contact_details: { phone: '5000000000' } },
      { contact_details: { phone: [expect.any(String)] } },
    ],
  ])('%s is 400', async (_name, changes, complaint) => {
    const answer = await didit(base, diditStart(changes))
    expect(answer.status).toBe(400)
    expect(await readJson(answer)).toEqual(complaint)
  })

  test('no JSON, another type, a v3 field in v1', async () => {
    expect((await didit(base, diditStart(), { ...DIDIT_HEADERS, 'Content-Type': 'text/plain' })).status).toBe(
      415,
    )
    const broken = await fetch(`${base}/v3/session/`, { method: 'POST', headers: DIDIT_HEADERS, body: '{' })
    expect([broken.status, await readJson(broken)]).toEqual([400, { detail: 'JSON parse error' }])
    const answer = await didit(base, diditStart(), await bearer(), '/v1/session/')
    expect(await readJson(answer)).toMatchObject({ workflow_id: ['Unknown field.'] })
  })

  test('out of credits, blocked, not in allowed_domains', async () => {
    await mode({ outOfCredits: true })
    const empty = await didit(base, diditStart())
    expect([empty.status, await readJson(empty)]).toEqual([
      400,
      { detail: expect.stringContaining('credit') },
    ])
    await mode({ outOfCredits: false, blockedReference: true })
    expect(await readJson(didit(base, diditStart()))).toEqual({ vendor_data: expect.any(String) })
    await mode({ blockedReference: false, unlistedReturn: true })
    expect(await readJson(didit(base, diditStart()))).toEqual({ callback: [expect.any(String)] })
    await mode({ unlistedReturn: false, linkField: 'verification_url' })
    expect(await readJson(didit(base, diditStart()))).not.toHaveProperty('url')
  })

  test('an unfinished session is given back, with the new callback and metadata; a finished one is not', async () => {
    const body = diditStart({ metadata: { turn: 1 } })
    const old = await readJson(didit(base, body))
    const callback = newReturnUrl()
    const again = await readJson(didit(base, { ...body, callback, metadata: { turn: 2 } }))
    expect(again).toMatchObject({ session_id: old.session_id, callback, metadata: { turn: 2 } })
    const other = await readJson(didit(base, diditStart()))
    expect(other.session_id).not.toBe(old.session_id)
    const back = await consent(String(old.url), 'adult')
    expect(back?.href).toMatch(callback)
    const fresh = await readJson(didit(base, body))
    expect(fresh.session_id).not.toBe(old.session_id)
    expect(fresh.session_number).toBe(Number(other.session_number) + 1)
  })

  test('without a reference nothing is given back', async () => {
    const body = diditStart({ vendor_data: undefined })
    const [one, other] = [await readJson(didit(base, body)), await readJson(didit(base, body))]
    expect(one.session_id).not.toBe(other.session_id)
  })

  test('429 has the four headers, 500 is a page', async () => {
    await control(base, { vendor: 'didit', call: 'session', fault: 'rate_limited', times: 1 })
    const { headers } = await didit(base, diditStart())
    for (const name of ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'])
      expect(headers.get(name)).toMatch(/^\d+$/)
    await control(base, { vendor: 'didit', call: 'session', fault: 'server_error', times: 1 })
    expect((await didit(base, diditStart())).headers.get('content-type')).toMatch('text/html')
  })
})

describe('the hosted page and the way back', () => {
  test('asks for a photo and a selfie, and puts the session in progress', async () => {
    const session = await readJson(didit(base, diditStart()))
    const page = await (await fetch(String(session.url))).text()
    expect(page).toContain('a photo of your document and a selfie')
    expect(page).toMatch(/value="adult" checked/)
    expect(await readJson(decide(String(session.session_id)))).toMatchObject({ status: 'In Progress' })
  })

  test('two parameters stand behind what the callback holds', async () => {
    const callback = `${newReturnUrl()}?a=1%20b&status=mine#end`
    const { id, back } = await diditJourney(base, 'adult', { callback })
    expect(back?.href).toBe(`${callback.replace('#end', '')}&verificationSessionId=${id}&status=Approved#end`)
  })

  test('an unknown token, another language, a deleted session open nothing', async () => {
    const session = await readJson(didit(base, diditStart()))
    const url = String(session.url)
    expect((await fetch(url.replace('/en/', '/zz/'))).status).toBe(404)
    expect((await fetch(`${base}/en/session/${session.session_id}`)).status).toBe(404)
    await fetch(`${base}/v3/session/${session.session_id}/delete/`, {
      method: 'DELETE',
      headers: DIDIT_HEADERS,
    })
    expect((await fetch(url)).status).toBe(404)
  })

  test('a session ends unopened or unfinished', async () => {
    const unopened = await readJson(didit(base, diditStart()))
    const opened = await readJson(didit(base, diditStart()))
    await fetch(String(opened.url))
    await mode({ sessionLifeSeconds: 0 })
    expect(await readJson(decide(String(unopened.session_id)))).toMatchObject({ status: 'Expired' })
    expect(await readJson(decide(String(opened.session_id)))).toMatchObject({ status: 'Abandoned' })
    expect((await fetch(String(opened.url))).status).toBe(410)
  })

  test('who refuses is not sent back; by mode the refusal comes back as Declined', async () => {
    const { id, back } = await diditJourney(base, 'refuses')
    expect(back?.pathname).toBe('/didit-stopped')
    expect(await readJson(decide(id))).toMatchObject({ status: 'Abandoned', id_verifications: null })
    await mode({ refusal: 'declined' })
    const denied = await diditJourney(base, 'adult', {}, 'deny')
    expect(denied.back?.searchParams.get('status')).toBe('Declined')
    const marked = await diditJourney(base, 'error_markup')
    expect(marked.back?.searchParams.get('status')).toContain('<script>')
  })

  test('who closes the tab never comes back, and may open the page again', async () => {
    const { id, url, back } = await diditJourney(base, 'closes_tab')
    expect(back).toBeNull()
    expect(await readJson(decide(id))).toMatchObject({ status: 'In Progress' })
    expect((await consent(url, 'adult'))?.searchParams.get('status')).toBe('Approved')
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303)
  })

  test('without a callback the journey ends on a page', async () => {
    const { back } = await diditJourney(base, 'adult', { callback: undefined })
    expect(back?.href).toBe(`${base}/didit-finished`)
  })

  test('a rule answers at once', async () => {
    const body = diditStart()
    await control(base, { persona: 'minor', handle: body.callback, auto: true })
    const session = await readJson(didit(base, body))
    const gone = await fetch(String(session.url), { redirect: 'manual' })
    expect(gone.headers.get('location')).toMatch(/status=Approved$/)
  })
})

describe('the decision', () => {
  test('before the end it is a 200 with null for every check', async () => {
    const session = await readJson(didit(base, diditStart()))
    const decision = await readJson(decide(String(session.session_id)))
    expect(decision).toMatchObject({ status: 'Not Started', session_kind: 'user', environment: 'sandbox' })
    for (const name of ['id_verifications', 'liveness_checks', 'face_matches', 'aml_screenings', 'reviews'])
      expect(decision[name]).toBeNull()
  })

  test('an adult is approved on a licence', async () => {
    const decision = await decisionOf('adult')
    expect(decision.status).toBe('Approved')
    expect(first(decision, 'id_verifications')).toMatchObject({
      status: 'Approved',
      document_type: "Driver's License",
      document_number: expect.stringMatching(/^KA00\d{11}$/),
      date_of_birth: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      issuing_state: 'IND',
      warnings: [],
    })
    expect(first(decision, 'liveness_checks')).toMatchObject({ status: 'Approved', score: 95.4 })
    expect(first(decision, 'face_matches')).toMatchObject({ status: 'Approved' })
  })

  test.each<[PersonaId, string, string[]]>([
    ['licence_expired', 'Declined', ['DOCUMENT_EXPIRED']],
    ['tampered', 'Declined', ['PORTRAIT_MANIPULATION_DETECTED']],
    ['other_person', 'Declined', ['LOW_FACE_MATCH_SIMILARITY']],
    ['unsigned', 'In Review', ['PRINTED_COPY_DETECTED']],
    ['year_only', 'In Review', ['DATE_OF_BIRTH_NOT_DETECTED']],
    ['duplicate_person', 'Approved', ['POSSIBLE_DUPLICATED_USER']],
    ['minor', 'Approved', []],
    ['turns_18_tomorrow', 'Approved', []],
    ['pan_missing', 'Approved', []],
    ['name_differs', 'Approved', []],
    ['empty_share', 'Expired', []],
  ])('%s is %s', async (persona, status, warnings) => {
    const { id, back } = await diditJourney(base, persona)
    expect(back?.searchParams.get('status')).toBe(status)
    const decision = await readJson(decide(id))
    expect([decision.status, risks(decision)]).toEqual([status, warnings])
  })

  test('traits show on the document', async () => {
    const document = async (persona: PersonaId) => first(await decisionOf(persona), 'id_verifications')
    expect(await document('minor')).toMatchObject({ document_type: 'Identity Card', age: 16 })
    expect((await document('turns_18_tomorrow')).age).toBe(17)
    expect(await document('year_only')).toMatchObject({ date_of_birth: null, age: null })
    expect((await document('unmasked_aadhaar')).document_number).toMatch(/^0\d{11}$/)
    expect((await document('name_differs')).full_name).toMatch(/^[A-Z]+ [A-Z] [A-Z]+$/)
    const expired = await document('licence_expired')
    expect(Date.parse(String(expired.expiration_date))).toBeLessThan(Date.now())
  })

  test('expected details that differ raise warnings and refuse nobody', async () => {
    const expected_details = { first_name: 'Somebody', last_name: 'Else', date_of_birth: '1970-01-01' }
    const decision = await decisionOf('adult', { expected_details })
    expect(decision).toMatchObject({ status: 'Approved', expected_details })
    expect(risks(decision)).toEqual(['FULL_NAME_MISMATCH_WITH_PROVIDED', 'DOB_MISMATCH_WITH_PROVIDED'])
    const asked = { expected_details: { expected_document_types: ['ID'] } }
    expect(first(await decisionOf('adult', asked), 'id_verifications').document_type).toBe('Identity Card')
  })

  test('modes: review, minors, any word, the document, the environment', async () => {
    await mode({ inReview: true, environment: 'live', document: 'identity_card' })
    const reviewed = await decisionOf('adult')
    expect(reviewed).toMatchObject({ status: 'In Review', environment: 'live' })
    expect(first(reviewed, 'id_verifications').document_type).toBe('Identity Card')
    await mode({ inReview: false, minorStatus: 'Declined' })
    expect(await decisionOf('minor')).toMatchObject({ status: 'Declined' })
    await mode({ finalStatus: 'Paused' })
    expect(await decisionOf('adult')).toMatchObject({ status: 'Paused' })
  })

  test('on a slow day it is in progress at the return and approved later', async () => {
    await mode({ slowMs: 200 })
    const { id, back } = await diditJourney(base, 'slow')
    expect(back?.searchParams.get('status')).toBe('In Progress')
    expect(await readJson(decide(id))).toMatchObject({ status: 'In Progress', id_verifications: null })
    await expect.poll(async () => (await readJson(decide(id))).status).toBe('Approved')
  })

  test('the unlucky persona meets 500', async () => {
    const { id } = await diditJourney(base, 'fails_on_exchange')
    expect((await decide(id)).status).toBe(500)
  })

  test('three shapes of one decision', async () => {
    const { id } = await diditJourney(base, 'adult')
    const token = await bearer()
    const v2 = await readJson(decide(id, 'v2', token))
    expect(v2).toMatchObject({ id_verification: { status: 'Approved' }, features: expect.any(Array) })
    expect(v2).not.toHaveProperty('id_verifications')
    const v1 = await readJson(decide(id, 'v1', token))
    expect(v1).toMatchObject({ kyc: { status: 'Approved' }, aml: null, location: null, warnings: [] })
    expect(v1.features).toBe('OCR + FACE')
    await mode({ decisionShape: 'v1' })
    expect(await readJson(decide(id))).toHaveProperty('kyc')
  })

  test('404 in two forms, before the key is looked at', async () => {
    const bad = await decide('not-a-uuid')
    expect([bad.status, bad.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    const unknown = await decide(UNKNOWN, 'v3', {})
    expect([unknown.status, await readJson(unknown)]).toEqual([404, { detail: 'Not found.' }])
    const { id } = await diditJourney(base, 'adult')
    expect((await decide(id, 'v3', {})).status).toBe(403)
    expect((await decide(id.toUpperCase())).status).toBe(200)
    expect((await get(`/v3/session/${id}/decision/?include=all`)).status).toBe(400)
  })

  test('a path without its slash is 301, and another method 405', async () => {
    const moved = await get('/v3/sessions?limit=1')
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/v3/sessions/?limit=1'])
    expect((await didit(base, diditStart(), DIDIT_HEADERS, '/v3/session')).status).toBe(301)
    expect((await fetch(`${base}/v3/session/`, { method: 'PUT' })).status).toBe(405)
  })

  test('media links show nobody, end, lead elsewhere, or are kept back', async () => {
    const link = async () => String(first(await decisionOf('adult'), 'id_verifications').portrait_image)
    const picture = await fetch(await link())
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect((await fetch(`${(await link()).slice(0, -2)}xx`)).status).toBe(404)
    await mode({ mediaLifeMinutes: 0 })
    expect((await fetch(await link())).status).toBe(403)
    await mode({ mediaUrl: 'http://169.254.1.1/photo' })
    expect(await link()).toBe('http://169.254.1.1/photo')
    await mode({ mediaRead: false })
    expect(await link()).toBe('null')
  })
})

describe('operator calls', () => {
  test('the list is newest first and filtered', async () => {
    const reference = `att_${Date.now()}`
    const { id: older } = await diditJourney(base, 'tampered', { vendor_data: reference })
    const newer = await readJson(didit(base, diditStart({ vendor_data: reference })))
    const list = await readJson(get(`/v3/sessions/?vendor_data=${reference}`))
    expect(list).toMatchObject({ count: 2, next: null, previous: null })
    expect((list.results as Body[]).map((one) => one.session_id)).toEqual([newer.session_id, older])
    const declined = await readJson(get(`/v3/sessions/?vendor_data=${reference}&status=Declined`))
    expect(declined.results).toMatchObject([{ session_id: older, status: 'Declined' }])
    const paged = await readJson(get(`/v3/sessions/?vendor_data=${reference}&limit=1`))
    expect(paged.next).toContain('offset=1')
    expect(await readJson(get('/v3/sessions/?session_kind=business'))).toMatchObject({ count: 0 })
  })

  test.each([
    ['limit=many', 'limit'],
    ['status=Done', 'status'],
    ['workflow_id=mine', 'workflow_id'],
    ['date_from=1.1.2026', 'date_from'],
  ])('the list with %s is 400 keyed by the parameter', async (query, name) => {
    const answer = await get(`/v3/sessions/?${query}`)
    expect(answer.status).toBe(400)
    expect(Object.keys(await readJson(answer))).toEqual([name])
  })

  const patch = (id: string, body: unknown) =>
    fetch(`${base}/v3/session/${id}/update-status/`, {
      method: 'PATCH',
      headers: DIDIT_HEADERS,
      body: JSON.stringify(body),
    })

  test('a status is changed; three shapes of refusal', async () => {
    const { id, url } = await diditJourney(base, 'adult')
    expect(await readJson(patch(id, { new_status: 'Declined' }))).toEqual({ session_id: id })
    expect(await readJson(decide(id))).toMatchObject({ status: 'Declined' })
    expect(await readJson(patch(id, { new_status: 'Declined' }))).toEqual([expect.any(String)])
    expect(await readJson(patch(id, { new_status: 'Expired' }))).toEqual({ new_status: [expect.any(String)] })
    expect(await readJson(patch(id, { new_status: 'Approved', send_email: true }))).toEqual({
      email_address: [expect.any(String)],
    })
    const open = await readJson(didit(base, diditStart()))
    const early = await patch(String(open.session_id), { new_status: 'Approved' })
    expect([early.status, await readJson(early)]).toEqual([400, { detail: expect.any(String) }])
    await patch(id, { new_status: 'Resubmitted' })
    expect(await readJson(decide(id))).toMatchObject({ status: 'Resubmitted' })
    expect((await consent(url, 'adult'))?.searchParams.get('status')).toBe('Approved')
  })

  test('a deleted session is gone', async () => {
    const { id } = await diditJourney(base, 'adult')
    const remove = () =>
      fetch(`${base}/v3/session/${id}/delete/`, { method: 'DELETE', headers: DIDIT_HEADERS })
    expect((await remove()).status).toBe(204)
    expect((await remove()).status).toBe(404)
    expect((await decide(id)).status).toBe(404)
  })
})

describe('webhooks', () => {
  interface Received {
    url: string
    headers: IncomingHttpHeaders
    body: string
  }
  let app: Server
  let appUrl = ''
  let received: Received[] = []

  beforeAll(async () => {
    app = createServer((request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', () => {
        const body = Buffer.concat(pieces).toString('utf8')
        received.push({ url: request.url ?? '', headers: request.headers, body })
        response.writeHead(200).end()
      })
    })
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
    appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  })
  beforeEach(() => {
    received = []
  })
  afterAll(() => app.close())

  let journeys = 0
  const callback = () => `${appUrl}/api/kyc/didit/callback/jrny_hook_${++journeys}`

  async function hooks(persona: PersonaId, count: number, changes: Body = {}): Promise<Received[]> {
    await diditJourney(base, persona, { callback: callback(), ...changes })
    await expect.poll(() => received.length, { interval: 10 }).toBe(count)
    return received
  }

  const bodies = () => received.map(({ body }) => JSON.parse(body) as { [name: string]: Signable })

  /** A receiver as the vendor describes it; the canonical form is taken from the parsed body. */
  function isSigned({ headers, body }: Received, header: string): boolean {
    const value = JSON.parse(body) as { [name: string]: Signable }
    const text = { 'x-signature': body, 'x-signature-v2': toCanonical(value) }[header] ?? toSimpleText(value)
    return headers[header] === hmacHex(SECRET, text)
  }

  test('in progress when the page is opened, then the outcome with its decision, signed three ways', async () => {
    const [opened, ended] = await hooks('adult', 2, { metadata: { city: 'दिल्ली 😀' } })
    const [first, last] = bodies()
    expect(opened?.url).toBe('/api/webhooks/didit')
    expect(first).toMatchObject({ status: 'In Progress', webhook_type: 'status.updated' })
    expect(first).not.toHaveProperty('decision')
    expect(last).toMatchObject({
      status: 'Approved',
      environment: 'sandbox',
      decision: { status: 'Approved', id_verifications: [{ status: 'Approved' }] },
    })
    expect(last?.event_id).not.toBe(first?.event_id)
    for (const delivery of [opened, ended] as Received[]) {
      const signatures = ['x-signature', 'x-signature-v2', 'x-signature-simple']
      expect(signatures.map((header) => isSigned(delivery, header))).toEqual([true, true, true])
      expect(delivery.headers['user-agent']).toBe('DiditWebhook/2.0 +https://didit.me')
    }
    expect(ended?.body).toMatch(/^[\x20-\x7e]+$/)
    expect(ended?.headers['x-signature']).not.toBe(ended?.headers['x-signature-v2'])
    expect(Number(ended?.headers['x-timestamp'])).toBe(last?.timestamp)
    expect(Math.abs(Number(last?.timestamp) - Date.now() / 1000)).toBeLessThan(3)
  })

  test('forged, twice, out of order, late', async () => {
    await mode({ webhookOpened: false, webhookLateMs: 150 })
    const [forged] = await hooks('webhook_forged', 1)
    expect(isSigned(forged as Received, 'x-signature')).toBe(false)
    received = []
    await hooks('webhook_twice', 2)
    expect(received[0]?.body).toBe(received[1]?.body)
    received = []
    await hooks('webhook_out_of_order', 2)
    const [final, older] = bodies()
    expect([final?.status, older?.status]).toEqual(['Approved', 'In Progress'])
    expect(Number(older?.timestamp)).toBeLessThan(Number(final?.timestamp))
    received = []
    await diditJourney(base, 'webhook_late', { callback: callback() })
    expect(received).toEqual([])
    await expect.poll(() => received.length).toBe(1)
  })

  test('on a slow day the outcome is told when it is known', async () => {
    await mode({ slowMs: 200 })
    await hooks('slow', 2)
    expect(bodies().map(({ status }) => status)).toEqual(['In Progress', 'Approved'])
  })

  test('mischief: stale, the weak signature alone, about nobody, altered; a rule silences the opening', async () => {
    const spoil = async (webhook: Body) => {
      received = []
      await control(base, { vendor: 'didit', webhook, times: 1 })
      const [delivery] = await hooks('adult', 1)
      return delivery as Received
    }
    const stale = await spoil({ stale: true })
    expect(Date.now() / 1000 - Number(JSON.parse(stale.body).timestamp)).toBeGreaterThan(300)
    expect(isSigned(stale, 'x-signature')).toBe(true)
    const weak = await spoil({ scheme: 'simple_only' })
    expect(weak.headers).not.toHaveProperty('x-signature')
    expect(isSigned(weak, 'x-signature-simple')).toBe(true)
    const nobody = await spoil({ unknownReference: true })
    expect((await decide(JSON.parse(nobody.body).session_id)).status).toBe(404)
    const altered = await spoil({ altered: true })
    expect([isSigned(altered, 'x-signature'), isSigned(altered, 'x-signature-v2')]).toEqual([false, true])
  })

  test('modes: which signatures, payload v1, no decision, a clock of its own', async () => {
    await mode({
      webhookOpened: false,
      webhookSignatures: ['v2'],
      webhookVersion: 'v1',
      clockSkewSeconds: -600,
    })
    const [delivery] = await hooks('adult', 1)
    expect(Object.keys(delivery?.headers ?? {}).filter((name) => name.startsWith('x-s'))).toEqual([
      'x-signature-v2',
    ])
    const [old] = bodies()
    expect(old).not.toHaveProperty('event_id')
    expect(old).toHaveProperty('decision.kyc')
    expect(Date.now() / 1000 - Number(old?.timestamp)).toBeGreaterThan(590)
    await mode({ webhookDecision: false })
    received = []
    await hooks('tampered', 1)
    expect(bodies()[0]).toMatchObject({ status: 'Declined' })
    expect(bodies()[0]).not.toHaveProperty('decision')
  })

  test('a refusal and a reviewer are told, a closed tab is not', async () => {
    await mode({ webhookOpened: false })
    await diditJourney(base, 'closes_tab', { callback: callback() })
    await hooks('refuses', 1)
    expect(bodies()[0]).toMatchObject({ status: 'Abandoned' })
    const { session_id: id } = bodies()[0] as Body
    received = []
    await fetch(`${base}/v3/session/${id}/update-status/`, {
      method: 'PATCH',
      headers: DIDIT_HEADERS,
      body: JSON.stringify({ new_status: 'Resubmitted' }),
    })
    await expect.poll(() => received.length).toBe(1)
    expect(bodies()[0]).toMatchObject({ status: 'Resubmitted' })
  })
})
