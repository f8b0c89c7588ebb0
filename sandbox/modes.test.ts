import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Vendor } from './modes'
import { type RunningSandbox, startSandbox } from './server'
import {
  consent,
  control,
  deepvue,
  didit,
  diditStart,
  hyperverge,
  idto,
  idtoStart,
  kwikid,
  kwikidReturn,
  newReturnUrl,
  readJson,
} from './test-client'

let sandbox: RunningSandbox
let base = ''

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  base = sandbox.url
})

afterEach(() => control(base, {}, '/_control/reset'))
afterAll(() => sandbox.close())

const START = {
  idto: () => idto(base, 'initiate_session', idtoStart()),
  deepvue: () => deepvue(base, 'initiate-session', { redirect_url: newReturnUrl() }),
  kwikid: () => kwikid(base, 'init', { callback_url: newReturnUrl() }),
  hyperverge: () => hyperverge(base, 'start', { referenceId: newReturnUrl(), redirectURL: newReturnUrl() }),
  didit: () => didit(base, diditStart()),
}
type Started = keyof typeof START
const STARTED = Object.keys(START) as Started[]

const mode = (vendor: Vendor, modes: Record<string, unknown>) => control(base, { vendor, mode: modes })

test.each([
  ['idto', 'inactive', 401, 'Authentication required'],
  ['idto', 'no_product', 403, 'not enabled'],
  ['idto', 'other_environment', 401, 'Authentication required'],
  ['deepvue', 'inactive', 400, 'Inactive client_id'],
  ['deepvue', 'no_product', 403, 'Not a valid token'],
  ['deepvue', 'other_environment', 401, 'Invalid client_id'],
  ['kwikid', 'inactive', 401, 'Invalid or expired token'],
  ['kwikid', 'no_product', 500, 'not set up'],
  ['kwikid', 'other_environment', 401, 'Invalid or expired token'],
  ['hyperverge', 'inactive', 401, 'Missing/Invalid credentials'],
  ['hyperverge', 'no_product', 404, 'Not Found'],
  ['hyperverge', 'other_environment', 401, 'Missing/Invalid credentials'],
  ['didit', 'inactive', 403, 'Invalid API key'],
  ['didit', 'no_product', 403, 'permission'],
  ['didit', 'other_environment', 403, 'Invalid API key'],
] as const)('an account of %s that is %s meets %i', async (vendor, account, status, words) => {
  await mode(vendor, { account })
  const answer = await START[vendor]()
  expect(answer.status).toBe(status)
  expect(await answer.text()).toContain(words)
  await mode(vendor, { account: 'active' })
  expect((await START[vendor]()).ok).toBe(true)
})

test('a wrong pair of an inactive account is still a wrong pair', async () => {
  await mode('deepvue', { account: 'inactive' })
  const answer = await deepvue(base, 'initiate-session', {}, { 'client-id': 'x', 'x-api-key': 'y' })
  expect(answer.status).toBe(401)
})

test.each([
  ['idto', 'X-Client-ID', 401],
  ['deepvue', 'client-id', 401],
  ['kwikid', 'Authorization', 400],
  ['hyperverge', 'appKey', 401],
  ['didit', 'X-API-Key', 403],
] as const)('%s behind a proxy that drops %s', async (vendor, header, status) => {
  await mode(vendor, { dropsHeaders: [header] })
  expect((await START[vendor]()).status).toBe(status)
  const { calls } = (await readJson(fetch(`${base}/_control/log?vendor=${vendor}`))) as {
    calls: { headers: string[] }[]
  }
  expect(calls.at(-1)?.headers).not.toContain(header.toLowerCase())
})

test.each(STARTED)('the clock of %s moves its Date header', async (vendor) => {
  await mode(vendor, { clockSkewSeconds: -600 })
  const date = Date.parse((await START[vendor]()).headers.get('date') ?? '')
  expect(Math.abs(date - (Date.now() - 600_000))).toBeLessThan(5000)
})

test.each(STARTED)('%s is down, calls and pages, and the others are not', async (vendor) => {
  await mode(vendor, { down: true })
  for (const name of STARTED)
    expect([name, (await START[name]()).status === 503]).toEqual([name, name === vendor])
})

test('pages of a vendor that is down are down, the shared consent page included', async () => {
  const { redirection_url: link } = await readJson(START.kwikid())
  const chooser = (await fetch(String(link), { redirect: 'manual' })).headers.get('location') ?? ''
  await mode('kwikid', { down: true })
  expect((await fetch(String(link))).status).toBe(503)
  expect((await fetch(base + chooser)).status).toBe(503)
  expect((await fetch(`${base}/healthz`)).status).toBe(200)
})

