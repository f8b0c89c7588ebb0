import 'server-only'
import type { Agent, Dispatcher } from 'undici'
import { type Answered, badResponse } from './faults'
import { toFault } from './network'
import { PDF_LIMIT_BYTES, XML_LIMIT_BYTES } from './payload'

// One request over the wire: time and size limits, and what a reply is to the adapters.

/** One request. `read` turns the reply into a value or throws a CallFault; it decides what counts as a fault. */
export interface HttpRequest<T> {
  /** Our name of the call, for logs and errors. */
  name: string
  /** `read` may be repeated twice, `start` once, `exchange` never (OU-04). */
  kind: 'read' | 'start' | 'exchange'
  method: 'GET' | 'POST'
  /** Path below the connection's base URL, or an absolute URL of the same origin. */
  target: string
  /** Header names are sent as spelt here. */
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON text; the content type is the caller's header. */
  body?: unknown
  /** Sent form-encoded instead of `body`, with its content type. */
  form?: Readonly<Record<string, string>>
  /** Decides the default cap: JSON 1 MB, XML 5 MB, PDF 10 MB. */
  accept: 'json' | 'xml' | 'pdf'
  /** Documents get 30 s instead of 10 s. */
  document?: boolean
  timeoutMs?: number
  maxBytes?: number
  read(reply: HttpReply): T
}

export interface HttpReply extends Answered {
  /** First value of a response header by its lower-case name; empty when absent. */
  header(name: string): string
  /** Lower case, without parameters; empty when the vendor sent none. */
  contentType: string
  bytes: Uint8Array
}

const BODY_LIMIT_BYTES = { json: 1024 * 1024, xml: XML_LIMIT_BYTES, pdf: PDF_LIMIT_BYTES } as const
const MEDIA_TYPE = { json: 'application/json', xml: 'application/xml', pdf: 'application/pdf' } as const

export interface SendLimits {
  totalMs: number
  documentMs: number
}

/** Sends once and reads the whole reply. Throws CallFault; a redirect, an encoded or an oversized reply is one. */
export async function send<T>(
  agent: Agent,
  request: HttpRequest<T>,
  url: URL,
  limits: SendLimits,
  now: () => Date,
): Promise<HttpReply> {
  const timeoutMs = request.timeoutMs ?? (request.document ? limits.documentMs : limits.totalMs)
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), timeoutMs)
  try {
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: {
        accept: MEDIA_TYPE[request.accept],
        'accept-encoding': 'identity',
        'user-agent': 'ante',
        ...(request.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...request.headers,
      },
      body: toBody(request),
      signal: stop.signal,
    })
    return await toReply(response, request, now)
  } catch (error) {
    throw toFault(error, request.name, stop.signal.aborted)
  } finally {
    clearTimeout(timer)
  }
}

function toBody<T>({ body, form }: HttpRequest<T>): string | null {
  if (form !== undefined) return new URLSearchParams(form).toString()
  return body === undefined ? null : JSON.stringify(body)
}

async function toReply<T>(
  response: Dispatcher.ResponseData,
  request: HttpRequest<T>,
  now: () => Date,
): Promise<HttpReply> {
  const { headers, statusCode: status } = response
  const answered = { call: request.name, status, retryAfterMs: toRetryAfterMs(headers['retry-after'], now()) }
  const limit = request.maxBytes ?? BODY_LIMIT_BYTES[request.accept]
  const encoding = one(headers['content-encoding']).trim().toLowerCase()
  response.body.on('error', () => undefined) // destroying a body early reports here; the fault below says why
  const refuse = (why: string) => {
    response.body.destroy()
    return badResponse(answered, why)
  }
  if (status >= 300 && status < 400) throw refuse('redirect')
  if (encoding !== '' && encoding !== 'identity') throw refuse('encoded_reply')
  if (Number(one(headers['content-length']) || 0) > limit) throw refuse('too_large')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > limit) throw refuse('too_large')
    chunks.push(chunk)
  }
  const contentType = one(headers['content-type']).split(';')[0]?.trim().toLowerCase() ?? ''
  return { ...answered, contentType, bytes: Buffer.concat(chunks), header: (name) => one(headers[name]) }
}

function one(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? ''
}

/** Seconds or an HTTP date, as milliseconds from now; 0 when absent or unreadable. */
function toRetryAfterMs(header: string | string[] | undefined, now: Date): number {
  const text = one(header).trim()
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000
  const at = text === '' ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now.getTime())
}
