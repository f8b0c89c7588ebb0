import 'server-only'
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IBreaker,
} from 'cockatiel'
import { CallFault } from './faults'

/** `unauthorized` is open because our credentials were refused; a person has to look. */
export type BreakerState = 'closed' | 'open' | 'half_open' | 'unauthorized'

/** One per connection. The in-process one below may be replaced by a shared one that keeps its counters elsewhere. */
export interface Breaker {
  /** Last known state; a shared breaker may be a moment behind. */
  readonly state: BreakerState
  /** Runs `work`, or throws CallFault `why=circuit_open` (nothing sent) while open. Half open lets one call through. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export interface BreakerLimits {
  /** Vendor faults in a row that open it. */
  consecutive: number
  openMs: number
  /** How long refused credentials keep it open; longer, since only a change of settings helps. */
  unauthorizedOpenMs: number
}

export const BREAKER_LIMITS: BreakerLimits = { consecutive: 5, openMs: 20_000, unauthorizedOpenMs: 60_000 }

/** Breaker in this process (OU-04): counts faults whose effect is `counts`, opens at once on `opens`. */
export function createBreaker(limits: BreakerLimits = BREAKER_LIMITS): Breaker {
  let lastEffect: CallFault['breaker'] = 'none'
  const openMsFor = () => (lastEffect === 'opens' ? limits.unauthorizedOpenMs : limits.openMs)
  const policy = circuitBreaker(
    handleWhen((error) => {
      if (!(error instanceof CallFault) || error.breaker === 'none') return false
      lastEffect = error.breaker
      return true
    }),
    {
      breaker: new FaultCount(limits.consecutive, () => lastEffect === 'opens'),
      halfOpenAfter: new DelegateBackoff(openMsFor),
    },
  )
  return {
    get state() {
      return toState(policy, lastEffect === 'opens')
    },
    async run(work) {
      try {
        return await policy.execute(work)
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw circuitOpen(lastEffect === 'opens')
        throw error
      }
    },
  }
}

class FaultCount implements IBreaker {
  state: unknown = 0
  private inARow = 0

  constructor(
    private readonly limit: number,
    private readonly opensAtOnce: () => boolean,
  ) {}

  success(): void {
    this.inARow = 0
  }

  failure(): boolean {
    this.inARow += 1
    return this.inARow >= this.limit || this.opensAtOnce()
  }
}

function toState(policy: CircuitBreakerPolicy, unauthorized: boolean): BreakerState {
  if (policy.state === CircuitState.Closed) return 'closed'
  if (policy.state === CircuitState.HalfOpen) return 'half_open'
  return unauthorized ? 'unauthorized' : 'open'
}

function circuitOpen(unauthorized: boolean): CallFault {
  const code = unauthorized ? 'provider_unauthorized' : 'provider_unavailable'
  return new CallFault({ code, why: 'circuit_open', sent: false })
}
