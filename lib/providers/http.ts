import 'server-only'
import { Agent } from 'undici'
import { type AddressRule, checkTarget, guardedLookup, type Resolve } from './addresses'
import { BREAKER_LIMITS, type Breaker, type BreakerLimits, type BreakerState, createBreaker } from './breaker'
import { afterAttempt, CallFault } from './faults'
import { createSlots, retryFor } from './pressure'
import { checkRedirect } from './redirect'
import { type HttpRequest, send } from './send'
import type { Connection } from './types'

export type { HttpReply, HttpRequest } from './send'

// The one way out to a vendor (OU-01 to OU-04). Undici follows no redirect, reads no proxy from the environment unless
// told to, and decodes no body; nothing here tells it to.

/** A file whose address the vendor named (OU-02). */
export interface FileRequest<T> extends Pick<HttpRequest<T>, 'name' | 'accept' | 'maxBytes' | 'read'> {
  /** Absolute address as the vendor gave it. */
  url: string
  /** Hosts that may be asked, `*.` for subdomains; default ports only. */
  hosts: readonly string[]
}

/** What the log may hold about one attempt; nothing else ever goes there. */
export interface CallLog {
  connection: string
  call: string
  attempt: number
  status: number | null
  ms: number
  /** `ok` or an AppError code. */
  outcome: string
  /** Our word for the reason, null when ok. */
  why: string | null
}

export interface HttpLimits extends BreakerLimits {
  connectMs: number
  totalMs: number
  documentMs: number
  parallel: number
  queued: number
  /** How long a call may wait for a free slot. */
  queueMs: number
  /** First pause before a retry; doubles, jittered. */
  backoffMs: number
}

export const HTTP_LIMITS: HttpLimits = {
  ...BREAKER_LIMITS,
  connectMs: 3_000,
  totalMs: 10_000,
  documentMs: 30_000,
  parallel: 20,
  queued: 100,
  queueMs: 15_000,
  backoffMs: 1_000,
}

export interface HttpOptions extends AddressRule {
  now?: () => Date
  log?: (fields: CallLog) => void
  /** A shared breaker; default: one in this process. */
  breaker?: Breaker
  /** Awaited before every attempt; the place for a rate shared between processes. */
  pace?: () => Promise<void>
  /** Tests only. */
  resolve?: Resolve
  limits?: Partial<HttpLimits>
}

export interface HttpClient {
  /** Sends with limits, retries by kind and the breaker. Throws CallFault (an AppError `provider_*`). */
  call<T>(request: HttpRequest<T>): Promise<T>
  /**
   * Fetches a file from an address that a reply named: expected hosts alone, guarded like every call, without any
   * credential. Throws CallFault, `provider_blocked_address` when the address is not one of those.
   */
  file<T>(request: FileRequest<T>): Promise<T>
  now(): Date
  readonly breakerState: BreakerState
  /** Closes idle sockets; for tests and shutdown. */
  close(): Promise<void>
}

const HEADER_LIMIT_BYTES = 16 * 1024
/**
 * The client of one connection. Keep one for the life of the process: sockets, slots and the breaker live in it.
 * Throws `provider_blocked_address` when the base URL itself may not be called.
 */
export function createHttpClient(
  connection: Pick<Connection, 'id' | 'baseUrl'>,
  options: HttpOptions,
): HttpClient {
  const limits = { ...HTTP_LIMITS, ...options.limits }
  const now = options.now ?? (() => new Date())
  checkTarget(connection.baseUrl, options)
  const agent = createAgent(connection.baseUrl, options, limits)
  const breaker = options.breaker ?? createBreaker(limits)
  const inSlot = createSlots(limits)

  /** Runs the attempts of one call; one that reached the vendor is not forgotten when a later one does not. */
  async function tryAll<T>(kind: HttpRequest<T>['kind'], once: (number: number) => Promise<T>): Promise<T> {
    let sent: CallFault | null = null
    const policy = retryFor(kind, limits.backoffMs, () => breaker.state)
    try {
      return await policy.execute(async ({ attempt: retries }) => {
        await options.pace?.()
        try {
          return await once(retries + 1)
        } catch (error) {
          if (error instanceof CallFault && error.sent) sent = error
          throw error
        }
      })
    } catch (error) {
      throw sent === null ? error : afterAttempt(error, sent)
    }
  }

  async function attempt<T>(
    request: HttpRequest<T>,
    url: URL,
    number: number,
    via: Agent = agent,
  ): Promise<T> {
    const startedAt = performance.now()
    let status: number | null = null
    const record = (outcome: string, why: string | null) =>
      options.log?.({
        connection: connection.id,
        call: request.name,
        attempt: number,
        status,
        ms: Math.round(performance.now() - startedAt),
        outcome,
        why,
      })
    try {
      const reply = await send(via, request, url, limits, now)
      status = reply.status
      const value = request.read(reply)
      record('ok', null)
      return value
    } catch (error) {
      if (!(error instanceof CallFault)) throw error
      status ??= error.httpStatus ?? null
      record(error.code, error.why)
      throw error
    }
  }

  return {
    now,
    get breakerState() {
      return breaker.state
    },
    async call(request) {
      const url = toUrl(connection.baseUrl, request.target)
      return tryAll(request.kind, (number) =>
        breaker.run(() => inSlot(request.name, () => attempt(request, url, number))),
      )
    },
    async file(request) {
      const url = toFileUrl(request, options)
      const asked = { ...request, kind: 'read', method: 'GET', target: '', document: true } as const
      // A pool of its own that ends with the file: the vendor chooses among many hosts, and few are met twice.
      const fileAgent = createAgent(url, options, limits)
      try {
        return await tryAll('read', (number) =>
          inSlot(request.name, () => attempt(asked, url, number, fileAgent)),
        )
      } finally {
        await fileAgent.destroy()
      }
    },
    async close() {
      await agent.destroy()
    },
  }
}

function createAgent(base: URL, options: HttpOptions, limits: HttpLimits): Agent {
  return new Agent({
    allowH2: false,
    pipelining: 1,
    connections: limits.parallel,
    maxHeaderSize: HEADER_LIMIT_BYTES,
    headersTimeout: limits.documentMs,
    bodyTimeout: limits.documentMs,
    connect: {
      timeout: limits.connectMs,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      lookup: guardedLookup(base, options, options.resolve),
    },
  })
}

/** Joins a path to the base URL; an absolute URL must have the same origin (keys never travel elsewhere, OU-02). */
function toUrl(base: URL, target: string): URL {
  const url = target.startsWith('/')
    ? URL.parse(`${base.origin}${base.pathname.replace(/\/$/, '')}${target}`)
    : URL.parse(target)
  if (url !== null && url.origin === base.origin && url.username === '' && url.password === '') return url
  throw new CallFault({ code: 'provider_blocked_address', why: 'foreign_origin', sent: false })
}

/** An address given by a reply, when its host is expected and it may be called at all (OU-01, OU-02). */
function toFileUrl<T>({ name, url: text, hosts }: FileRequest<T>, rule: AddressRule): URL {
  const allowed = text.length <= 4096 ? checkRedirect(text, { allowedHosts: [] }, hosts, rule) : null
  if (allowed === null)
    throw new CallFault({ code: 'provider_blocked_address', why: 'file_host', call: name, sent: false })
  const url = new URL(allowed)
  checkTarget(url, rule)
  return url
}
