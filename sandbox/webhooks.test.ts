import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PersonaId } from './personas'
import { type RunningSandbox, startSandbox } from './server'
import { control, hypervergeJourney, readJson } from './test-client'
import { webhookAddress } from './webhooks'

interface Received {
  url: string
  body: string
}

const TOKEN = 'sandbox-hyperverge-webhook-token-4f1d9c7e2ab8'

let sandbox: RunningSandbox
let base = ''
let app: Server
let appUrl = ''
let received: Received[] = []
let statuses: number[] = []
let journeys = 0

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 1 })
  base = sandbox.url
  app = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      received.push({ url: request.url ?? '', body: Buffer.concat(pieces).toString('utf8') })
      response.writeHead(statuses.shift() ?? 200).end('{"from":"app"}')
    })
  })
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
})

beforeEach(() => {
  received = []
  statuses = []
})

afterEach(() => control(base, {}, '/_control/reset'))
afterAll(async () => {
  await sandbox.close()
  app.close()
})

/** A HyperVerge journey whose app is the server above; its handle. */
async function journey(persona: PersonaId = 'adult'): Promise<string> {
  const handle = `jrny_hook_${++journeys}`
  const redirectURL = `${appUrl}/api/kyc/hv-sandbox/callback/${handle}`
  await hypervergeJourney(base, persona, { redirectURL, referenceId: `ref-${handle}` })
  return handle
}

async function deliveries(handle: string): Promise<Record<string, unknown>[]> {
  const answer = await readJson(fetch(`${base}/_control/webhooks?handle=${handle}`))
  return answer.deliveries as Record<string, unknown>[]
}

async function settle(handle: string, count: number): Promise<Record<string, unknown>[]> {
  await expect.poll(async () => (await deliveries(handle)).length, { interval: 10 }).toBe(count)
  return deliveries(handle)
}

function mischief(webhook: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<Response> {
  return control(base, { vendor: 'hyperverge', webhook, ...more })
}

function sendNow(handle: string, order: Record<string, unknown> = {}): Promise<Response> {
  return control(base, { vendor: 'hyperverge', handle, ...order }, '/_control/webhooks/send')
}

test('a decision is told to the address that the return address implies, behind the path token', async () => {
  const handle = await journey()
  expect(await settle(handle, 1)).toMatchObject([
    {
      vendor: 'hyperverge',
      kind: 'final',
      to: `${appUrl}/api/webhooks/hv-sandbox`,
      status: 200,
      mischief: [],
    },
  ])
  expect(received).toEqual([
    {
      url: `/api/webhooks/hv-sandbox/${TOKEN}`,
      body: JSON.stringify({ referenceId: `ref-${handle}`, status: 'success' }),
    },
  ])
  expect(JSON.stringify(await deliveries(handle))).not.toContain(TOKEN)
})

test('a refusal is told, a closed tab is not', async () => {
  const refused = await journey('refuses')
  await settle(refused, 1)
  expect(received[0]?.body).toContain('"denied"')
  const gone = await journey('closes_tab')
  await settle(await journey(), 1)
  expect(await deliveries(gone)).toEqual([])
})

test('personas: late, twice, out of order, forged', async () => {
  await control(base, { vendor: 'hyperverge', mode: { webhookLateMs: 200 } })
  const late = await journey('webhook_late')
  const twice = await journey('webhook_twice')
  await settle(twice, 2)
  expect(await deliveries(late)).toEqual([])
  expect(new Set(received.map((delivery) => delivery.body)).size).toBe(1)
  const disorder = await settle(await journey('webhook_out_of_order'), 2)
  expect(disorder.map((delivery) => delivery.kind)).toEqual(['final', 'in_progress'])
  await settle(late, 1)
  received = []
  await settle(await journey('webhook_forged'), 1)
  expect(received[0]?.url).not.toContain(TOKEN)
})

test('a rule fits its handle, wins over the persona and is used up', async () => {
  await mischief({ copies: 3, altered: true }, { times: 1, handle: 'hv-sandbox' })
  const first = await settle(await journey('webhook_twice'), 3)
  expect(first[0]).toMatchObject({ mischief: ['copies', 'altered'] })
  expect(received[0]?.body).toMatch(/^\{ "referenceId"/)
  await settle(await journey('webhook_twice'), 2)
  await mischief({ none: true })
  const silent = await journey()
  expect((await sendNow(silent, { none: true })).status).toBe(200)
  expect(await deliveries(silent)).toEqual([])
})

test('one can be sent now: oversized, about nobody, forged', async () => {
  const handle = await journey()
  await settle(handle, 1)
  received = []
  const sent = await readJson(sendNow(handle, { oversized: true, unknownReference: true, forged: true }))
  expect(sent.deliveries).toMatchObject([
    { status: 200, mischief: ['forged', 'oversized', 'unknownReference'] },
  ])
  expect(received[0]?.body.length).toBeGreaterThan(300_000)
  expect(received[0]?.body).not.toContain(handle)
  expect(received[0]?.url).not.toContain(TOKEN)
})

test('what the app answers is written down, and tried again only as often as asked', async () => {
  statuses = [503]
  expect(await settle(await journey(), 1)).toMatchObject([{ status: 503, attempt: 1 }])
  await control(base, { vendor: 'hyperverge', mode: { webhookRetries: 2, webhookRetryMs: 1 } })
  statuses = [503, 404, 200]
  const tried = await settle(await journey(), 3)
  expect(tried.map((delivery) => [delivery.attempt, delivery.status])).toEqual([
    [1, 503],
    [2, 404],
    [3, 200],
  ])
  statuses = [401]
  expect(await settle(await journey(), 1)).toMatchObject([{ status: 401 }])
})

test('an app that is not there, and an address that names no connection, are written down too', async () => {
  await control(base, { vendor: 'hyperverge', mode: { webhookUrl: 'http://127.0.0.1:1/hooks' } })
  expect(await settle(await journey(), 1)).toMatchObject([{ status: null, to: 'http://127.0.0.1:1/hooks' }])
  expect(webhookAddress('https://app.example.test/somewhere/else')).toBeNull()
  expect(webhookAddress('https://app.example.test/api/kyc/didit-1/callback?x=1')).toBe(
    'https://app.example.test/api/webhooks/didit-1',
  )
})

test('control refuses webhooks of vendors without any, misspelt mischief and unknown journeys', async () => {
  expect((await control(base, { vendor: 'idto', webhook: {} })).status).toBe(400)
  expect((await mischief({ copys: 2 })).status).toBe(400)
  expect((await sendNow('jrny_nobody')).status).toBe(404)
  expect((await control(base, { vendor: 'kwikid', handle: 'x' }, '/_control/webhooks/send')).status).toBe(400)
})
