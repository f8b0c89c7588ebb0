import { log } from '@/lib/log'

const LOG_EVERY_MS = 1000
let counted = 0
let loggedAt = 0

/** Counts what a browser's policy blocked. The report itself is thrown away: it may quote addresses. */
export function POST() {
  counted += 1
  if (Date.now() - loggedAt > LOG_EVERY_MS) {
    log.warn({ event: 'csp.blocked', count: counted })
    counted = 0
    loggedAt = Date.now()
  }
  return new Response(null, { status: 204 })
}
