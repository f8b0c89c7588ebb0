import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import { bundleScript } from '@/db/testing/process'
import { SAMPLE_PHOTO } from '@/sandbox/documents/photo'
import { type Person, toPerson } from '@/sandbox/people'
import type { PersonaId } from '@/sandbox/personas'
import { startSandbox } from '@/sandbox/server'
import { consent as answerAt, control } from '@/sandbox/test-client'
import {
  type Cell,
  findNeedles,
  type Needles,
  readEverything,
  readFolder,
  spellAll,
  spellDate,
} from './canary.testing'

// The canary: one invented person through every vendor, on good days and bad ones. Afterwards every table, the log, what
// a killed worker printed, the mails and the pages' data are searched for each of their values, plain and encoded (KE-01,
// LG-04). Words of the name are nobody's, so that a hit is never a coincidence.

const SEED = 17
const LATIN = { name: 'Zephyrika Quillonwala Vrindelle', birthDate: '1987-03-29' }
const HINDI = { name: 'ज़ेफिरिका क्विलोनवाला व्रिन्देल', birthDate: '1986-11-27' }
/** What nobody shared: vendors' errors, forged webhooks and hostile returns quote it. */
const QUOTED = {
  pan: 'ZQXPW7391K',
  aadhaar: '019827364553',
  licence: 'KA0020119876543',
  phone: '5098761234',
  email: 'zephyrika@quillonwala.invalid',
  address: '7 Quillonpur Marg, Vrindapuram',
}
const QUOTING = {
  ...LATIN,
  ...QUOTED,
  xml: `<Poi name="${LATIN.name}" dob="29-03-1987"/>`,
  photo: SAMPLE_PHOTO,
}

