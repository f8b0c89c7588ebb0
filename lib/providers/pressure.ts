import 'server-only'
import {
  BulkheadRejectedError,
  bulkhead,
  DelegateBackoff,
  handleWhen,
  type IRetryContext,
  retry,
} from 'cockatiel'
import type { BreakerState } from './breaker'
import { CallFault } from './faults'

const RETRIES = { read: 2, start: 1, exchange: 0 } as const
/** Sum of all pauses of one call: a player waits behind `start`, a job behind `read`. A longer Retry-After ends the call. */
const PAUSE_BUDGET_MS = { read: 60_000, start: 5_000, exchange: 0 } as const

interface RetryPolicy {
  execute<T>(work: (context: IRetryContext) => Promise<T>): Promise<T>
}

/**
 * Retries of one call (OU-04): only faults that say so, jittered and doubling, never before the vendor's Retry-After.
 * A timeout is repeated once: three long waits help nobody. Nothing is repeated into an open breaker.
 */
export function retryFor(
  kind: keyof typeof RETRIES,
  backoffMs: number,
  breakerState: () => BreakerState,
): RetryPolicy {
  let pausedMs = 0
  let timeouts = 0
  const mayRetry = (error: unknown) => {
    if (!(error instanceof CallFault) || !error.retry) return false
    if (error.code === 'provider_timeout') timeouts += 1
    const isOpen = breakerState() === 'open' || breakerState() === 'unauthorized'
    return !isOpen && timeouts < 2 && pausedMs + error.retryAfterMs <= PAUSE_BUDGET_MS[kind]
  }
  const backoff = new DelegateBackoff<{ attempt: number; result: object }>(({ attempt, result }) => {
    const asked = 'error' in result && result.error instanceof CallFault ? result.error.retryAfterMs : 0
    const pauseMs = Math.max(asked, backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random()))
    pausedMs += pauseMs
    return pauseMs
  })
  return retry(handleWhen(mayRetry), { maxAttempts: RETRIES[kind], backoff })
}

export interface SlotLimits {
  parallel: number
  queued: number
  queueMs: number
}

/** Runs work in one of `parallel` slots; further calls queue, at most `queueMs`. Throws CallFault `why=busy`, nothing sent. */
export function createSlots(limits: SlotLimits) {
  const slots = bulkhead(limits.parallel, limits.queued)
  return async function inSlot<T>(call: string, work: () => Promise<T>): Promise<T> {
    const givenUp = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        givenUp.abort()
        reject(busy(call))
      }, limits.queueMs)
    })
    const started = slots.execute(() => {
      clearTimeout(timer)
      return work()
    }, givenUp.signal)
    try {
      return await Promise.race([started, tooLong])
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? busy(call) : error
    } finally {
      clearTimeout(timer)
    }
  }
}

function busy(call: string): CallFault {
  return new CallFault({ code: 'provider_unavailable', why: 'busy', call, sent: false })
}
