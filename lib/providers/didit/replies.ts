import 'server-only'
import { badResponse, type CallFault, fault, faultOfStatus } from '../faults'
import type { HttpReply } from '../http'
import { sniff, toJson } from '../payload'
import type { Answer } from '../upstream'

// How Didit says no. Source: Didit's OpenAPI description, read 2026-11-20: 403 stands for a bad key and never 401 (other
// families were seen to use 401, so both), 400 for an empty account, and an error is an object of arrays or of strings,
// `{detail}`, a bare array, or HTML. None of their text is kept.

/** Our reason for a bearer that was turned away; a new one may do better. */
export const TOKEN_REFUSED = 'token_refused'

/** Fields of ours that an error may name; the name goes to the log. */
const OUR_FIELDS = ['workflow_id', 'callback', 'callback_method', 'language'] as const

/** Reads a JSON call. `pick` gets the value of a successful reply. */
export function readJson<T>(pick: (value: unknown, reply: HttpReply) => T) {
  return (reply: HttpReply): T => {
    const value = toJson(reply.bytes)
    const trouble = reply.status === 400 ? toRefusedRequest(reply, value) : faultOfStatus(reply)
    if (trouble !== null) throw trouble
    if (value === undefined) throw badResponse(reply, `not_json:${sniff(reply.bytes)}`)
    return pick(value, reply)
  }
}

/** As `readJson`. A 404 in JSON means that the session is gone, in HTML that the address is wrong (documented). */
export function readSessionJson<T>(pick: (value: unknown, reply: HttpReply) => T) {
  const read = readJson(pick)
  return (reply: HttpReply): Answer<T> => {
    if (reply.status !== 404) return { kind: 'value', value: read(reply) }
    if (toObject(toJson(reply.bytes)) === null)
      throw fault(reply, 'provider_refused_request', 'address_unknown')
    return { kind: 'verdict', verdict: { about: 'session', reason: 'session_ended' } }
  }
}

/** 401 and 403 before anything else. A key is judged at once; of a bearer only the second refusal is (`isFirst` false). */
export function orRefused<T>(read: (reply: HttpReply) => T, isFirst: boolean) {
  return (reply: HttpReply): T => {
    if (reply.status !== 401 && reply.status !== 403) return read(reply)
    if (isFirst) throw fault(reply, 'provider_unauthorized', TOKEN_REFUSED)
    throw fault(reply, 'provider_unauthorized', 'credentials_refused', { breaker: 'opens' })
  }
}

/** No money (assumed from `detail` with the word credit), a blocked reference, or a request that does not suit them. */
function toRefusedRequest(reply: HttpReply, value: unknown): CallFault {
  const body = toObject(value) ?? {}
  if (typeof body.detail === 'string' && /credit/i.test(body.detail))
    return fault(reply, 'provider_forbidden', 'out_of_credits')
  if ('vendor_data' in body) return fault(reply, 'provider_refused_request', 'reference_blocked')
  const field = OUR_FIELDS.find((name) => name in body)
  return fault(reply, 'provider_refused_request', field === undefined ? 'request_refused' : `field:${field}`)
}

function toObject(value: unknown): Readonly<Record<string, unknown>> | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Readonly<Record<string, unknown>>) : null
}
