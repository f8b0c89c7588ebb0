import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import next from 'next'
import { closePool } from '@/db/client'
import { watchCheckpoints } from '@/lib/audit/watch'
import { formActionSources } from '@/lib/connections'
import { raiseAlert } from '@/lib/connections/alerts'
import { writeCalls } from '@/lib/connections/calls'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { warmJobs } from '@/lib/jobs'
import { createListener, refuseSocket } from '@/lib/listener/listener'
import { errorName, log } from '@/lib/log'
import { DATABASE_AWAY, plainHeaders, plainHtml } from '@/lib/plain-page'
import { mayServe } from '@/lib/readiness'
import { erasuresReplayed } from '@/lib/rights/replay'
import { routeOutput } from './output'
import { requireKeys } from './require-keys'
import { endOnCrash, stopOnSignals } from './stop'

// The web process: our listener in front of Next. `--dev` serves the sources with hot reload.

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PROBE_MS = 1000
const DRAIN_MS = 10_000
const AUDIT_WATCH_MS = 60_000

async function main() {
  const development = process.argv.includes('--dev')
  const { host, port } = env()
  await requireKeys()
  if (!development) routeOutput() // before Next, which keeps the console it finds
  const app = next({ dev: development, dir: ROOT, hostname: host, port })
  await app.prepare()
  const database = watchDatabase()
  // Here too: the worker that should write checkpoints cannot tell that it is not there.
  const auditWatch = setInterval(
    () => void watchCheckpoints((alarm) => raiseAlert(alarm, 'audit')),
    AUDIT_WATCH_MS,
  )
  const server = createListener({
    handle: afterReplay(app.getRequestHandler(), database.answers),
    databaseAnswers: database.answers,
    formAction: formActionSources(),
    development,
  })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (development) void app.getUpgradeHandler()(request, socket, head)
    else refuseSocket(socket, '400 Bad Request')
  })
  await warmJobs().catch(() => {}) // opened at the first request otherwise
  server.on('error', (error) => {
    log.error({ event: 'web.listen_failed', error: errorName(error) })
    process.exit(1)
  })
  server.listen(port, host, () => log.info({ event: 'web.ready', count: port }))
  stopOnSignals('web', async () => {
    database.stop()
    clearInterval(auditWatch)
    const drained = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS))])
    await writeCalls()
    await closePool()
  })
}

/**
 * Looks at the database once a second, so that pages can say at once that it is away instead of failing one by one. Once
 * it was away each page asks again, so that nobody is told so a moment longer than it is true. A database that comes (back)
 * may be an older backup: erasures are replayed before the first page.
 */
function watchDatabase() {
  let answered = false
  let looking: Promise<boolean> | null = null
  const look = () => {
    looking ??= readReady().then((ready) => {
      looking = null
      answered = ready
      return answered
    })
    return looking
  }
  const soon = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PROBE_MS))
  void look()
  const timer = setInterval(() => void look(), PROBE_MS)
  return {
    answers: async () => answered || Promise.race([look(), soon()]),
    stop: () => clearInterval(timer),
  }
}

const PROBLEM_HEADERS = {
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
  'retry-after': '5',
}
const PROBLEM = JSON.stringify({
  type: 'about:blank',
  title: 'database unavailable',
  status: 503,
  code: 'database_unavailable',
})

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Nothing is read from a database whose erasures were not replayed yet; only health, files and help are answered. */
function afterReplay(handle: Handle, answers: () => Promise<boolean>): Handle {
  return async (request, response) => {
    const isOpen = /^\/(healthz|readyz|_next\/static|help|\.well-known)(\/|\?|$)/.test(request.url ?? '/')
    if (isOpen || erasuresReplayed() || (await answers())) return handle(request, response)
    const isPage = request.headers.accept?.includes('text/html') === true
    response.writeHead(503, isPage ? plainHeaders(DATABASE_AWAY) : PROBLEM_HEADERS)
    response.end(isPage ? plainHtml(DATABASE_AWAY) : PROBLEM)
  }
}

let told = ''

/** Why nobody is served; once, and not at every look. */
function tellOnce(error: unknown) {
  const state = isAppError(error) ? error.detail : errorName(error)
  if (state !== told) log.error({ event: 'erasures.not_replayed', state })
  told = state
}

/** True when pages may be served; replays erasures as soon as the database answers. */
function readReady(): Promise<boolean> {
  return mayServe().catch((error: unknown) => {
    tellOnce(error)
    return false
  })
}

endOnCrash('web')
await main()
