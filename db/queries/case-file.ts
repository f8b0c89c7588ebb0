import 'server-only'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { documents } from '../schema/documents'
import { verifications } from '../schema/verifications'
import { webhookInbox } from '../schema/webhooks'
import type { DataKeyRow } from './players'

// What the pages of staff read about players: across players, so only behind a permission.

/** A list of ids as one SQL array. */
const uuids = (ids: readonly string[]) => sql`${`{${ids.join(',')}}`}::uuid[]`

/** One attempt of anybody, or null. */
export async function findAttempt(db: Db, id: string): Promise<typeof verifications.$inferSelect | null> {
  const rows = await db.select().from(verifications).where(eq(verifications.id, id)).limit(1)
  return rows[0] ?? null
}

export interface SealedPlayer {
  verificationId: string
  playerId: string
  /** The name that the attempt's first document gives (Aadhaar before licence before PAN), or null. */
  name: { id: string; valueSealed: Buffer } | null
  emailSealed: Buffer | null
  keys: DataKeyRow[]
}

/** Name, address and keys of the players behind these attempts, in no order; all of it sealed. */
export async function listSealedPlayers(
  db: Db,
  attempts: readonly { playerId: string; id: string }[],
): Promise<SealedPlayer[]> {
  if (attempts.length === 0) return []
  const rows = await db.execute<{
    playerId: string
    verificationId: string
    factId: string | null
    valueSealed: Buffer | null
    emailSealed: Buffer | null
  }>(sql`
    select a.player_id as "playerId", a.id as "verificationId", f.id as "factId", f.value_sealed as "valueSealed",
      p.email_sealed as "emailSealed"
    from unnest(${uuids(attempts.map(({ playerId }) => playerId))}, ${uuids(attempts.map(({ id }) => id))}) as a(player_id, id)
    join players p on p.id = a.player_id
    left join lateral (
      select f.id, f.value_sealed from documents d
      join facts f on f.player_id = d.player_id and f.document_id = d.id and f.name = 'name'
      where d.player_id = a.player_id and d.verification_id = a.id
      order by d.type limit 1
    ) f on true`)
  const keys = (await db.execute(sql`
    select player_id as "playerId", version, wrapped, check_value as "checkValue" from data_keys
    where player_id = any(${uuids(attempts.map(({ playerId }) => playerId))})`)) as unknown as (DataKeyRow & {
    playerId: string
  })[]
  return rows.map(({ factId, valueSealed, ...row }) => ({
    ...row,
    name: factId === null || valueSealed === null ? null : { id: factId, valueSealed },
    keys: keys.filter(({ playerId }) => playerId === row.playerId),
  }))
}

/** Deliveries of vendors about one attempt, the newest `limit`. */
export async function listDeliveriesOf(db: Db, verificationId: string, limit: number) {
  return db
    .select({
      connectionId: webhookInbox.connectionId,
      event: webhookInbox.event,
      state: webhookInbox.state,
      outcome: webhookInbox.outcome,
      receivedAt: webhookInbox.receivedAt,
    })
    .from(webhookInbox)
    .where(eq(webhookInbox.verificationId, verificationId))
    .orderBy(desc(webhookInbox.receivedAt))
    .limit(limit)
}

/** The database's own clock. */
export async function readClock(db: Db): Promise<Date> {
  const rows = await db.execute<{ at: string }>(sql`select now()::text as at`)
  return new Date(rows[0]?.at ?? Date.now())
}

/** Sealed documents of one attempt with what was found of them, without their bytes. */
export async function listCaseDocuments(db: Db, playerId: string, verificationId: string) {
  return db
    .select({
      id: documents.id,
      type: documents.type,
      state: documents.state,
      missingReason: documents.missingReason,
      evidence: documents.evidence,
      remarks: documents.remarks,
      signature: documents.signature,
      anchorSha256: documents.anchorSha256,
      numberSealed: documents.numberSealed,
      fetchedAt: documents.fetchedAt,
    })
    .from(documents)
    .where(and(eq(documents.playerId, playerId), eq(documents.verificationId, verificationId)))
}
