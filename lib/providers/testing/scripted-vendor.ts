import 'server-only'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

// Tests only: a vendor on loopback that answers what a test tells it to.

export interface SeenRequest {
  method: string
  path: string
  /** Names as they came over the wire. */
  headerNames: string[]
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed JSON or form; null when there was none. */
  body: unknown
}

export interface ScriptedReply {
  status?: number
  headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  body?: unknown
  /** Takes the whole answer into its own hands: hangs, drips, resets. */
  instead?: (response: ServerResponse) => void
}

export interface ScriptedVendor {
  origin: string
  seen: SeenRequest[]
  /** Connections that nobody has closed yet. */
  openSockets(): number
  close(): Promise<void>
}

/** Starts on a free port of 127.0.0.1. `script` is asked once per request, with its number from 0. */
export async function startVendor(
  script: (request: SeenRequest, number: number) => ScriptedReply,
): Promise<ScriptedVendor> {
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    readBody(request).then(
      (text) => {
        const entry = toSeen(request, text)
        seen.push(entry)
        answer(response, script(entry, seen.length - 1))
      },
      () => response.destroy(),
    )
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    openSockets: () => sockets.size,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function toSeen(request: IncomingMessage, text: string): SeenRequest {
  const { method = '', url: path = '', headers, rawHeaders } = request
  const headerNames = rawHeaders.filter((_, at) => at % 2 === 0)
  return { method, path, headers, headerNames, body: toBody(text, headers['content-type'] ?? '') }
}

function toBody(text: string, contentType: string): unknown {
  if (text === '') return null
  return contentType.includes('form') ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text)
}

function answer(response: ServerResponse, reply: ScriptedReply): void {
  if (reply.instead) {
    reply.instead(response)
    return
  }
  const { status = 200, headers = {}, body = '' } = reply
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  response.writeHead(status, { 'content-type': isRaw ? 'text/plain' : 'application/json', ...headers })
  response.end(isRaw ? body : JSON.stringify(body))
}
