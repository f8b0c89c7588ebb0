import { randomUUID } from 'node:crypto'
import net from 'node:net'
import { createDatabase, dropDatabase } from '../scripts/lib/postgres.mjs'
import { type Stack, startStack, startTestCluster, type TestCluster } from '../scripts/lib/stack.mjs'
import { agree, expect, goAndShare, heading, test } from './fixtures'

// A stack of its own, with Deepvue first, whose processes may be killed and whose database may go away: it is reached
// through a small proxy that can hang up.

const APP_PORT = 4320
const SANDBOX_PORT = 4330
const NAME = `stack_own_${process.pid}_${randomUUID().slice(0, 8)}`

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
    env: { KYC_CONNECTIONS: 'deepvue', LIMITS_FILE: 'e2e/limits.json', MAILBOX_DIR: '.data/test/mailbox' },
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
  await expect(page.getByText(/Deepvue, or IDTO if Deepvue is down/).first()).toBeVisible()
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
