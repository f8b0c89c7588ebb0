import 'server-only'
import { and, asc, eq } from 'drizzle-orm'
import type { Db } from '../client'
import { savedViews } from '../schema/desk'

/** Views of one person of staff, by name. */
export async function listSavedViews(db: Db, staffId: string) {
  return db
    .select({ id: savedViews.id, name: savedViews.name, filter: savedViews.filter })
    .from(savedViews)
    .where(eq(savedViews.staffId, staffId))
    .orderBy(asc(savedViews.name))
}

/** How many views one person keeps. */
export async function countSavedViews(db: Db, staffId: string): Promise<number> {
  return db.$count(savedViews, eq(savedViews.staffId, staffId))
}

/** Writes a view. Fails with 23505 when the person has one of that name. */
export async function insertSavedView(db: Db, row: typeof savedViews.$inferInsert): Promise<void> {
  await db.insert(savedViews).values(row)
}

/** Forgets a view. False when it is not this person's. */
export async function deleteSavedView(db: Db, staffId: string, id: string): Promise<boolean> {
  const gone = await db
    .delete(savedViews)
    .where(and(eq(savedViews.staffId, staffId), eq(savedViews.id, id)))
    .returning({ id: savedViews.id })
  return gone.length === 1
}
