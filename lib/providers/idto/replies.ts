import 'server-only'
import { z } from 'zod'
import { badResponse, fault, faultOfStatus } from '../faults'
import type { HttpReply } from '../http'
import { type Shape, sniff, toJson } from '../payload'
import { type Answer, toUpstreamVerdict, type Verdict } from '../upstream'

// How IDTO says yes and no. Sources: IDTO's reference page (3001, 3002), integrators' public code (2005 to 2010, a 200
// that carries an error), all read 2026-11-20.

// Verdict codes met by integrators; not documented. The HTTP status beside them is unknown, so the code decides first.
const VERDICT_OF_CODE: Readonly<Record<string, Verdict>> = {
  '2005': { about: 'document', reason: 'not_shared' },
  '2007': { about: 'document', reason: 'not_in_locker' },
  '2009': { about: 'issuer' },
  '2010': { about: 'session', reason: 'session_ended' },
}

/** Documented: the two codes that say our own request is wrong. */
const OUR_FAULT: Readonly<Record<string, string>> = {
  '3001': 'document_code_refused',
  '3002': 'return_url_missing',
}

/** An upstream 404 quoted by IDTO: no Aadhaar there, or a second call on the same key. Seen once by an integrator. */
const RAW_AADHAAR_404 = /xml\/eaadhaar/i
const UNREADABLE: Verdict = { about: 'document', reason: 'unreadable' }

/** How many objects inside one another are searched for error words; seen: two. */
const SIGNAL_DEPTH = 4

/** Where an error may say what it is, in this order; `detail` is a string, an array (validation) or an object. */
const ERROR_FIELDS = ['code', 'error_code', 'error', 'detail', 'message'] as const

const WireSignal = z
  .object({ status: z.unknown(), code: z.unknown(), error_code: z.unknown(), error: z.unknown() })
  .extend({ detail: z.unknown(), message: z.unknown() })
  .partial()
const Text = z.string().nullish().catch(null)
const WireWrapped = z.object({ xml: Text, data: Text, result: Text })

/** Reads a JSON call. `pick` gets the value of a successful reply. */
export function readJson<T>(pick: (value: unknown, reply: HttpReply) => T) {
  return (reply: HttpReply): Answer<T> => {
    const value = toJson(reply.bytes)
    const verdict = toVerdict(reply, value)
    if (verdict !== null) return { kind: 'verdict', verdict }
    throwOnStatus(reply)
    if (value === undefined) throw badResponse(reply, `not_json:${sniff(reply.bytes)}`)
    if (saysFailed(value)) throw badResponse(reply, 'error_inside')
    return { kind: 'value', value: pick(value, reply) }
  }
}

/** Reads a document call: the bytes of `shape`; XML may also come inside JSON under `xml`, `data` or `result`. */
export function readDocumentBytes(shape: Extract<Shape, 'xml' | 'pdf'>) {
  return (reply: HttpReply): Answer<Uint8Array> => {
    const found = sniff(reply.bytes)
    const value = found === 'json' ? toJson(reply.bytes) : undefined
    const verdict = toVerdict(reply, value) ?? toDocumentVerdict(reply)
    if (verdict !== null) return { kind: 'verdict', verdict }
    throwOnStatus(reply)
    if (found === shape) return { kind: 'value', value: reply.bytes }
    const wrapped = shape === 'xml' ? toWrappedXml(value) : null
    if (wrapped !== null) return { kind: 'value', value: wrapped }
    throw badResponse(reply, found === 'json' ? 'error_inside' : `not_${shape}:${found}`)
  }
}

function toWrappedXml(value: unknown): Uint8Array | null {
  const wire = WireWrapped.safeParse(value)
  const text = wire.success ? (wire.data.xml ?? wire.data.data ?? wire.data.result) : null
  const bytes = Buffer.from(text ?? '', 'utf8')
  return sniff(bytes) === 'xml' ? bytes : null
}

/** Code first, upstream words next, then (in `readJson`) the status. Throws for our own faults and a silent issuer. */
function toVerdict(reply: HttpReply, value: unknown): Verdict | null {
  const signals = toSignals(value)
  const ours = signals.map((signal) => OUR_FAULT[signal]).find((why) => why !== undefined)
  if (ours !== undefined) throw fault(reply, 'provider_refused_request', ours)
  const coded = signals.map((signal) => VERDICT_OF_CODE[signal]).find((verdict) => verdict !== undefined)
  const text = signals.join(' ')
  const verdict = coded ?? toUpstreamVerdict(text) ?? (RAW_AADHAAR_404.test(text) ? UNREADABLE : null)
  if (verdict?.about !== 'issuer') return verdict
  throw fault(reply, 'provider_unavailable', 'issuer_unavailable', { retry: true })
}

/** The error fields of a body as texts, most telling first. Empty for anything that is not an object, or too deep inside. */
function toSignals(value: unknown, depth = 1): string[] {
  const wire = WireSignal.safeParse(value)
  if (!wire.success || depth > SIGNAL_DEPTH) return []
  return ERROR_FIELDS.flatMap((field) => {
    const found = wire.data[field]
    if (typeof found === 'string' || typeof found === 'number') return [String(found).trim()]
    return typeof found === 'object' && found !== null && !Array.isArray(found)
      ? toSignals(found, depth + 1)
      : []
  })
}

/** The path itself is unknown: 405, or a 404 that says nothing but the framework's "Not Found". */
export function isRouteMissing(reply: HttpReply): boolean {
  if (reply.status !== 404) return reply.status === 405
  const text = Buffer.from(reply.bytes.subarray(0, 4096)).toString('latin1')
  return ['html', 'empty'].includes(sniff(reply.bytes)) || /"(detail|message)"\s*:\s*"not found"/i.test(text)
}

/** Any other 404 on a document call is about the document: raw upstream text leaks through. */
function toDocumentVerdict(reply: HttpReply): Verdict | null {
  if (isRouteMissing(reply)) return { about: 'route' }
  return reply.status === 404 ? UNREADABLE : null
}

function throwOnStatus(reply: HttpReply): void {
  const trouble = faultOfStatus(reply)
  if (trouble !== null) throw trouble
}

function saysFailed(value: unknown): boolean {
  const wire = WireSignal.safeParse(value)
  return wire.success && typeof wire.data.status === 'string' && wire.data.status.toLowerCase() !== 'success'
}
