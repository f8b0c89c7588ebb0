/**
 * How long after the decision was committed the player's screen shows it, in a browser. The baseline is a bare page with
 * a held request on a bare server, which watches the same decisions at the same time.
 *
 * The commit is taken from the notification that follows it. The sandbox is made slow enough that every result comes
 * after the callback stopped waiting, and differently slow each time, so that no rhythm of ours meets it by luck.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import postgres from 'postgres'
import { projectRoot } from '../../scripts/lib/bootstrap.mjs'
import { expectedError, onShutdown } from '../../scripts/lib/shutdown.mjs'
import { inParallel, median, percentile } from '../measure.mjs'
import { sessionCookie } from './script-size.mjs'

const JOURNEYS = 20
const PARALLEL = 3
const SHOWN_WITHIN_MS = 30_000
/** A collection makes four reads; together they take about four seconds. */
const LEAST_READ_MS = 900
const MORE_READ_MS = 400
const GOAL_MS = 1000

export async function measureStatusLatency(world) {
  const app = await world.app()
  const bare = await world.bare()
  const browser = await world.browser()
  const domain = await world.domain()
  const { appUrl: databaseUrl } = await world.database()
  const decisions = await listenForDecisions(databaseUrl)
  await tell(app, { persona: 'adult', auto: true })
  const stage = { app, bare, browser, decisions }
  const seen = await inParallel([...Array(JOURNEYS).keys()], PARALLEL, async (at) => {
    const readLatencyMs = LEAST_READ_MS + Math.round((at * MORE_READ_MS * 0.618) % MORE_READ_MS)
    await tell(app, { vendor: 'idto', mode: { readLatencyMs } })
    return watchOne(stage, await domain.signIn(['aadhaar', 'pan']))
  })
  await decisions.stop()
  await tell(app, {}, '/_control/reset')
  const counted = seen.filter((one) => one !== null)
  if (counted.length < JOURNEYS / 2) throw expectedError('Most results came before the pages were open.')
  return toRows(counted)
}

function toRows(seen) {
  const ours = seen.map((one) => one.ours)
  const baseline = seen.map((one) => one.baseline)
  const row = (figure, left, right, goal) => ({
    figure,
    ours: left,
    baseline: right,
    ratio: left / right,
    unit: 'ms',
    goal,
  })
  return [
    row('decision to screen, median : bare', median(ours), median(baseline)),
    row('decision to screen, p95 : bare', percentile(ours, 95), percentile(baseline, 95)),
    row('decision to screen, p95 : 1 s', percentile(ours, 95), GOAL_MS, { atMost: 1 }),
  ]
}

/** One journey in a browser of its own; both pages are open before the decision comes. */
async function watchOne({ app, bare, browser, decisions }, { playerId, token }) {
  const contexts = [await browser.newContext({ locale: 'en-IN' }), await browser.newContext()]
  try {
    const [ours, baseline] = await Promise.all(contexts.map(openPage))
    await contexts[0].addCookies([sessionCookie(app.appUrl, token)])
    await ours.goto(`${app.appUrl}/verify/leave`)
    await ours.click('form[action="/api/kyc/start"] button')
    await ours.waitForURL(/\/verifications\/[0-9a-f-]{36}$/, { waitUntil: 'commit' })
    const id = ours.url().split('/').at(-1)
    await baseline.goto(`${bare.url}/watch/${playerId}/${id}`)
    const openedAt = now()
    const [oursAt, baselineAt] = await Promise.all([shownAt(ours), shownAt(baseline)])
    const decidedAt = decisions.lastOf(id)
    if (decidedAt < openedAt) return null // a busy machine: the result was there before both pages were open
    return { ours: oursAt - decidedAt, baseline: baselineAt - decidedAt }
  } finally {
    await Promise.all(contexts.map((context) => context.close()))
  }
}

/** A page that notes when its heading first tells the result, from the moment the document has it. */
async function openPage(context) {
  const page = await context.newPage()
  const { status } = JSON.parse(readFileSync(path.join(projectRoot, 'messages/en.json'), 'utf8'))
  await page.addInitScript(noteResult, [status.screens.verified.heading, 'approved'])
  return page
}

/** Runs in the page. */
function noteResult(results) {
  const look = () => {
    const heading = document.querySelector('h1')?.textContent
    if (window.benchShownAt || !results.includes(heading)) return
    window.benchShownAt = performance.timeOrigin + performance.now()
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })
}

async function shownAt(page) {
  const handle = await page.waitForFunction(() => window.benchShownAt, null, { timeout: SHOWN_WITHIN_MS })
  return handle.jsonValue()
}

/** When each attempt was last announced as changed; the last time is its decision. */
async function listenForDecisions(databaseUrl) {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const last = new Map()
  await sql.listen('verification_changed', (id) => last.set(id, now()))
  const stop = async () => {
    forget()
    await sql.end({ timeout: 5 })
  }
  const forget = onShutdown(stop)
  return { lastOf: (id) => last.get(id), stop }
}

async function tell({ sandboxUrl }, body, route = '/_control') {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(sandboxUrl + route, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${await answer.text()}`)
}

const now = () => performance.timeOrigin + performance.now()
