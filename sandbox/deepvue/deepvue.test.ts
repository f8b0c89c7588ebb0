import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSandbox, startSandbox } from '../server'
import {
  attribute,
  consent,
  DEEPVUE_HEADERS,
  deepvue,
  deepvueJourney,
  newReturnUrl,
  readJson,
} from '../test-client'

let sandbox: RunningSandbox
let base = ''

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  base = sandbox.url
})

afterAll(() => sandbox.close())

async function start(changes: Record<string, unknown> = {}) {
  const body = await readJson(deepvue(base, 'initiate-session', { redirect_url: newReturnUrl(), ...changes }))
  const data = body.data as { authorization_url: string }
  return { id: String(body.transaction_id), link: data.authorization_url }
}

test('the start is 201, and the state of the link is the transaction id', async () => {
  const response = await deepvue(base, 'initiate-session', {
    redirect_url: newReturnUrl(),
    doc_types: ['pan'],
  })
  const body = await readJson(response)
  expect(response.status).toBe(201)
  expect(body.code).toBe(201)
  expect(body.timestamp).toEqual(expect.any(Number))
  const link = new URL((body.data as { authorization_url: string }).authorization_url)
  expect(link.origin + link.pathname).toBe(`${base}/v1/kyc/digilocker/digilocker-redirect`)
  expect(link.searchParams.get('state')).toBe(body.transaction_id)
})

const JSON_ONLY = { 'Content-Type': 'application/json' }

test.each([
  ['no headers', JSON_ONLY, 'Not authenticated'],
  ['no secret', { ...JSON_ONLY, 'client-id': 'sandbox-deepvue-client' }, 'Not authenticated'],
  [
    'the other spelling of the client id',
    { ...JSON_ONLY, 'x-api-key': 'sandbox-deepvue-secret', client_id: 'sandbox-deepvue-client' },
    'Not authenticated',
  ],
  [
    'one value in both headers',
    { ...JSON_ONLY, 'x-api-key': 'sandbox-deepvue-secret', 'client-id': 'sandbox-deepvue-secret' },
    'Invalid client_id',
  ],
  [
    'a wrong secret',
    { ...DEEPVUE_HEADERS, 'x-api-key': 'nearly' },
    'Invalid client_id or client_secret, access Denied',
  ],
  [
    'a foreign bearer beside a good pair',
    { ...DEEPVUE_HEADERS, Authorization: 'Bearer app.session' },
    'Could not validate credentials',
  ],
])('%s is 401', async (_name, headers, detail) => {
  const response = await deepvue(base, 'initiate-session', { redirect_url: newReturnUrl() }, headers)
  expect(response.status).toBe(401)
  expect(await readJson(response)).toEqual({ detail })
})

test.each([
  [
    'no consent',
    { consent: undefined },
    [{ loc: ['body', 'consent'], msg: 'field required', type: 'value_error.missing' }],
  ],
  [
    'consent as a boolean',
    { consent: true },
    [{ loc: ['body', 'consent'], msg: 'str type expected', type: 'type_error.str' }],
  ],
  ['another consent text', { consent: 'yes' }, 'Invalid consent pattern'],
  [
    'an unknown document word',
    { doc_types: ['aadhaar', 'PANCR'] },
    [expect.objectContaining({ loc: ['body', 'doc_types', 1], type: 'type_error.enum' })],
  ],
  ['a return address that is none', { redirect_url: 'javascript:alert(1)' }, 'Invalid redirect_url pattern'],
  ['a misspelt field', { redirectUrl: 'x' }, [expect.objectContaining({ loc: ['body', 'redirectUrl'] })]],
])('%s is 422', async (_name, changes, detail) => {
  const response = await deepvue(base, 'initiate-session', { redirect_url: newReturnUrl(), ...changes })
  expect(response.status).toBe(422)
  expect(await readJson(response)).toEqual({ detail })
})

