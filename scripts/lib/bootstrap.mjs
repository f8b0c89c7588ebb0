/**
 * The first thing every command does: install what is missing and continue on the project's own Node.
 * It runs before anything is installed and on an older Node, so only built-ins of Node 20.9 are used.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'
import { readIfPresent } from './process-identity.mjs'
import { progress } from './progress.mjs'

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

const modulesDir = path.join(projectRoot, 'node_modules')
const lockPath = path.join(projectRoot, 'package-lock.json')
const stampPath = path.join(modulesDir, '.ante-lock')
const installedNode = path.join(modulesDir, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')

const WANTED_MAJOR = 24
const LEAST = [22, 19]

/**
 * Returns once the locked packages are installed and this process runs on a Node that is new enough;
 * until then the same command is run again on the installed Node, and this process only waits for it.
 * With `help`, `--help` prints that text and ends the command. The working directory becomes the project's.
 * `failure` is the exit code when that is not possible.
 */
export async function bootstrap(importMetaUrl, help, { failure = 1 } = {}) {
  if (help && process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) {
    console.log(help.trim())
    process.exit(0)
  }
  process.chdir(projectRoot)
  try {
    const installed = await installIfNeeded()
    if (!needsOtherNode(installed)) return preferInstalledTools()
    await continueOnInstalledNode(fileURLToPath(importMetaUrl))
  } catch (error) {
    console.error(error.message)
    process.exit(failure)
  }
}

async function installIfNeeded() {
  if (isInstalled()) return false
  const lock = path.join(projectRoot, '.data/locks/install.lock')
  const onWait = (pid) => console.log(`Waiting for process ${pid}, which is installing packages`)
  return withLock(lock, async () => !isInstalled() && (await progress('Installing packages', install)), {
    onWait,
  })
}

function isInstalled() {
  const stamp = readIfPresent(stampPath)
  if (stamp !== null) return stamp === lockHash()
  if (!matchesLock()) return false
  writeFileSync(stampPath, lockHash())
  return true
}

function lockHash() {
  return createHash('sha256').update(readFileSync(lockPath)).digest('hex')
}

/** True when npm's own record of node_modules agrees with the lock: someone ran `npm ci` by hand. */
function matchesLock() {
  const record = readIfPresent(path.join(modulesDir, '.package-lock.json'))
  if (record === null) return false
  const installed = JSON.parse(record).packages
  const { '': _root, ...locked } = JSON.parse(readFileSync(lockPath, 'utf8')).packages
  const isSame = (name) =>
    installed[name]?.version === locked[name]?.version &&
    installed[name]?.integrity === locked[name]?.integrity
  const isOptional = (entry) => entry.optional || entry.devOptional || entry.peer
  return (
    Object.keys(installed).every(isSame) &&
    Object.entries(locked).every(([name, entry]) => isOptional(entry) || isSame(name))
  )
}

/** `npm ci`, quiet unless it fails. Development packages are needed too: they build the app. */
async function install() {
  const npm = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm']
  const args = [...npm.slice(1), 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const child = spawn(npm[0], args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = await exitOf(child)
  if (ended.code === 0) {
    writeFileSync(stampPath, lockHash())
    return true
  }
  const lines = output.split('\n').filter((line) => !line.includes('EBADENGINE'))
  throw new Error(
    `${lines.join('\n').trim() || ended.error || 'No output.'}\nnpm ci failed; nothing was started.`,
  )
}

function needsOtherNode(installedNow) {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const runsReplacedNode = installedNow && process.execPath.startsWith(modulesDir)
  if (major >= WANTED_MAJOR && !runsReplacedNode) return false
  if (installedNodeRuns()) return true
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return false
  throw new Error(
    `This needs Node ${LEAST.join('.')} or newer, better ${WANTED_MAJOR}, and found ${process.version}. ` +
      `The project brings Node ${WANTED_MAJOR} for Linux (glibc) and Windows on x64 and for Linux on arm64; ` +
      `on ${process.platform} ${process.arch} please install it yourself.`,
  )
}

function installedNodeRuns() {
  return existsSync(installedNode) && spawnSync(installedNode, ['--version'], shellOnWindows).status === 0
}

/** Programs that start `node` or a package's command themselves find the installed ones first. */
function preferInstalledTools() {
  const bin = path.dirname(installedNode)
  const others = (process.env.PATH ?? '').split(path.delimiter).filter((entry) => entry !== bin)
  process.env.PATH = [bin, ...others].join(path.delimiter)
}

const shellOnWindows = { shell: process.platform === 'win32' }

/**
 * Runs the script again and ends as it ends. The channel lets the other process notice if this one is
 * killed outright; see `endOnSignals`.
 */
async function continueOnInstalledNode(script) {
  const args = [...process.execArgv, script, ...process.argv.slice(2)]
  const child = spawn(installedNode, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    ...shellOnWindows,
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const { code, signal, error } = await exitOf(child)
  if (error) throw new Error(`${installedNode} does not start: ${error}`)
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
  if (signal) process.kill(process.pid, signal)
  process.exit(code ?? 1)
}

function exitOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error: error.message }))
    child.once('close', (code, signal) => resolve({ code, signal, error: null }))
  })
}
