import { randomUUID } from 'node:crypto'
import net from 'node:net'
import postgres from 'postgres'
import { createDatabase, dropDatabase } from '../scripts/lib/postgres.mjs'
import { type Stack, startStack, startTestCluster, type TestCluster } from '../scripts/lib/stack.mjs'
import { agree, expect, goAndShare, heading, test } from './fixtures'

// A stack of its own, with Deepvue first, whose processes may be killed and whose database may go away: it is reached
// through a small proxy that can hang up.

const APP_PORT = 4320
const SANDBOX_PORT = 4330
const NAME = `stack_own_${process.pid}_${randomUUID().slice(0, 8)}`

/** Two accounts as an operator configures them, at the sandbox in the vendors' place. */
const TWO_VENDORS = {
  KYC_CONNECTIONS: 'deepvue,idto',
  IDTO_BASE_URL: `http://localhost:${SANDBOX_PORT}`,
  IDTO_API_KEY: 'sandbox-idto-key',
  IDTO_CLIENT_ID: 'sandbox-idto-client',
  DEEPVUE_BASE_URL: `http://localhost:${SANDBOX_PORT}`,
  DEEPVUE_API_KEY: 'sandbox-deepvue-secret',
  DEEPVUE_CLIENT_ID: 'sandbox-deepvue-client',
}

test.describe.configure({ mode: 'serial' })
test.use({ baseURL: `http://localhost:${APP_PORT}` })

let cluster: TestCluster
let proxy: DatabaseProxy
let stack: Stack

test.beforeAll(async () => {
  test.setTimeout(120_000)
  cluster = await startTestCluster()
  const urls = await createDatabase(cluster, NAME)
  proxy = await DatabaseProxy.before(cluster.port)
  stack = await startStack({
    name: 'own',
    env: { ...TWO_VENDORS, LIMITS_FILE: 'e2e/limits.json', MAILBOX_DIR: '.data/test/mailbox' },
    appPort: APP_PORT,
    sandboxPort: SANDBOX_PORT,
    database: { ownerUrl: proxy.through(urls.ownerUrl), appUrl: proxy.through(urls.appUrl) },
  })
})

test.afterAll(async () => {
  await stack?.stop()
  await proxy?.close()
  await dropDatabase(cluster, NAME)
  await cluster.stop()
})

test('an adult on Deepvue is verified', async ({ page, player }) => {
  await player.signIn()
  await expect(
    page.getByText(/If Deepvue is down, or if you choose so, IDTO does it instead/).first(),
  ).toBeVisible()
  await agree(page)
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
  await expect(page.getByText('through Deepvue').first()).toBeVisible()
})

test('a minor on Deepvue is not', async ({ page, player }) => {
  await player.signIn()
  await agree(page)
  await goAndShare(page, 'minor')
  await expect(heading(page)).toHaveText('You are under 18, so it ends here.')
})

