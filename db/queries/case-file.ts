import 'server-only'
import { and, asc, desc, eq, isNotNull, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { auditEvents } from '../schema/audit'
import { checks, decisions, documents } from '../schema/documents'
import { players } from '../schema/players'
import { providerSessions, verifications } from '../schema/verifications'
import { webhookInbox } from '../schema/webhooks'
import { textArray } from './index-locks'
import type { DataKeyRow } from './players'

// What the pages of staff read about players: across players, so only behind a permission.

/** A list of ids as one SQL array. */
const uuids = (ids: readonly string[]) => sql`${`{${ids.join(',')}}`}::uuid[]`

export type Attempt = typeof verifications.$inferSelect

/** One attempt of anybody, or null. */
export async function findAttempt(db: Db, id: string): Promise<Attempt | null> {
  const rows = await db.select().from(verifications).where(eq(verifications.id, id)).limit(1)
  return rows[0] ?? null
}

/** These attempts, of anybody, in no order. */
export async function listAttemptsById(
  db: Db,
  ids: readonly string[],
): Promise<Pick<Attempt, 'playerId' | 'id' | 'reference' | 'status' | 'createdAt'>[]> {
  if (ids.length === 0) return []
  return db
    .select({
      playerId: verifications.playerId,
      id: verifications.id,
      reference: verifications.reference,
      status: verifications.status,
      createdAt: verifications.createdAt,
    })
    .from(verifications)
    .where(sql`${verifications.id} = any(${uuids(ids)})`)
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
  const byPlayer = new Map<string, DataKeyRow[]>()
  for (const { playerId, ...key } of keys) byPlayer.set(playerId, [...(byPlayer.get(playerId) ?? []), key])
  return rows.map(({ factId, valueSealed, ...row }) => ({
    ...row,
    name: factId === null || valueSealed === null ? null : { id: factId, valueSealed },
    keys: byPlayer.get(row.playerId) ?? [],
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

export type CaseDocument = Awaited<ReturnType<typeof listCaseDocuments>>[number]

/** What was asked of one attempt and what came of it, in the order of the checks. */
export async function listCaseChecks(db: Db, playerId: string, verificationId: string) {
  return db
    .select({
      question: checks.question,
      outcome: checks.outcome,
      reason: checks.reason,
      note: checks.note,
      evidence: checks.evidence,
    })
    .from(checks)
    .where(and(eq(checks.playerId, playerId), eq(checks.verificationId, verificationId)))
    .orderBy(asc(checks.ordinal))
}

/** What rules and people decided about one attempt, newest first. */
export async function listCaseDecisions(db: Db, playerId: string, verificationId: string) {
  return db
    .select({
      outcome: decisions.outcome,
      reasons: decisions.reasons,
      madeBy: decisions.madeBy,
      policyVersion: decisions.policyVersion,
      decidedAt: decisions.decidedAt,
    })
    .from(decisions)
    .where(and(eq(decisions.playerId, playerId), eq(decisions.verificationId, verificationId)))
    .orderBy(desc(decisions.decidedAt))
}

/** The newest `limit` audit records (canonical JSON) of one case, newest first. */
export async function listCaseRecords(db: Db, caseId: string, limit: number): Promise<string[]> {
  const rows = await db
    .select({ record: auditEvents.record })
    .from(auditEvents)
    .where(eq(auditEvents.chainId, caseId))
    .orderBy(desc(auditEvents.seq))
    .limit(limit)
  return rows.map(({ record }) => record)
}

/** True when this person of staff read these words of a player within so many minutes, by the newest records of the case. */
export async function isReadLately(
  db: Db,
  caseId: string,
  staffId: string,
  requestId: string,
  minutes: number,
): Promise<boolean> {
  const rows = await db.execute(sql`
    select 1 from audit_events
    where chain_id = ${caseId}::uuid and created_at > now() - make_interval(mins => ${minutes}::int)
      and record::jsonb ->> 'action' = 'request.read' and record::jsonb #>> '{actor,id}' = ${staffId}
      and record::jsonb #>> '{object,id}' = ${requestId}
    limit 1`)
  return rows.length > 0
}

/** What is on file about a player's account, sealed, or null; one who was erased has nothing but ids and times. */
export async function findSealedAccount(db: Db, playerId: string) {
  const rows = await db
    .select({
      emailSealed: players.emailSealed,
      statedSealed: players.statedSealed,
      locale: players.locale,
      createdAt: players.createdAt,
      lastSeenAt: players.lastSeenAt,
      erasedAt: players.erasedAt,
    })
    .from(players)
    .where(eq(players.id, playerId))
    .limit(1)
  return rows[0] ?? null
}

/** Sealed numbers of all documents of a player, and the locker accounts they came from. */
export async function listSealedIdentities(db: Db, playerId: string) {
  const numbers = await db
    .select({ id: documents.id, type: documents.type, sealed: documents.numberSealed })
    .from(documents)
    .where(and(eq(documents.playerId, playerId), isNotNull(documents.numberSealed)))
  const subjects = await db
    .select({ id: providerSessions.verificationId, sealed: providerSessions.subjectSealed })
    .from(providerSessions)
    .where(and(eq(providerSessions.playerId, playerId), isNotNull(providerSessions.subjectSealed)))
  return { numbers, subjects }
}

export type LinkReason = 'pan' | 'driving_licence' | 'locker_account'

/** Other players' attempts with one of these blind indexes, the newest `limit`; each arm by its own index. */
export async function listLinked(
  db: Db,
  playerId: string,
  indexes: { numbers: readonly string[]; subjects: readonly string[] },
  limit: number,
): Promise<{ playerId: string; verificationId: string; reason: LinkReason; at: Date }[]> {
  if (indexes.numbers.length + indexes.subjects.length === 0) return []
  const rows = await db.execute<{
    playerId: string
    verificationId: string
    reason: LinkReason
    at: string
  }>(sql`
    with linked as (
      (select d.player_id, d.verification_id, d.type as reason, d.fetched_at as at from documents d
        where d.number_index = any(${textArray(indexes.numbers)}) and d.player_id <> ${playerId}::uuid
        limit ${limit}::int)
      union all
      (select s.player_id, s.verification_id, 'locker_account', s.created_at from provider_sessions s
        where s.subject_index = any(${textArray(indexes.subjects)}) and s.player_id <> ${playerId}::uuid
        limit ${limit}::int)
    )
    select distinct on (player_id, reason) player_id as "playerId", verification_id as "verificationId", reason, at::text as at
    from linked order by player_id, reason, at desc`)
  return rows.map((row) => ({ ...row, at: new Date(row.at) }))
}
