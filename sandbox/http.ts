import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'

/** One request, read completely. */
export interface Call {
  method: string
  path: string
  /** Segments that the route left open, decoded. */
  params: Record<string, string>
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
}

/** What a route answers. `settled` runs once the answer left, or the caller did. */
export type Reply =
  | {
      kind: 'send'
      status: number
      headers: Record<string, string>
      body: Buffer
      spreadMs?: number
      settled?: () => void
    }
  | { kind: 'hang'; holdMs: number }
  | { kind: 'disconnect' }
  | { kind: 'flood'; status: number; bytes: number }

const REQUEST_LIMIT_BYTES = 256 * 1024
const SPREAD_PIECES = 10
const FLOOD_PIECE_BYTES = 64 * 1024

/** Reads one request. Null when its body is larger than any vendor call. */
export async function readCall(request: IncomingMessage): Promise<Call | null> {
  const url = new URL(request.url ?? '/', 'http://sandbox.invalid')
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > REQUEST_LIMIT_BYTES) return null
    pieces.push(piece)
  }
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    params: {},
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(pieces),
  }
}

export function json(status: number, value: unknown): Reply & { kind: 'send' } {
  return bytes(status, 'application/json', Buffer.from(JSON.stringify(value)))
}

export function bytes(status: number, type: string, body: Buffer | string): Reply & { kind: 'send' } {
  return { kind: 'send', status, headers: { 'content-type': type }, body: Buffer.from(body) }
}

export function seeOther(location: string): Reply & { kind: 'send' } {
  const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return { kind: 'send', status: 303, headers, body: Buffer.alloc(0) }
}

/** Sends a reply and returns when it is out, or when the caller has gone. */
export async function send(reply: Reply, response: ServerResponse): Promise<void> {
  if (reply.kind === 'disconnect') return void response.destroy()
  if (reply.kind === 'hang') {
    await pause(reply.holdMs, response)
    return void response.destroy()
  }
  if (reply.kind === 'flood') return flood(reply.status, reply.bytes, response)
  try {
    const length = reply.status === 303 || reply.spreadMs ? {} : { 'content-length': reply.body.length }
    response.writeHead(reply.status, { ...reply.headers, ...length })
    if (reply.spreadMs) await spread(reply.body, reply.spreadMs, response)
    else response.end(reply.body)
  } finally {
    reply.settled?.()
  }
}

/** Waits, but not longer than the caller does. */
export async function pause(ms: number, response?: ServerResponse): Promise<void> {
  if (ms <= 0) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    response?.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

async function spread(body: Buffer, totalMs: number, response: ServerResponse): Promise<void> {
  const step = Math.ceil(body.length / SPREAD_PIECES)
  for (let piece = 0; piece < SPREAD_PIECES && !response.destroyed; piece++) {
    await pause(totalMs / SPREAD_PIECES, response)
    response.write(body.subarray(piece * step, (piece + 1) * step))
  }
  response.end()
}

async function flood(status: number, total: number, response: ServerResponse): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.write('{"status":"success","filler":"')
  const piece = Buffer.alloc(FLOOD_PIECE_BYTES, 'x')
  for (let sent = 0; sent < total && !response.destroyed; sent += piece.length) {
    const room = response.write(piece)
    if (!room) await new Promise<void>((resolve) => onceEither(response, resolve))
  }
  response.end('"}')
}

function onceEither(response: ServerResponse, done: () => void): void {
  response.once('drain', done)
  response.once('close', done)
}
