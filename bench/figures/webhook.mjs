/**
 * How soon a webhook is answered: a hundred genuine deliveries a second, sent on schedule whether or not the last one was
 * answered and timed from the moment they were due, while the vendor takes every call and answers none. A tenth of them
 * name a journey that waits, so that the worker is really kept waiting, and the figure fails if nobody
 * asked the vendor meanwhile;
 * the others name none, and the worker looks for them again and again. The baseline stores the same in node:http and
 * postgres.js, with hand-written statements.
 */
import { createHmac, randomUUID } from 'node:crypto'
import http from 'node:http'
import postgres from 'postgres'
import { percentile } from '../measure.mjs'

const PER_SECOND = 100
const SECONDS = 8
const ROUNDS = 3
const KNOWN_EVERY = 10
const SECRET = 'bench-webhook-secret'

export async function measureWebhook(world) {
  const app = await world.webhookApp(SECRET)
  const bare = await world.bare()
  const domain = await world.domain()
  const sessions = await domain.prepareSessionsAtDidit(200)
  const sides = {
    ours: `${app.appUrl}/api/webhooks/didit`,
    baseline: `${bare.url}/webhook/${SECRET}`,
  }
  const seen = { ours: [], baseline: [] }
  let askedBefore = 0
  for (let round = 0; round <= ROUNDS; round++) {
    for (const side of round % 2 === 0 ? ['ours', 'baseline'] : ['baseline', 'ours']) {
      const times = await sendOnSchedule(sides[side], sessions)
      if (round > 0) seen[side].push(...times)
    }
    if (round === 0) askedBefore = await countAsked(app.vendorUrl)
  }
  await app.stop()
  await forgetDeliveries(await world.database())
  if ((await countAsked(app.vendorUrl)) <= askedBefore)
    throw new Error('the vendor was not asked while webhooks were measured')
  return [50, 99].map((percent) => {
    const [ours, baseline] = [percentile(seen.ours, percent), percentile(seen.baseline, percent)]
    const goal = percent === 99 ? { goal: { oursAtMost: 50 } } : {}
    return {
      figure: `webhook p${percent} at ${PER_SECOND}/s : bare`,
      ours,
      baseline,
      ratio: ours / baseline,
      unit: 'ms',
      ...goal,
    }
  })
}

/** Milliseconds from when each delivery was due until its answer was read. */
async function sendOnSchedule(url, sessions) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
  const startedAt = performance.now()
  const sent = Array.from({ length: PER_SECOND * SECONDS }, async (_, number) => {
    const dueMs = startedAt + (number * 1000) / PER_SECOND
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, dueMs - performance.now())))
    const session =
      number % KNOWN_EVERY === 0 ? sessions[(number / KNOWN_EVERY) % sessions.length] : randomUUID()
    const fromMs = Math.min(dueMs, performance.now()) // a timer may be a little early
    await post(agent, url, delivery(session))
    return performance.now() - fromMs
  })
  const times = await Promise.all(sent)
  agent.destroy()
  return times
}

/** Later figures share the database: no worker of theirs finds these deliveries, and no call of theirs an open breaker. */
async function forgetDeliveries({ ownerUrl }) {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`delete from pgboss.job where name = 'webhook'`
    await sql`delete from webhook_inbox`
    await sql`delete from connection_health`
  } finally {
    await sql.end()
  }
}

/** How many calls the hanging vendor has taken; the breaker keeps them few. */
async function countAsked(vendorUrl) {
  return Number(await (await fetch(`${vendorUrl}/asked`)).text())
}

/** A body as Didit signs it: sorted, compact and ASCII, where canonical form and bytes are the same. */
function delivery(session) {
  const now = Math.floor(Date.now() / 1000)
  return JSON.stringify({
    created_at: now,
    environment: 'sandbox',
    event_id: randomUUID(),
    session_id: session,
    status: 'Approved',
    timestamp: now,
    webhook_type: 'status.updated',
  })
}

function post(agent, url, body) {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-signature-v2': signature,
  }
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      response
        .resume()
        .once('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
        )
    })
    request.once('error', reject)
    request.end(body)
  })
}