test.describe('when Deepvue fails', () => {
  test.afterEach(() => controlOwn({}, '/_control/reset'))

  test('before the player leaves, IDTO takes over and nobody sees it', async ({ page, player }) => {
    await controlOwn({ vendor: 'deepvue', call: 'initiate-session', fault: 'unavailable', times: 2 })
    await player.signIn()
    await agree(page)
    await goAndShare(page, 'adult')
    await expect(heading(page)).toHaveText('You are verified.')
    await expect(page.getByText('through IDTO').first()).toBeVisible()
    expect(await trail(page.url())).toEqual(['start_failed deepvue', 'started idto'])
  })

  test('after the player has left, one tap goes on through IDTO: consent and tries stay', async ({
    page,
    player,
  }) => {
    await controlOwn({ vendor: 'deepvue', call: 'access-token', fault: 'unavailable', times: 1 })
    await player.signIn()
    await agree(page)
    await goAndShare(page, 'adult')
    await page.waitForURL(/\/verifications\//)
    await expect(heading(page)).toHaveText('The line to DigiLocker broke. It is not you.')
    const tries = Number(/(\d+) tr(?:y|ies)/.exec(await page.locator('main').innerText())?.[1])
    await page.getByRole('button', { name: 'Use IDTO instead' }).click()
    await page.waitForURL(/digilocker-consent/) // no consent page of ours in between
    await page.locator('input[name="persona"][value="refuses"]').check()
    await page.getByRole('button', { name: /Allow/ }).click()
    await page.waitForURL(/\/verifications\//)
    expect(Number(/(\d+) tr(?:y|ies)/.exec(await page.locator('main').innerText())?.[1])).toBe(tries) // a switch to a vendor not tried today costs none
    await goAndShare(page, 'adult')
    await expect(heading(page)).toHaveText('You are verified.')
    expect(await trail(page.url())).toEqual([
      'started deepvue',
      'failed exchange_interrupted',
      'switched deepvue idto',
      'started idto',
      'cancelled refused_at_digilocker',
      'switched idto deepvue',
      'started deepvue',
    ])
  })

  test('while the player is away, the same tap leads to IDTO', async ({ page, player }) => {
    await player.signIn()
    await agree(page)
    await page.getByRole('button', { name: 'Go to DigiLocker' }).click()
    await page.waitForURL(/digilocker-consent/)
    await page.goto('/verify')
    await page.getByRole('button', { name: 'Use IDTO instead' }).click()
    await page.waitForURL(/digilocker-consent/)
    await page.locator('input[name="persona"][value="adult"]').check()
    await page.getByRole('button', { name: /Allow/ }).click()
    await expect(heading(page)).toHaveText('You are verified.')
    await expect(page.getByText('through IDTO').first()).toBeVisible()
  })
})

async function controlOwn(body: unknown, at = '/_control'): Promise<void> {
  const answer = await fetch(`http://localhost:${SANDBOX_PORT}${at}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}

/** What the audit trail says about starts, ends and switches in the case of the verification at `address`. */
async function trail(address: string): Promise<string[]> {
  const id = new URL(address).pathname.split('/').at(-1) ?? ''
  const sql = postgres(stack.ownerUrl, { max: 1, onnotice: () => {} })
  try {
    const rows = await sql<{ record: string }[]>`
      select e.record from audit_events e join verifications v on v.case_id = e.chain_id where v.id = ${id} order by e.seq`
    return rows.flatMap(({ record }) => {
      const { action, connection, reason, before, after } = JSON.parse(record) as Record<string, string>
      const word = /^verification\.(started|start_failed|switched|failed|cancelled)$/.exec(action ?? '')?.[1]
      if (word === undefined) return []
      return [word === 'switched' ? `switched ${before} ${after}` : `${word} ${connection ?? reason}`]
    })
  } finally {
    await sql.end()
  }
}

test('killed between claim and collect, web and worker go on where they were', async ({ page, player }) => {
  test.setTimeout(120_000)
  await player.signIn()
  await agree(page, ['Aadhaar', 'PAN'])
  stack.processes.worker.kill('SIGKILL') // the claim will find nobody to collect
  await goAndShare(page, 'adult')
  await page.waitForURL(/\/verifications\//)
  await expect(heading(page)).toContainText('We are checking.')
  const address = page.url()
  await page.goto('about:blank')
  stack.processes.web.kill('SIGKILL')
  await Promise.all([stack.processes.web.restart(), stack.processes.worker.restart()])
  await page.goto(address)
  await expect(heading(page)).toHaveText('You are verified.', { timeout: 30_000 })
})

test('killed in the middle of a collection, another worker ends it: verified or a way on, never stuck', async ({
  page,
  player,
}) => {
  test.setTimeout(150_000)
  await player.signIn()
  await agree(page, ['Aadhaar', 'PAN'])
  await goAndShare(page, 'slow')
  await page.waitForURL(/\/verifications\//)
  await expect(heading(page)).toContainText('We are checking.')
  stack.processes.worker.kill('SIGKILL')
  await stack.processes.worker.restart()
  await expect(heading(page)).toHaveText('You are verified.', { timeout: 90_000 })
})

test('the database going away: a readable page, readyz red, and nothing lost', async ({
  page,
  player,
  request,
  consoleErrors,
}) => {
  await player.signIn()
  await agree(page, ['Aadhaar', 'PAN'])
  await page.getByRole('button', { name: 'Go to DigiLocker' }).click()
  await page.waitForURL(/digilocker-consent/)
  proxy.hangUp()
  try {
    await expect.poll(async () => (await request.get('/readyz')).status(), { timeout: 20_000 }).toBe(503)
    expect((await (await request.get('/readyz')).json()).checks.database).toBe('unreachable')
    await expect.poll(async () => (await request.get('/verify')).status(), { timeout: 10_000 }).toBe(503)
    const page503 = await request.get('/verify')
    expect(page503.headers()['retry-after']).toBeDefined()
    expect(await page503.text()).toContain('We cannot reach our records right now.')
    // The player comes home just now: the address stays, so that opening it again goes on.
    await page.getByRole('button', { name: /Allow/ }).click()
    await expect(heading(page)).toHaveText('We cannot reach our records right now.')
    await expect(page.locator('[lang="hi"]').first()).toBeVisible()
  } finally {
    proxy.answer()
  }
  await expect.poll(async () => (await request.get('/readyz')).status(), { timeout: 30_000 }).toBe(200)
  // The page opens its address again by itself.
  await expect(heading(page)).toHaveText('You are verified.', { timeout: 30_000 })
  consoleErrors.length = 0 // the browser reports the 503s of this test
})

test('an older backup: whoever was erased since is erased again before anybody is served', async ({
  page,
  player,
  context,
  request,
}) => {
  test.setTimeout(150_000)
  await player.signIn()
  await agree(page, ['Aadhaar', 'PAN'])
  await goAndShare(page, 'adult')
  await expect(heading(page)).toHaveText('You are verified.')
  const cookies = await context.cookies()
  const sql = postgres(stack.ownerUrl, { max: 1, onnotice: () => {} })
  try {
    const verificationId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const [row] = await sql`select player_id as id from verifications where id = ${verificationId}`
    const id: string = row?.id
    const [before] = await sql`select email_sealed, email_index from players where id = ${id}`
    const backup = new Map<string, postgres.RowList<postgres.Row[]>>()
    for (const table of ['data_keys', 'documents', 'facts', 'sessions'])
      backup.set(table, await sql`select * from ${sql(table)} where player_id = ${id}`)
    await page.goto('/me/erase')
    await page.getByRole('button', { name: 'Erase everything now' }).click()
    await expect(page).toHaveURL(/\/erased$/)
    await page.goto('about:blank')

    await Promise.all([stack.processes.web.kill('SIGKILL'), stack.processes.worker.kill('SIGKILL')])
    // What a restore of an older backup does, table by table: only the database's owner can.
    await sql`alter table erasures disable trigger user`
    await sql`delete from erasures where player_id = ${id}`
    await sql`alter table erasures enable trigger user`
    await sql`update players set erased_at = null, email_sealed = ${before?.email_sealed}, email_index = ${before?.email_index} where id = ${id}`
    for (const [table, rows] of backup)
      for (const one of rows) await sql`insert into ${sql(table)} ${sql(one)}`

    await stack.processes.web.restart()
    for (const table of backup.keys())
      expect(await sql`select 1 from ${sql(table)} where player_id = ${id}`, table).toHaveLength(0)
    await context.addCookies(cookies) // the session that the backup brought back
    await page.goto('/me')
    await expect(page).toHaveURL(/\/sign-in/)
    await stack.processes.worker.restart()
    expect((await (await request.get('/readyz')).json()).checks.erasures).toBe('ok')
  } finally {
    await sql.end()
  }
})

/** Forwards to PostgreSQL until told to hang up. */
class DatabaseProxy {
  private readonly sockets = new Set<net.Socket>()
  private reachable = true

  private constructor(
    private readonly server: net.Server,
    private readonly port: number,
  ) {}

  static async before(databasePort: number): Promise<DatabaseProxy> {
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const made = new DatabaseProxy(server, (server.address() as net.AddressInfo).port)
    server.on('connection', (socket) => made.forward(socket, databasePort))
    return made
  }

  /** The same address, but through here. */
  through(url: string): string {
    const changed = new URL(url)
    changed.host = `127.0.0.1:${this.port}`
    return changed.href
  }

  hangUp() {
    this.reachable = false
    for (const socket of this.sockets) socket.destroy()
  }

  answer() {
    this.reachable = true
  }

  async close() {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private forward(socket: net.Socket, databasePort: number) {
    if (!this.reachable) {
      socket.destroy()
      return
    }
    const upstream = net.connect(databasePort, '127.0.0.1')
    for (const one of [socket, upstream]) {
      this.sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        this.sockets.delete(one)
        socket.destroy()
        upstream.destroy()
      })
    }
    socket.pipe(upstream).pipe(socket)
  }
}
