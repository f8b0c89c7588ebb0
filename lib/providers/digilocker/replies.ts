import 'server-only'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ErrorCode } from '@/lib/errors'
import { badResponse, type FaultFacts, fault, faultOfStatus } from '../faults'
import type { HttpReply } from '../http'
import { fromBase64, sniff, toJson } from '../payload'
import type { CollectFailure } from '../types'
import type { Answer, Verdict } from '../upstream'

// How DigiLocker says yes and no. Sources: the "Authorized Partner API Specification" in the APIs-guru directory, a digest of
// the requester specification 2.4; read 2026-11-20. They agree on the words and not on the statuses (404, 500 and the
// unregistered 530 for one and the same), so the word decides and the status speaks only where there is no known word.

/** Our reason for a document whose `hmac` is missing or wrong: altered on the way, worth one new download. */
export const ALTERED = 'hmac'

type Meaning =
  | { verdict: Verdict }
  | { code: ErrorCode; why: string; more?: Pick<FaultFacts, 'retry' | 'breaker'> }

const OUR_REQUEST: Meaning = { code: 'provider_refused_request', why: 'request_invalid' }
const ISSUER_SILENT: Meaning = {
  code: 'provider_unavailable',
  why: 'issuer_unavailable',
  more: { retry: true },
}
const ISSUER_OFF: Meaning = { code: 'provider_unavailable', why: 'issuer_unavailable' }

const MEANING: readonly (readonly [RegExp, Meaning])[] = [
  [/^invalid_grant$/, { verdict: { about: 'session', reason: 'exchange_refused' } }],
  [
    /^invalid_client$/,
    { code: 'provider_unauthorized', why: 'credentials_refused', more: { breaker: 'opens' } },
  ],
  [/^unauthorized_client$/, { code: 'provider_forbidden', why: 'not_enabled' }], // RFC 6749, not named by DigiLocker
  [/^(invalid_grant_type|unsupported_grant_type|invalid_request)$/, OUR_REQUEST], // the first documented
  [/^invalid_token$/, { verdict: { about: 'session', reason: 'session_ended' } }],
  [/^insufficient_scope$/, { verdict: { about: 'document', reason: 'not_shared' } }],
  [/^aadhaar_not_linked$/, { verdict: { about: 'document', reason: 'not_linked' } }],
  [/^aadhaar_not_available$/, { verdict: { about: 'document', reason: 'renewal_needed' } }],
  [/^invalid_uri$/, { verdict: { about: 'uri' } }],
  [/^uri_missing$/, { code: 'provider_refused_request', why: 'uri_missing' }],
  [/^repository_service_(configerror|inactive|unpublished)$/, ISSUER_OFF],
  [/^(repository_service_\w+|partner_service_unresponsive)$/, ISSUER_SILENT],
  [
    /^unexpected_error$/,
    { code: 'provider_unavailable', why: 'server_error', more: { retry: true, breaker: 'counts' } },
  ],
]

const WireError = z.object({ error: z.string() })

/**
 * Reads a JSON call. `pick` gets the value of a successful reply. A 401 without a word is about this grant (documented for
 * the exchange, where nothing says that it is about our keys) and means `unnamed401`.
 */
export function readJson<T>(unnamed401: CollectFailure, pick: (value: unknown, reply: HttpReply) => T) {
  return (reply: HttpReply): Answer<T> => {
    const value = toJson(reply.bytes)
    const verdict = toVerdict(reply, value, unnamed401)
    if (verdict !== null) return { kind: 'verdict', verdict }
    if (value === undefined) throw badResponse(reply, `not_json:${sniff(reply.bytes)}`)
    return { kind: 'value', value: pick(value, reply) }
  }
}

/** Reads a document call: the very bytes, once their `hmac` has proven them; nothing in them is looked at before. */
export function readXml(clientSecret: string) {
  return (reply: HttpReply): Answer<Uint8Array> => {
    if (reply.status < 200 || reply.status >= 300) {
      const verdict = toVerdict(reply, toJson(reply.bytes), 'session_ended')
      if (verdict !== null) return { kind: 'verdict', verdict }
    }
    if (!isIntact(reply, clientSecret)) throw badResponse(reply, ALTERED)
    const found = sniff(reply.bytes)
    if (found !== 'xml') throw badResponse(reply, `not_xml:${found}`)
    return { kind: 'value', value: reply.bytes }
  }
}

/** True when the header `hmac` is the Base64 HMAC-SHA256 of the body under the client secret. */
function isIntact(reply: HttpReply, clientSecret: string): boolean {
  const given = fromBase64(reply.header('hmac'))
  const right = createHmac('sha256', clientSecret).update(reply.bytes).digest()
  return given?.byteLength === right.byteLength && timingSafeEqual(given, right)
}

/** The verdict of a refusal, null for success, or a thrown CallFault. */
function toVerdict(reply: HttpReply, value: unknown, unnamed401: CollectFailure): Verdict | null {
  const meaning = toMeaning(value)
  if (meaning !== null && 'verdict' in meaning) return meaning.verdict
  if (meaning !== null) throw fault(reply, meaning.code, meaning.why, meaning.more)
  if (reply.status === 401) return { about: 'session', reason: unnamed401 }
  if (reply.status === 404 || reply.status === 405) throw badResponse(reply, 'address_unknown')
  const trouble = faultOfStatus(reply)
  if (trouble !== null) throw trouble
  return null
}

function toMeaning(value: unknown): Meaning | null {
  const wire = WireError.safeParse(value)
  const word = wire.success ? wire.data.error.trim().toLowerCase() : ''
  return MEANING.find(([pattern]) => pattern.test(word))?.[1] ?? null
}
