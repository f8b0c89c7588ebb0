/**
 * A private PostgreSQL on loopback, started when needed and shared by every command of this checkout.
 *
 * Layout of its folder: `data` (the cluster), `owner-password` and `app-password`, `postgres.log`,
 * `start.lock` (one starter at a time) and `users/` (one file per process that uses the server; the last
 * one to leave stops it, so a server that a killed command left behind is adopted and later stopped).
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withLock } from './lock.mjs'
import { chooseAccount, homeOf } from './postgres-account.mjs'
import { findBinaries } from './postgres-binaries.mjs'
import { identityOf, isAlive, nameOf, readIfPresent } from './process-identity.mjs'
import { tail } from './run.mjs'
import { expectedError, onShutdown } from './shutdown.mjs'

const OWNER = 'ante_owner'
const APP = 'ante_app'

const ATTEMPTS = 25
const PAUSE_MS = 200
const READY_WITHIN_MS = 60_000
const STOPPED_WITHIN_MS = 30_000
const LOG_LIMIT_BYTES = 10 * 1024 * 1024

/**
 * Starts the server of `dir`, or adopts the one that runs, and makes sure that `database` and the roles exist.
 * `ownerUrl` is for migrations, `appUrl` for everything else; `started` is false when the server was adopted.
 * `stop()` is a fast shutdown, left to the others when other processes still use the server; it also happens
 * when the command ends.
 * `port` is only for starting again where clients already look.
 */
export async function startPostgres(options) {
  const starting = startOrAdopt(options)
  // From here on, so that a command that ends in the middle of the start leaves no server behind.
  const forget = onShutdown(async () => {
    const server = await starting.catch(() => null)
    await server?.stop()
  })
  try {
    const server = await starting
    const stop = async () => {
      await server.stop()
      forget()
    }
    return { ...server, stop }
  } catch (error) {
    forget()
    throw error
  }
}

async function startOrAdopt({ dir, database, binaries, port }) {
  const folder = path.resolve(dir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return withLock(path.join(folder, 'start.lock'), async () => {
    const running = await findRunning(folder)
    const server = running ?? (await launch(folder, binaries, port))
    const userFile = registerUser(folder)
    try {
      await prepare(folder, server.port, database)
    } catch (error) {
      rmSync(userFile, { force: true })
      if (!running) await shutDown(folder)
      throw error
    }
    return {
      ownerUrl: urlFor(folder, OWNER, server.port, database),
      appUrl: urlFor(folder, APP, server.port, database),
      port: server.port,
      pid: server.pid,
      started: !running,
      stop: () => leave(folder, userFile),
    }
  })
}

/** Makes an empty database on a started server and returns its two addresses. */
export async function createDatabase(server, name) {
  await withConnection(server.ownerUrl, (sql) => addDatabase(sql, name))
  return { ownerUrl: renamed(server.ownerUrl, name), appUrl: renamed(server.appUrl, name) }
}

/** The names of all databases of a started server. */
export function listDatabases(server) {
  return withConnection(server.ownerUrl, async (sql) => {
    const rows = await sql`select datname from pg_database`
    return rows.map((row) => row.datname)
  })
}

/** Removes a database, ending the connections it has. */
export async function dropDatabase(server, name) {
  const maintenance = renamed(server.ownerUrl, 'postgres')
  await withConnection(maintenance, (sql) =>
    sql.unsafe(`drop database if exists ${identifier(name)} with (force)`),
  )
}

// --- the running server -------------------------------------------------------------------------

/** The server of this folder if it runs, waiting for one that is just starting or stopping; else null. */
async function findRunning(folder) {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
    const seen = readPostmaster(folder)
    if (!seen || !isPostgres(seen.pid)) return null
    if (seen.isReady && (await answers(seen.port))) return seen
  }
  throw expectedError(`The PostgreSQL of ${folder} is running but does not answer; see postgres.log there.`)
}

/** What PostgreSQL wrote about itself: lines 1, 4 and 8 of postmaster.pid. A crash leaves the file behind. */
function readPostmaster(folder) {
  const lines = readIfPresent(pidFile(folder))?.split('\n')
  if (!lines) return null
  return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.startsWith('ready') ?? false }
}

