import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PersonaId } from '../personas'
import { type RunningSandbox, startSandbox } from '../server'
import {
  attribute,
  consent,
  control,
  KWIKID_HEADERS,
  kwikid,
  kwikidJourney,
  kwikidReturn,
  newReturnUrl,
  readJson,
} from '../test-client'

let sandbox: RunningSandbox
let base = ''

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  base = sandbox.url
})

afterEach(() => control(base, {}, '/_control/reset'))
afterAll(() => sandbox.close())

const start = (changes = {}) => kwikid(base, 'init', { callback_url: newReturnUrl(), ...changes })
const mode = (modes: Record<string, unknown>) => control(base, { vendor: 'kwikid', mode: modes })

async function comeBack(persona: PersonaId, decision?: string): Promise<URLSearchParams> {
  const answer = await kwikidReturn(base, persona, {}, decision)
  return new URL(answer.headers.get('location') ?? '').searchParams
}

test('the start answers a link that holds three parameters in base64, one of them a bearer', async () => {
  const { redirection_url: text } = await readJson(start())
  const link = new URL(String(text))
  expect(link.origin + link.pathname).toBe(`${base}/verification/v2/digilocker/redirect`)
  const decoded = (name: string) => Buffer.from(link.searchParams.get(name) ?? '', 'base64').toString('utf8')
  expect([...link.searchParams.keys()]).toEqual(['redirection_url', 'client_id', 'authorization'])
  expect(decoded('authorization')).toBe('Bearer sandbox-kwikid-token')
  const authorize = new URL(decoded('redirection_url'))
  expect(authorize.host).toBe('api.digitallocker.gov.in')
  expect(authorize.searchParams.getAll('dl_flow')).toEqual(['signup', 'signup'])
  expect(authorize.searchParams.get('state')).toBe('basic')
})

const JSON_ONLY = { 'Content-Type': 'application/json' }

test.each([
  ['no bearer', JSON_ONLY, 400, { error: expect.stringContaining('required') }],
  ['a misspelt header', { ...JSON_ONLY, 'X-Authorization': 'Bearer sandbox-kwikid-token' }, 400, textShape()],
  ['a wrong bearer', { ...JSON_ONLY, Authorization: 'Bearer nearly' }, 401, detailedShape()],
  [
    'a token without its scheme',
    { ...JSON_ONLY, Authorization: 'sandbox-kwikid-token' },
    401,
    detailedShape(),
  ],
])('%s is refused in the documented shape', async (_name, headers, status, body) => {
  const answer = await kwikid(base, 'init', { callback_url: newReturnUrl() }, headers)
  expect(answer.status).toBe(status)
  expect(await readJson(answer)).toEqual(body)
})

function textShape() {
  return { error: expect.any(String) }
}

function detailedShape() {
  return { detail: expect.anything(), message: expect.any(String) }
}

test.each([
  ['a misspelt field', { callbackUrl: 'https://app.example.test/cb' }],
  ['a handshake that is no text', { handshake_id: 7 }],
  ['a return address that is none', { callback_url: 'javascript:alert(1)' }],
])('%s is 400', async (_name, changes) => {
  const answer = await start(changes)
  expect(answer.status).toBe(400)
  expect(await readJson(answer)).toEqual(detailedShape())
})

test('both fields of the start are optional, but nobody comes back from a link without a return', async () => {
  const { redirection_url: link } = await readJson(kwikid(base, 'init', {}))
  expect((await fetch(String(link), { redirect: 'manual' })).status).toBe(400)
})

test('a link that was rebuilt, or used, opens nothing', async () => {
  const { redirection_url: link } = await readJson(start())
  const rebuilt = new URL(String(link))
  rebuilt.searchParams.delete('authorization')
  expect((await fetch(rebuilt, { redirect: 'manual' })).status).toBe(401)
  await consent(String(link), 'adult')
  expect((await fetch(String(link), { redirect: 'manual' })).status).toBe(410)
})

test('the return carries the token and the handshake', async () => {
  const back = await comeBack('adult')
  expect([...back.keys()].sort()).toEqual(['access_token', 'handshake_id'])
  expect(back.get('handshake_id')).toBe('jrny_1')
})

test('a refusal and a failed exchange come back as errors, without a token', async () => {
  expect((await comeBack('refuses')).get('error')).toBe('access_denied')
  expect((await comeBack('adult', 'deny')).get('error')).toBe('access_denied')
  expect((await comeBack('error_markup')).get('error_description')).toContain('<script>')
  const failed = await comeBack('fails_on_exchange')
  expect(failed.get('error')).toBe('server_error')
  expect(failed.has('access_token')).toBe(false)
})