test('a return address that is not listed meets what that vendor is known to answer', async () => {
  for (const vendor of STARTED) await mode(vendor, { unlistedReturn: true })
  expect((await START.idto()).status).toBe(500)
  expect((await START.didit()).status).toBe(400)
  expect((await START.deepvue()).status).toBe(201) // no refusal is known of the other three
  expect((await START.kwikid()).status).toBe(200)
  expect((await START.hyperverge()).status).toBe(200)
})

test('a rate limit and a fault are answered in the shape of each vendor', async () => {
  await mode('hyperverge', { ratePerSecond: 1 })
  await START.hyperverge()
  expect(await readJson(START.hyperverge())).toMatchObject({ status: 'failure', statusCode: '429' })
  await control(base, { vendor: 'kwikid', call: 'init', fault: 'server_error', times: 1 })
  expect(await readJson(START.kwikid())).toEqual({ error: 'Internal Server Error' })
  await control(base, { vendor: 'kwikid', call: 'init', fault: 'foreign_url', times: 1 })
  expect((await readJson(START.kwikid())).redirection_url).toMatch(/phishing\.example\.invalid/)
})

test('modes are those of their vendor', async () => {
  expect((await mode('idto', { webhookUrl: 'http://localhost/x' })).status).toBe(400)
  expect((await mode('kwikid', { account: 'asleep' })).status).toBe(400)
  expect((await control(base, { vendor: 'nobody', mode: {} })).status).toBe(400)
  expect((await mode('digilocker', { down: true })).status).toBe(200)
})

async function personOf(handle: string): Promise<Record<string, unknown>> {
  const { journeys } = await readJson(fetch(`${base}/_control/journeys?handle=${encodeURIComponent(handle)}`))
  return (journeys as { person: Record<string, unknown> }[])[0]?.person ?? {}
}

test('a rule gives the person a name and a birth date', async () => {
  const callbackUrl = newReturnUrl()
  const rule = { persona: 'name_differs', handle: callbackUrl, auto: true }
  await control(base, { ...rule, name: 'Ana Sofía D’Souza', birthDate: '1990-02-28' })
  const { redirection_url: link } = await readJson(kwikid(base, 'init', { callback_url: callbackUrl }))
  await fetch(String(link), { redirect: 'manual' })
  expect(await personOf(callbackUrl)).toMatchObject({
    name: 'Ana Sofía D’Souza',
    birthDate: '1990-02-28',
    pan: { name: 'ANA S D’SOUZA', number: expect.stringMatching(/^[A-Z]{3}PD0000[A-Z]$/) },
  })
})

test('the consent page takes a name and a birth date, or neither', async () => {
  const callbackUrl = newReturnUrl()
  const link = async () =>
    String((await readJson(kwikid(base, 'init', { callback_url: callbackUrl }))).redirection_url)
  await consent(await link(), 'adult', 'allow', { name: ' आशा ', birth_date: '2001-12-31' })
  expect(await personOf(callbackUrl)).toMatchObject({
    name: 'आशा',
    birthDate: '2001-12-31',
    pan: { number: expect.stringMatching(/^[A-Z]{3}PX0000[A-Z]$/) },
  })
  const refused: unknown[] = await Promise.all(
    [{ name: '<b>x</b>' }, { name: 'x'.repeat(100) }, { birth_date: '2001-02-30' }].map(async (own) =>
      consent(await link(), 'adult', 'allow', own),
    ),
  )
  expect(refused).toEqual([null, null, null])
  expect((await kwikidReturn(base, 'adult')).status).toBe(303)
})

test.each([{ name: 'R2D2' }, { name: '' }, { birthDate: '1899-12-31' }, { birthDate: '28-02-1990' }])(
  'a rule with %o is refused',
  async (own) => {
    expect((await control(base, { persona: 'adult', ...own })).status).toBe(400)
  },
)

test('the home page lists the settings of every vendor', async () => {
  const text = await (await fetch(base)).text()
  for (const word of [
    'IDTO_API_KEY',
    'DEEPVUE_CLIENT_ID',
    'sandbox-kwikid-token',
    'sandbox-hyperverge-key',
    'sandbox-didit-key',
    'SANDBOXDL',
  ]) {
    expect(text).toContain(word)
  }
})
