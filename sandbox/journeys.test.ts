import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { PERSONA_IDS } from './personas'
import { type RunningSandbox, startSandbox } from './server'
import {
  attribute,
  consent,
  control,
  deepvue,
  deepvueJourney,
  exchangeBody,
  idto,
  idtoKey,
  idtoReturn,
  idtoStart,
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

const start = () => idto(base, 'initiate_session', idtoStart())

test('every persona that comes back, comes back the way it should', async () => {
  for (const persona of PERSONA_IDS.filter((id) => id !== 'closes_tab')) {
    const back = await idtoReturn(base, persona)
    const refused = persona === 'refuses' || persona === 'error_markup'
    expect([persona, back.searchParams.get('error')]).toEqual([persona, refused ? 'access_denied' : null])
    expect(back.searchParams.has('code')).toBe(!refused)
    expect(back.searchParams.get('state')).toBe('state-1')
  }
})

test('refusals carry a reason, one of them with markup', async () => {
  expect((await idtoReturn(base, 'refuses')).searchParams.get('error_description')).toMatch(/^[\w ]+$/)
  expect((await idtoReturn(base, 'error_markup')).searchParams.get('error_description')).toContain('<script>')
  const begun = await readJson(start())
  expect((await consent(String(begun.url), 'adult', 'deny'))?.searchParams.get('error')).toBe('access_denied')
})

test('who closes the tab never comes back, at either vendor', async () => {
  const begun = await readJson(start())
  expect(await consent(String(begun.url), 'closes_tab')).toBeNull()
})

test('pressing twice leads to the same place', async () => {
  const begun = await readJson(start())
  const entry = String(begun.url).replace('/digilocker?', '/digilocker/authorize?')
  const page = await (await fetch(entry)).text()
  const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const press = async (decision: string) => {
    const form = new URLSearchParams({ request, persona: 'adult', decision })
    const done = await fetch(`${base}/digilocker-consent`, { method: 'POST', body: form, redirect: 'manual' })
    return done.headers.get('location')
  }
  expect(await press('allow')).toBe(await press('deny'))
})

test('the exchange of the unlucky persona is a 500 and its code is gone', async () => {
  const back = await idtoReturn(base, 'fails_on_exchange')
  expect((await idto(base, 'get_reference', exchangeBody(back))).status).toBe(500)
  expect((await idto(base, 'get_reference', exchangeBody(back))).status).toBe(400)
})

test('nothing shared: the exchange works, the list is empty, every document is refused', async () => {
  const key = await idtoKey(base, 'empty_share')
  const body = { reference_key: key }
  expect(await readJson(idto(base, 'user_details', body))).toMatchObject({ user: { eaadhaar: 'N' } })
  expect(await readJson(idto(base, 'issued_docs', body))).toMatchObject({ issued_docs: { items: [] } })
  expect(await readJson(idto(base, 'fetch_aadhaar', body))).toMatchObject({ code: 2005 })
})

test('the same person always has the same numbers, at both vendors and after a restart', async () => {
  const key = await idtoKey(base, 'duplicate_person')
  const pan = attribute(await readText(base, 'fetch_pan', key), 'number')
  const id = await deepvueJourney(base, 'duplicate_person')
  const list = await readJson(deepvue(base, 'issued-files', { initial_deepvue_transaction_id: id }))
  expect(JSON.stringify(list.data)).toContain(pan)
  const again = await startSandbox({ port: 0, seed: 1, firstNumber: 900 })
  const later = await readText(again.url, 'fetch_pan', await idtoKey(again.url, 'duplicate_person'))
  expect(attribute(later, 'number')).toBe(pan)
  await again.close()
})

test('the slow persona’s documents trickle in', async () => {
  await control(base, { vendor: 'idto', mode: { slowMs: 300 } })
  const key = await idtoKey(base, 'slow')
  const from = performance.now()
  expect(await readText(base, 'fetch_pan', key)).toContain('</Certificate>')
  expect(performance.now() - from).toBeGreaterThan(290)
})

test('documents of the personas carry their trait over the wire', async () => {
  const read = async (persona: (typeof PERSONA_IDS)[number]) =>
    readText(base, 'fetch_aadhaar', await idtoKey(base, persona))
  expect(await read('unsigned')).not.toContain('<Signature')
  expect(attribute(await read('unmasked_aadhaar'), 'uid')).toMatch(/^0\d{11}$/)
  expect(attribute(await read('year_only'), 'dob')).toMatch(/^\d{4}$/)
})

test('pages are marked as a sandbox, are not kept, and name no other host', async () => {
  const begun = await readJson(start())
  const response = await fetch(String(begun.url).replace('/digilocker?', '/digilocker/authorize?'))
  const text = await response.text()
  expect(text).toContain('Sandbox: no government site')
  expect(text.match(/type="radio"/g)).toHaveLength(PERSONA_IDS.length)
  expect(text).toMatch(/value="adult" checked/)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(text).not.toMatch(/(src|href)="https?:/)
})
