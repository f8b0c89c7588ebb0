/** Builds what runs: the programs in `dist/` on every start, the Next.js app when its sources changed. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { projectRoot } from './bootstrap.mjs'
import { withLock } from './lock.mjs'
import { readIfPresent } from './process-identity.mjs'
import { progress } from './progress.mjs'
import { run, tail } from './run.mjs'
import { expectedError } from './shutdown.mjs'

const ENTRIES = {
  web: 'scripts/entry/web.ts',
  worker: 'scripts/entry/worker.ts',
  migrate: 'scripts/entry/migrate.ts',
  'check-settings': 'scripts/entry/check-settings.ts',
  'store-credentials': 'scripts/entry/store-credentials.ts',
  doctor: 'scripts/entry/doctor.ts',
  'policy-dry-run': 'scripts/entry/policy-dry-run.ts',
  'rotate-keys': 'scripts/entry/rotate-keys.ts',
  'audit-export': 'scripts/entry/audit-export.ts',
  'replay-erasures': 'scripts/entry/replay-erasures.ts',
  'staff-invite': 'scripts/entry/staff-invite.ts',
  seed: 'scripts/entry/seed.ts',
  'seed-batches': 'scripts/entry/seed-batches.ts',
  sandbox: 'sandbox/main.ts',
}

/** What a build of the app depends on; names that do not exist are fine. */
const SOURCES = [
  'app',
  'components',
  'lib',
  'db',
  'messages',
  'public',
  'i18n',
  'proxy.ts',
  'instrumentation.ts',
  'instrumentation-client.ts',
  'next.config.ts',
  'tsconfig.json',
  'postcss.config.mjs',
  'package-lock.json',
]
const IS_TEST = /\.test\.[cm]?[jt]sx?$/

/** Bundles the programs to `dist/<name>.mjs`. Takes a tenth of a second, so it is simply always done. */
export async function bundleEntries() {
  const { build, stop } = await import('esbuild')
  try {
    await build({
      absWorkingDir: projectRoot,
      entryPoints: ENTRIES,
      outdir: 'dist',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      packages: 'external',
      conditions: ['react-server'],
      alias: { 'server-only': path.join(projectRoot, 'node_modules/server-only/empty.js') },
      sourcemap: 'linked',
      logLevel: 'error',
    })
  } catch {
    throw expectedError('The programs could not be bundled.') // esbuild has said why
  } finally {
    await stop()
  }
}

/**
 * Runs `next build` unless the last one was made from the same sources. Returns whether it built.
 * `show` draws the progress line.
 */
export async function buildIfChanged({ show = progress } = {}) {
  return withLock(path.join(projectRoot, '.data/locks/build.lock'), async () => {
    const sources = hashSources()
    if (isBuiltFrom(sources)) return false
    await show('Building the app', buildApp)
    writeFileSync(stampPath, sources)
    return true
  })
}

const stampPath = path.join(projectRoot, '.next/ante-build')

function isBuiltFrom(sources) {
  return readIfPresent(stampPath) === sources && existsSync(path.join(projectRoot, '.next/BUILD_ID'))
}

async function buildApp() {
  const logs = path.join(projectRoot, '.data/logs')
  mkdirSync(logs, { recursive: true })
  const next = path.join(projectRoot, 'node_modules/next/dist/bin/next')
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  const { code, output } = await run(process.execPath, [next, 'build'], {
    env,
    logFile: path.join(logs, 'build.log'),
  })
  if (code !== 0) throw expectedError(`${tail(output)}\nThe app could not be built.`)
}

/** A hash over names and contents of everything the build reads, tests excepted. */
function hashSources() {
  const hash = createHash('sha256').update(process.version)
  for (const file of SOURCES.flatMap(listFiles)) {
    const content = readFileSync(path.join(projectRoot, file))
    hash.update(`\0${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function listFiles(source) {
  const full = path.join(projectRoot, source)
  if (!existsSync(full)) return []
  if (path.extname(source)) return [source]
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !IS_TEST.test(entry.name))
    .map((entry) => path.relative(projectRoot, path.join(entry.parentPath, entry.name)))
    .sort()
}
