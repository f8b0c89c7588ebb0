/** Script that a browser really fetches for our pages, against an empty page of the same framework version. */
import { startEmptyApp } from '../empty-app/empty-app.mjs'

const PATHS = ['/', '/sign-in', '/verify']
const GOAL = { atMost: 1.15 }
/** Prefetches begin when the page is idle. */
const SETTLE_MS = 1500

export async function measureScriptSize(world) {
  const empty = await startEmptyApp(world)
  const app = await world.app()
  const { token } = await (await world.domain()).signIn()
  const browser = await world.browser()
  const baseline = await measurePage(browser, empty.url)
  await empty.stop()
  const rows = []
  for (const path of PATHS) {
    const ours = await measurePage(browser, new URL(path, app.appUrl).href, path === '/verify' ? token : null)
    rows.push(toRow(`script of ${path}, gzip : empty page`, ours.gzip, baseline.gzip, GOAL))
    rows.push(toRow(`script of ${path}, raw : empty page`, ours.raw, baseline.raw))
  }
  return rows
}

function toRow(figure, ours, baseline, goal) {
  return { figure, ours: ours / 1024, baseline: baseline / 1024, ratio: ours / baseline, unit: 'KiB', goal }
}

/** Sums the script files of one visit in a fresh browser profile. */
async function measurePage(browser, url, token = null) {
  const context = await browser.newContext({ locale: 'en-IN' })
  if (token !== null) await context.addCookies([sessionCookie(url, token)])
  const page = await context.newPage()
  const scripts = new Map()
  context.on('response', (response) => {
    if (/javascript/.test(response.headers()['content-type'] ?? '')) scripts.set(response.url(), response)
  })
  const response = await page.goto(url, { waitUntil: 'networkidle' })
  if (!response.ok() || page.url() !== url)
    throw new Error(`${url} was answered ${response.status()}, ${page.url()}`)
  await page.waitForTimeout(SETTLE_MS)
  await page.waitForLoadState('networkidle')
  const bodies = await Promise.all([...scripts.values()].map((script) => script.body()))
  const transferred = await Promise.all(
    [...scripts.values()].map(async (script) => (await script.request().sizes()).responseBodySize),
  )
  await context.close()
  if (bodies.length === 0) throw new Error(`${url} fetched no script`)
  return { raw: sum(bodies.map((body) => body.length)), gzip: sum(transferred) }
}

/** Browsers take loopback for secure, but let such a cookie be set from outside only for https; ports share cookies. */
export function sessionCookie(url, token) {
  const flags = { httpOnly: true, secure: true, sameSite: 'Lax' }
  return { name: '__Host-ante-session', value: token, url: `https://${new URL(url).hostname}/`, ...flags }
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)
