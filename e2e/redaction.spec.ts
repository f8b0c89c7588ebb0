import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { type Stack, startStack } from '../scripts/lib/stack.mjs'
import { agree, expect, goAndShare, heading, type PlayerFixture, test } from './fixtures'

// What a browser gets to know, and what the processes write when the database's errors quote a person (FE-03, LG-04). A
// stack of its own, because its database is made to fail.

const APP_PORT = 4360
const SANDBOX_PORT = 4370
const PAN = 'AAAPN0000A'
const WORDS = 'Zephyrika Quillonwala'

test.describe.configure({ mode: 'serial' })
test.use({ baseURL: `http://localhost:${APP_PORT}` })

const folder = mkdtempSync(path.join(tmpdir(), 'ante-redaction-'))
const logFile = path.join(folder, 'app.log')
let stack: Stack

test.beforeAll(async () => {
  test.setTimeout(120_000)
  stack = await startStack({
    name: 'redaction',
    env: {
      LIMITS_FILE: 'e2e/limits.json',
      MAILBOX_DIR: '.data/test/mailbox',
      LOG_FILE: logFile,
      LOG_LEVEL: 'trace',
    },
    appPort: APP_PORT,
    sandboxPort: SANDBOX_PORT,
  })
})

test.afterAll(async () => {
  await stack?.stop()
  rmSync(folder, { recursive: true })
})

/** From sign-in to the result; the address that brought the player back, and who the sandbox says it was. */
async function verify(page: import('@playwright/test').Page, player: PlayerFixture) {
  let back = ''
  page.on('request', (request) => {
    if (/\/callback\//.test(request.url())) back = request.url()
  })
  await player.signIn()
  await agree(page)
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.', { timeout: 30_000 })
  const handle = new URL(back).pathname.split('/').at(-1) ?? ''
  const answer = await fetch(`http://localhost:${SANDBOX_PORT}/_control/journeys?handle=${handle}`)
  const { journeys } = (await answer.json()) as { journeys: { person: SandboxPerson }[] }
  return { back: new URL(back), handle, person: journeys[0]?.person as SandboxPerson }
}

interface SandboxPerson {
  name: string
  birthDate: string
  pan: { number: string }
  licence: { number: string }
  lockerId: string
}

test('pages, their data and the status as JSON hold masked numbers and no secret of the journey', async ({
  page,
  player,
}) => {
  const { back, handle, person } = await verify(page, player)
  const at = page.url()
  const id = new URL(at).pathname.split('/').at(-1) ?? ''
  const texts = [await page.content()]
  for (const address of [at, '/me', '/verify', `/api/kyc/verifications/${id}`])
    for (const headers of [{}, { rsc: '1' }])
      texts.push(await (await page.request.get(address, { headers })).text())
  const shown = texts.join('\n')
  expect(shown).toContain(`XXXXXX${person.pan.number.slice(-4)}`) // the search looks at the right pages
  const hidden = [
    person.pan.number,
    person.licence.number,
    person.lockerId,
    handle,
    ...back.searchParams.values(),
  ]
  for (const value of hidden.filter((one) => one.length > 7))
    for (const spelling of [
      value,
      encodeURIComponent(value),
      Buffer.from(value).toString('base64').slice(0, -3),
    ])
      expect(shown).not.toContain(spelling)
  expect(shown.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '')).not.toMatch(
    /(?<![\d.a-z])\d{4}[ -]?\d{4}[ -]?\d{4}(?![\d.a-z])/i,
  )
  expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain(person.name)
})

test('no script, style or map for browsers holds a setting, a credential or server code', () => {
  const files = readdirSync('.next/static', { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  )
  const texts = files.map((file) => readFileSync(path.join(file.parentPath, file.name), 'latin1'))
  expect(texts.length).toBeGreaterThan(10)
  const all = texts.join('\n')
  const forbidden =
    /DATA_KEYS|INDEX_KEY|CHECKPOINT_KEY|AUTH_SECRET|sandbox-(?:idto|deepvue|kwikid|hyperverge|didit|digilocker)-|postgres:\/\/|append_audit_event|BEGIN (?:EC |RSA )?PRIVATE KEY|x-api-key/
  expect(forbidden.exec(all)?.[0]).toBeUndefined()
  expect(files.filter(({ name }) => name.endsWith('.map'))).toEqual([])
})

test('an error that quotes a person is told by its class: page, route, action and worker', async ({
  page,
  player,
  consoleErrors,
}) => {
  test.setTimeout(90_000)
  await player.signIn()
  await agree(page)
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.', { timeout: 30_000 })
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const owner = postgres(stack.ownerUrl, { max: 1, onnotice: () => {} })
  const [row] = await owner`select player_id from verifications where id = ${id}`
  const playerId = String(row?.player_id)
  const kept = async () => JSON.stringify(await owner`select output from pgboss.job where name = 'collect'`)
  const text = `no row for ${PAN} of ${WORDS}`
  try {
    await owner.unsafe(`
      create function quote_person() returns boolean language plpgsql as
        $$ begin raise exception using message = '${text}', detail = '${text}', errcode = '23505'; end $$;
      alter table verifications enable row level security;
      create policy quoting on verifications using (quote_person())`)
    const answers = [
      await page.goto(`/verifications/${id}?seen=1&code=${randomUUID()}`),
      await page.request.get(`/verifications/${id}`, { headers: { rsc: '1' } }),
      await page.request.get(`/api/kyc/verifications/${id}?wait=${PAN}`),
      await page.request.post('/api/kyc/start', { headers: { 'sec-fetch-site': 'same-origin' }, form: {} }),
    ]
    for (const answer of answers) expect(await answer?.text()).not.toMatch(new RegExp(`${PAN}|Zephyrika`))
    expect(await page.content()).not.toMatch(/Zephyrika|no row for/)
    const log = () => readFileSync(logFile, 'utf8')
    const job = owner.json({ playerId, verificationId: id })
    await owner`insert into pgboss.job (name, data) values ('collect', ${job})`
    await expect.poll(log, { timeout: 30_000 }).toContain('"event":"job.failed"') // in the worker
    await expect.poll(kept, { timeout: 15_000 }).toContain('Error:23505')
    expect(await kept()).not.toMatch(new RegExp(`${PAN}|Zephyrika|no row for`))
    expect(log()).toContain('"path":"/verifications/[id]","error":"Error:23505"')
    expect(log()).toContain('"event":"request.failed"')
    expect(log()).toContain('"event":"console"') // what the framework wanted to print
    expect(log()).not.toMatch(new RegExp(`${PAN}|Zephyrika|no row for|${player.email}|seen=`))
    for (const line of log().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event')
  } finally {
    await owner.unsafe(
      'drop policy quoting on verifications; alter table verifications disable row level security',
    )
    await owner.end()
    consoleErrors.length = 0 // the browser reports the answers that failed
  }
})
