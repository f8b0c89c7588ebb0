import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { PersonaId } from '../personas'
import { type RunningSandbox, startSandbox } from '../server'
import {
  attribute,
  consent,
  control,
  HYPERVERGE_HEADERS,
  hyperverge,
  hypervergeJourney,
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

const mode = (modes: Record<string, unknown>) => control(base, { vendor: 'hyperverge', mode: modes })

function readAadhaar(referenceId: string, changes: Record<string, unknown> = {}): Promise<Response> {
  return hyperverge(base, 'eAadhaarDetails', { referenceId, aadhaarFile: 'no', ...changes })
}

function readDocuments(referenceId: string, changes: Record<string, unknown> = {}): Promise<Response> {
  return hyperverge(base, 'docDetails', { referenceId, pan: 'yes', dl: 'yes', ...changes })
}

async function errorOf(answer: Promise<Response>): Promise<[number, unknown]> {
  const response = await answer
  const { error } = await readJson(response)
  return [response.status, (error as { code?: string }).code ?? error]
}

let references = 0
const newReference = () => `att-test-${++references}`
const start = (changes = {}) =>
  hyperverge(base, 'start', { referenceId: newReference(), redirectURL: newReturnUrl(), ...changes })

test('the start answers a consent link, and a status code that is a text', async () => {
  const body = await readJson(start())
  expect(body).toMatchObject({ status: 'success', statusCode: '200' })
  expect((body.result as { url: string }).url).toMatch(`${base}/hyperverge-consent?session=`)
  await mode({ statusCode: 'number' })
  expect(await readJson(start())).toMatchObject({ statusCode: 200 })
})

const JSON_ONLY = { 'content-type': 'application/json' }

test.each([
  ['no headers', JSON_ONLY],
  [
    'a misspelt header',
    { ...JSON_ONLY, 'app-id': 'sandbox-hyperverge-app', appKey: 'sandbox-hyperverge-key' },
  ],
  ['a wrong key', { ...HYPERVERGE_HEADERS, appKey: 'nearly' }],
  ['a swapped pair', { ...JSON_ONLY, appId: 'sandbox-hyperverge-key', appKey: 'sandbox-hyperverge-app' }],
])('%s is 401 with a text', async (_name, headers) => {
  const answer = await hyperverge(base, 'start', { referenceId: newReference() }, headers)
  expect(answer.status).toBe(401)
  expect(await readJson(answer)).toEqual({
    status: 'failure',
    statusCode: '401',
    error: 'Missing/Invalid credentials',
  })
})

test('names of headers ignore case', async () => {
  const { appId, appKey, ...rest } = HYPERVERGE_HEADERS
  const answer = await hyperverge(
    base,
    'start',
    { referenceId: newReference() },
    { ...rest, APPID: appId, appkey: appKey },
  )
  expect(answer.status).toBe(200)
})

test.each([
  ['no reference', { referenceId: undefined }],
  ['the spelling of the other family', { redirectUrl: 'https://app.example.test/cb' }],
  ['a return address that is none', { redirectURL: 'javascript:alert(1)' }],
])('a start with %s is 400 with a code', async (_name, changes) => {
  expect(await errorOf(start(changes))).toEqual([400, 'ER_VALIDATION'])
})

test('another content type is 400, and a reference works once', async () => {
  const headers = { ...HYPERVERGE_HEADERS, 'content-type': 'text/plain' }
  const plain = await hyperverge(base, 'start', { referenceId: newReference() }, headers)
  expect(plain.status).toBe(400)
  const referenceId = newReference()
  expect((await start({ referenceId })).status).toBe(200)
  expect((await start({ referenceId })).status).toBe(400)
})

test('the return has no parameters, after a grant as after a refusal; a mode adds some', async () => {
  const link = async () => ((await readJson(start())).result as { url: string }).url
  expect((await consent(await link(), 'adult'))?.search).toBe('')
  expect((await consent(await link(), 'refuses'))?.search).toBe('')
  await mode({ returnParams: { status: 'success' } })
  expect((await consent(await link(), 'adult'))?.search).toBe('?status=success')
})

test('reads wait for the grant, and one after a refusal waits in vain', async () => {
  const referenceId = newReference()
  const started = await readJson(start({ referenceId }))
  expect(await errorOf(readAadhaar(referenceId))).toEqual([422, 'ER_CONSENT_MISSING'])
  await consent((started.result as { url: string }).url, 'adult')
  expect((await readAadhaar(referenceId)).status).toBe(200)
  expect(await errorOf(readAadhaar(await hypervergeJourney(base, 'refuses')))).toEqual([
    422,
    'ER_CONSENT_MISSING',
  ])
})

test('the Aadhaar is JSON with a day-first date and masked number', async () => {
  const referenceId = await hypervergeJourney(base, 'adult')
  const { result } = await readJson(
    readAadhaar(referenceId, { aadhaarFile: 'yes', blockMinors: 'yes', returnCreatedTimeStamp: 'yes' }),
  )
  expect(result).toMatchObject({
    dob: expect.stringMatching(/^\d\d-\d\d-\d{4}$/),
    maskedAadhaarNumber: expect.stringMatching(/^x{8}\d{4}$/),
    createdTimeStamp: expect.stringMatching(/^\d{13}$/),
    summary: { action: 'pass', details: [] },
    addressFields: { pincode: '000000' },
  })
  const { xmlAadhaarFile } = result as { xmlAadhaarFile: string }
  expect(await (await fetch(xmlAadhaarFile)).text()).toContain('<Signature')
})

test.each([
  ['a real boolean', { aadhaarFile: false }],
  ['a boolean that is another word', { blockMinors: 'true' }],
  ['a missing switch', { aadhaarFile: undefined }],
  ['a misspelt field', { blockMinor: 'yes' }],
])('%s is 400', async (_name, changes) => {
  const referenceId = await hypervergeJourney(base, 'adult')
  expect(await errorOf(readAadhaar(referenceId, changes))).toEqual([400, 'ER_VALIDATION'])
})

test('PAN and licence come with what was asked, and the licence without its end', async () => {
  const referenceId = await hypervergeJourney(base, 'adult')
  const { result } = await readJson(readDocuments(referenceId, { panXMLFile: 'yes' }))
  const {
    code,
    docs_found: found,
    details,
  } = result as { code: string; docs_found: string[]; details: Detail[] }
  expect([code, found]).toEqual(['ALL_FOUND', ['pan', 'dl']])
  expect(Object.keys(details[0] ?? {})).toEqual(['doc_type', 'pan', 'name', 'dob', 'xmlFile'])
  expect(Object.keys(details[1] ?? {})).toEqual(['doc_type', 'dl', 'name', 'dob', 'address', 'photo'])
  const xml = await (await fetch(details[0]?.xmlFile ?? '')).text()
  expect(attribute(xml, 'number')).toBe(details[0]?.pan)
})

type Detail = Record<string, string>

test('modes of the XML: field, form, link to elsewhere, redirect, end of life', async () => {
  const referenceId = await hypervergeJourney(base, 'adult')
  const read = async (modes: Record<string, unknown>) => {
    await mode(modes)
    const { result } = await readJson(readDocuments(referenceId, { panXMLFile: 'yes', dl: 'no' }))
    return (result as { details: Detail[] }).details[0] ?? {}
  }
  expect((await read({ xmlAs: 'inline', xmlField: 'panXMLFile' })).panXMLFile).toMatch(/^<\?xml/)
  expect(Buffer.from((await read({ xmlAs: 'base64' })).panXMLFile ?? '', 'base64').toString()).toMatch(
    /^<\?xml/,
  )
  const link = (await read({ xmlAs: 'link' })).panXMLFile ?? ''
  await mode({ fileRedirect: 'http://169.254.169.254/' })
  const moved = await fetch(link, { redirect: 'manual' })
  expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://169.254.169.254/'])
  const elsewhere = await read({ fileUrl: 'http://10.0.0.1/pan.xml', fileRedirect: null })
  expect(elsewhere.panXMLFile).toBe('http://10.0.0.1/pan.xml')
  const dead = (await read({ fileUrl: null, fileLifeMinutes: 0 })).panXMLFile ?? ''
  expect((await fetch(dead)).status).toBe(403)
  expect((await fetch(`${base}/hyperverge-files/unknown`)).status).toBe(404)
})

test('a locker without a PAN gives the rest, or a code when the PAN alone was asked for', async () => {
  const referenceId = await hypervergeJourney(base, 'pan_missing')
  expect((await readJson(readDocuments(referenceId))).result).toMatchObject({ docs_found: ['dl'] })
  expect(await errorOf(readDocuments(referenceId, { dl: 'no' }))).toEqual([422, 'ER_PAN_DATA_NOT_AVAILABLE'])
  expect(await errorOf(readDocuments(referenceId, { pan: 'no', dl: 'no' }))).toEqual([400, 'ER_VALIDATION'])
})

test.each(['minor', 'turns_18_tomorrow'] as const)(
  '%s is refused where minors are blocked',
  async (persona) => {
    const referenceId = await hypervergeJourney(base, persona)
    expect((await readAadhaar(referenceId)).status).toBe(200)
    expect(await errorOf(readAadhaar(referenceId, { blockMinors: 'yes' }))).toEqual([422, 'ER_MINOR_ACCOUNT'])
    expect(await errorOf(readDocuments(referenceId, { blockMinors: 'yes' }))).toEqual([
      422,
      'ER_MINOR_ACCOUNT',
    ])
  },
)

test('personas have their meaning in JSON too', async () => {
  const read = async (persona: PersonaId) =>
    (await readJson(readAadhaar(await hypervergeJourney(base, persona)))).result as Record<string, string>
  expect((await read('unmasked_aadhaar')).maskedAadhaarNumber).toMatch(/^0\d{11}$/)
  expect((await read('year_only')).dob).toMatch(/^\d{4}$/)
  expect(await errorOf(readAadhaar(await hypervergeJourney(base, 'empty_share')))).toEqual([
    422,
    'ER_AADHAAR_NOT_LINKED',
  ])
  expect(await errorOf(readAadhaar(await hypervergeJourney(base, 'fails_on_exchange')))).toEqual([
    500,
    'ER_SERVER',
  ])
})

test('the other 401 is about the player, and an Aadhaar may have to be done again', async () => {
  const referenceId = await hypervergeJourney(base, 'adult')
  await mode({ aadhaarRenewal: true })
  expect(await errorOf(readAadhaar(referenceId))).toEqual([504, 'ER_AADHAAR_NOT_AVAILABLE'])
  await mode({ sessionEnded: true })
  expect(await errorOf(readAadhaar(referenceId))).toEqual([401, 'ER_EXPIRED_TOKEN'])
})

test('the locker is listed, and named documents are fetched', async () => {
  const referenceId = await hypervergeJourney(base, 'adult')
  const list = await readJson(hyperverge(base, 'issuedDocuments', { referenceId }))
  const { documents } = list.result as { documents: { type: string }[] }
  expect(documents.map((document) => document.type)).toEqual(['ADHAR', 'PANCR', 'DRVLC', 'HSCER'])
  const docs = [{ docId: 'in.gov.pan_PANCR', file: 'no' }]
  const { result } = await readJson(hyperverge(base, 'fetchDocuments', { referenceId, docs }))
  expect(result).toMatchObject([{ data: { number: expect.stringMatching(/^[A-Z]{5}0000[A-Z]$/) } }])
})

test('docDetails can miss what the list names and a fetch by its address finds', async () => {
  const referenceId = await hypervergeJourney(base, 'adult')
  await mode({ detailsMiss: true })
  expect(await errorOf(readDocuments(referenceId))).toEqual([422, 'ER_PAN_DATA_NOT_AVAILABLE'])
  const list = await readJson(hyperverge(base, 'issuedDocuments', { referenceId }))
  const { documents } = list.result as { documents: { type: string; uri: string }[] }
  const uriOf = (code: string) => documents.find(({ type }) => type === code)?.uri
  const fetchOne = (docId: unknown) =>
    hyperverge(base, 'fetchDocuments', { referenceId, docs: [{ docId, file: 'no' }] })
  const { result } = await readJson(fetchOne(uriOf('PANCR')))
  expect(result).toMatchObject([{ uri: uriOf('PANCR'), data: { name: expect.any(String) } }])
  for (const docId of [uriOf('HSCER'), 'in.gov.pan-PANCR-ZZZPN0000Z', 'x_HSCER'])
    expect(await errorOf(fetchOne(docId))).toEqual([422, 'ER_PAN_DATA_NOT_AVAILABLE'])
})

test('the DigiLocker pair is echoed with its secret, and the last one is kept', async () => {
  const pair = { clientId: 'FAKE-DL-CLIENT', clientSecret: 'fake-dl-secret' }
  const answer = await readJson(hyperverge(base, 'updateCredentials', pair))
  expect(answer.result).toEqual({ DigiLocker: pair })
  await hyperverge(base, 'updateCredentials', { ...pair, clientId: 'FAKE-DL-OTHER' })
  const { stored } = (await readJson(fetch(`${base}/_control`))) as { stored: Record<string, unknown> }
  expect(stored.hyperverge).toMatchObject({ clientId: 'FAKE-DL-OTHER' })
  expect(JSON.stringify(stored)).not.toContain('fake-dl-secret')
  expect(await errorOf(hyperverge(base, 'updateCredentials', { ...pair, clientId: '' }))).toEqual([
    404,
    'Not Found',
  ])
  expect(await errorOf(hyperverge(base, 'updateCredentials', { clientId: 'x' }))).toEqual([
    400,
    'ER_VALIDATION',
  ])
})

test('the health of the source', async () => {
  const answer = await fetch(`${base}/api/health/digilocker/eAadhaarDetails`, { headers: HYPERVERGE_HEADERS })
  expect(answer.status).toBe(200)
})
