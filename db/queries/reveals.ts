import 'server-only'
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { reveals } from '../schema/desk'

/** Writes that somebody of staff sees a field. */
export async function insertReveal(tx: Db, row: typeof reveals.$inferInsert): Promise<void> {
  await tx.insert(reveals).values(row)
}

/** What this person of staff sees of this attempt now, the first to end first. */
export async function listLiveReveals(
  db: Db,
  playerId: string,
  verificationId: string,
  staffId: string,
): Promise<{ field: string; expiresAt: Date }[]> {
  return db
    .select({ field: reveals.field, expiresAt: reveals.expiresAt })
    .from(reveals)
    .where(
      and(
        eq(reveals.playerId, playerId),
        eq(reveals.verificationId, verificationId),
        eq(reveals.staffId, staffId),
        gt(reveals.expiresAt, sql`now()`),
      ),
    )
    .orderBy(asc(reveals.expiresAt))
}