test('the happy path: return, exchange once, list, files and Aadhaar', async () => {
  const { id, link } = await start()
  const back = (await consent(link, 'adult')) as URL
  expect(back.searchParams.get('state')).toBe(id)
  const body = { initial_deepvue_transaction_id: id, digilocker_code: back.searchParams.get('code') }
  const exchanged = await readJson(deepvue(base, 'access-token', body))
  expect(exchanged).toMatchObject({ code: 200, sub_code: 'SUCCESS' })
  expect(exchanged.transaction_id).not.toBe(id)
  const profile = exchanged.data as Record<string, string>
  expect(profile).toMatchObject({ expires_in: 3600, eaadhaar: 'Y' })
  expect((Number(profile.consent_valid_till) + 1 + 19_800) % 86_400).toBe(0)
  expect(JSON.stringify(profile)).not.toContain('token')
  expect((await deepvue(base, 'access-token', body)).status).toBe(400)

  const list = await readJson(deepvue(base, 'issued-files', { initial_deepvue_transaction_id: id }))
  const items = list.data as { doctype: string; uri: string; mime: string[] }[]
  expect(list.timestamp).toBeNull()
  expect(items.map((item) => item.doctype)).toEqual(['ADHAR', 'PANCR', 'DRVLC', 'HSCER'])
  const uri = items.find((item) => item.doctype === 'PANCR')?.uri
  const file = await readJson(deepvue(base, 'file', { initial_deepvue_transaction_id: id, uri }))
  const xml = Buffer.from(String(file.data), 'base64').toString('utf8')
  expect(xml.startsWith('<?xml')).toBe(true)
  expect(attribute(xml, 'type')).toBe('PANCR')

  const aadhaar = await readJson(
    deepvue(base, 'eaadhaar', { initial_deepvue_transaction_id: id, generate_pdf: true }),
  )
  const data = aadhaar.data as Record<string, Record<string, string>>
  expect(data.masked_uid).toMatch(/^x{8}\d{4}$/)
  expect(data.proof_of_identity?.name).toBe(profile.name)
  expect(data.proof_of_identity?.dob).toMatch(/^\d\d-\d\d-\d{4}$/)
  expect(Buffer.from(String(data.document_pdf), 'base64').toString('latin1')).toMatch(/^%PDF/)
})

test('reads before the exchange, of an unknown journey or of an unknown file are refused', async () => {
  const { id } = await start()
  expect((await deepvue(base, 'issued-files', { initial_deepvue_transaction_id: id })).status).toBe(400)
  expect((await deepvue(base, 'issued-files', { initial_deepvue_transaction_id: 'no' })).status).toBe(404)
  const open = await deepvueJourney(base, 'adult')
  const file = await deepvue(base, 'file', {
    initial_deepvue_transaction_id: open,
    uri: 'in.gov.pan-PANCR-X',
  })
  expect(file.status).toBe(400)
  expect((await deepvue(base, 'file', { initial_deepvue_transaction_id: open })).status).toBe(422)
})

test('a code of another journey is refused', async () => {
  const one = await start()
  const other = await start()
  const back = (await consent(one.link, 'adult')) as URL
  await consent(other.link, 'adult')
  const mixed = { initial_deepvue_transaction_id: other.id, digilocker_code: back.searchParams.get('code') }
  expect((await deepvue(base, 'access-token', mixed)).status).toBe(400)
})

test('the link works until its consent was answered', async () => {
  const { link } = await start()
  await consent(link, 'adult')
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(410)
})

test('nothing shared is an empty list and an empty Aadhaar', async () => {
  const id = await deepvueJourney(base, 'empty_share')
  const list = await readJson(deepvue(base, 'issued-files', { initial_deepvue_transaction_id: id }))
  expect(list.data).toEqual([])
  const aadhaar = await readJson(deepvue(base, 'eaadhaar', { initial_deepvue_transaction_id: id }))
  expect(aadhaar.data).toEqual({})
})

test('an unmasked number and a birth year reach the parsed Aadhaar too', async () => {
  const full = await deepvueJourney(base, 'unmasked_aadhaar')
  const unmasked = await readJson(deepvue(base, 'eaadhaar', { initial_deepvue_transaction_id: full }))
  expect((unmasked.data as Record<string, unknown>).masked_uid).toMatch(/^0\d{11}$/)
  const year = await deepvueJourney(base, 'year_only')
  const yearOnly = await readJson(deepvue(base, 'eaadhaar', { initial_deepvue_transaction_id: year }))
  expect((yearOnly.data as { proof_of_identity: { dob: string } }).proof_of_identity.dob).toMatch(/^\d{4}$/)
})

test('the exchange of the unlucky persona fails and spends the code', async () => {
  const { id, link } = await start()
  const back = (await consent(link, 'fails_on_exchange')) as URL
  const body = { initial_deepvue_transaction_id: id, digilocker_code: back.searchParams.get('code') }
  expect((await deepvue(base, 'access-token', body)).status).toBe(500)
  expect((await deepvue(base, 'access-token', body)).status).toBe(400)
})
