import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import next from 'next'
import { closePool } from '@/db/client'
import { watchCheckpoints } from '@/lib/audit/watch'
import { formActionSources } from '@/lib/connections'
import { raiseAlert } from '@/lib/connections/alerts'
import { env } from '@/lib/env'
import { warmJobs } from '@/lib/jobs'
import { createListener, refuseSocket } from '@/lib/listener/listener'
import { errorName, log } from '@/lib/log'
import { readiness } from '@/lib/readiness'
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
    handle: app.getRequestHandler(),
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
    await closePool()
  })
}

/**
 * Looks at the database once a second, so that pages can say at once that it is away instead of failing one by one. Once
 * it was away each page asks again, so that nobody is told so a moment longer than it is true.
 */
function watchDatabase() {
  let answered = true
  let looking: Promise<boolean> | null = null
  const look = () => {
    looking ??= readiness().then(({ database }) => {
      looking = null
      answered = database === 'ok'
      return answered
    })
    return looking
  }
  const soon = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PROBE_MS))
  const timer = setInterval(() => void look(), PROBE_MS)
  return {
    answers: async () => answered || Promise.race([look(), soon()]),
    stop: () => clearInterval(timer),
  }
}

endOnCrash('web')
await main()
