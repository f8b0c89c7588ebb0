import 'server-only'
import { and, eq } from 'drizzle-orm'
import type { Db } from '../client'
import { playerRequests, type REQUEST_KINDS } from '../schema/rights'

/** Writes what a player asked of us. */
export async function insertRequest(db: Db, row: typeof playerRequests.$inferInsert): Promise<void> {
  await db.insert(playerRequests).values(row)
}

/** True when the player has asked this about the attempt, answered or not. */
export async function hasRequest(
  db: Db,
  playerId: string,
  verificationId: string,
  kind: (typeof REQUEST_KINDS)[number],
): Promise<boolean> {
  const rows = await db
    .select({ id: playerRequests.id })
    .from(playerRequests)
    .where(
      and(
        eq(playerRequests.playerId, playerId),
        eq(playerRequests.verificationId, verificationId),
        eq(playerRequests.kind, kind),
      ),
    )
    .limit(1)
  return rows.length > 0
}
