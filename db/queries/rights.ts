import 'server-only'
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { auditEvents } from '../schema/audit'
import { cases, consents } from '../schema/consents'
import { dataKeys } from '../schema/data-keys'
import { reveals } from '../schema/desk'
import { checks, decisions, documents, facts } from '../schema/documents'
import { players } from '../schema/players'
import { rateLimits } from '../schema/rate-limits'
import { reviewNotes } from '../schema/reviews'
import { erasures, playerRequests, revocations } from '../schema/rights'
import { sessions, signInCodes } from '../schema/sessions'
import { providerSessions, returnCodes, verifications } from '../schema/verifications'
import { unclaimedReturns } from '../schema/webhooks'

export type ErasureRow = typeof erasures.$inferSelect

/** What is on file about the player's account, or null; a player who was erased is null too. */
export async function findAccount(db: Db, playerId: string) {
  const rows = await db
    .select({
      emailSealed: players.emailSealed,
      statedSealed: players.statedSealed,
      locale: players.locale,
      createdAt: players.createdAt,
      lastSeenAt: players.lastSeenAt,
    })
    .from(players)
    .where(and(eq(players.id, playerId), isNull(players.erasedAt)))
    .limit(1)
  return rows[0] ?? null
}

/** Locks the player's row until the transaction ends: when they were erased, null when they were not, undefined: no such row. */
export async function lockForErasure(tx: Db, playerId: string): Promise<Date | null | undefined> {
  const rows = await tx
    .select({ erasedAt: players.erasedAt })
    .from(players)
    .where(eq(players.id, playerId))
    .for('update')
  return rows[0]?.erasedAt
}

/** Withdraws what consent is live; the ids. */
export async function withdrawAll(tx: Db, playerId: string, at: Date): Promise<string[]> {
  const rows = await tx
    .update(consents)
    .set({ withdrawnAt: at })
    .where(and(eq(consents.playerId, playerId), isNull(consents.withdrawnAt), isNull(consents.supersededAt)))
    .returning({ id: consents.id })
  return rows.map(({ id }) => id)
}

/**
 * Destroys all that says who a player is: data keys, address, statement, documents with facts and indexes, sealed vendor
 * sessions, decisions' inputs, words of requests, links of webhooks, pending codes, counters, waiting jobs, sessions. What
 * stays holds ids, codes, times and random hashes. Call it in a transaction that holds the player's lock, after open
 * attempts were ended.
 */
export async function destroyPlayer(tx: Db, playerId: string, erasedAt: Date): Promise<void> {
  await unlinkVendors(tx, playerId)
  await tx.delete(facts).where(eq(facts.playerId, playerId))
  await tx.delete(documents).where(eq(documents.playerId, playerId))
  await tx
    .update(decisions)
    .set({ inputSealed: null, inputHash: Buffer.alloc(0) })
    .where(eq(decisions.playerId, playerId))
  await tx
    .update(verifications)
    .set({ inputHash: null, version: sql`${verifications.version} + 1` })
    .where(and(eq(verifications.playerId, playerId), isNotNull(verifications.inputHash)))
  await tx.delete(reviewNotes).where(eq(reviewNotes.playerId, playerId))
  await tx.delete(reveals).where(eq(reveals.playerId, playerId))
  await tx
    .update(playerRequests)
    .set({
      textSealed: null,
      state: sql`case when ${playerRequests.state} = 'open' then 'closed' else ${playerRequests.state} end`,
    })
    .where(eq(playerRequests.playerId, playerId))
  await tx.delete(signInCodes).where(
    inArray(
      signInCodes.emailIndex,
      tx
        .select({ index: sql<string>`${players.emailIndex}` })
        .from(players)
        .where(eq(players.id, playerId)),
    ),
  )
  await tx.delete(rateLimits).where(sql`${rateLimits.key} like ${`%:${playerId}`}`)
  await tx.execute(sql`delete from pgboss.job where data->>'playerId' = ${playerId} and state <> 'active'`)
  await tx.delete(sessions).where(eq(sessions.playerId, playerId))
  await tx.delete(dataKeys).where(eq(dataKeys.playerId, playerId))
  await tx
    .update(players)
    .set({ emailSealed: null, emailIndex: null, statedSealed: null, erasedAt })
    .where(eq(players.id, playerId))
}

