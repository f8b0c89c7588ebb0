import 'server-only'
import { db } from '@/db/client'
import * as connections from '@/db/queries/connections'
import { env } from '@/lib/env'
import { raiseAlert } from './alerts'

/**
 * Takes one of today's starts of a connection (OU-08), since each may cost money. False when the day's cap is reached:
 * running journeys go on, new ones go elsewhere. At 80 % and at the cap somebody is told.
 */
export async function reserveStart(connectionId: string): Promise<boolean> {
  const reserved = await connections.reserveStart(db(), connectionId, capOf(connectionId))
  if (reserved === null) await raiseAlert('spend_reached', connectionId)
  else if (reserved.warn) await raiseAlert('spend_near', connectionId)
  return reserved !== null
}

/** How many starts a day this connection may have. */
export function capOf(connectionId: string): number {
  const { limits } = env()
  return limits.connections[connectionId]?.startsPerDay ?? limits.startsPerDay
}

/** Gives a start back that never reached the vendor. */
export async function releaseStart(connectionId: string): Promise<void> {
  await connections.releaseStart(db(), connectionId)
}
