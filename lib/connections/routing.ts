import 'server-only'
import { db, transact } from '@/db/client'
import { findRouting, moveRouting, type RoutingRow } from '@/db/queries/routing'
import type { StaffActor } from '@/lib/actor'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { AppError } from '@/lib/errors'
import { CAPABILITIES } from '@/lib/providers'
import type { Connection } from '@/lib/providers/types'
import { requirePermission } from '@/lib/staff/permissions'
import { connections, findConnection } from './index'

// Where new starts go, as staff want it: an order over that of the settings, and connections that take no new player. Only a
// start asks here. Who is at a vendor already comes back, is polled and read whatever stands here.

const LOOK_EVERY_MS = 1000

interface Known {
  row: RoutingRow | null
  lookedAt: number
}

// On globalThis because the bundler may load this module twice in one process.
const holder = globalThis as { anteRouting?: Known }

export interface Routing {
  /** 0 while nobody changed anything. */
  version: number
  /** Every configured connection, in order of use. */
  order: string[]
  /** Those that take no new player. */
  switchedOff: string[]
}

/** Connections that take new players, in order of use. Asks the database at most once a second. */
export async function routedConnections(): Promise<Connection[]> {
  const { order, switchedOff } = await knownRouting()
  return order.flatMap((id) => (switchedOff.includes(id) ? [] : (findConnection(id) ?? [])))
}

/**
 * Every configured connection, those that take new players first, each in order of use: the others may be switched on again while
 * a consent lives. Asks the database at most once a second.
 */
export async function connectionsInOrder(): Promise<Connection[]> {
  const { order, switchedOff } = await knownRouting()
  const isOff = (id: string) => Number(switchedOff.includes(id))
  return order.toSorted((one, other) => isOff(one) - isOff(other)).flatMap((id) => findConnection(id) ?? [])
}

async function knownRouting(): Promise<Routing> {
  const known = holder.anteRouting
  const isFresh = known !== undefined && Date.now() - known.lookedAt < LOOK_EVERY_MS
  return toRouting(isFresh ? known.row : await look())
}

/** What is stored now, completed from the settings. */
export async function readRouting(): Promise<Routing> {
  return toRouting(await look())
}

async function look(): Promise<RoutingRow | null> {
  const row = await findRouting(db())
  holder.anteRouting = { row, lookedAt: Date.now() }
  return row
}

function toRouting(row: RoutingRow | null): Routing {
  const configured = connections().map(({ id }) => id)
  const kept = (row?.connectionOrder ?? []).filter((id) => configured.includes(id))
  return {
    version: row?.version ?? 0,
    order: [...kept, ...configured.filter((id) => !kept.includes(id))],
    switchedOff: (row?.switchedOff ?? []).filter((id) => configured.includes(id)),
  }
}

export interface RoutingChange {
  /** The version that the member of staff saw. */
  version: number
  connectionId: string
  to: 'earlier' | 'later' | 'on' | 'off'
}

/**
 * Moves a connection by one place, or switches it on or off for new starts. Throws `forbidden`, `not_found` for a connection
 * that is not configured, and `state_conflict`: `changed` when somebody else changed the order meanwhile, `last_of_way` for
 * the last one that could take players who agreed to its way.
 */
export async function changeRouting(staff: StaffActor, change: RoutingChange): Promise<Routing> {
  requirePermission(staff, 'connection.change')
  if (findConnection(change.connectionId) === null) throw new AppError('not_found')
  const before = await readRouting()
  if (before.version !== change.version) throw new AppError('state_conflict', 'changed')
  const after = applyChange(before, change)
  if (change.to === 'off' && !takesWayOf(change.connectionId, after))
    throw new AppError('state_conflict', 'last_of_way')
  await transact(async (tx) => {
    const row = { connectionOrder: after.order, switchedOff: after.switchedOff }
    if (!(await moveRouting(tx, before.version, row))) throw new AppError('state_conflict', 'changed')
    await appendAuditEvent(tx, PROCESS_CHAIN, {
      actor: { kind: 'staff', id: staff.id },
      action: 'connection.routing_changed',
      object: { type: 'connection', id: change.connectionId },
      connection: change.connectionId,
      before: describe(before),
      after: describe(after),
      reason: change.to,
    })
  })
  delete holder.anteRouting
  return { ...after, version: before.version + 1 }
}

function applyChange({ version, order, switchedOff }: Routing, { connectionId, to }: RoutingChange): Routing {
  const others = switchedOff.filter((id) => id !== connectionId)
  if (to === 'on') return { version, order, switchedOff: others }
  if (to === 'off') return { version, order, switchedOff: [...others, connectionId] }
  const from = order.indexOf(connectionId)
  const place = Math.min(order.length - 1, Math.max(0, from + (to === 'earlier' ? -1 : 1)))
  return { version, order: order.toSpliced(from, 1).toSpliced(place, 0, connectionId), switchedOff }
}

/** Whether some connection still takes players who agreed to the way of this one. */
function takesWayOf(connectionId: string, { switchedOff }: Routing): boolean {
  const wayOf = (id: string) => {
    const vendor = findConnection(id)?.vendor
    return vendor === undefined ? null : CAPABILITIES[vendor].way
  }
  return connections().some(({ id }) => !switchedOff.includes(id) && wayOf(id) === wayOf(connectionId))
}

/** `idto deepvue:off didit`, for the audit log. */
function describe({ order, switchedOff }: Routing): string {
  return order.map((id) => (switchedOff.includes(id) ? `${id}:off` : id)).join(' ')
}