/** What vendors and their deliveries could lead back to the player by. */
async function unlinkVendors(tx: Db, playerId: string): Promise<void> {
  const own = eq(providerSessions.playerId, playerId)
  await tx
    .delete(unclaimedReturns)
    .where(
      inArray(
        unclaimedReturns.handleHash,
        tx.select({ hash: providerSessions.handleHash }).from(providerSessions).where(own),
      ),
    )
  await tx.execute(sql`
    update webhook_inbox w set player_id = null, verification_id = null, reference_indexes = '{}'
    where w.player_id = ${playerId}::uuid or w.reference_indexes && array(
      select s.reference_index from provider_sessions s
      where s.player_id = ${playerId}::uuid and s.reference_index is not null)`)
  await tx
    .update(providerSessions)
    .set({
      sessionSealed: null,
      codeSealed: null,
      accessSealed: null,
      subjectSealed: null,
      subjectIndex: null,
      referenceIndex: null,
      pollAt: null,
      progress: {},
    })
    .where(own)
}

/** Writes an erasure into the ledger; one that is there stays. */
export async function insertErasure(tx: Db, row: ErasureRow): Promise<void> {
  await tx.insert(erasures).values(row).onConflictDoNothing()
}

/** The erasure of this player, or null. */
export async function findErasure(db: Db, playerId: string): Promise<ErasureRow | null> {
  const rows = await db.select().from(erasures).where(eq(erasures.playerId, playerId)).limit(1)
  return rows[0] ?? null
}

/** The whole ledger, oldest first. */
export async function listErasures(db: Db): Promise<ErasureRow[]> {
  return db.select().from(erasures).orderBy(asc(erasures.erasedAt))
}

/** Those of `ids` who are here as if nobody had erased them: a backup brought them back. */
export async function listUnerased(db: Db, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ id: players.id })
    .from(players)
    .where(
      and(sql`${players.id} = any(${sql.param(`{${ids.join(',')}}`)}::uuid[])`, isNull(players.erasedAt)),
    )
  return rows.map(({ id }) => id)
}

/** Keeps an access that is to be ended at its vendor. */
export async function insertRevocation(
  tx: Db,
  row: Omit<typeof revocations.$inferInsert, 'createdAt'>,
): Promise<void> {
  await tx.insert(revocations).values(row)
}

/** An access that is to be ended, or null when it has been. */
export async function findRevocation(db: Db, id: string): Promise<typeof revocations.$inferSelect | null> {
  const rows = await db.select().from(revocations).where(eq(revocations.id, id)).limit(1)
  return rows[0] ?? null
}

/** The access has ended. */
export async function deleteRevocation(db: Db, id: string): Promise<void> {
  await db.delete(revocations).where(eq(revocations.id, id))
}

/** Forgets accesses that have ended by themselves; the number. */
export async function deleteEndedRevocations(db: Db): Promise<number> {
  const gone = await db
    .delete(revocations)
    .where(lt(revocations.expiresAt, sql`now()`))
    .returning({ id: revocations.id })
  return gone.length
}

