import 'server-only'
import { z } from 'zod'
import { badResponse, fault, faultOfStatus } from '../faults'
import type { HttpReply } from '../http'
import { sniff, toJson } from '../payload'
import { type Answer, toUpstreamVerdict, type Verdict } from '../upstream'

// How KwikID says yes and no. Success bodies are bare objects; errors come as `{error}` or `{detail, message}`, both
// documented. Their flag `success` is true on errors of a sibling product, so the HTTP status decides. Read 2026-11-20.

const Words = z.union([
  z.string(),
  z
    .record(z.string(), z.unknown())
    .transform((value) => Object.values(value).filter((word) => typeof word === 'string')),
])
const Field = z
  .union([Words, z.array(z.unknown())])
  .optional()
  .catch(undefined)
const WireError = z.object({ message: Field, error: Field, detail: Field })

/** What a picked value means when it is not one: a verdict of its own. */
export type Picked<T> = T | { verdict: Verdict }

/** Reads `init`: whatever goes wrong here is about us, never about the player. */
export function readInit<T>(pick: (value: unknown, reply: HttpReply) => Picked<T>) {
  return (reply: HttpReply): Answer<T> => {
    // Documented: a missing bearer is answered with 400, not 401.
    if (reply.status === 400 && namesBearer(toErrorText(toJson(reply.bytes)))) {
      throw fault(reply, 'provider_unauthorized', 'header_missing', { breaker: 'opens' })
    }
    throwOnStatus(reply)
    return toAnswer(reply, pick)
  }
}

/**
 * Reads a call that carries a player's token. A 401 cannot be told apart: bearer or that token is dead. It is taken for
 * the token, which came through a browser, so that nobody can close the door for everybody with a token of their own;
 * a dead bearer shows at the next `init`.
 */
export function readCall<T>(pick: (value: unknown, reply: HttpReply) => Picked<T>) {
  return (reply: HttpReply): Answer<T> => {
    const text = toErrorText(toJson(reply.bytes))
    const leaked = [403, 429].includes(reply.status) ? null : toUpstreamVerdict(text)
    if (leaked !== null) return { kind: 'verdict', verdict: orIssuerFault(leaked, reply) }
    if (reply.status === 400 && namesBearer(text)) {
      throw fault(reply, 'provider_unauthorized', 'header_missing')
    }
    if (reply.status === 400 || reply.status === 401) {
      return { kind: 'verdict', verdict: { about: 'session', reason: 'session_ended' } }
    }
    throwOnStatus(reply)
    return toAnswer(reply, pick)
  }
}

function toAnswer<T>(reply: HttpReply, pick: (value: unknown, reply: HttpReply) => Picked<T>): Answer<T> {
  const value = toJson(reply.bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badResponse(reply, `not_json:${sniff(reply.bytes)}`)
  }
  const picked = pick(value, reply)
  return isVerdict(picked) ? { kind: 'verdict', verdict: picked.verdict } : { kind: 'value', value: picked }
}

function isVerdict<T>(picked: Picked<T>): picked is { verdict: Verdict } {
  return typeof picked === 'object' && picked !== null && 'verdict' in picked
}

/** True when the text speaks of the header that carries our bearer; `AccessToken` is another matter. */
function namesBearer(text: string): boolean {
  return /bearer|authorization/i.test(text)
}

/** `message`, `error` and `detail` as one line for our own matching; empty for a body without them. */
export function toErrorText(value: unknown): string {
  const wire = WireError.safeParse(value)
  if (!wire.success) return ''
  const { message, error, detail } = wire.data
  return [message, error, detail]
    .flat()
    .filter((word) => typeof word === 'string')
    .join(' ')
}

function throwOnStatus(reply: HttpReply): void {
  const trouble = faultOfStatus(reply)
  if (trouble !== null) throw trouble
}

function orIssuerFault(verdict: Verdict, reply: HttpReply): Verdict {
  if (verdict.about !== 'issuer') return verdict
  throw fault(reply, 'provider_unavailable', 'issuer_unavailable', { retry: true })
}
