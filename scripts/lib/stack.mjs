/** A whole app that is thrown away afterwards: own database, own secrets, all processes. For tests and faults. */
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { projectRoot } from './bootstrap.mjs'
import { secretFiles } from './environment.mjs'
import { createDatabase, dropDatabase, listDatabases, startPostgres } from './postgres.mjs'
import { isAlive } from './process-identity.mjs'
import { requireFreePort, startProcess } from './processes.mjs'
import { run } from './run.mjs'
import { expectedError, onShutdown } from './shutdown.mjs'

const testDir = path.join(projectRoot, '.data/test')

/** The database server of all tests, started or adopted; in the form of `startPostgres`. */
export function startTestCluster() {
  return startPostgres({ dir: path.join(testDir, 'postgres'), database: 'ante_test' })
}

/**
 * Starts everything from the programs in `dist/` and the app in `.next/`, which must have been built.
 *
 * `env` adds settings, `cases` fills the database with so many invented ones. `database` (`{ ownerUrl, appUrl }`) is migrated and used, and kept at the end; without
 * it a fresh one is made in the test cluster and dropped at the end. Returns `{ appUrl, sandboxUrl, databaseUrl,
 * ownerUrl, processes: { web, worker, sandbox }, stop }`; the processes are handles of `startProcess`, and a
 * crashed one stays down until its `restart()`. Everything also stops when the command ends.
 */
export async function startStack({ name, env = {}, appPort, sandboxPort, database, cases }) {
  await requireFreePort({ port: appPort, setting: `${name} appPort` })
  await requireFreePort({ port: sandboxPort, setting: `${name} sandboxPort` })
  const opening = database ? Promise.resolve(database) : ownDatabase(name)
  const undo = [async () => (await opening.catch(() => null))?.remove?.()]
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
    forget()
  }
  const forget = onShutdown(stop)
  const { ownerUrl, appUrl: databaseUrl } = await opening

  const appUrl = `http://localhost:${appPort}`
  const sandboxUrl = `http://localhost:${sandboxPort}`
  const settings = { ...stackSettings({ appUrl, appPort, sandboxPort, databaseUrl, ownerUrl }), ...env }
  const start = async (program, readyUrl) => {
    const handle = await startProcess({
      name: program,
      args: [`dist/${program}.mjs`],
      env: settings,
      readyUrl,
    })
    undo.push(handle.stop)
    return handle
  }
  try {
    await migrate(settings)
    if (cases) await seed(settings, cases)
    const sandbox = await start('sandbox', `${sandboxUrl}/healthz`)
    const worker = await start('worker')
    const web = await start('web', `${appUrl}/readyz`)
    return { appUrl, sandboxUrl, databaseUrl, ownerUrl, processes: { web, worker, sandbox }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function ownDatabase(name) {
  const cluster = await startTestCluster()
  await dropAbandoned(cluster)
  const plainName = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
  const databaseName = `stack_${plainName}_${process.pid}_${randomBytes(4).toString('hex')}`
  const urls = await createDatabase(cluster, databaseName)
  const remove = async () => {
    await dropDatabase(cluster, databaseName)
    await cluster.stop()
  }
  return { ...urls, remove }
}

/** A stack that was killed outright leaves its database; the name tells whose it was. */
async function dropAbandoned(cluster) {
  for (const name of await listDatabases(cluster)) {
    const owner = /^stack_.*_(\d+)_[0-9a-f]{8}$/.exec(name)?.[1]
    if (owner && !isAlive(owner)) await dropDatabase(cluster, name)
  }
}

/** Only what is named here reaches the app, so that a developer's own settings change no test. */
function stackSettings({ appUrl, appPort, sandboxPort, databaseUrl, ownerUrl }) {
  const { PATH, HOME, TMPDIR, TZ, NODE_COMPILE_CACHE } = process.env
  return {
    ...Object.fromEntries(
      Object.entries({ PATH, HOME, TMPDIR, TZ, NODE_COMPILE_CACHE }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
    ...secretFiles(path.join(testDir, 'keys')),
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    __NEXT_PROCESSED_ENV: 'true', // keeps Next.js from reading .env by itself
    APP_ENV: 'test',
    APP_URL: appUrl,
    HOST: 'localhost',
    PORT: String(appPort),
    SANDBOX_PORT: String(sandboxPort),
    DATABASE_URL: databaseUrl,
    DATABASE_ADMIN_URL: ownerUrl,
    ANTE_DATABASE: 'embedded',
    ERASURE_LEDGER: path.join(testDir, 'erasures.jsonl'),
  }
}

async function migrate(env) {
  const { code, output } = await run(process.execPath, ['dist/migrate.mjs'], { env })
  if (code !== 0) throw expectedError(`${output.trimEnd()}\nThe database could not be migrated.`)
}

async function seed(env, cases) {
  const { code, output } = await run(process.execPath, ['dist/seed.mjs', '--cases', String(cases)], { env })
  if (code !== 0) throw expectedError(`${output.trimEnd()}\nThere are no invented cases.`)
}