/** What an attempt's vendor session holds that could still read, or null. */
export async function findAccess(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<{ connectionId: string; accessSealed: Buffer; accessExpiresAt: Date | null } | null> {
  const rows = await db
    .select({
      connectionId: providerSessions.connectionId,
      accessSealed: providerSessions.accessSealed,
      accessExpiresAt: providerSessions.accessExpiresAt,
    })
    .from(providerSessions)
    .where(and(eq(providerSessions.playerId, playerId), eq(providerSessions.verificationId, verificationId)))
    .limit(1)
  const [row] = rows
  return row === undefined || row.accessSealed === null ? null : { ...row, accessSealed: row.accessSealed }
}

/** All attempts of this player, newest first. */
export async function listAttempts(db: Db, playerId: string) {
  return db
    .select({
      id: verifications.id,
      caseId: verifications.caseId,
      consentId: verifications.consentId,
      reference: verifications.reference,
      status: verifications.status,
      reasons: verifications.reasons,
      connectionId: verifications.connectionId,
      sandbox: verifications.sandbox,
      policyVersion: verifications.policyVersion,
      createdAt: verifications.createdAt,
      startedAt: verifications.startedAt,
      returnedAt: verifications.returnedAt,
      decidedAt: verifications.decidedAt,
    })
    .from(verifications)
    .where(eq(verifications.playerId, playerId))
    .orderBy(desc(verifications.attempt))
}

/** All documents of this player without their bytes, and whether those are still there. */
export async function listPlayerDocuments(db: Db, playerId: string) {
  return db
    .select({
      id: documents.id,
      verificationId: documents.verificationId,
      type: documents.type,
      state: documents.state,
      missingReason: documents.missingReason,
      evidence: documents.evidence,
      numberSealed: documents.numberSealed,
      mediaType: documents.mediaType,
      hasBytes: sql<boolean>`${documents.rawSealed} is not null`,
      hadBytes: sql<boolean>`${documents.rawSha256} is not null`,
      keepUntil: documents.keepUntil,
      fetchedAt: documents.fetchedAt,
    })
    .from(documents)
    .where(eq(documents.playerId, playerId))
    .orderBy(asc(documents.fetchedAt), asc(documents.type))
}

/** All sealed facts of this player. */
export async function listPlayerFacts(db: Db, playerId: string) {
  return db
    .select({
      id: facts.id,
      documentId: facts.documentId,
      name: facts.name,
      valueSealed: facts.valueSealed,
      evidence: facts.evidence,
    })
    .from(facts)
    .where(eq(facts.playerId, playerId))
}

/** All checks of this player's attempts in their order. */
export async function listPlayerChecks(db: Db, playerId: string) {
  return db
    .select({
      verificationId: checks.verificationId,
      question: checks.question,
      outcome: checks.outcome,
      reason: checks.reason,
      note: checks.note,
    })
    .from(checks)
    .where(eq(checks.playerId, playerId))
    .orderBy(asc(checks.verificationId), asc(checks.ordinal))
}

/** All decisions on this player's attempts, oldest first. */
export async function listPlayerDecisions(db: Db, playerId: string) {
  return db
    .select({
      verificationId: decisions.verificationId,
      outcome: decisions.outcome,
      reasons: decisions.reasons,
      madeBy: decisions.madeBy,
      policyVersion: decisions.policyVersion,
      decidedAt: decisions.decidedAt,
    })
    .from(decisions)
    .where(eq(decisions.playerId, playerId))
    .orderBy(asc(decisions.decidedAt))
}

/** All consents of this player with their receipts, oldest first. */
export async function listReceiptTexts(db: Db, playerId: string) {
  return db
    .select({
      id: consents.id,
      receipt: consents.receipt,
      givenAt: consents.givenAt,
      withdrawnAt: consents.withdrawnAt,
      supersededAt: consents.supersededAt,
    })
    .from(consents)
    .where(eq(consents.playerId, playerId))
    .orderBy(asc(consents.givenAt))
}

/** The newest `limit` audit records (canonical JSON) of the player's cases, newest first. */
export async function listCaseRecords(db: Db, playerId: string, limit: number): Promise<string[]> {
  const rows = await db
    .select({ record: auditEvents.record })
    .from(auditEvents)
    .innerJoin(cases, eq(cases.id, auditEvents.chainId))
    .where(eq(cases.playerId, playerId))
    .orderBy(desc(auditEvents.createdAt), desc(auditEvents.seq))
    .limit(limit)
  return rows.map(({ record }) => record)
}

const silentFor = (days: number, hoursLess: number) =>
  lt(
    players.lastSeenAt,
    sql`now() - make_interval(days => ${days}::int) + make_interval(hours => ${hoursLess}::int)`,
  )

/** Players who have not signed in for `days`, or will not have in `hours`, and were not told yet. For the sweeper alone. */
export async function listUnwarned(
  db: Db,
  days: number,
  hours: number,
  limit: number,
): Promise<{ id: string; emailSealed: Buffer; locale: string }[]> {
  const rows = await db
    .select({ id: players.id, emailSealed: players.emailSealed, locale: players.locale })
    .from(players)
    .where(and(isNull(players.erasedAt), isNull(players.warnedAt), silentFor(days, hours)))
    .orderBy(players.lastSeenAt)
    .limit(limit)
  return rows.flatMap(({ emailSealed, ...row }) => (emailSealed === null ? [] : [{ ...row, emailSealed }]))
}

/** Notes that a silent player was told. False when somebody did before. */
export async function markWarned(db: Db, id: string): Promise<boolean> {
  const rows = await db
    .update(players)
    .set({ warnedAt: sql`now()` })
    .where(and(eq(players.id, id), isNull(players.warnedAt), isNull(players.erasedAt)))
    .returning({ id: players.id })
  return rows.length === 1
}

/** Players silent for `days` who were told at least `hours` ago. For the sweeper alone. */
export async function listSilent(db: Db, days: number, hours: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: players.id })
    .from(players)
    .where(silentAndTold(days, hours))
    .orderBy(players.lastSeenAt)
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** True when this player is one of `listSilent`, now. */
export async function isSilent(db: Db, id: string, days: number, hours: number): Promise<boolean> {
  return (await db.$count(players, and(eq(players.id, id), silentAndTold(days, hours)))) === 1
}