/** True if the process lives and, where the system tells, is a PostgreSQL: process ids are used again. */
function isPostgres(pid) {
  if (!isAlive(pid)) return false
  const name = nameOf(pid)
  return name === null || name === 'postgres'
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', timeout: 1000 })
    const finish = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
    socket.once('timeout', () => finish(false))
  })
}

// --- starting -------------------------------------------------------------------------------------

async function launch(folder, givenBinaries, wantedPort) {
  const majorOfData = readIfPresent(path.join(dataDir(folder), 'PG_VERSION'))?.trim()
  const binaries = givenBinaries ?? findBinaries(majorOfData ? { major: Number(majorOfData) } : {})
  if (majorOfData && Number(majorOfData) !== binaries.major) {
    throw expectedError(`${folder} holds data of PostgreSQL ${majorOfData}, not of ${binaries.major}.`)
  }
  const account = chooseAccount(folder, binaries.bin)
  if (!existsSync(dataDir(folder))) initialise(folder, account, binaries.major)
  account.give(dataDir(folder))
  removeStalePidFile(folder)
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const port = wantedPort ?? (await freePort())
    const server = await tryStart(folder, account, port)
    if (server) return server
    await sleep(PAUSE_MS) // right after a crash, old backends still hold the shared memory
  }
  throw expectedError(`PostgreSQL did not start:\n${tail(readIfPresent(logFile(folder)) ?? '', 15)}`)
}

/** Makes the cluster beside its final place, so that an interrupted attempt leaves nothing half done. */
function initialise(folder, account, major) {
  const fresh = `${dataDir(folder)}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  account.give(fresh)
  writeFileSync(passwordFile(folder, OWNER), newPassword(), { mode: 0o600 })
  rmSync(passwordFile(folder, APP), { force: true })
  const pwfile = path.join(os.tmpdir(), `ante-${randomUUID()}`)
  try {
    writeFileSync(pwfile, readPassword(folder, OWNER), { mode: 0o600 })
    account.give(pwfile)
    const options = [
      '-D',
      fresh,
      '-U',
      OWNER,
      `--pwfile=${pwfile}`,
      '--auth=scram-sha-256',
      '--data-checksums',
    ]
    const [command, args] = account.command('initdb', [
      ...options,
      ...localeOptions(major),
      '--no-instructions',
    ])
    const made = spawnSync(command, args, { ...account.spawnOptions, env: serverEnv(), encoding: 'utf8' })
    if (made.status !== 0) throw expectedError(`initdb failed:\n${made.stderr || made.error?.message}`)
  } finally {
    rmSync(pwfile, { force: true })
  }
  renameSync(fresh, dataDir(folder))
}

/** UTF-8 sorted by code point, everywhere alike. A Mac has no C.UTF-8 of its own, but PostgreSQL 17 and newer do. */
function localeOptions(major) {
  if (process.platform === 'linux') return ['-E', 'UTF8', '--locale=C.UTF-8']
  if (major < 17) return ['-E', 'UTF8', '--locale=C']
  return ['-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
}

/** After a crash PostgreSQL believes its old pid file if any process now has that id; in containers one often has. */
function removeStalePidFile(folder) {
  const seen = readPostmaster(folder)
  if (seen && isAlive(seen.pid) && !isPostgres(seen.pid)) rmSync(pidFile(folder), { force: true })
}

/** One attempt: resolves to the server when it is ready on our port, to null when it ended instead. */
async function tryStart(folder, account, port) {
  if (sizeOf(logFile(folder)) > LOG_LIMIT_BYTES) rmSync(logFile(folder), { force: true })
  const log = openSync(logFile(folder), 'a', 0o600)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command, args] = account.command('postgres', ['-D', dataDir(folder), '-p', String(port), ...options])
  const child = spawn(command, args, {
    ...account.spawnOptions,
    env: serverEnv(),
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.unref()
  let ended = false
  for (const event of ['exit', 'error']) child.once(event, () => (ended = true))

  for (const deadline = Date.now() + READY_WITHIN_MS; !ended; await sleep(20)) {
    const seen = readPostmaster(folder)
    // A stale file says ready too: only our own port proves that this start wrote it.
    if (seen?.isReady && seen.port === port) return seen
    if (Date.now() > deadline) {
      child.kill('SIGQUIT')
      throw expectedError(`PostgreSQL was not ready in time; see ${logFile(folder)}`)
    }
  }
  return null
}

/** The server needs little from us, and least of all the app's secrets. */
function serverEnv() {
  const { PATH, HOME = os.homedir(), TMPDIR = os.tmpdir() } = process.env
  return { PATH, HOME, TMPDIR, LC_ALL: process.platform === 'linux' ? 'C.UTF-8' : 'C', TZ: 'UTC' }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

// --- stopping ---------------------------------------------------------------------------------------

function registerUser(folder) {
  const file = path.join(folder, 'users', `${process.pid}-${randomUUID()}`)
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, identityOf(process.pid))
  return file
}

async function leave(folder, userFile) {
  await withLock(path.join(folder, 'start.lock'), async () => {
    rmSync(userFile, { force: true })
    if (!hasUsers(folder)) await shutDown(folder)
  })
}

function hasUsers(folder) {
  const users = path.join(folder, 'users')
  const files = readdirSync(users).map((name) => path.join(users, name))
  for (const file of files) {
    if (!isAlive(readIfPresent(file))) rmSync(file, { force: true })
  }
  return readdirSync(users).length > 0
}

/** Fast shutdown; clients are disconnected, everything acknowledged is kept. */
async function shutDown(folder) {
  const pid = readPostmaster(folder)?.pid
  if (!pid || !isPostgres(pid)) return
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + STOPPED_WITHIN_MS
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${pid}) does not stop`)
    await sleep(20)
  }
}

