import 'server-only'
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import {
  DATABASE_AWAY,
  NOT_FROM_HERE,
  NOT_READABLE,
  type PlainPage,
  plainHeaders,
  plainHtml,
} from '@/lib/plain-page'
import { baseHeaders, documentPolicy, permissionsPolicy } from './headers'

// Our own listener in front of Next (docs/decisions/002): it takes what a client must not set out of a request, puts the
// headers on every answer, and answers by itself when a request cannot be read, comes from elsewhere, or the database is
// away. It authorises nothing.

const URL_LIMIT_CHARACTERS = 8192
const HEADER_LIMIT_BYTES = 16_384
const BODY_LIMIT_BYTES = 262_144
/** Headers that only Next or a proxy of ours may set (FE-07). */
const FOREIGN_HEADER =
  /^(x-middleware-.*|next-resume|x-invoke-.*|x-matched-path|x-nextjs-(?!data$|html-request-id$|request-id$).*|x-forwarded-.*|forwarded|x-real-ip|x-nonce|content-security-policy(-report-only)?)$/
/** Route handlers and files; everything else is a page. */
const NO_PAGE =
  /^\/(api|_next|healthz|readyz|metrics|\.well-known)(\/|\?|$)|^[^?]*\/download(\?|$)|^[^?]*\.\w+(\?|$)/
const ROUTER_HEADERS = ['rsc', 'next-router-state-tree', 'next-router-segment-prefetch', 'next-url']

export interface ListenerOptions {
  /** Next's handler. */
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Whether the database answers; when it did not last time, it is asked again. */
  databaseAnswers: () => Promise<boolean>
  /** Origins of the redirect chain after the start. */
  formAction: readonly string[]
  development: boolean
}

/** The HTTP server; the caller makes it listen. */
export function createListener(options: ListenerOptions): Server {
  const server = createServer({
    maxHeaderSize: HEADER_LIMIT_BYTES,
    requestTimeout: 60_000,
    headersTimeout: 15_000,
  })
  server.keepAliveTimeout = 65_000
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response, options).catch(() => response.destroy())
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuseSocket(
      socket,
      error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request',
    )
  })
  return server
}

/** Answers a connection that will not become a request of ours, with the same headers as the rest. */
export function refuseSocket(socket: Socket, status: string): void {
  if (socket.destroyed || !socket.writable) return
  const body = plainHtml(NOT_READABLE)
  const fields = {
    ...baseHeaders(),
    ...plainHeaders(NOT_READABLE),
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ListenerOptions,
): Promise<void> {
  const path = request.url ?? '/'
  const defaults = baseHeaders()
  addWhenSent(response, defaults)
  const refusal = refuse(request, path)
  if (refusal !== null) return send(response, refusal)
  trustOnlyOurselves(request)
  if (isStatic(path)) delete defaults['cache-control']
  if (path.startsWith('/api/')) for (const name of ROUTER_HEADERS) delete request.headers[name]
  if (isDocument(request, path)) {
    if (!path.startsWith('/help') && !(await options.databaseAnswers())) return send(response, DATABASE_AWAY)
    const policy = documentPolicy(randomBytes(16).toString('base64'), options.formAction, options.development)
    request.headers['content-security-policy'] = policy // Next reads the nonce from here and puts it on its scripts
    Object.assign(defaults, { 'content-security-policy': policy, 'referrer-policy': 'same-origin' })
    if (isDesk(path)) defaults['permissions-policy'] = permissionsPolicy({ hasPasskeys: true })
  }
  await options.handle(request, response)
}

/** Adds each default at the moment the head is written, unless the answer says otherwise itself. */
function addWhenSent(response: ServerResponse, defaults: Record<string, string>) {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse
  response.writeHead = ((...args: unknown[]) => {
    for (const [name, value] of Object.entries(defaults))
      if (!response.hasHeader(name)) response.setHeader(name, value)
    return writeHead(...args)
  }) as ServerResponse['writeHead']
}

/** The page that ends this request here, or null when it may go on. */
function refuse(request: IncomingMessage, path: string): PlainPage | null {
  if (request.method === 'TRACE' || request.method === 'CONNECT') return { ...NOT_READABLE, status: 405 }
  if (!path.startsWith('/') || !isWellEncoded(path)) return NOT_READABLE
  if (path.length > URL_LIMIT_CHARACTERS) return { ...NOT_READABLE, status: 414 }
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES)
    return { ...NOT_READABLE, status: 413 }
  if (path.startsWith('/api/')) return null
  if (request.headers['transfer-encoding'] !== undefined) return { ...NOT_READABLE, status: 411 }
  const changes = request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS'
  if (changes && !isSameOrigin(request)) {
    log.warn({ event: 'request.refused', code: 'foreign_origin' })
    return NOT_FROM_HERE
  }
  return null
}

/** FE-05 for pages and their actions; route handlers check for themselves, since some are meant for other callers. */
function isSameOrigin(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site']
  return site === undefined ? request.headers.origin === env().appUrl.origin : site === 'same-origin'
}

/** False for a stray `%` and for bytes that are not UTF-8; Next would quietly repair them (FL-07). */
function isWellEncoded(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** Removes what a client must not say and states what we know: address, protocol and host come from our settings. */
function trustOnlyOurselves(request: IncomingMessage) {
  const { appUrl, trustedProxyHops } = env()
  const address = clientAddress(request, trustedProxyHops)
  for (const name of Object.keys(request.headers)) if (FOREIGN_HEADER.test(name)) delete request.headers[name]
  request.headers['x-forwarded-for'] = address
  request.headers['x-forwarded-proto'] = appUrl.protocol.slice(0, -1)
  request.headers['x-forwarded-host'] = appUrl.host
  request.headers.host = appUrl.host
}

/** The peer, or with N trusted proxies the N-th address from the right of what they appended. */
function clientAddress(request: IncomingMessage, hops: number): string {
  const peer = request.socket.remoteAddress ?? 'unknown'
  if (hops === 0) return peer
  const given = request.headers['x-forwarded-for']
  const chain = (Array.isArray(given) ? given.join(',') : (given ?? '')).split(',').map((part) => part.trim())
  return chain.at(-hops) || peer
}

const isStatic = (path: string) => path.startsWith('/_next/static/')

const isDesk = (path: string) => /^\/admin(\/|\?|$)/.test(path)

/** Pages, but neither route handlers nor the data and prefetch requests of the router. */
function isDocument(request: IncomingMessage, path: string): boolean {
  if (NO_PAGE.test(path)) return false
  return request.headers.rsc === undefined && request.headers['next-router-prefetch'] === undefined
}

function send(response: ServerResponse, page: PlainPage) {
  response.writeHead(page.status, { ...plainHeaders(page), connection: 'close' })
  response.end(plainHtml(page))
}
