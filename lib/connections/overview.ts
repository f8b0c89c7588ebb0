import 'server-only'
import { db } from '@/db/client'
import { sumCalls } from '@/db/queries/call-minutes'
import { countStarts, type HealthDetail, listHealth } from '@/db/queries/connections'
import type { StaffActor } from '@/lib/actor'
import type { BreakerState } from '@/lib/providers/breaker'
import { requirePermission } from '@/lib/staff/permissions'
import type { Vendor } from '@/lib/vendor-settings'
import { TIME_STEPS, timeWithin } from './call-times'
import { type Examination, readExaminations } from './examinations'
import { breakerStates, stateOf } from './health'
import { findConnection } from './index'
import { readRouting } from './routing'
import { capOf } from './spend'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How calls went in one window. */
export interface CallFigures {
  calls: number
  /** 0 to 1; null without a call. */
  successShare: number | null
  p95Ms: number | null
}

export interface ConnectionTile {
  id: string
  vendor: Vendor
  displayName: string
  host: string
  sandbox: boolean
  takesPlayers: boolean
  hour: CallFigures
  day: CallFigures
  breaker: {
    state: BreakerState
    /** ISO times, UTC; null while it is closed. */
    since: string | null
    triesAgainAt: string | null
  }
  /** The last fault that counted against it: our code and our reason. */
  lastFault: { at: string; code: string; why: string } | null
  /** Of today, in India. */
  starts: { today: number; cap: number }
  examination: Examination | null
}

export interface ConnectionsView {
  routingVersion: number
  tiles: ConnectionTile[]
}

/** Every configured connection in order of use, with how it fares. Throws `forbidden`. */
export async function readConnections(staff: StaffActor): Promise<ConnectionsView> {
  requirePermission(staff, 'connection.view')
  const now = Date.now()
  const routing = await readRouting()
  const [health, starts, hour, day, examinations] = await Promise.all([
    listHealth(
      db(),
      routing.order.flatMap((id) => [id, `${id}:auth`]),
    ),
    countStarts(db()),
    sumCalls(db(), new Date(now - HOUR_MS), TIME_STEPS),
    sumCalls(db(), new Date(now - DAY_MS), TIME_STEPS),
    readExaminations(staff),
  ])
  const tiles = routing.order.flatMap((id): ConnectionTile[] => {
    const connection = findConnection(id)
    if (connection === null) return []
    const hosts = [id, `${id}:auth`].flatMap((host) => health.get(host) ?? [])
    const { vendor, displayName, sandbox, baseUrl } = connection
    return [
      {
        ...{ id, vendor, displayName, sandbox },
        host: baseUrl.host,
        takesPlayers: !routing.switchedOff.includes(id),
        hour: toFigures(hour.get(id)),
        day: toFigures(day.get(id)),
        breaker: toBreaker(hosts),
        lastFault: toLastFault(hosts),
        starts: { today: starts.get(id) ?? 0, cap: capOf(id) },
        examination: examinations.get(id) ?? null,
      },
    ]
  })
  return { routingVersion: routing.version, tiles }
}

/** How one connection fares now, in the strip that everybody at the desk sees. */
export interface Pulse {
  id: string
  displayName: string
  takesPlayers: boolean
  state: BreakerState
  /** Of the last quarter of an hour. */
  recent: CallFigures
}

const RECENT_MS = 15 * 60_000

/** The strip, in order of use. It says nothing about anybody, so no right is asked for beyond the desk itself. */
export async function readPulse(): Promise<Pulse[]> {
  const { order, switchedOff } = await readRouting()
  const [states, recent] = await Promise.all([
    breakerStates(order),
    sumCalls(db(), new Date(Date.now() - RECENT_MS), TIME_STEPS),
  ])
  return order.flatMap((id): Pulse[] => {
    const connection = findConnection(id)
    if (connection === null) return []
    const state = states.get(id) ?? 'closed'
    const { displayName } = connection
    return [
      { id, displayName, takesPlayers: !switchedOff.includes(id), state, recent: toFigures(recent.get(id)) },
    ]
  })
}

/** The tile of one connection, or null when no connection has this id. Throws `forbidden`. */
export async function findTile(staff: StaffActor, connectionId: string): Promise<ConnectionTile | null> {
  const { tiles } = await readConnections(staff)
  return tiles.find(({ id }) => id === connectionId) ?? null
}

function toFigures(sums: { calls: number; failures: number; times: number[] } | undefined): CallFigures {
  if (sums === undefined || sums.calls === 0) return { calls: 0, successShare: null, p95Ms: null }
  const { calls, failures, times } = sums
  return { calls, successShare: (calls - failures) / calls, p95Ms: timeWithin(times, 0.95) }
}

/** The worse of its hosts. */
function toBreaker(hosts: readonly HealthDetail[]): ConnectionTile['breaker'] {
  const open = hosts.find(({ state }) => state === 'open')
  if (open === undefined) return { state: 'closed', since: null, triesAgainAt: null }
  return {
    state: stateOf(open),
    since: open.openedAt?.toISOString() ?? null,
    triesAgainAt: open.openUntil?.toISOString() ?? null,
  }
}

function toLastFault(hosts: readonly HealthDetail[]): ConnectionTile['lastFault'] {
  const faults = hosts.flatMap(({ lastFaultAt, lastFault }) =>
    lastFaultAt === null || lastFault === null ? [] : [{ at: lastFaultAt.toISOString(), lastFault }],
  )
  const newest = faults.sort((a, b) => b.at.localeCompare(a.at))[0]
  if (newest === undefined) return null
  const [code = '', why = ''] = newest.lastFault.split(' ')
  return { at: newest.at, code, why }
}
