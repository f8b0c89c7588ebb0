import 'server-only'
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { cases } from '../schema/consents'
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

/** Answers the open requests of these kinds about an attempt; their ids. */
export async function answerRequestsAbout(
  tx: Db,
  { playerId, id }: { playerId: string; id: string },
  kinds: RequestRow['kind'][],
  answer: { state: 'granted' | 'closed'; answeredBy: string },
): Promise<string[]> {
  const rows = await tx
    .update(playerRequests)
    .set({ ...answer, answeredAt: sql`now()` })
    .where(
      and(
        eq(playerRequests.playerId, playerId),
        eq(playerRequests.verificationId, id),
        inArray(playerRequests.kind, kinds),
        eq(playerRequests.state, 'open'),
      ),
    )
    .returning({ id: playerRequests.id })
  return rows.map((row) => row.id)
}

/** Answers one open request; false when it was answered. A refusal names its ground. */
export async function answerOneRequest(
  tx: Db,
  { playerId, id }: { playerId: string; id: string },
  answer: { state: 'granted' | 'refused' | 'closed'; legalGround: string | null; answeredBy: string },
): Promise<boolean> {
  const rows = await tx
    .update(playerRequests)
    .set({ ...answer, answeredAt: sql`now()` })
    .where(
      and(eq(playerRequests.playerId, playerId), eq(playerRequests.id, id), eq(playerRequests.state, 'open')),
    )
    .returning({ id: playerRequests.id })
  return rows.length === 1
}

/** One request by its id alone, with the case it is recorded in, or null. For staff. */
export async function findRequestForStaff(
  db: Db,
  id: string,
): Promise<(RequestRow & { caseId: string }) | null> {
  const rows = await db
    .select({ request: playerRequests, caseId: cases.id })
    .from(playerRequests)
    .innerJoin(cases, eq(cases.playerId, playerRequests.playerId))
    .where(eq(playerRequests.id, id))
    .orderBy(asc(cases.createdAt))
    .limit(1)
  const [row] = rows
  return row === undefined ? null : { ...row.request, caseId: row.caseId }
}

/** Open requests of all players, the earliest due first, without their words. For staff. */
export async function listOpenRequests(
  db: Db,
  limit: number,
): Promise<Pick<RequestRow, 'id' | 'playerId' | 'kind' | 'verificationId' | 'createdAt' | 'dueAt'>[]> {
  return db
    .select({
      id: playerRequests.id,
      playerId: playerRequests.playerId,
      kind: playerRequests.kind,
      verificationId: playerRequests.verificationId,
      createdAt: playerRequests.createdAt,
      dueAt: playerRequests.dueAt,
    })
    .from(playerRequests)
    .where(eq(playerRequests.state, 'open'))
    .orderBy(asc(playerRequests.dueAt))
    .limit(limit)
}
