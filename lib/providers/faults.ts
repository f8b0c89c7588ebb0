import 'server-only'
import { AppError, type ErrorCode } from '@/lib/errors'

/** Whether a fault moves the breaker: not at all, as one more vendor fault, or straight to open. */
export type BreakerEffect = 'none' | 'counts' | 'opens'

export interface FaultFacts {
  code: ErrorCode
  /** Our own word for the reason, from the code that raised it; never vendor text. */
  why: string
  call?: string
  status?: number
  /** True when the same request may be sent again, if its kind allows that. */
  retry?: boolean
  breaker?: BreakerEffect
  /** False when the vendor cannot have acted on the request: nothing left, or it answered that it was too busy. */
  sent?: boolean
  /** What the vendor asked us to wait, milliseconds. */
  retryAfterMs?: number
}

/** A vendor call that ended without a usable answer. `detail` names call, status and our own word, nothing else. */
export class CallFault extends AppError {
  readonly why: string
  readonly call: string | undefined
  readonly httpStatus: number | undefined
  readonly retry: boolean
  readonly breaker: BreakerEffect
  readonly sent: boolean
  readonly retryAfterMs: number

  constructor(facts: FaultFacts) {
    super(facts.code, toDetail(facts))
    this.why = facts.why
    this.call = facts.call
    this.httpStatus = facts.status
    this.retry = facts.retry ?? false
    this.breaker = facts.breaker ?? 'none'
    this.sent = facts.sent ?? true
    this.retryAfterMs = facts.retryAfterMs ?? 0
  }

  /** The same fault but for `changes`. */
  but(changes: Partial<FaultFacts>): CallFault {
    const { code, why, call, httpStatus: status, retry, breaker, sent, retryAfterMs } = this
    return new CallFault({
      ...{ code, why, retry, breaker, sent, retryAfterMs },
      ...(call !== undefined && { call }),
      ...(status !== undefined && { status }),
      ...changes,
    })
  }
}

/** True when the vendor can have acted on a call that ended with `error`, be it on an earlier attempt of that call. */
export function wasSent(error: unknown): boolean {
  if (error instanceof CallFault) return error.sent
  return error instanceof AppError && error.cause instanceof CallFault && error.cause.sent
}

/**
 * `last`, which ended a call, with what an earlier attempt of the same call knew: the vendor can have acted on that one.
 * A CallFault is told as sent; another AppError (a guard said stop) names the earlier fault as its cause.
 */
export function afterAttempt(last: unknown, earlier: CallFault): unknown {
  if (last instanceof CallFault) return last.sent ? last : last.but({ sent: true })
  return last instanceof AppError ? new AppError(last.code, last.detail, { cause: earlier }) : last
}

function toDetail(facts: FaultFacts): string {
  const call = facts.call === undefined ? '' : `call=${facts.call} `
  const status = facts.status === undefined ? '' : `status=${facts.status} `
  return `${call}${status}why=${facts.why}`
}

export interface Answered {
  call: string
  status: number
  retryAfterMs: number
}

/**
 * What an HTTP status means when the body says nothing better (OU-04): 5xx and 429 may be tried again, 401 opens the
 * breaker because every further call would fail alike, 3xx is never followed. Null for 2xx.
 */
export function faultOfStatus(reply: Answered): CallFault | null {
  const { status } = reply
  if (status >= 200 && status < 300) return null
  if (status >= 500)
    return fault(reply, 'provider_unavailable', 'server_error', { retry: true, breaker: 'counts' })
  if (status === 401)
    return fault(reply, 'provider_unauthorized', 'credentials_refused', { breaker: 'opens' })
  if (status === 403) return fault(reply, 'provider_forbidden', 'not_enabled')
  if (status === 408)
    return fault(reply, 'provider_timeout', 'vendor_timeout', { retry: true, breaker: 'counts' })
  if (status === 422) return fault(reply, 'provider_refused_request', 'request_invalid')
  if (status === 429) return fault(reply, 'provider_rate_limited', 'throttled', { retry: true, sent: false })
  if (status >= 400) return fault(reply, 'provider_refused_request', 'request_refused')
  return badResponse(reply, 'redirect')
}

/**
 * Reads the answer to an exchange without moving the breaker. The call carries a text that came through a browser, so a 401
 * or a 5xx may be about that text, and nobody may close the door for everybody with a text of their own. Dead keys and a
 * vendor that is down show at the next start; silence and a broken connection still count.
 */
export function sparingBreaker<R extends Answered, T>(read: (reply: R) => T): (reply: R) => T {
  return (reply) => {
    try {
      return read(reply)
    } catch (error) {
      throw error instanceof CallFault ? error.but({ breaker: 'none' }) : error
    }
  }
}

/** A fault about `reply`; `more` overrides the quiet defaults (no retry, breaker untouched). */
export function fault(
  reply: Answered,
  code: ErrorCode,
  why: string,
  more: Pick<FaultFacts, 'retry' | 'breaker' | 'sent'> = {},
): CallFault {
  return new CallFault({
    code,
    why,
    call: reply.call,
    status: reply.status,
    retryAfterMs: reply.retryAfterMs,
    ...more,
  })
}

/** The reply breaks the contract: garbage, a missing field, another content. Counts as a vendor fault. */
export function badResponse(reply: Answered, why: string): CallFault {
  return fault(reply, 'provider_bad_response', why, { breaker: 'counts' })
}
