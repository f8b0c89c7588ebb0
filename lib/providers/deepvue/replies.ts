import 'server-only'
import { z } from 'zod'
import { badResponse, type CallFault, fault, faultOfStatus } from '../faults'
import type { HttpReply } from '../http'
import { sniff, toJson } from '../payload'
import { type Answer, toUpstreamVerdict, type Verdict } from '../upstream'

// How Deepvue says yes and no. Sources: docs.deepvue.ai errors, response-format and the call pages; what has no public
// source is marked as assumed. Read 2026-11-20. The HTTP status comes first (their advice), then `sub_code`.

const Envelope = z.object({
  code: z.number().optional().catch(undefined),
  sub_code: z.string().nullish().catch(null),
  message: z.string().nullish().catch(null),
  detail: z.unknown().optional(),
  data: z.unknown().optional(),
})

type Wire = z.output<typeof Envelope>

const NOTHING: Wire = { detail: undefined, data: undefined }
const TEMPORARY = /UNAVAILABLE|TIME_?OUT|TEMPORAR|TRY[ _]AGAIN/i

/**
 * Reads a call: `pick` gets `data` of a successful envelope and may answer a verdict of its own. Errors are
 * `{detail}` alone, a string or an array (validation), documented.
 */
export function readEnvelope<T>(pick: (data: unknown, reply: HttpReply) => T | { verdict: Verdict }) {
  return (reply: HttpReply): Answer<T> => {
    const value = toJson(reply.bytes)
    const parsed = Envelope.safeParse(value)
    const wire = parsed.success ? parsed.data : NOTHING
    const refusal = toRefusal(withInnerStatus(reply, wire), wire)
    if (refusal !== null) return { kind: 'verdict', verdict: refusal }
    if (!parsed.success) throw badResponse(reply, `not_envelope:${sniff(reply.bytes)}`)
    if (wire.detail !== undefined && wire.data === undefined) throw badResponse(reply, 'error_inside')
    const picked = pick(wire.data, reply)
    return isVerdict(picked) ? { kind: 'verdict', verdict: picked.verdict } : { kind: 'value', value: picked }
  }
}

function isVerdict<T>(picked: T | { verdict: Verdict }): picked is { verdict: Verdict } {
  return typeof picked === 'object' && picked !== null && 'verdict' in picked
}

/** `code` mirrors the HTTP status; a 2xx that carries a 4xx or 5xx inside is judged by the inner one. */
function withInnerStatus(reply: HttpReply, wire: Wire): HttpReply {
  const isWorse = reply.status < 300 && wire.code !== undefined && wire.code >= 400 && wire.code < 600
  return isWorse && wire.code !== undefined ? { ...reply, status: wire.code } : reply
}

/** A verdict, null for success, or a thrown CallFault. */
function toRefusal(reply: HttpReply, wire: Wire): Verdict | null {
  if (reply.status < 300) return toSubCodeVerdict(reply, wire)
  const detail = typeof wire.detail === 'string' ? wire.detail : ''
  const leaked = [401, 403, 429].includes(reply.status) ? null : toUpstreamVerdict(detail)
  if (leaked !== null) return orIssuerFault(leaked, reply)
  if (reply.status === 404) return { about: 'session', reason: 'session_ended' } // assumed: unknown journey id
  throw toTrouble(reply, detail)
}

function toTrouble(reply: HttpReply, detail: string): CallFault {
  if (reply.status === 400 && /inactive client/i.test(detail)) {
    return fault(reply, 'provider_forbidden', 'account_inactive')
  }
  if (reply.status === 422 && detail !== '') return fault(reply, 'provider_refused_request', 'value_refused')
  return faultOfStatus(reply) ?? badResponse(reply, 'status')
}

/** `SUCCESS` is the only published value; calls without the field are fine. Others are a refusal, assumed. */
function toSubCodeVerdict(reply: HttpReply, wire: Wire): Verdict | null {
  const subCode = wire.sub_code?.trim() ?? ''
  if (subCode === '' || subCode.toUpperCase() === 'SUCCESS') return null
  const leaked = toUpstreamVerdict(`${subCode} ${wire.message ?? ''}`)
  if (leaked !== null) return orIssuerFault(leaked, reply)
  if (TEMPORARY.test(subCode)) return orIssuerFault({ about: 'issuer' }, reply)
  return { about: 'document', reason: 'unreadable' }
}

function orIssuerFault(verdict: Verdict, reply: HttpReply): Verdict {
  if (verdict.about !== 'issuer') return verdict
  throw fault(reply, 'provider_unavailable', 'issuer_unavailable', { retry: true })
}
