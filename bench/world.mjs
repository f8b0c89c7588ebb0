/** What the figures share, made when the first one asks for it and removed when the command ends. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { projectRoot } from '../scripts/lib/bootstrap.mjs'
import { findChromium } from '../scripts/lib/browser.mjs'
import { buildIfChanged, bundleEntries } from '../scripts/lib/build.mjs'
import { secretFiles } from '../scripts/lib/environment.mjs'
import { createDatabase, dropDatabase } from '../scripts/lib/postgres.mjs'
import { startProcess } from '../scripts/lib/processes.mjs'
import { progress } from '../scripts/lib/progress.mjs'
import { run } from '../scripts/lib/run.mjs'
import { expectedError, onShutdown } from '../scripts/lib/shutdown.mjs'
import { startStack, startTestCluster } from '../scripts/lib/stack.mjs'
import { bundleDomain } from './bundle.mjs'
import { makeDesk } from './desk-world.mjs'

const benchDir = path.join(projectRoot, '.data/bench')
/** Settings of whoever starts the command; the benchmark knows only its own. */
const FOREIGN =
  /^(IDTO|DEEPVUE|KWIKID|HYPERVERGE|DIDIT|DIGILOCKER|ALERT|KYC|LIMITS|POLICY|BRAND|SMTP|MAIL|CONNECTIONS|TRUST)_/

/**
 * Each part is a function that makes it once: `folder` (a temporary one), `database` (migrated), `settings` (of the
 * app, on that database), `domain` (our own functions, in this process), `app` (web, worker and sandbox), `browser`,
 * `bare` (the baseline server), `vendor` (a stub that answers at once, where `domain` expects its sandbox), `webhookApp`
 * (another app, whose Didit hangs), `desk` (two databases of invented cases, the larger one of `cases`).
 */
