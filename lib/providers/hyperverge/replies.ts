import 'server-only'
import { z } from 'zod'
import { badResponse, fault, faultOfStatus } from '../faults'
import type { HttpReply } from '../http'
import { sniff, toJson } from '../payload'
import { type Answer, toUpstreamVerdict, type Verdict } from '../upstream'

// How HyperVerge says yes and no. Sources: its DigiLocker API pages (envelope, 401s, 422s, 5xx codes); ER_CONSENT_MISSING
// from integrators' public code. Read 2026-11-20. Two kinds of 401 exist, so the code decides before any status.

/** An answer, or: the player has not given consent at DigiLocker, or not yet. */
export type Reply<T> = Answer<T> | { kind: 'waiting' }

const Loose = z.union([z.string(), z.number().transform(String)])
const WireError = z
  .union([
    Loose.transform((message) => ({ code: undefined, message })),
    z.object({ code: Loose.optional().catch(undefined), message: Loose.optional().catch(undefined) }),
  ])
  .optional()
  .catch(undefined)
const Envelope = z.object({
  status: Loose.optional().catch(undefined),
  statusCode: Loose.optional().catch(undefined),
  error: WireError,
  errorCode: Loose.optional().catch(undefined),
  message: Loose.optional().catch(undefined),
  result: z.unknown().optional(),
})
const WireInner = z.object({ error: WireError })

type Wire = z.output<typeof Envelope>

interface Signals {
  /** `ER_…` words, most telling first. */
  codes: string[]
  text: string
}

const CODES: readonly (readonly [RegExp, Verdict | 'waiting'])[] = [
  [/^ER_EXPIRED_TOKEN$/, { about: 'session', reason: 'session_ended' }],
  [/^ER_CONSENT_MISSING$/, 'waiting'],
  [/(^|_)MINOR_ACCOUNT$/, { about: 'document', reason: 'minor' }],
  [/^ER_AADHAAR_NOT_LINKED$/, { about: 'document', reason: 'not_linked' }],
  [/^ER_AADHAAR_NOT_AVAILABLE$/, { about: 'document', reason: 'renewal_needed' }],
  // Documented for the PAN; the licence's twin was not seen, so its likely spellings are taken (assumed).
  [/^ER_(PAN|DL|DRIVING_?LICEN[CS]E)_DATA_NOT_AVAILABLE$/, { about: 'document', reason: 'not_in_locker' }],
  [/^ER_DIGILOCKER_REPO_SERVICE_/, { about: 'issuer' }],
]

/** Reads a call: `pick` gets `result` of a success, and may answer a verdict of its own. */
export function readEnvelope<T>(pick: (result: unknown, reply: HttpReply) => T | { verdict: Verdict }) {
  return (reply: HttpReply): Reply<T> => {
    const parsed = Envelope.safeParse(toJson(reply.bytes))
    if (!parsed.success)
      throw faultOfStatus(reply) ?? badResponse(reply, `not_envelope:${sniff(reply.bytes)}`)
    const judged = withWorseStatus(reply, parsed.data)
    if (judged.status >= 300 || parsed.data.status?.trim().toLowerCase() !== 'success') {
      return toRefusal(judged, toSignals(parsed.data))
    }
    const picked = pick(parsed.data.result, reply)
    return isVerdict(picked) ? { kind: 'verdict', verdict: picked.verdict } : { kind: 'value', value: picked }
  }
}

function isVerdict<T>(picked: T | { verdict: Verdict }): picked is { verdict: Verdict } {
  return typeof picked === 'object' && picked !== null && 'verdict' in picked
}

/** HTTP status and `statusCode` (a string here, a number in their other family) may disagree: the worse one counts. */
function withWorseStatus(reply: HttpReply, wire: Wire): HttpReply {
  const inner = /^[1-5]\d\d$/.test(wire.statusCode ?? '') ? Number(wire.statusCode) : 0
  return inner > reply.status ? { ...reply, status: inner } : reply
}

/** `error` is a string or an object, on this very family; the other one hides it in `result.error`. */
function toSignals(wire: Wire): Signals {
  const inner = WireInner.safeParse(wire.result).data?.error
  const words = [
    wire.error?.code,
    inner?.code,
    wire.errorCode,
    wire.error?.message,
    inner?.message,
    wire.message,
  ]
    .filter((word) => word !== undefined)
    .map((word) => word.trim())
  return { codes: words.filter((word) => /^[A-Z][A-Z0-9_]{3,80}$/.test(word)), text: words.join(' ') }
}

/** A verdict, or a thrown CallFault. */
function toRefusal(reply: HttpReply, { codes, text }: Signals): Reply<never> {
  const known = codes
    .map((code) => CODES.find(([pattern]) => pattern.test(code))?.[1])
    .find((meaning) => meaning !== undefined)
  if (known === 'waiting') return { kind: 'waiting' }
  const verdict = known ?? toTextVerdict(reply.status, text)
  if (verdict === null) throw toTrouble(reply, codes)
  if (verdict.about !== 'issuer') return { kind: 'verdict', verdict }
  throw fault(reply, 'provider_unavailable', 'issuer_unavailable', { retry: true })
}

/** Words where no code helps: upstream's own, "no data for …" (documented beside 422), and UIDAI's "start again". */
function toTextVerdict(status: number, text: string): Verdict | null {
  if ([401, 403, 429].includes(status)) return null
  if (status === 422 && /\bno\b.{0,20}\bdata\b|\bdata\b.{0,20}\bnot (available|found)/i.test(text)) {
    return { about: 'document', reason: 'not_in_locker' }
  }
  if (/\bUIDAI\b.*\b(start|try|initiate)\b.{0,20}\bagain\b/i.test(text)) {
    return { about: 'session', reason: 'session_ended' }
  }
  return toUpstreamVerdict(text)
}

function toTrouble(reply: HttpReply, codes: readonly string[]) {
  if (codes.includes('ER_SERVER')) {
    return fault(reply, 'provider_unavailable', 'server_error', { retry: true, breaker: 'counts' })
  }
  // A 401 that names another code than the two known ones says nothing certain about our keys: the door stays open.
  if (reply.status === 401 && codes.length > 0) return fault(reply, 'provider_unauthorized', 'unknown_401')
  return faultOfStatus(reply) ?? badResponse(reply, 'error_inside')
}
