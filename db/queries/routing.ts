import 'server-only'
import { sql } from 'drizzle-orm'
import type { Db } from '../client'
import { connectionRouting } from '../schema/connections'

export interface RoutingRow {
  version: number
  connectionOrder: string[]
  switchedOff: string[]
}

/** How staff want new starts to go, or null when nobody changed anything. */
export async function findRouting(db: Db): Promise<RoutingRow | null> {
  const rows = await db
    .select({
      version: connectionRouting.version,
      connectionOrder: connectionRouting.connectionOrder,
      switchedOff: connectionRouting.switchedOff,
    })
    .from(connectionRouting)
  return rows[0] ?? null
}

/** Replaces what was stored as `from` (0: nothing yet) by this. False when somebody else changed it first. */
export async function moveRouting(
  db: Db,
  from: number,
  { connectionOrder, switchedOff }: Pick<RoutingRow, 'connectionOrder' | 'switchedOff'>,
): Promise<boolean> {
  const rows = await db
    .insert(connectionRouting)
    .values({ version: from + 1, connectionOrder, switchedOff })
    .onConflictDoUpdate({
      target: connectionRouting.id,
      set: { version: from + 1, connectionOrder, switchedOff, updatedAt: sql`now()` },
      setWhere: sql`${connectionRouting.version} = ${from}`,
    })
    .returning({ version: connectionRouting.version })
  return rows.length === 1
}
