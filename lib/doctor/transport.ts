import 'server-only'
import { lookup } from 'node:dns/promises'
import net from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import { Agent, type Dispatcher } from 'undici'
import { type AddressRule, checkTarget, guardedLookup } from '@/lib/providers/addresses'
import { CallFault } from '@/lib/providers/faults'
import { sniff, toJson } from '@/lib/providers/payload'
import type { DoctorLimits, ResolveNames, Surroundings } from './types'

// The doctor's own way out: the same address rules as `lib/providers/http.ts` (OU-01 to OU-03), but it keeps what the
// client drops on purpose: status, headers, the network's own code, certificates. No redirects, no retries, no proxy.

const BODY_LIMIT_BYTES = 64 * 1024
const HEADER_LIMIT_BYTES = 16 * 1024

export interface RawRequest {
  url: URL
  method: 'GET' | 'POST'
  headers: Readonly<Record<string, string>>
  body: string | null
}

export type RawAnswer =
  | {
      kind: 'reply'
      status: number
      /** First value by lower-case name. */
      header(name: string): string
      shape: 'json' | 'html' | 'text' | 'empty'
      /** Undefined unless `shape` is json. Never shown, never logged. */
      json: unknown
      at: Date
      ms: number
    }
  | { kind: 'failure'; code: string; at: Date; ms: number }

export interface Certificate {
  subject: string
  issuer: string
  validFrom: Date
  validTo: Date
  names: string[]
}

/** What DNS, TCP and TLS came to; `code` is the network's own word for the step that failed. */
export interface Reached {
  addresses: string[]
  address: string | null
  ms: { dns: number; tcp: number; tls: number }
  protocol: string | null
  certificate: Certificate | null
  failed: { step: 'dns' | 'address' | 'tcp' | 'tls'; code: string } | null
}

export interface TransportOptions extends Pick<Surroundings, 'now' | 'ca'> {
  rule: AddressRule
  limits: DoctorLimits
  resolve?: ResolveNames
}

/** All addresses that the system's resolver knows; none when it knows none. */
export async function resolveAll(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}

/** As `resolveAll`, with the resolver's word for having none: `EAI_AGAIN` when no DNS server answers. */
async function resolveForReach(hostname: string, resolve: ResolveNames | undefined) {
  try {
    const found = resolve === undefined ? await lookup(hostname, { all: true }) : await resolve(hostname)
    const addresses = found.map((one) => (typeof one === 'string' ? one : one.address))
    return { addresses, code: 'ENOTFOUND' }
  } catch (error) {
    return { addresses: [], code: codeOf(error) }
  }
}

/** Opens a connection step by step, sends nothing, and says how far it came. */
export async function reach(url: URL, options: TransportOptions): Promise<Reached> {
  const reached: Reached = {
    addresses: [],
    address: null,
    ms: { dns: 0, tcp: 0, tls: 0 },
    protocol: null,
    certificate: null,
    failed: null,
  }
  const fail = (step: 'dns' | 'address' | 'tcp' | 'tls', code: string) => ({
    ...reached,
    failed: { step, code },
  })
  const resolve = options.resolve ?? resolveAll
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const timer = stopwatch()
  const named = await resolveForReach(hostname, options.resolve)
  reached.addresses = named.addresses
  reached.ms.dns = timer()
  if (named.addresses.length === 0) return fail('dns', named.code)
  const blocked = whyBlocked(url, options.rule)
  if (blocked !== null) return fail('address', blocked)
  try {
    const socket = await openSocket(url, hostname, { ...options, resolve })
    reached.ms.tcp = timer() - reached.ms.dns
    reached.address = socket.remoteAddress ?? null
    if (url.protocol === 'http:') socket.destroy()
    else Object.assign(reached, await shakeHands(socket, hostname, options))
  } catch (error) {
    return fail(error instanceof CallFault ? 'address' : 'tcp', codeOf(error))
  }
  reached.ms.tls = url.protocol === 'http:' ? 0 : timer() - reached.ms.dns - reached.ms.tcp
  return reached
}

function whyBlocked(url: URL, rule: AddressRule): string | null {
  try {
    checkTarget(url, rule)
    return null
  } catch (error) {
    return codeOf(error)
  }
}

function openSocket(
  url: URL,
  hostname: string,
  { rule, limits, resolve }: TransportOptions & { resolve: ResolveNames },
): Promise<net.Socket> {
  return new Promise((done, failed) => {
    const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443)
    const socket = net.connect({ host: hostname, port, lookup: guardedLookup(url, rule, resolve) })
    socket.setTimeout(limits.connectMs, () => socket.destroy(withCode('ETIMEDOUT')))
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.setTimeout(0)
      done(socket)
    })
  })
}