// --- databases and roles ------------------------------------------------------------------------------

async function prepare(folder, port, database) {
  await withConnection(urlFor(folder, OWNER, port, 'postgres'), async (sql) => {
    const appIsKnown = readIfPresent(passwordFile(folder, APP)) !== null
    if (!appIsKnown) await addAppRole(sql, folder)
    const [existing] = await sql`select from pg_database where datname = ${database}`
    if (!existing) await addDatabase(sql, database)
  })
}

/** The password is kept only once the role has it, so a crash in between is repaired by the next start. */
async function addAppRole(sql, folder) {
  const password = newPassword()
  const [existing] = await sql`select from pg_roles where rolname = ${APP}`
  const verb = existing ? 'alter' : 'create'
  await sql.unsafe(`${verb} role ${APP} login nosuperuser nocreatedb nocreaterole password '${password}'`)
  writeFileSync(passwordFile(folder, APP), password, { mode: 0o600 })
}

async function addDatabase(sql, name) {
  await sql.unsafe(`create database ${identifier(name)}`)
  await sql.unsafe(`revoke connect on database ${identifier(name)} from public`)
  await sql.unsafe(`grant connect on database ${identifier(name)} to ${APP}`)
}

async function withConnection(url, work) {
  const { default: postgres } = await import('postgres')
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function urlFor(folder, role, port, database) {
  return `postgres://${role}:${readPassword(folder, role)}@127.0.0.1:${port}/${database}`
}

function renamed(url, database) {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href
}

function identifier(name) {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new Error(`Not a plain database name: ${name}`)
  return name
}

function newPassword() {
  return randomBytes(24).toString('base64url')
}

// --- files ----------------------------------------------------------------------------------------------

const dataDir = (folder) => path.join(homeOf(folder), 'data')
const pidFile = (folder) => path.join(dataDir(folder), 'postmaster.pid')
const logFile = (folder) => path.join(folder, 'postgres.log')
const passwordFile = (folder, role) => path.join(folder, role === OWNER ? 'owner-password' : 'app-password')

function readPassword(folder, role) {
  const password = readIfPresent(passwordFile(folder, role))?.trim()
  if (!password) throw expectedError(`The password file ${passwordFile(folder, role)} is missing.`)
  return password
}

function sizeOf(file) {
  return existsSync(file) ? statSync(file).size : 0
}
