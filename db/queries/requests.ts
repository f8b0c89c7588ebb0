import 'server-only'
import { and, desc, eq } from 'drizzle-orm'
import type { Db } from '../client'
import { playerRequests } from '../schema/rights'

export type RequestRow = typeof playerRequests.$inferSelect

/** Writes a request. Fails with 23505 when one of its kind about the same attempt is open, and for an erased player. */
export async function insertRequest(tx: Db, row: typeof playerRequests.$inferInsert): Promise<void> {
  await tx.insert(playerRequests).values(row)
}

/** One request of this player, or null. */
export async function findRequest(db: Db, playerId: string, id: string): Promise<RequestRow | null> {
  const rows = await db
    .select()
    .from(playerRequests)
    .where(and(eq(playerRequests.playerId, playerId), eq(playerRequests.id, id)))
    .limit(1)
  return rows[0] ?? null
}

/** The player's requests, newest first. */
export async function listRequests(db: Db, playerId: string): Promise<RequestRow[]> {
  return db
    .select()
    .from(playerRequests)
    .where(eq(playerRequests.playerId, playerId))
    .orderBy(desc(playerRequests.createdAt))
    .limit(200)
}

/** How many of the player's requests wait for an answer. */
export async function countOpenRequests(db: Db, playerId: string): Promise<number> {
  return db.$count(
    playerRequests,
    and(eq(playerRequests.playerId, playerId), eq(playerRequests.state, 'open')),
  )
}

/** True when the player has asked this about the attempt, answered or not. */
export async function hasRequest(
  db: Db,
  playerId: string,
  verificationId: string,
  kind: RequestRow['kind'],
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
