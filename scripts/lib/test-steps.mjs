/** The steps of `npm test`. A step returns `{ passed, failed, skipped?, note?, output? }`. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { projectRoot } from './bootstrap.mjs'
import { findChromium } from './browser.mjs'
import { buildIfChanged, bundleEntries } from './build.mjs'
import { findLockProblems } from './lockfile.mjs'
import { startPostgres } from './postgres.mjs'
import { findDebianPostgres, installPostgres15 } from './postgres-binaries.mjs'
import { run } from './run.mjs'
import { startTestCluster } from './stack.mjs'
import { countPlaywright, countVitest } from './test-reports.mjs'

const testDir = path.join(projectRoot, '.data/test')
const OK = { passed: 1, failed: 0 }

/** In running order. `needs` names a step without whose success this one says nothing. */
export const steps = [
  { name: 'lock', title: 'Lock file', work: checkLock },
  { name: 'types', title: 'Types', work: checkTypes },
  {
    name: 'lint',
    title: 'Lint',
    work: () => tool('lint', ['@biomejs/biome/bin/biome', 'ci', '--colors=off', '.']),
  },
  { name: 'knip', title: 'Dead code', work: () => tool('knip', ['knip/bin/knip.js']) },
  { name: 'build', title: 'Build', work: build },
  { name: 'unit', title: 'Unit and database tests', work: testOnEmbedded },
  { name: 'postgres15', title: 'Database tests on PostgreSQL 15', work: testOnPostgres15 },
  { name: 'browser', title: 'Browser tests', work: testInBrowser, needs: 'build' },
]

/** Where the output of a step is kept. */
export function logOf(name) {
  mkdirSync(path.join(testDir, 'logs'), { recursive: true })
  return path.join(testDir, 'logs', `${name}.log`)
}

function checkLock() {
  const problems = findLockProblems(
    JSON.parse(readFileSync(path.join(projectRoot, 'package-lock.json'), 'utf8')),
  )
  return problems.length === 0 ? OK : { passed: 0, failed: 1, output: problems.join('\n') }
}

async function checkTypes() {
  const generated = await tool('typegen', ['next/dist/bin/next', 'typegen'])
  return generated.failed ? generated : tool('types', ['typescript/bin/tsc', '--noEmit'])
}

async function build() {
  await bundleEntries()
  const built = await buildIfChanged({ show: (_label, work) => work() })
  return { ...OK, note: built ? undefined : 'up to date' }
}

async function testOnEmbedded() {
  const server = await startTestCluster()
  return vitest('unit', server, ['unit', 'database'])
}

async function testOnPostgres15() {
  const binaries = findDebianPostgres(15) ?? (await installPostgres15(path.join(testDir, 'postgres-15')))
  const server = await startPostgres({
    dir: path.join(testDir, 'postgres-15-data'),
    database: 'ante_test',
    binaries,
  })
  return vitest('postgres15', server, ['oldest'])
}

async function vitest(name, server, projects) {
  try {
    const report = freshReport(name)
    const selection = projects.flatMap((project) => ['--project', project])
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const args = ['vitest/vitest.mjs', 'run', ...selection, ...reporters]
    const result = await tool(name, args, { TEST_DATABASE_URL: server.ownerUrl })
    return withCounts(result, report, countVitest)
  } finally {
    await server.stop()
  }
}

async function testInBrowser() {
  const browser = await findChromium()
  const report = freshReport('browser')
  const env = { ...browser.env, CHROMIUM_PATH: browser.executablePath, PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  // Playwright ends its servers on SIGINT; on SIGTERM it would leave them.
  const args = ['@playwright/test/cli.js', 'test', '--reporter=list,json']
  const result = await tool('browser', args, env, 'SIGINT')
  return withCounts(result, report, countPlaywright)
}

/** Runs the script of an installed package on this Node. */
async function tool(name, [script, ...args], extraEnv = {}, endSignal) {
  const settings = { NO_COLOR: '1', NODE_COMPILE_CACHE: path.join(testDir, 'compiled') } // for a process per test file
  const { NODE_ENV: _, FORCE_COLOR: __, ...env } = { ...process.env, ...extraEnv, ...settings }
  const command = [path.join(projectRoot, 'node_modules', script), ...args]
  const { code, output } = await run(process.execPath, command, { env, logFile: logOf(name), endSignal })
  return code === 0 ? OK : { passed: 0, failed: 1, output }
}

function freshReport(name) {
  const report = path.join(testDir, `${name}-report.json`)
  mkdirSync(testDir, { recursive: true })
  rmSync(report, { force: true })
  return report
}

/** The counts of the report; a run that failed without a failed test, or without a report, is one failure. */
function withCounts(result, report, count) {
  let counts
  try {
    counts = count(JSON.parse(readFileSync(report, 'utf8')))
  } catch {
    return { ...result, passed: 0, failed: 1, output: `${result.output ?? ''}\nThere is no test report.` }
  }
  const note = counts.flaky ? `${counts.flaky} only on a retry` : undefined
  const nothingRan = counts.passed + counts.failed === 0
  const failed = counts.failed || (result.failed || nothingRan ? 1 : 0)
  return { ...counts, failed, note, output: result.output }
}