const folder = mkdtempSync(path.join(tmpdir(), 'ante-canary-'))
const logFile = path.join(folder, 'log', 'app.log')
const mailbox = path.join(folder, 'mail')
for (const made of [path.dirname(logFile), mailbox]) mkdirSync(made)
const sandbox = await startSandbox({ port: 0, seed: SEED })
const SECRETS = {
  CANARY_IDTO: 'sandbox-idto-key',
  CANARY_DEEPVUE: 'sandbox-deepvue-secret',
  CANARY_KWIKID: 'sandbox-kwikid-token',
  CANARY_HYPERVERGE: 'sandbox-hyperverge-key',
  CANARY_PATH: 'sandbox-hyperverge-webhook-token-4f1d9c7e2ab8',
  CANARY_DIDIT: 'sandbox-didit-key',
  CANARY_DIDIT_TOKEN: 'sandbox-didit-secret',
  CANARY_WEBHOOK: 'sandbox-didit-webhook-secret',
  CANARY_DIGILOCKER: 'sandbox-digilocker-secret',
}
const secret = (env: keyof typeof SECRETS) => ({ env })
const WORKFLOW_ID = '00000000-0000-4000-8000-00000000d1d1'
const WEBHOOK_SECRET = secret('CANARY_WEBHOOK')
const ACCOUNTS = {
  idto: ['idto', { API_KEY: secret('CANARY_IDTO'), CLIENT_ID: 'sandbox-idto-client' }],
  deepvue: ['deepvue', { API_KEY: secret('CANARY_DEEPVUE'), CLIENT_ID: 'sandbox-deepvue-client' }],
  kwikid: ['kwikid', { TOKEN: secret('CANARY_KWIKID'), RETURN_TOKEN_PARAM: 'access_token' }],
  hyperverge: [
    'hyperverge',
    {
      APP_ID: 'sandbox-hyperverge-app',
      APP_KEY: secret('CANARY_HYPERVERGE'),
      WEBHOOK_PATH_TOKEN: secret('CANARY_PATH'),
    },
  ],
  'didit-key': ['didit', { WORKFLOW_ID, API_KEY: secret('CANARY_DIDIT'), WEBHOOK_SECRET }],
  'didit-token': [
    'didit',
    {
      WORKFLOW_ID,
      AUTH_URL: sandbox.url,
      CLIENT_ID: 'sandbox-didit-client',
      CLIENT_SECRET: secret('CANARY_DIDIT_TOKEN'),
      WEBHOOK_SECRET,
    },
  ],
  digilocker: ['digilocker', { CLIENT_ID: 'SANDBOXDL', CLIENT_SECRET: secret('CANARY_DIGILOCKER') }],
} as const
type ConnectionId = keyof typeof ACCOUNTS
const CONNECTIONS = Object.keys(ACCOUNTS) as ConnectionId[]
const connectionsFile = path.join(folder, 'connections.json')
const connections = CONNECTIONS.map((id) => {
  const [vendor, settings] = ACCOUNTS[id]
  return { id, vendor, base_url: sandbox.url, settings }
})
writeFileSync(connectionsFile, JSON.stringify({ connections }))
const database = await openFreshDatabase({
  CONNECTIONS_FILE: connectionsFile,
  LOG_LEVEL: 'trace',
  LOG_FILE: logFile,
  MAILBOX_DIR: mailbox,
  ALERT_EMAIL: 'ops@example.invalid',
  ...SECRETS,
})
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(async () => {
  await owner.end()
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

const { makePlayer, agreeTo, bring } = await import('./testing')
const { start } = await import('./start')
const { collect } = await import('./collect')
const { findJourney } = await import('./find')
const { stateDetails } = await import('./stated')
const { acceptReturn, recordAnonymousReturn } = await import('./accept-return')
const { applyDelivery } = await import('./hints')
const { sendResultMail } = await import('./result-mail')
const { receiveWebhook } = await import('@/lib/webhooks/receive')
const { forgetProviders } = await import('@/lib/connections')
const { openVault } = await import('@/lib/vault')
const { db } = await import('@/db/client')

interface Journey {
  connection: ConnectionId
  persona: PersonaId
  player: { id: string }
  id: string
}
const journeys: Journey[] = []
/** What must be nowhere; `personal` may be shown to the player where it is theirs. */
const personal = new Set([
  ...Object.values(QUOTED),
  ...[LATIN, HINDI].flatMap(({ name, birthDate }) => [name, ...name.split(' '), ...spellDate(birthDate)]),
  HINDI.name.normalize('NFC'),
  HINDI.name.normalize('NFD'),
  SAMPLE_PHOTO.slice(100, 160),
  'Udaharan Nagar',
  'Parikshan Road',
  'उदाहरण',
])
const secrets = new Set<string>(Object.values(SECRETS))
/** What a killed process had printed. */
let printed = ''

const vendorOf = (connection: ConnectionId) => ACCOUNTS[connection][0]
const isDidit = (connection: ConnectionId) => vendorOf(connection) === 'didit'

/** The vendors are well again, and no breaker is open. */
async function mend() {
  await control(sandbox.url, {}, '/_control/reset')
  for (const vendor of ['hyperverge', 'didit'])
    await control(sandbox.url, { vendor, mode: { webhookUrl: inbox.url(vendor) } })
  await owner`delete from connection_health`
  forgetProviders()
}

/** A player who left for `connection`; null when it could not start. */
async function leave(connection: ConnectionId, person = LATIN) {
  const player = await makePlayer()
  await agreeTo(player, isDidit(connection) ? ['photo_document'] : ['aadhaar', 'pan', 'driving_licence'])
  if (connection === 'kwikid') await stateDetails(player, person)
  inbox.expects(connection)
  const started = await start(player, connection)
  const link = new URL(started.authorizationUrl)
  for (const value of [started.browserKey, link.href, ...link.searchParams.values()]) keepSecret(value)
  return { player, started, job: { playerId: player.id, verificationId: started.verificationId } }
}
type Left = Awaited<ReturnType<typeof leave>>

/** Our own words and addresses stand in links as well; what is random in them is long or has digits. */
function keepSecret(value: string | null | undefined) {
  if (value && value.length >= 16 && /\d/.test(value) && !/^(https?:\/\/localhost:3000|S256)/.test(value))
    secrets.add(value)
}

/** Answers at the vendor and walks home; notes code, state, token and who the sandbox says it was. */
async function share(left: Left, connection: ConnectionId, persona: PersonaId, person = LATIN) {
  const own =
    persona === 'minor' ? { name: person.name } : { name: person.name, birth_date: person.birthDate }
  let at = await answerAt(left.started.authorizationUrl, persona, 'allow', own)
  for (let hops = 0; at !== null && at.origin === sandbox.url && hops < 5; hops += 1) {
    const next = (await fetch(at, { redirect: 'manual' })).headers.get('location')
    at = next === null ? null : new URL(next, at)
  }
  for (const value of at?.searchParams.values() ?? []) keepSecret(value)
  keepSecret(at?.pathname.split('/').at(-1))
  journeys.push({ connection, persona, player: left.player, id: left.job.verificationId })
  return at
}

/** The sandbox tells numbers only in part; the whole person follows from them. */
async function notePersons() {
  const answer = await fetch(`${sandbox.url}/_control/journeys`)
  const { journeys: known } = (await answer.json()) as { journeys: Summary[] }
  for (const { persona, person } of known) {
    if (persona === null || !person) continue
    const own = { name: person.name, birthDate: person.birthDate }
    const whole = Array.from({ length: 200 }, (_, i) => toPerson(SEED, persona, i + 1, new Date(), own)).find(
      ({ lockerId }) => lockerId === person.lockerId,
    )
    if (whole === undefined) throw new Error('a person that the sandbox does not know')
    for (const value of valuesOf(whole)) personal.add(value)
  }
}

interface Summary {
  persona: PersonaId | null
  person: { name: string; birthDate: string; lockerId: string } | undefined
}

function valuesOf({ lockerId, mobile, careOf, aadhaarNumber, pan, licence, birthDate }: Person): string[] {
  const { year, month, day } = birthDate
  const born = [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-')
  const numbers = [pan?.number, licence?.number].filter((number) => number !== undefined)
  return [lockerId, mobile, careOf, aadhaarNumber, ...numbers, ...spellDate(born)]
}

/** Collects until there is an end, as the worker would. */
async function settle({ job, player }: Left): Promise<string | undefined> {
  const status = await until(async () => {
    await collect(job)
    const now = (await findJourney(player, job.verificationId))?.status
    return now === 'awaiting_provider' ? null : now
  })
  await sendResultMail(job)
  return status
}

/** What `look` answers as soon as it is not null. */
async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (let left = 75; left > 0; left -= 1) {
    const seen = await look()
    if (seen !== null) return seen
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('waited in vain')
}

/** Takes webhooks as the app does. Afterwards all that were stored are worked off. */
async function openInbox() {
  let connection: ConnectionId = 'didit-key'
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const [, , , vendor, pathToken = null] = request.url?.split('/') ?? []
    const connectionId = vendor === 'didit' ? connection : 'hyperverge'
    const body = Buffer.concat(chunks)
    inbox.taken.push(await receiveWebhook({ connectionId, pathToken, headers, body, address: '192.0.2.7' }))
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    taken: [] as string[],
    url: (vendor: string) => `http://127.0.0.1:${port}/api/webhooks/${vendor}`,
    expects: (id: ConnectionId) => {
      if (isDidit(id)) connection = id
    },
    async workOff() {
      const rows = await owner`select connection_id, delivery_id from webhook_inbox where state = 'waiting'`
      for (const row of rows)
        await applyDelivery({ connectionId: row.connection_id, deliveryId: row.delivery_id }).catch(
          () => null,
        )
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
const inbox = await openInbox()
afterAll(() => inbox.close())

/** A whole journey; a return that was tampered with comes first, with the person's data in every place. */
async function happy(connection: ConnectionId, persona: PersonaId, person = LATIN) {
  const left = await leave(connection, person)
  const back = await share(left, connection, persona, person)
  const handle = back?.pathname.split('/')[6] ?? null
  for (const key of ['code', 'error_description', LATIN.name]) {
    const query = new Map([...(back?.searchParams ?? [])].map(([name]) => [name, JSON.stringify(QUOTING)]))
    query.set(key, QUOTED.pan)
    const { browserKey } = left.started
    for (const at of [handle, QUOTED.aadhaar])
      await acceptReturn(left.player, {
        connectionId: connection,
        handle: at,
        query,
        browserKey: `${browserKey}x`,
      })
  }
  await bring(left.player, left.started, back)
  return settle(left)
}

/** A vendor that answers every call after the start with somebody's data and no sense. */
async function quoting(connection: ConnectionId, fault: Record<string, unknown>) {
  const left = await leave(connection)
  const back = await share(left, connection, 'adult')
  await control(sandbox.url, { vendor: vendorOf(connection), call: '*', ...fault })
  await bring(left.player, left.started, back)
  await collect(left.job)
  await collect(left.job)
  await mend()
}

/** Not even a start: the error quotes, and the next vendor takes over. */
async function failedStart(connection: ConnectionId) {
  await control(sandbox.url, {
    vendor: vendorOf(connection),
    call: '*',
    fault: 'body',
    status: 400,
    body: QUOTING,
  })
  await leave(connection).catch(() => null)
  await mend()
}

/** A worker that is killed while it reads; another one goes on. */
async function crash() {
  const script = await bundleScript(`
    import { collect } from '@/lib/verification/collect'
    await collect(JSON.parse(process.argv[2]))`)
  const left = await leave('idto')
  const { playerId, verificationId } = left.job
  await bring(left.player, left.started, await share(left, 'idto', 'adult'))
  await control(sandbox.url, { vendor: 'idto', call: 'user_details', fault: 'hang', times: 1 })
  const worker = spawn(process.execPath, [script, JSON.stringify(left.job)], { env: process.env })
  for (const stream of [worker.stdout, worker.stderr])
    stream.on('data', (chunk) => {
      printed += chunk
    })
  const kept = async () =>
    (await owner`select access_sealed from provider_sessions where verification_id = ${verificationId}`)[0]
      ?.access_sealed as Buffer | null
  const sealed = await until(kept)
  worker.kill('SIGKILL')
  const vault = await openVault(db(), playerId)
  const access = vault.openText('provider_sessions', 'access_sealed', verificationId, sealed)
  for (const [value] of access.matchAll(/[\w-]{16,}/g)) secrets.add(value)
  expect(findNeedles(await readEverything(owner), spellAll(secrets))).toEqual([]) // while it is all there
  await mend()
  return settle(left)
}

const outcomes = new Map<string, string | undefined>()

beforeAll(async () => {
  await mend()
  for (const connection of CONNECTIONS) {
    outcomes.set(connection, await happy(connection, 'adult'))
    outcomes.set(`${connection} in Hindi`, await happy(connection, 'adult', HINDI))
    for (const persona of ['minor', 'refuses', 'unmasked_aadhaar', 'error_markup'] as const) {
      if (isDidit(connection) && persona !== 'minor') continue // nobody comes back, or nothing is different
      const left = await leave(connection)
      await bring(left.player, left.started, await share(left, connection, persona))
      await collect(left.job)
    }
    const html = `<html><body>${JSON.stringify(QUOTING)}</body></html>`
    await quoting(connection, { fault: 'body', status: 500, body: html, contentType: 'text/html' })
    await quoting(connection, { fault: 'body', status: 400, body: { error: QUOTING, message: LATIN.name } })
    await quoting(connection, { fault: 'body', status: 200, body: QUOTING })
    await quoting(connection, { fault: 'truncated_json' })
    await failedStart(connection)
    await inbox.workOff()
  }
  for (const connectionId of ['didit-key', 'hyperverge'])
    await receiveWebhook({
      connectionId,
      pathToken: QUOTED.aadhaar,
      headers: new Map([['x-signature-v2', QUOTED.pan]]),
      body: Buffer.from(JSON.stringify(QUOTING)),
      address: '192.0.2.7',
    })
  const named = { connectionId: LATIN.name, handle: QUOTED.pan, query: new Map([['state', QUOTED.pan]]) }
  await acceptReturn(await makePlayer(), { ...named, browserKey: QUOTED.aadhaar })
  await recordAnonymousReturn(LATIN.name)
  outcomes.set('after a crash', await crash())
  await notePersons()
}, 120_000)

test('the person came through every vendor, and through trouble with each', async () => {
  expect(Object.fromEntries(outcomes)).toEqual(
    // Names in another script are compared by a person.
    Object.fromEntries(
      [...outcomes.keys()].map((name) => [
        name,
        name.endsWith('in Hindi') ? 'awaiting_reviewer' : 'approved',
      ]),
    ),
  )
  expect(new Set(journeys.map(({ connection }) => connection))).toEqual(new Set(CONNECTIONS))
  expect(inbox.taken).toContain('stored')
  const log = readFileSync(logFile, 'utf8')
  for (const event of [
    'vendor.call',
    'vendor.start_failed',
    'return.refused',
    'webhook.refused',
    'collect.failed',
  ])
    expect(log).toContain(`"event":"${event}"`)
  expect(readFolder(mailbox).length).toBeGreaterThan(5)
})

let spelt: Needles | null = null
const needles = () => {
  spelt ??= spellAll([...personal, ...secrets])
  return spelt
}

test('no value of theirs and no secret is in any table', async () => {
  const cells = await readEverything(owner)
  expect(cells.length).toBeGreaterThan(2000)
  expect(new Set(cells.map(({ place }) => place.split('.')[0]))).toContain('pgboss')
  expect(findNeedles(cells, needles())).toEqual([])
})

test('nor in the log, nor in what the killed worker printed', () => {
  expect(
    findNeedles(
      [...readFolder(path.dirname(logFile)), { place: 'output', text: printed, sealed: false }],
      needles(),
    ),
  ).toEqual([])
})

test('and the redactor took nothing of ours out of the log', () => {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n')
  expect(lines.length).toBeGreaterThan(300)
  expect(lines.filter((line) => /\[\w+( \w+)?\]/.test(line))).toEqual([])
})

test('nor in the mails: they name brand, word, link and reference', () => {
  expect(findNeedles(readFolder(mailbox), needles())).toEqual([])
})

test('a page may know name, birth date and masked numbers of its own player, in their places and nothing else', async () => {
  const seen: Cell[] = []
  for (const { player, id } of journeys) {
    const view = await findJourney(player, id)
    if (view === null) throw new Error('no journey')
    for (const { numberMasked } of view.documents)
      expect(numberMasked ?? 'XXXX 0000').toMatch(/^X[X ]+[0-9A-Z]{4}$/)
    const others = view.documents.map(({ name: _name, birthDate: _date, ...rest }) => rest)
    seen.push({ place: id, text: JSON.stringify({ ...view, documents: others }), sealed: false })
  }
  expect(seen.length).toBeGreaterThan(50)
  expect(findNeedles(seen, needles())).toEqual([])
})

describe('the search finds', () => {
  const text = `${LATIN.name} ${QUOTED.aadhaar}`
  const everyByte = (write: (byte: number) => string) => [...Buffer.from(text)].map(write).join('')
  test.each<[string, string]>([
    ['plain text', `before ${text} after`],
    ['capitals', text.toUpperCase()],
    ['percent-encoding', encodeURIComponent(text)],
    ['percent-encoding of everything', everyByte((byte) => `%${byte.toString(16)}`)],
    ['a form', new URLSearchParams({ name: text }).toString()],
    ['base64', Buffer.from(text).toString('base64')],
    ['base64 one byte later', Buffer.from(`x${text}`).toString('base64')],
    ['base64 two bytes later', Buffer.from(`xx${text}y`).toString('base64')],
    ['base64url within JSON', Buffer.from(JSON.stringify({ a: 1, text })).toString('base64url')],
    ['hexadecimal', Buffer.from(text).toString('hex')],
    ['JSON escapes', everyByte((byte) => `\\u00${byte.toString(16)}`)],
    ['entities', everyByte((byte) => `&#${byte};`)],
    ['a number in groups', '0198 2736 4553'],
    ['Devanagari digits', '०१९८२७३६४५५३'],
    ['a birth date, reversed', 'born 29-03-1987'],
    ['a birth date in words', 'born 29 March 1987'],
    ['a word of the name in Hindi', 'नाम: क्विलोनवाला'],
    [
      'a Hindi name, escaped',
      [...HINDI.name].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
  ])('what was planted as %s', async (_, planted) => {
    await owner`create table canary_scratch (t text, b bytea, j jsonb)`
    try {
      for (const [t, b, j] of [
        [planted, null, null],
        [null, Buffer.from(planted), null],
        [null, null, JSON.stringify({ deep: [{ planted }] })],
      ] as const) {
        await owner`insert into canary_scratch values (${t}, ${b}, ${j}::text::jsonb)`
        const found = findNeedles(await readEverything(owner, 'public.canary_scratch'), needles())
        expect(found.length).toBeGreaterThan(0)
        await owner`delete from canary_scratch`
      }
    } finally {
      await owner`drop table canary_scratch`
    }
  })
})

function journeyOf(connection: ConnectionId, persona: PersonaId): Journey {
  const found = journeys.find((one) => one.connection === connection && one.persona === persona)
  if (found === undefined) throw new Error('no such journey')
  return found
}

test('a full Aadhaar number is nowhere, not even sealed: neither facts nor raw bytes hold one', async () => {
  for (const { player } of journeys) {
    const vault = await openVault(db(), player.id)
    const facts = await owner`select id, value_sealed from facts where player_id = ${player.id}`
    const raws =
      await owner`select id, type, raw_sealed from documents where player_id = ${player.id} and raw_sealed is not null`
    const texts = [
      ...facts.map((row) => vault.openText('facts', 'value_sealed', row.id, row.value_sealed)),
      ...raws.map((row) => vault.openText('documents', 'raw_sealed', row.id, row.raw_sealed)),
    ]
    for (const text of texts)
      expect(text).not.toMatch(/uid="\d{12}"|(?<![\dA-Za-z])\d{4}[ -]?\d{4}[ -]?\d{4}(?![\dA-Za-z])/)
  }
  const unmasked = journeyOf('idto', 'unmasked_aadhaar')
  const [aadhaar] =
    await owner`select raw_sealed, remarks from documents where verification_id = ${unmasked.id} and type = 'aadhaar'`
  expect(aadhaar).toMatchObject({ raw_sealed: null, remarks: ['aadhaar_unmasked'] })
})

test('of a minor nothing is kept but outcome and date', async () => {
  const minor = journeyOf('idto', 'minor')
  expect(await findJourney(minor.player, minor.id)).toMatchObject({
    status: 'rejected',
    reasons: ['under_age'],
    documents: [],
  })
  const [kept] =
    await owner`select (select count(*) from documents where player_id = ${minor.player.id})::int as documents,
    (select count(*) from facts where player_id = ${minor.player.id})::int as facts,
    (select count(*) from provider_sessions where player_id = ${minor.player.id}
       and (code_sealed is not null or access_sealed is not null or session_sealed is not null or subject_index is not null))::int as sessions`
  expect(kept).toEqual({ documents: 0, facts: 0, sessions: 0 })
})

test('tokens are gone after the reads, and the blind indexes are there', async () => {
  const adult = journeyOf('idto', 'adult')
  const [session] =
    await owner`select code_sealed, access_sealed, session_sealed, subject_index from provider_sessions
                                where verification_id = ${adult.id}`
  expect(session).toMatchObject({ code_sealed: null, access_sealed: null, session_sealed: null })
  expect(session?.subject_index).toMatch(/^i1\./)
  const rows =
    await owner`select type, number_index from documents where verification_id = ${adult.id} order by type`
  expect(rows.map((row) => [row.type, row.number_index === null])).toEqual([
    ['aadhaar', true],
    ['driving_licence', false],
    ['pan', false],
  ])
})

test('a sealed value moved to another row, column or person does not open', async () => {
  const [adult, other] = [journeyOf('idto', 'adult'), journeyOf('deepvue', 'adult')]
  const vault = await openVault(db(), adult.player.id)
  const [a, b] = await owner`select id, value_sealed from facts where player_id = ${adult.player.id} limit 2`
  expect(() => vault.openText('facts', 'value_sealed', b?.id, a?.value_sealed)).toThrow(/seal_failed/)
  expect(() => vault.openText('documents', 'raw_sealed', a?.id, a?.value_sealed)).toThrow(/seal_failed/)
  const stranger = await openVault(db(), other.player.id)
  expect(() => stranger.openText('facts', 'value_sealed', a?.id, a?.value_sealed)).toThrow(/seal_failed/)
})
