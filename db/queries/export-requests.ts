import 'server-only'
import { and, desc, eq, gt, isNotNull, isNull, lt, ne, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { exportRequests } from '../schema/desk'

export type ExportRequest = typeof exportRequests.$inferSelect

/** Asks that an export be approved. */
export async function insertExportRequest(tx: Db, row: typeof exportRequests.$inferInsert): Promise<void> {
  await tx.insert(exportRequests).values(row)
}

/** Requests that still count, the newest first. */
export async function listExportRequests(db: Db, limit: number): Promise<ExportRequest[]> {
  return db
    .select()
    .from(exportRequests)
    .where(isLive())
    .orderBy(desc(exportRequests.requestedAt))
    .limit(limit)
}

/** Approves somebody else's request that still counts. False when it does not, or it is one's own. */
export async function approveExportRequest(tx: Db, id: string, staffId: string): Promise<boolean> {
  const won = await tx
    .update(exportRequests)
    .set({ approvedBy: staffId, approvedAt: sql`now()` })
    .where(
      and(
        eq(exportRequests.id, id),
        isLive(),
        isNull(exportRequests.approvedBy),
        ne(exportRequests.requestedBy, staffId),
      ),
    )
    .returning({ id: exportRequests.id })
  return won.length === 1
}

/** One request that still counts, or null. */
export async function findExportRequest(db: Db, id: string): Promise<ExportRequest | null> {
  const [row] = await db
    .select()
    .from(exportRequests)
    .where(and(eq(exportRequests.id, id), isLive()))
  return row ?? null
}

/** Uses up an approval of this person for this filter; its request, or null when there is none. */
export async function spendExportApproval(
  tx: Db,
  staffId: string,
  filter: string,
): Promise<ExportRequest | null> {
  const [spent] = await tx
    .update(exportRequests)
    .set({ usedAt: sql`now()` })
    .where(
      eq(
        exportRequests.id,
        sql`(${tx
          .select({ id: exportRequests.id })
          .from(exportRequests)
          .where(
            and(
              eq(exportRequests.requestedBy, staffId),
              eq(exportRequests.filter, filter),
              isNotNull(exportRequests.approvedBy),
              isLive(),
            ),
          )
          .orderBy(desc(exportRequests.requestedAt))
          .limit(1)
          .for('update', { skipLocked: true })})`,
      ),
    )
    .returning()
  return spent ?? null
}

/** Forgets requests that ended `days` ago. For the sweeper alone. */
export async function deleteEndedExports(db: Db, days: number): Promise<number> {
  const gone = await db
    .delete(exportRequests)
    .where(lt(exportRequests.expiresAt, sql`now() - make_interval(days => ${days}::int)`))
    .returning({ id: exportRequests.id })
  return gone.length
}

const isLive = () => and(isNull(exportRequests.usedAt), gt(exportRequests.expiresAt, sql`now()`))
