import 'server-only'
import { and, eq, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import type { DocumentType } from '@/lib/documents/types'
import { isFinal, STATUSES, type Status } from '@/lib/verification/types'
import type { Db } from '../client'
import { consents } from '../schema/consents'
import { dataKeys } from '../schema/data-keys'
import { providerSessions, verifications } from '../schema/verifications'
import { textArray } from './index-locks'
import type { DataKeyRow } from './players'
import { VERIFICATION_COLUMNS, type Verification } from './verifications'

/** Writes the vendor's side of an attempt; a handle is unique per player. */
export async function insertProviderSession(
  db: Db,
  row: typeof providerSessions.$inferInsert,
): Promise<void> {
  await db.insert(providerSessions).values(row)
}

export interface ReturnContext {
  verification: Pick<
    Verification,
    'id' | 'caseId' | 'status' | 'version' | 'updatedAt' | 'deadlineAt' | 'documents'
  >
  session: {
    connectionId: string
    browserKeyHash: Buffer
    stateHash: Buffer
    sessionSealed: Buffer | null
  }
  consentLive: boolean
  dataKeys: DataKeyRow[]
}

/**
 * All that a return needs to be judged, in one statement: this player's attempt with that handle, or with that state
 * where the vendor has one exact address, or null.
 */
export async function findReturnContext(
  db: Db,
  playerId: string,
  by: { handleHash: Buffer } | { stateHash: Buffer },
): Promise<ReturnContext | null> {
  const rows = await db
    .select({
      verification: {
        id: verifications.id,
        caseId: verifications.caseId,
        status: verifications.status,
        version: verifications.version,
        updatedAt: verifications.updatedAt,
        deadlineAt: verifications.deadlineAt,
        documents: verifications.documents,
      },
      session: {
        connectionId: providerSessions.connectionId,
        browserKeyHash: providerSessions.browserKeyHash,
        stateHash: providerSessions.stateHash,
        sessionSealed: providerSessions.sessionSealed,
      },
      withdrawnAt: consents.withdrawnAt,
      supersededAt: consents.supersededAt,
      key: { version: dataKeys.version, wrapped: dataKeys.wrapped, checkValue: dataKeys.checkValue },
    })
    .from(providerSessions)
    .innerJoin(
      verifications,
      and(
        eq(verifications.playerId, providerSessions.playerId),
        eq(verifications.id, providerSessions.verificationId),
      ),
    )
    .innerJoin(
      consents,
      and(eq(consents.playerId, verifications.playerId), eq(consents.id, verifications.consentId)),
    )
    .innerJoin(dataKeys, eq(dataKeys.playerId, providerSessions.playerId))
    .where(
      and(
        eq(providerSessions.playerId, playerId),
        'handleHash' in by
          ? eq(providerSessions.handleHash, by.handleHash)
          : eq(providerSessions.stateHash, by.stateHash),
      ),
    )
  const first = rows[0]
  if (first === undefined) return null
  return {
    verification: first.verification,
    session: first.session,
    consentLive: first.withdrawnAt === null && first.supersededAt === null,
    dataKeys: rows.map((row) => row.key),
  }
}

/**
 * The claim: moves `awaiting_player` (or `awaiting_confirmation`) to `awaiting_provider`, keeps the sealed code, writes its
 * fingerprints (one per index key, so that a code met under an old key is known under a new one) and the audit record, all
 * in one statement. Where nothing single-use came back there is neither code nor fingerprint. `bound` false is for good,
 * true changes nothing. False when another return won, the time is over or the consent is gone. A fingerprint
 * met before fails with a unique violation (23505) and nothing is written.
 */
export async function claimReturn(
  db: Db,
  claim: {
    playerId: string
    id: string
    version: number
    deadlineAt: Date
    from: 'awaiting_player' | 'awaiting_confirmation'
    fingerprints: readonly string[]
    codeSealed: Buffer | null
    bound: boolean
    record: string
  },
): Promise<boolean> {
  const rows = await db.execute<{ id: string }>(sql`
    with claimed as (
      update verifications v
      set status = 'awaiting_provider', version = v.version + 1, returned_at = now(), updated_at = now(),
          deadline_at = ${claim.deadlineAt.toISOString()}::timestamptz
      where v.player_id = ${claim.playerId}::uuid and v.id = ${claim.id}::uuid
        and v.status = ${claim.from} and v.version = ${claim.version}::int and v.deadline_at > now()
        and exists (select 1 from consents c where c.player_id = v.player_id and c.id = v.consent_id
                    and c.withdrawn_at is null and c.superseded_at is null)
      returning v.player_id, v.id, v.case_id
    ), fingerprint as (
      insert into return_codes (fingerprint, player_id, verification_id)
      select one, player_id, id from claimed, unnest(${textArray(claim.fingerprints)}) as one
    ), kept as (
      update provider_sessions s set code_sealed = ${claim.codeSealed}::bytea, poll_at = null,
          bound = s.bound and ${claim.bound}::boolean
      from claimed where s.player_id = claimed.player_id and s.verification_id = claimed.id
    )
    select id, append_audit_event(case_id, ${claim.record}) from claimed`)
  return rows.length === 1
}

export type CollectContext = {
  verification: Verification
  session: typeof providerSessions.$inferSelect
  consentLive: boolean
  consentItems: string[]
}

/** An attempt with the vendor's side and the state of its consent, or null. */
export async function findCollectContext(
  db: Db,
  playerId: string,
  id: string,
): Promise<CollectContext | null> {
  const rows = await db
    .select({
      verification: VERIFICATION_COLUMNS,
      session: providerSessions,
      withdrawnAt: consents.withdrawnAt,
      supersededAt: consents.supersededAt,
      consentItems: consents.items,
    })
    .from(verifications)
    .innerJoin(
      providerSessions,
      and(
        eq(providerSessions.playerId, verifications.playerId),
        eq(providerSessions.verificationId, verifications.id),
      ),
    )
    .innerJoin(
      consents,
      and(eq(consents.playerId, verifications.playerId), eq(consents.id, verifications.consentId)),
    )
    .where(and(eq(verifications.playerId, playerId), eq(verifications.id, id)))
    .limit(1)
  const row = rows[0]
  if (row === undefined) return null
  const { withdrawnAt, supersededAt, ...rest } = row
  return { ...rest, consentLive: withdrawnAt === null && supersededAt === null }
}

/** Writes "exchange begun". False when it was begun before: then nobody may exchange again. */
export async function beginExchange(db: Db, playerId: string, verificationId: string): Promise<boolean> {
  const rows = await db
    .update(providerSessions)
    .set({ exchangeBegunAt: sql`now()` })
    .where(and(ownSession(playerId, verificationId), isNull(providerSessions.exchangeBegunAt)))
    .returning({ id: providerSessions.verificationId })
  return rows.length === 1
}

/** Keeps the sealed access of a finished exchange and forgets the code. False, and nothing is kept, when the attempt has moved on. */
export async function keepAccess(
  db: Db,
  playerId: string,
  verificationId: string,
  accessSealed: Buffer,
  accessExpiresAt: Date,
): Promise<boolean> {
  const collecting = and(
    eq(verifications.playerId, playerId),
    eq(verifications.id, verificationId),
    eq(verifications.status, 'awaiting_provider'),
  )
  // Locked first: whoever ends the attempt now waits and then finds the access to end.
  const going = await db.select({ id: verifications.id }).from(verifications).where(collecting).for('update')
  if (going.length === 0) return false
  await db
    .update(providerSessions)
    .set({ accessSealed, accessExpiresAt, codeSealed: null, exchangedAt: sql`now()` })
    .where(ownSession(playerId, verificationId))
  return true
}

/** Notes that a document came and raises the version, so that watchers see it. Nothing when the attempt has moved on. */
export async function recordArrival(
  db: Db,
  playerId: string,
  verificationId: string,
  type: string,
  at: Date,
): Promise<void> {
  await db.execute(sql`
    with collecting as (
      update verifications set version = version + 1, updated_at = now()
      where player_id = ${playerId}::uuid and id = ${verificationId}::uuid and status = 'awaiting_provider'
      returning player_id, id
    )
    update provider_sessions s
    set progress = s.progress || jsonb_build_object(${type}::text, ${at.toISOString()}::text)
    from collecting where s.player_id = collecting.player_id and s.verification_id = collecting.id`)
}

/** Which documents have arrived, and when (RFC 3339 UTC). Empty before the first. */
export async function findProgress(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<Partial<Record<DocumentType, string>>> {
  const rows = await db
    .select({ progress: providerSessions.progress })
    .from(providerSessions)
    .where(ownSession(playerId, verificationId))
  return rows[0]?.progress ?? {}
}

export interface PolledSession {
  playerId: string
  verificationId: string
  connectionId: string
  polls: number
  createdAt: Date
}

/** Takes sessions whose vendor is due to be asked, and notes when each is asked next. Across players: for the worker alone. */
export async function takeDuePolls(
  db: Db,
  limit: number,
  next: (polls: number, startedAt: Date) => Date | null,
): Promise<PolledSession[]> {
  const due = await db
    .select({
      playerId: providerSessions.playerId,
      verificationId: providerSessions.verificationId,
      connectionId: providerSessions.connectionId,
      polls: providerSessions.polls,
      createdAt: providerSessions.createdAt,
    })
    .from(providerSessions)
    .where(and(isNotNull(providerSessions.pollAt), lt(providerSessions.pollAt, sql`now()`)))
    .orderBy(providerSessions.pollAt)
    .limit(limit)
    .for('update', { skipLocked: true })
  for (const one of due)
    await db
      .update(providerSessions)
      .set({ polls: one.polls + 1, pollAt: next(one.polls + 1, one.createdAt) })
      .where(ownSession(one.playerId, one.verificationId))
  return due
}

/** The attempt whose vendor session has one of these reference indexes, or null. Across players: webhooks name no player. */
export async function findByReferenceIndexes(
  db: Db,
  connectionId: string,
  referenceIndexes: string[],
): Promise<{ playerId: string; verificationId: string } | null> {
  const rows = await db
    .select({ playerId: providerSessions.playerId, verificationId: providerSessions.verificationId })
    .from(providerSessions)
    .where(
      and(
        eq(providerSessions.connectionId, connectionId),
        inArray(providerSessions.referenceIndex, referenceIndexes),
      ),
    )
    .limit(1)
  return rows[0] ?? null
}

/** The vendor need not be asked any more. */
export async function stopPolling(db: Db, playerId: string, verificationId: string): Promise<void> {
  await db.update(providerSessions).set({ pollAt: null }).where(ownSession(playerId, verificationId))
}

/** Marks a completion of which nothing says that the player's own browser brought it home. */
export async function markUnbound(db: Db, playerId: string, verificationId: string): Promise<void> {
  await db
    .update(providerSessions)
    .set({ bound: false, pollAt: null })
    .where(ownSession(playerId, verificationId))
}

/**
 * Marks the attempt with this handle as unbound while it can still be finished, whoever's it is: its address came back in
 * a browser that is not its player's. Null when there is none, or it was marked before. Across players: such a browser
 * names none.
 */
export async function markUnboundByHandle(
  db: Db,
  connectionId: string,
  handleHash: Buffer,
): Promise<{ id: string; caseId: string } | null> {
  const unfinished: Status[] = ['awaiting_player', 'awaiting_confirmation', 'awaiting_provider']
  const rows = await db
    .update(providerSessions)
    .set({ bound: false })
    .from(verifications)
    .where(
      and(
        eq(providerSessions.handleHash, handleHash),
        eq(providerSessions.connectionId, connectionId),
        eq(providerSessions.bound, true),
        eq(verifications.playerId, providerSessions.playerId),
        eq(verifications.id, providerSessions.verificationId),
        inArray(verifications.status, unfinished),
      ),
    )
    .returning({ id: verifications.id, caseId: verifications.caseId })
  return rows[0] ?? null
}

/** Whether nothing has marked this attempt as unbound so far. */
export async function isBound(db: Db, playerId: string, verificationId: string): Promise<boolean> {
  const rows = await db
    .select({ bound: providerSessions.bound })
    .from(providerSessions)
    .where(ownSession(playerId, verificationId))
  return rows[0]?.bound ?? false
}

/** The locker account of an attempt as the vendor names it, sealed, or null. */
export async function findSealedSubject(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<Buffer | null> {
  const rows = await db
    .select({ sealed: providerSessions.subjectSealed })
    .from(providerSessions)
    .where(ownSession(playerId, verificationId))
  return rows[0]?.sealed ?? null
}

/** Forgets code, access and session secrets: nothing is read from the vendor any more. */
export async function finishProviderSession(
  db: Db,
  playerId: string,
  verificationId: string,
  subject: { index: string; sealed: Buffer } | null = null,
): Promise<void> {
  await db
    .update(providerSessions)
    .set({
      codeSealed: null,
      accessSealed: null,
      sessionSealed: null,
      pollAt: null,
      subjectIndex: subject?.index ?? null,
      subjectSealed: subject?.sealed ?? null,
      finishedAt: sql`now()`,
    })
    .where(ownSession(playerId, verificationId))
}

/**
 * Empties what is still sealed in sessions whose attempt is final or whose reading has ended; the number of sessions.
 * Across players: for the sweeper alone.
 */
export async function emptyEndedSessions(db: Db, limit: number): Promise<number> {
  const ended = db
    .select({ playerId: providerSessions.playerId, verificationId: providerSessions.verificationId })
    .from(providerSessions)
    .innerJoin(
      verifications,
      and(
        eq(verifications.playerId, providerSessions.playerId),
        eq(verifications.id, providerSessions.verificationId),
      ),
    )
    .where(
      and(
        or(
          isNotNull(providerSessions.sessionSealed),
          isNotNull(providerSessions.codeSealed),
          isNotNull(providerSessions.accessSealed),
        ),
        or(isNotNull(providerSessions.finishedAt), inArray(verifications.status, STATUSES.filter(isFinal))),
      ),
    )
    .limit(limit)
    .as('ended')
  const emptied = await db
    .update(providerSessions)
    .set({ sessionSealed: null, codeSealed: null, accessSealed: null, pollAt: null })
    .from(ended)
    .where(
      and(
        eq(providerSessions.playerId, ended.playerId),
        eq(providerSessions.verificationId, ended.verificationId),
      ),
    )
    .returning({ id: providerSessions.verificationId })
  return emptied.length
}

const ownSession = (playerId: string, verificationId: string) =>
  and(eq(providerSessions.playerId, playerId), eq(providerSessions.verificationId, verificationId))
