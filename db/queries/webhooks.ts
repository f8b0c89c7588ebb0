import 'server-only'
import { and, eq, gt, lt, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { unclaimedReturns, webhookInbox } from '../schema/webhooks'

export type InboxRow = typeof webhookInbox.$inferSelect

/** Stores a genuine delivery. False when this connection has delivered it before. */
export async function insertDelivery(db: Db, row: typeof webhookInbox.$inferInsert): Promise<boolean> {
  const rows = await db
    .insert(webhookInbox)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: webhookInbox.deliveryId })
  return rows.length === 1
}

/** One stored delivery, or null. */
export async function findDelivery(
  db: Db,
  connectionId: string,
  deliveryId: string,
): Promise<InboxRow | null> {
  const rows = await db
    .select()
    .from(webhookInbox)
    .where(and(eq(webhookInbox.connectionId, connectionId), eq(webhookInbox.deliveryId, deliveryId)))
    .limit(1)
  return rows[0] ?? null
}

/** Writes what came of a delivery. */
export async function settleDelivery(
  db: Db,
  row: Pick<InboxRow, 'connectionId' | 'deliveryId'>,
  result: Pick<InboxRow, 'state' | 'outcome' | 'playerId' | 'verificationId'>,
): Promise<void> {
  await db
    .update(webhookInbox)
    .set({ ...result, processedAt: sql`now()` })
    .where(and(eq(webhookInbox.connectionId, row.connectionId), eq(webhookInbox.deliveryId, row.deliveryId)))
}

/** Forgets deliveries older than `days` and unclaimed returns whose time is over; the number removed. */
export async function deleteOldDeliveries(db: Db, days: number): Promise<number> {
  const deliveries = await db
    .delete(webhookInbox)
    .where(lt(webhookInbox.receivedAt, sql`now() - make_interval(days => ${days})`))
    .returning({ id: webhookInbox.deliveryId })
  const returns = await db
    .delete(unclaimedReturns)
    .where(lt(unclaimedReturns.expiresAt, sql`now()`))
    .returning({ id: unclaimedReturns.connectionId })
  return deliveries.length + returns.length
}

/** Keeps what was posted to a return address; the first post stays. */
export async function insertUnclaimed(db: Db, row: typeof unclaimedReturns.$inferInsert): Promise<void> {
  await db.insert(unclaimedReturns).values(row).onConflictDoNothing()
}

/** What was posted to this address, or null when there is nothing or its time is over. */
export async function findUnclaimed(
  db: Db,
  connectionId: string,
  handleHash: Buffer,
): Promise<Buffer | null> {
  const rows = await db
    .select({ querySealed: unclaimedReturns.querySealed })
    .from(unclaimedReturns)
    .where(
      and(
        eq(unclaimedReturns.handleHash, handleHash),
        eq(unclaimedReturns.connectionId, connectionId),
        gt(unclaimedReturns.expiresAt, sql`now()`),
      ),
    )
    .limit(1)
  return rows[0]?.querySealed ?? null
}