test('the happy path reads the list and all three documents', async () => {
  const headers = await kwikidJourney(base, 'adult')
  const list = await readJson(kwikid(base, 'get_issued_files', {}, headers))
  const { items } = list.issued_files as { items: { doctype: string; uri: string; mime: string[] }[] }
  expect(items.map((item) => item.doctype)).toEqual(['ADHAR', 'PANCR', 'DRVLC', 'HSCER'])
  const { aadhaar_xml: aadhaar } = await readJson(kwikid(base, 'get_aadhaar_xml', {}, headers))
  expect(String(aadhaar)).toMatch(/^<\?xml[\s\S]*<UidData /)
  const uri = items.find((item) => item.doctype === 'PANCR')?.uri ?? ''
  const pan = await readJson(kwikid(base, 'get_document_xml', {}, { ...headers, DocumentURI: uri }))
  expect(attribute(String(pan.document_xml), 'type')).toBe('PANCR')
})

test.each([
  ['no player token', KWIKID_HEADERS, 400],
  ['a misspelt player token', { ...KWIKID_HEADERS, 'Access-Token': 'x' }, 400],
  ['the bearer in its place', { ...KWIKID_HEADERS, AccessToken: 'sandbox-kwikid-token' }, 401],
])('a read with %s is refused', async (_name, headers, status) => {
  const answer = await kwikid(base, 'get_issued_files', {}, headers)
  expect(answer.status).toBe(status)
  expect(await readJson(answer)).toEqual(detailedShape())
})

test('the document is named by a header and by nothing else', async () => {
  const headers = await kwikidJourney(base, 'adult')
  expect((await kwikid(base, 'get_document_xml', {}, headers)).status).toBe(400)
  expect((await kwikid(base, 'get_document_xml', { uri: 'x' }, headers)).status).toBe(400)
  const unknown = { ...headers, DocumentURI: 'in.gov.pan-PANCR-X' }
  expect(await readJson(kwikid(base, 'get_document_xml', {}, unknown))).toEqual({ error: 'invalid_uri' })
})

test('nothing shared is an empty list and an Aadhaar that is not available', async () => {
  const headers = await kwikidJourney(base, 'empty_share')
  expect(await readJson(kwikid(base, 'get_issued_files', {}, headers))).toEqual({
    issued_files: { items: [] },
  })
  expect((await kwikid(base, 'get_aadhaar_xml', {}, headers)).status).toBe(400)
})

test('traits of the personas arrive in the XML', async () => {
  const read = async (persona: PersonaId) => {
    const headers = await kwikidJourney(base, persona)
    return String((await readJson(kwikid(base, 'get_aadhaar_xml', {}, headers))).aadhaar_xml)
  }
  expect(await read('unsigned')).not.toContain('<Signature')
  expect(attribute(await read('unmasked_aadhaar'), 'uid')).toMatch(/^0\d{11}$/)
  expect(attribute(await read('year_only'), 'dob')).toMatch(/^\d{4}$/)
})

test('modes of the return: another name, no token, no handshake, a form', async () => {
  await mode({ tokenName: 'AccessToken', handshakeEcho: false })
  expect([...(await comeBack('adult')).keys()]).toEqual(['AccessToken'])
  await mode({ withoutToken: true })
  expect([...(await comeBack('adult')).keys()]).toEqual([])
  await mode({ withoutToken: false, returnMethod: 'post_form' })
  const page = await kwikidReturn(base, 'adult')
  expect(page.status).toBe(200)
  const text = await page.text()
  expect(text).toMatch(/<form[^>]* method="post" action="http:\/\/localhost:3000\/api\/kyc\/callback\//)
  expect(text).toMatch(/<input type="hidden" name="AccessToken" value="[0-9a-f]{64}">/)
  expect(text).toMatch(/<button[^>]*>Go on<\/button>/)
})

test('modes of the documents: 200 without XML', async () => {
  await mode({ aadhaarRenewal: true, noXml: true })
  const headers = await kwikidJourney(base, 'adult')
  const aadhaar = await kwikid(base, 'get_aadhaar_xml', {}, headers)
  expect(aadhaar.status).toBe(200)
  expect(await readJson(aadhaar)).not.toHaveProperty('aadhaar_xml')
  const document = await kwikid(base, 'get_document_xml', {}, { ...headers, DocumentURI: 'any' })
  expect(await readJson(document)).toEqual({ document_xml: '' })
})

test('only POST', async () => {
  const answer = await fetch(`${base}/verification/v2/digilocker/init`)
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
})
