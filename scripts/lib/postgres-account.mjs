/**
 * PostgreSQL refuses to run as root. Whoever is not root just runs it; root runs it in a user namespace,
 * where it sees another user, or, where those are forbidden (most containers), as an unprivileged user.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import path from 'node:path'
import { projectRoot } from './bootstrap.mjs'
import { expectedError } from './shutdown.mjs'

const NAMESPACE = ['unshare', '--user', '--map-user=1', '--map-group=1']
const UNPRIVILEGED_USERS = ['postgres', 'nobody', 'daemon']
const SYSTEM_DATA = '/var/lib'

/**
 * How to run PostgreSQL on the data of `folder`: `home` (where data and copied programs live, usually
 * `folder` itself), `bin`, `command(program, args)` and `spawnOptions`, and `give(path)` to hand a file over.
 */
export function chooseAccount(folder, bin) {
  const own = { home: homeOf(folder), bin, spawnOptions: {} }
  if (process.getuid?.() !== 0) {
    return { ...own, command: (program, args) => [path.join(bin, program), args], give: () => {} }
  }
  if (namespacesWork()) {
    const [unshare, ...options] = NAMESPACE
    const command = (program, args) => [unshare, [...options, path.join(bin, program), ...args]]
    return { ...own, command, give: (file) => changeOwner(file, 0, 0) }
  }
  return unprivilegedAccount(folder, bin)
}

/** Where the data of `folder` lives: in it, or where an earlier start as root had to put it. */
export function homeOf(folder) {
  const elsewhere = path.join(folder, 'elsewhere')
  return existsSync(elsewhere) ? realpathSync(elsewhere) : folder
}

// ANTE_USER_NAMESPACE=0 is for trying the other branch on a machine that has namespaces.
function namespacesWork() {
  if (process.platform !== 'linux' || process.env.ANTE_USER_NAMESPACE === '0') return false
  return spawnSync(NAMESPACE[0], [...NAMESPACE.slice(1), 'true']).status === 0
}

function unprivilegedAccount(folder, bin) {
  const user = findUnprivilegedUser()
  const spawnOptions = { uid: user.uid, gid: user.gid, cwd: '/' }
  const home = reachableHome(folder, spawnOptions)
  const usable = canRun(bin, spawnOptions) ? bin : copyPrograms(bin, home)
  if (!canRun(usable, spawnOptions)) {
    throw expectedError(
      `PostgreSQL cannot run here: it refuses root, user namespaces are forbidden, and the user ${user.name} ` +
        'cannot run its programs. Run this as an ordinary user, or set DATABASE_URL.',
    )
  }
  const command = (program, args) => [path.join(usable, program), args]
  return { home, bin: usable, spawnOptions, command, give: (file) => changeOwner(file, user.uid, user.gid) }
}

function findUnprivilegedUser() {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const line = UNPRIVILEGED_USERS.map((name) => accounts.find((fields) => fields[0] === name)).find(Boolean)
  if (!line) throw expectedError('PostgreSQL refuses root, and there is no unprivileged user to run it as.')
  return { name: line[0], uid: Number(line[2]), gid: Number(line[3]) }
}

/**
 * The folder, opened for passing through inside the project. When the project itself is closed to other
 * users (below /root, say), a new folder among the system's data, remembered by a link.
 */
function reachableHome(folder, spawnOptions) {
  const home = homeOf(folder)
  if (home !== folder) return home
  for (let step = folder; step.startsWith(projectRoot + path.sep); step = path.dirname(step)) {
    chmodSync(step, statSync(step).mode | 0o111)
  }
  if (spawnSync('test', ['-x', folder], spawnOptions).status === 0) return folder
  if (existsSync(path.join(folder, 'data'))) {
    throw expectedError(`${folder} holds data, but lies where PostgreSQL's user cannot reach it.`)
  }
  const elsewhere = mkdtempSync(path.join(SYSTEM_DATA, 'ante-postgres-'))
  chmodSync(elsewhere, 0o711)
  symlinkSync(elsewhere, path.join(folder, 'elsewhere'))
  return elsewhere
}

function canRun(bin, spawnOptions) {
  return spawnSync(path.join(bin, 'postgres'), ['--version'], spawnOptions).status === 0
}

/** Copies bin, lib and share to where the unprivileged user may read them. */
function copyPrograms(bin, home) {
  const source = path.dirname(bin)
  const target = path.join(home, 'programs')
  if (!existsSync(target)) {
    mkdirSync(target)
    for (const part of ['bin', 'lib', 'share']) {
      const from = path.join(source, part)
      if (existsSync(from)) cpSync(from, path.join(target, part), { recursive: true, verbatimSymlinks: true })
    }
    chmodSync(target, 0o755)
  }
  return path.join(target, 'bin')
}

/** Gives a file, or a folder with all it holds, to a user. */
function changeOwner(file, uid, gid) {
  if (statSync(file).uid === uid) return
  for (const entry of statSync(file).isDirectory() ? readdirSync(file, { recursive: true }) : []) {
    lchownSync(path.join(file, entry), uid, gid)
  }
  chownSync(file, uid, gid)
}