/** Certificates are always checked; what one says is read before the verdict, so that a refused one can be described. */
function shakeHands(
  socket: net.Socket,
  servername: string,
  { limits, ca }: TransportOptions,
): Promise<Pick<Reached, 'protocol' | 'certificate' | 'failed'>> {
  return new Promise((done) => {
    let certificate: Certificate | null = null
    const trusted = ca === undefined ? {} : { ca: [...tls.rootCertificates, ca] }
    const secure = tls.connect({
      socket,
      ...(net.isIP(servername) ? {} : { servername }),
      host: servername,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...trusted,
    })
    const end = (code: string | null) => {
      const protocol = secure.getProtocol?.() ?? null
      secure.destroy()
      done({ protocol, certificate, failed: code === null ? null : { step: 'tls', code } })
    }
    secure.prependListener('secure', () => {
      certificate = toCertificate(secure)
    })
    secure.setTimeout(limits.connectMs, () => end('ETIMEDOUT'))
    secure.once('secureConnect', () => end(null))
    secure.once('error', (error) => end(codeOf(error)))
  })
}

/** Not `getPeerX509Certificate`: asked this early, Node then finds no names in the certificate (seen in 24.21). */
function toCertificate(socket: TLSSocket): Certificate | null {
  const found = socket.getPeerCertificate()
  if (found?.valid_to === undefined) return null
  return {
    subject: mainName(found.subject),
    issuer: mainName(found.issuer),
    validFrom: new Date(found.valid_from),
    validTo: new Date(found.valid_to),
    names: (found.subjectaltname ?? '')
      .split(', ')
      .map((name) => name.replace(/^DNS:/, ''))
      .slice(0, 5),
  }
}

/** The most telling part of a distinguished name. */
function mainName({ CN, O }: Readonly<Record<string, string | string[] | undefined>>): string {
  return [CN ?? O ?? 'unnamed'].flat().join(', ').slice(0, 80)
}

/** Sends one request with all limits. Never throws for what the network does: that is the answer. */
export async function send(request: RawRequest, options: TransportOptions): Promise<RawAnswer> {
  const { limits, now } = options
  const at = now()
  const timer = stopwatch()
  const stop = new AbortController()
  const deadline = setTimeout(() => stop.abort(), limits.totalMs)
  let agent: Agent | null = null
  try {
    checkTarget(request.url, options.rule)
    agent = createAgent(request.url, options)
    const response = await agent.request({
      origin: request.url.origin,
      path: request.url.pathname + request.url.search,
      method: request.method,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'ante',
        ...request.headers,
      },
      body: request.body,
      signal: stop.signal,
    })
    return await toAnswer(response, at, timer)
  } catch (error) {
    return { kind: 'failure', code: stop.signal.aborted ? 'total_time' : codeOf(error), at, ms: timer() }
  } finally {
    clearTimeout(deadline)
    await agent?.destroy()
  }
}

function createAgent(url: URL, { limits, rule, resolve, ca }: TransportOptions): Agent {
  return new Agent({
    allowH2: false,
    pipelining: 1,
    connections: 1,
    maxHeaderSize: HEADER_LIMIT_BYTES,
    headersTimeout: limits.totalMs,
    bodyTimeout: limits.totalMs,
    connect: {
      timeout: limits.connectMs,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      lookup: guardedLookup(url, rule, resolve ?? resolveAll),
      ...(ca === undefined ? {} : { ca: [...tls.rootCertificates, ca] }),
    },
  })
}

async function toAnswer(
  response: Dispatcher.ResponseData,
  at: Date,
  timer: () => number,
): Promise<RawAnswer> {
  const { headers, statusCode: status } = response
  const header = (name: string) => {
    const value = headers[name]
    return (Array.isArray(value) ? value[0] : value) ?? ''
  }
  const bytes = await readSome(response)
  const json = toJson(bytes)
  const found = sniff(bytes)
  const shape = json !== undefined ? 'json' : found === 'html' || found === 'empty' ? found : 'text'
  return { kind: 'reply', status, header, shape, json, at, ms: timer() }
}

async function readSome(response: Dispatcher.ResponseData): Promise<Buffer> {
  response.body.on('error', () => undefined) // a body cut off early reports here
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > BODY_LIMIT_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT_BYTES)
}

/** The code of a network error; its message may quote anything and is dropped. */
function codeOf(error: unknown): string {
  if (error instanceof CallFault) return error.why
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code
  const inner = error instanceof AggregateError ? error.errors[0] : null
  return inner === null || inner === undefined ? 'connection_broken' : codeOf(inner)
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code })
}

function stopwatch(): () => number {
  const startedAt = performance.now()
  return () => Math.round(performance.now() - startedAt)
}