const silentAndTold = (days: number, hours: number) =>
  and(
    isNull(players.erasedAt),
    silentFor(days, 0),
    lt(players.warnedAt, sql`now() - make_interval(hours => ${hours}::int)`),
  )

/**
 * Removes what was kept as proof of players erased over `days` ago: attempts, outcomes, receipts, requests. The ledger entry
 * and the audit chain stay. The number of players. For the sweeper alone.
 */
export async function deleteClosed(tx: Db, days: number, limit: number): Promise<number> {
  const closed = await tx
    .select({ id: players.id })
    .from(players)
    .where(lt(players.erasedAt, sql`now() - make_interval(days => ${days}::int)`))
    .orderBy(players.erasedAt)
    .limit(limit)
    .for('update', { skipLocked: true })
  const ids = closed.map(({ id }) => id)
  if (ids.length === 0) return 0
  await tx.delete(checks).where(inArray(checks.playerId, ids))
  await tx.delete(decisions).where(inArray(decisions.playerId, ids))
  await tx.delete(playerRequests).where(inArray(playerRequests.playerId, ids))
  await tx.delete(returnCodes).where(inArray(returnCodes.playerId, ids))
  await tx.delete(providerSessions).where(inArray(providerSessions.playerId, ids))
  await tx.delete(verifications).where(inArray(verifications.playerId, ids))
  await tx.delete(consents).where(inArray(consents.playerId, ids))
  await tx.delete(cases).where(inArray(cases.playerId, ids))
  await tx.delete(players).where(inArray(players.id, ids))
  return ids.length
}

/**
 * Removes documents, facts, inputs and locker accounts of attempts that were not accepted, `days` after, unless a request
 * about them is open; the number of documents. For the sweeper alone.
 */
export async function deleteRefused(tx: Db, days: number, limit: number): Promise<number> {
  const isOver = sql`v.status in ('rejected', 'revoked')
    and v.decided_at < now() - make_interval(days => ${days}::int)
    and not exists (
      select 1 from player_requests r
      where r.player_id = v.player_id and r.verification_id = v.id and r.state = 'open')`
  await tx.execute(sql`
    update decisions x set input_sealed = null from verifications v
    where v.player_id = x.player_id and v.id = x.verification_id and x.input_sealed is not null and ${isOver}`)
  await tx.execute(sql`
    update provider_sessions s set subject_sealed = null, subject_index = null from verifications v
    where v.player_id = s.player_id and v.id = s.verification_id and s.subject_sealed is not null and ${isOver}`)
  const rows = await tx.execute<{ player_id: string; id: string }>(sql`
    with gone as (
      select d.player_id, d.id from documents d
      join verifications v on v.player_id = d.player_id and v.id = d.verification_id
      where ${isOver}
      limit ${limit}::int
    ), facts_gone as (
      delete from facts f using gone where f.player_id = gone.player_id and f.document_id = gone.id
    )
    select player_id, id from gone`)
  for (const { player_id: playerId, id } of rows)
    await tx.delete(documents).where(and(eq(documents.playerId, playerId), eq(documents.id, id)))
  return rows.length
}
