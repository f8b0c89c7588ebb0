import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dispatch } from './dispatch'
import { json, readCall, send } from './http'
import { createSandbox, type Sandbox } from './state'
import { VENDORS } from './vendors'

export interface RunningSandbox {
  /** Origin that vendor base URLs are set to, `http://localhost:<port>`. */
  url: string
  port: number
  close(): Promise<void>
}

export interface StartOptions {
  /** 0 takes a free port. */
  port: number
  /** Decides names, numbers and dates. */
  seed: number
  /** Origins that return addresses may have; without it any http(s) address. */
  returnOrigins?: readonly string[]
  /** Number of the first person; start it elsewhere so that a restart does not show the same people again. */
  firstNumber?: number
}

const PORT_TRIES = 5

/** Starts the sandbox on loopback, 127.0.0.1 and, where the machine has it, ::1. Rejects when the port is taken. */
export async function startSandbox(options: StartOptions): Promise<RunningSandbox> {
  const sandbox = createSandbox({
    seed: options.seed,
    vendors: VENDORS,
    returnOrigins: options.returnOrigins ?? null,
    firstNumber: options.firstNumber ?? 1,
  })
  const servers = await listenOnLoopback(options.port, listener(sandbox))
  const port = portOf(servers[0])
  sandbox.origin = `http://localhost:${port}`
  const close = () => {
    sandbox.isOpen = false
    return closeAll(servers)
  }
  return { url: sandbox.origin, port, close }
}

function listener(sandbox: Sandbox): RequestListener {
  return (request, response) => {
    const work = async () => {
      const call = await readCall(request)
      const reply = call ? await dispatch(sandbox, call) : json(413, { detail: 'Request Entity Too Large' })
      await send(reply, response)
    }
    work().catch((error: unknown) => {
      if (!request.destroyed) console.error('sandbox:', error)
      response.destroy()
    })
  }
}

/** Both addresses on one port; a free port may be free on only one of them, so that is tried again. */
async function listenOnLoopback(port: number, onRequest: RequestListener): Promise<[Server, ...Server[]]> {
  for (let attempt = 1; ; attempt++) {
    const first = await listen('127.0.0.1', port, onRequest)
    const taken = portOf(first)
    try {
      return [first, await listen('::1', taken, onRequest)]
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE') return [first] // no IPv6 on this machine
      await closeAll([first])
      if (port !== 0 || attempt === PORT_TRIES) throw error
    }
  }
}

function listen(host: string, port: number, onRequest: RequestListener): Promise<Server> {
  const server = createServer(onRequest)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => resolve(server))
  })
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function closeAll(servers: Server[]): Promise<void> {
  await Promise.all(
    servers.map((server) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    }),
  )
}
