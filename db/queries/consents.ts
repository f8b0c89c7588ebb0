import 'server-only'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { cases, consents, notices } from '../schema/consents'

export type ConsentRow = typeof consents.$inferSelect

const LIVE = and(isNull(consents.withdrawnAt), isNull(consents.supersededAt))

/** Writes the text of a notice once; the same text is the same row. */
export async function insertNotice(db: Db, notice: typeof notices.$inferInsert): Promise<void> {
  await db.insert(notices).values(notice).onConflictDoNothing()
}

/** Writes a consent and ends the one before it. The id of the superseded consent, or null. */
export async function insertConsent(db: Db, consent: typeof consents.$inferInsert): Promise<string | null> {
  const ended = await db
    .update(consents)
    .set({ supersededAt: consent.givenAt })
    .where(and(eq(consents.playerId, consent.playerId), LIVE))
    .returning({ id: consents.id })
  await db.insert(consents).values(consent)
  return ended[0]?.id ?? null
}

/** The player's live consent, or null. */
export async function findLiveConsent(
  db: Db,
  playerId: string,
): Promise<Pick<
  ConsentRow,
  'id' | 'items' | 'recipients' | 'noticeVersion' | 'noticeSha256' | 'givenAt'
> | null> {
  const rows = await db
    .select({
      id: consents.id,
      items: consents.items,
      recipients: consents.recipients,
      noticeVersion: consents.noticeVersion,
      noticeSha256: consents.noticeSha256,
      givenAt: consents.givenAt,
    })
    .from(consents)
    .where(and(eq(consents.playerId, playerId), LIVE))
    .limit(1)
  return rows[0] ?? null
}

/** One consent of this player with its receipt, or null. */
export async function findConsent(db: Db, playerId: string, id: string): Promise<ConsentRow | null> {
  const rows = await db
    .select()
    .from(consents)
    .where(and(eq(consents.playerId, playerId), eq(consents.id, id)))
    .limit(1)
  return rows[0] ?? null
}

/** Version of the notice that one consent of this player was given to, or null. */
export async function findNoticeVersion(db: Db, playerId: string, id: string): Promise<number | null> {
  const rows = await db
    .select({ noticeVersion: consents.noticeVersion })
    .from(consents)
    .where(and(eq(consents.playerId, playerId), eq(consents.id, id)))
    .limit(1)
  return rows[0]?.noticeVersion ?? null
}

/** All consents of this player, newest first, without receipts. */
export async function listConsents(
  db: Db,
  playerId: string,
): Promise<Pick<ConsentRow, 'id' | 'givenAt' | 'withdrawnAt' | 'supersededAt' | 'noticeVersion'>[]> {
  return db
    .select({
      id: consents.id,
      givenAt: consents.givenAt,
      withdrawnAt: consents.withdrawnAt,
      supersededAt: consents.supersededAt,
      noticeVersion: consents.noticeVersion,
    })
    .from(consents)
    .where(eq(consents.playerId, playerId))
    .orderBy(desc(consents.givenAt))
    .limit(100)
}

/** Withdraws a live consent of this player. False when it was not live. */
export async function withdrawConsentRow(db: Db, playerId: string, id: string, at: Date): Promise<boolean> {
  const rows = await db
    .update(consents)
    .set({ withdrawnAt: at })
    .where(and(eq(consents.playerId, playerId), eq(consents.id, id), LIVE))
    .returning({ id: consents.id })
  return rows.length === 1
}

/** The player's case for `purpose`, made when there is none. `newId` is used only then. */
export async function ensureCase(
  db: Db,
  playerId: string,
  purpose: string,
  newId: string,
): Promise<{ id: string }> {
  const found = await db
    .select({ id: cases.id })
    .from(cases)
    .where(and(eq(cases.playerId, playerId), eq(cases.purpose, purpose)))
    .orderBy(cases.createdAt)
    .limit(1)
  if (found[0] !== undefined) return found[0]
  await db.insert(cases).values({ playerId, id: newId, purpose })
  return { id: newId }
}

/** Serialises all that changes a player's consent or attempts until the transaction ends. */
export async function lockPlayer(db: Db, playerId: string): Promise<void> {
  await db.execute(sql`select 1 from players where id = ${playerId}::uuid for update`)
}
