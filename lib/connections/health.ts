import 'server-only'
import { db } from '@/db/client'
import {
  closeHealth,
  countFault,
  findHealth,
  type HealthRow,
  returnTrial,
  takeTrial,
} from '@/db/queries/connections'
import { log } from '@/lib/log'
import { BREAKER_LIMITS, type Breaker, type BreakerLimits, type BreakerState } from '@/lib/providers/breaker'
import { CallFault } from '@/lib/providers/faults'
import { type AlertKind, raiseAlert } from './alerts'

// The circuit breaker of one vendor host, shared by all processes through the database. While all is well it costs one
// small read a second; only faults write.

const LOOK_EVERY_MS = 1000
/** Longer than any one call may take; then another process may try. */
const TRIAL_MS = 45_000
const CLOSED: HealthRow = { state: 'closed', cause: null, faults: 0, openUntil: null }
const CAUSE = { counts: 'faults', opens: 'unauthorized' } as const
const ALERT: Readonly<Record<'faults' | 'unauthorized', AlertKind>> = {
  faults: 'vendor_down',
  unauthorized: 'credentials_refused',
}

/** The shared breaker of `id` (a connection, or another host of it). `connectionId` is named in alerts. */
export function sharedBreaker(
  id: string,
  connectionId: string,
  limits: BreakerLimits = BREAKER_LIMITS,
): Breaker {
  let known: HealthRow = CLOSED
  let lookedAt = 0

  async function look(): Promise<HealthRow> {
    if (Date.now() - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = Date.now()
      known = (await findHealth(db(), [id])).get(id) ?? CLOSED
    }
    return known
  }

  /** True for the caller who may try a breaker whose time is over; throws while it is open. */
  async function enter(): Promise<boolean> {
    const health = await look()
    if (health.state === 'closed') return false
    if (isOver(health) && (await takeTrial(db(), id, TRIAL_MS))) return true
    lookedAt = 0 // perhaps it was closed meanwhile: look again next time
    throw circuitOpen(health.cause)
  }

  async function succeed(): Promise<void> {
    known = CLOSED
    if (await closeHealth(db(), id)) log.info({ event: 'breaker.closed', connection: connectionId })
  }

  async function fail(fault: CallFault & { breaker: 'counts' | 'opens' }): Promise<void> {
    const cause = CAUSE[fault.breaker]
    const openMs = cause === 'unauthorized' ? limits.unauthorizedOpenMs : limits.openMs
    const told = `${fault.code} ${fault.why}`
    const after = await countFault(db(), { id, cause, limit: limits.consecutive, openMs, fault: told })
    known = after
    lookedAt = Date.now()
    if (!after.opened) return
    log.warn({ event: 'breaker.opened', connection: connectionId, code: fault.code, state: cause })
    void raiseAlert(ALERT[cause], connectionId)
  }

  return {
    get state() {
      return stateOf(known)
    },
    async run(work) {
      const isTrial = await enter()
      try {
        const value = await work()
        if (isTrial || known.faults > 0) await succeed()
        return value
      } catch (error) {
        if (countsAgainst(error)) await fail(error)
        else if (isTrial && error instanceof CallFault && error.sent)
          await succeed() // it answered
        else if (isTrial) await returnTrial(db(), id)
        throw error
      }
    },
  }
}

/** How these hosts fare now, by id; for routing and pages. */
export async function breakerStates(ids: string[]): Promise<Map<string, BreakerState>> {
  const rows = await findHealth(db(), ids)
  return new Map(ids.map((id) => [id, stateOf(rows.get(id) ?? CLOSED)]))
}

/** The breaker that a row stands for; a row whose time is over lets one caller try. */
export function stateOf(health: Pick<HealthRow, 'state' | 'cause' | 'openUntil'>): BreakerState {
  if (health.state === 'closed') return 'closed'
  if (isOver(health)) return 'half_open'
  return health.cause === 'unauthorized' ? 'unauthorized' : 'open'
}

const isOver = ({ openUntil }: Pick<HealthRow, 'openUntil'>) =>
  openUntil !== null && openUntil.getTime() <= Date.now()

function countsAgainst(error: unknown): error is CallFault & { breaker: 'counts' | 'opens' } {
  return error instanceof CallFault && error.breaker !== 'none'
}

function circuitOpen(cause: HealthRow['cause']): CallFault {
  const code = cause === 'unauthorized' ? 'provider_unauthorized' : 'provider_unavailable'
  return new CallFault({ code, why: 'circuit_open', sent: false })
}
