/** `npm start` and the commands that run one program of the app. */
import { buildIfChanged, bundleEntries } from './build.mjs'
import { loadSettings, prepareEnvironment, provideDatabase } from './environment.mjs'
import { requireFreePort, startProcess } from './processes.mjs'
import { progress } from './progress.mjs'
import { run } from './run.mjs'
import { expectedError, shutdown } from './shutdown.mjs'

/** Brings everything up, prints where it is, and returns only when it cannot go on (with an exit code). */
export async function runApp({ isDev }) {
  process.env.NODE_ENV = isDev ? 'development' : 'production'
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  loadSettings()
  await bundleEntries()
  const settings = await checkSettings()
  if (!settings) return 1
  await requireFreePort({ port: settings.port, host: settings.host, setting: 'PORT' })
  if (settings.usesSandbox) await requireFreePort({ port: settings.sandboxPort, setting: 'SANDBOX_PORT' })

  if (!isDev) await buildIfChanged()
  await startDatabase()
  await startPrograms(settings, isDev)
  console.log(welcome(settings, await readSetupLink()))
  await new Promise(() => {}) // until a signal, or until a program cannot be kept running
}

/** Runs one program of `dist/` alone, with settings and, unless told otherwise, database, and returns its exit code. */
export async function runProgram(name, args, { database = true } = {}) {
  process.env.NODE_ENV = 'production'
  await bundleEntries()
  if (database) await prepareEnvironment()
  else loadSettings()
  const { code } = await run(process.execPath, [`dist/${name}.mjs`, ...args], { show: true })
  return code
}

/** The program prints one line per wrong setting, or the settings that concern us as JSON. */
async function checkSettings() {
  const { code, stdout, stderr } = await run(process.execPath, ['dist/check-settings.mjs'])
  process.stderr.write(stderr)
  if (code !== 0) return null
  return JSON.parse(stdout.trim().split('\n').at(-1))
}

async function startDatabase() {
  if (process.env.ANTE_DATABASE === 'embedded') {
    await progress('Starting the database', () => provideDatabase())
  }
  const { code, output } = await progress('Migrating', () => run(process.execPath, ['dist/migrate.mjs']))
  if (code !== 0) throw expectedError(`${output.trimEnd()}\nThe database could not be migrated.`)
}

async function startPrograms(settings, isDev) {
  const onGiveUp = (message) => {
    console.error(`${message} Stopping everything.`)
    void shutdown(1)
  }
  // Only migrations need the owner of the tables.
  const { DATABASE_ADMIN_URL: _, DATABASE_ADMIN_URL_FILE: __, ...env } = process.env
  if (settings.usesSandbox) {
    const readyUrl = `http://localhost:${settings.sandboxPort}/healthz`
    await progress('Starting the sandbox', () =>
      startProcess({ name: 'sandbox', args: ['dist/sandbox.mjs'], env, readyUrl, onGiveUp }),
    )
  }
  const webArgs = ['dist/web.mjs', ...(isDev ? ['--dev'] : [])]
  const readyUrl = `http://${reachableHost(settings.host)}:${settings.port}/readyz`
  await progress('Starting web and worker', () =>
    Promise.all([
      startProcess({ name: 'web', args: webArgs, env, readyUrl, onGiveUp }),
      startProcess({ name: 'worker', args: ['dist/worker.mjs'], env, onGiveUp }),
    ]),
  )
}

/** Where this machine reaches a server that listens on `host`. */
function reachableHost(host) {
  if (['0.0.0.0', '::', ''].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** The one-time link for the first of the staff; empty once somebody manages the team. */
async function readSetupLink() {
  const { code, stdout } = await run(process.execPath, ['dist/staff-invite.mjs', '--first'])
  return code === 0 ? stdout.trim() : ''
}

function welcome(settings, setupLink) {
  const lines = [`\n  App      ${settings.appUrl}`]
  lines.push(`  Desk     ${settings.appUrl}/admin`)
  if (setupLink) lines.push(`  Set up   ${setupLink}\n           one-time link for the first of the staff`)
  if (settings.mail === 'mailbox') lines.push(`  Mailbox  ${settings.appUrl}/dev/mailbox`)
  if (settings.usesSandbox) lines.push(`  Sandbox  http://localhost:${settings.sandboxPort}`)
  return `${lines.join('\n')}\n\n  Ctrl-C stops everything; the data stays in .data/\n`
}