export async function createWorld({ cases }) {
  for (const name of Object.keys(process.env)) if (FOREIGN.test(name)) delete process.env[name]
  process.env.NODE_ENV = 'production'
  await bundleEntries()
  const ports = {
    app: await freePort(),
    sandbox: await freePort(),
    bare: await freePort(),
    vendor: await freePort(),
  }
  const parts = {
    folder: once(makeFolder),
    keys: once(() => secretFiles(path.join(benchDir, 'keys'))),
    database: once(() => makeDatabase(parts)),
    settings: once(() => settingsFor(parts, ports)),
    domain: once(() => loadDomain(parts)),
    app: once(() => startApp(parts, ports)),
    browser: once(startBrowser),
    bare: once(() => startBare(parts, ports.bare)),
    vendor: once(() => startVendor('vendor', ports.vendor)),
    webhookApp: startWebhookApp(() => parts),
    desk: once(async () => makeDesk(await parts.settings(), cases)),
  }
  return parts
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    server.listen(0, 'localhost', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

function once(make) {
  let made
  return () => (made ??= make())
}

function makeFolder() {
  mkdirSync(benchDir, { recursive: true })
  const folder = mkdtempSync(path.join(benchDir, 'run-'))
  onShutdown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function makeDatabase(parts) {
  const cluster = await startTestCluster()
  onShutdown(cluster.stop)
  const name = `bench_${randomBytes(4).toString('hex')}`
  const urls = await createDatabase(cluster, name)
  onShutdown(() => dropDatabase(cluster, name))
  const keys = parts.keys()
  const env = {
    ...process.env,
    ...keys,
    APP_ENV: 'test',
    DATABASE_URL: urls.appUrl,
    DATABASE_ADMIN_URL: urls.ownerUrl,
  }
  const { code, output } = await run(process.execPath, ['dist/migrate.mjs'], { env })
  if (code !== 0) throw expectedError(`${output.trimEnd()}\nThe database could not be migrated.`)
  return urls
}

async function settingsFor(parts, ports) {
  const { appUrl: databaseUrl, ownerUrl } = await parts.database()
  return {
    ...parts.keys(),
    APP_ENV: 'test',
    APP_URL: `http://localhost:${ports.app}`,
    PORT: String(ports.app),
    SANDBOX_PORT: String(ports.vendor),
    DATABASE_URL: databaseUrl,
    DATABASE_ADMIN_URL: ownerUrl,
    LOG_LEVEL: 'error',
  }
}

/** The windows of these vendors' plans, all of them counted, and so wide that no call waits. */
const PLANS = {
  deepvue: { callsPerSecond: 1000, callsPerMinute: 60_000, callsPerDay: 10_000_000 },
  didit: { callsPerMinute: 60_000 },
}

/** Our own functions, bundled as the programs are, with the settings of the benchmark; they log to a file, as many do. */
async function loadDomain(parts) {
  const limits = writeJson(parts, 'domain-limits.json', { connections: PLANS })
  const log = { LOG_LEVEL: 'info', LOG_FILE: path.join(parts.folder(), 'domain.log') }
  Object.assign(process.env, await parts.settings(), { LIMITS_FILE: limits, ...log })
  const domain = await bundleDomain(parts.folder())
  onShutdown(domain.close)
  return domain
}

async function startApp(parts, ports) {
  await buildIfChanged()
  const settings = await parts.settings()
  const mailbox = path.join(parts.folder(), 'mailbox')
  const database = await parts.database()
  const env = { ...parts.keys(), LOG_LEVEL: settings.LOG_LEVEL, MAILBOX_DIR: mailbox }
  return progress('Starting the app', () =>
    startStack({ name: 'bench', env, appPort: ports.app, sandboxPort: ports.sandbox, database }),
  )
}

/** A vendor as a process of its own; with `HANG` it takes everything and answers nothing. */
async function startVendor(name, port, more = {}) {
  const { PATH, HOME, TMPDIR } = process.env
  const url = `http://localhost:${port}`
  const readyUrl = `${url}/healthz`
  await startProcess({
    name,
    args: ['bench/bare/vendor.mjs'],
    env: { PATH, HOME, TMPDIR, PORT: String(port), ...more },
    readyUrl,
  })
  return { url }
}

/** The whole app on the benchmark's database and keys, with one vendor, which hangs; its address is `vendorUrl`. */
function startWebhookApp(partsOf) {
  return async (secret) => {
    const parts = partsOf()
    await buildIfChanged()
    const { url } = await startVendor('hanging vendor', await freePort(), { HANG: '1' })
    const rates = { webhooksPerConnectionMinute: 1_000_000 }
    const env = {
      ...parts.keys(),
      LOG_FILE: path.join(parts.folder(), 'webhook-app.log'),
      LIMITS_FILE: writeJson(parts, 'webhook-limits.json', { rates }),
      DIDIT_BASE_URL: url,
      DIDIT_WORKFLOW_ID: '00000000-0000-4000-8000-00000000000f',
      DIDIT_API_KEY: 'bench',
      DIDIT_WEBHOOK_SECRET: secret,
    }
    const [appPort, sandboxPort] = [await freePort(), await freePort()]
    const database = await parts.database()
    const app = await progress('Starting an app whose vendor hangs', () =>
      startStack({ name: 'bench-webhook', env, appPort, sandboxPort, database }),
    )
    return { ...app, vendorUrl: url }
  }
}

function writeJson(parts, name, value) {
  const file = path.join(parts.folder(), name)
  writeFileSync(file, JSON.stringify(value))
  return file
}

async function startBrowser() {
  const { chromium } = await import('@playwright/test')
  const { executablePath, args, env } = await findChromium()
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
  const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env }, ...signals })
  onShutdown(() => browser.close())
  return browser
}

async function startBare(parts, port) {
  const { appUrl: databaseUrl } = await parts.database()
  const { PATH, HOME, TMPDIR } = process.env
  const env = { PATH, HOME, TMPDIR, NODE_ENV: 'production', PORT: String(port), DATABASE_URL: databaseUrl }
  const url = `http://localhost:${port}`
  await startProcess({ name: 'bare', args: ['bench/bare/main.mjs'], env, readyUrl: `${url}/healthz` })
  return { url }
}
