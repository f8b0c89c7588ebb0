import 'server-only'
import { and, eq, inArray, isNotNull, lt, max, ne, type SQL, sql } from 'drizzle-orm'
import type { DocumentType } from '@/lib/documents/types'
import type { Db } from '../client'
import { checks, decisions, documents, facts } from '../schema/documents'
import { players } from '../schema/players'
import { providerSessions, verifications } from '../schema/verifications'

export type NewDocument = typeof documents.$inferInsert
export type NewFact = typeof facts.$inferInsert
export type NewCheck = typeof checks.$inferInsert
export type NewDecision = typeof decisions.$inferInsert

/** Writes the documents of an attempt with their facts. */
export async function insertDocuments(db: Db, rows: NewDocument[], factRows: NewFact[]): Promise<void> {
  if (rows.length > 0) await db.insert(documents).values(rows)
  if (factRows.length > 0) await db.insert(facts).values(factRows)
}

/** Writes what was asked and what was concluded. */
export async function insertDecision(db: Db, checkRows: NewCheck[], decision: NewDecision): Promise<void> {
  if (checkRows.length > 0) await db.insert(checks).values(checkRows)
  await db.insert(decisions).values(decision)
}

/** Puts these answers in the place of those that an attempt had. */
export async function replaceChecks(
  db: Db,
  playerId: string,
  verificationId: string,
  rows: NewCheck[],
): Promise<void> {
  await db.delete(checks).where(and(eq(checks.playerId, playerId), eq(checks.verificationId, verificationId)))
  await db.insert(checks).values(rows)
}

/** Sets when the bytes of an attempt's documents are destroyed. */
export async function setKeepUntil(
  db: Db,
  playerId: string,
  verificationId: string,
  keepUntil: Date,
): Promise<void> {
  await db
    .update(documents)
    .set({ keepUntil })
    .where(
      and(
        eq(documents.playerId, playerId),
        eq(documents.verificationId, verificationId),
        ne(documents.state, 'missing'),
      ),
    )
}

/** Sealed numbers of an attempt's documents, where there are any. */
export async function listSealedNumbers(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<{ id: string; type: DocumentType; numberSealed: Buffer }[]> {
  const rows = await db
    .select({ id: documents.id, type: documents.type, numberSealed: documents.numberSealed })
    .from(documents)
    .where(and(eq(documents.playerId, playerId), eq(documents.verificationId, verificationId)))
  return rows.flatMap(({ numberSealed, ...rest }) =>
    numberSealed === null ? [] : [{ ...rest, numberSealed }],
  )
}

export type DocumentRow = Pick<
  typeof documents.$inferSelect,
  'id' | 'type' | 'state' | 'missingReason' | 'evidence' | 'signature' | 'fetchedAt' | 'keepUntil'
>

/** Documents of one attempt, without their bytes. */
export async function listDocuments(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<DocumentRow[]> {
  return db
    .select({
      id: documents.id,
      type: documents.type,
      state: documents.state,
      missingReason: documents.missingReason,
      evidence: documents.evidence,
      signature: documents.signature,
      fetchedAt: documents.fetchedAt,
      keepUntil: documents.keepUntil,
    })
    .from(documents)
    .where(and(eq(documents.playerId, playerId), eq(documents.verificationId, verificationId)))
}

/** Sealed facts with these names for these documents of one player. */
export async function listFacts(
  db: Db,
  playerId: string,
  documentIds: string[],
  names: string[],
): Promise<{ id: string; documentId: string; name: string; valueSealed: Buffer }[]> {
  if (documentIds.length === 0) return []
  return db
    .select({ id: facts.id, documentId: facts.documentId, name: facts.name, valueSealed: facts.valueSealed })
    .from(facts)
    .where(
      and(eq(facts.playerId, playerId), inArray(facts.documentId, documentIds), inArray(facts.name, names)),
    )
}

/** Reasons of the checks of one attempt that did not pass. */
export async function listCheckReasons(db: Db, playerId: string, verificationId: string): Promise<string[]> {
  const rows = await db
    .select({ reason: checks.reason })
    .from(checks)
    .where(and(eq(checks.playerId, playerId), eq(checks.verificationId, verificationId)))
  return rows.flatMap(({ reason }) => reason ?? [])
}

/**
 * True when documents of somebody else than named came in an attempt of this case, however it ended, and no person has
 * decided since.
 */
export async function hasOpenDoubt(db: Db, playerId: string, caseId: string): Promise<boolean> {
  const ofCase = and(eq(verifications.playerId, playerId), eq(verifications.caseId, caseId))
  const itsDecisions = and(
    eq(decisions.playerId, verifications.playerId),
    eq(decisions.verificationId, verifications.id),
  )
  const byStaff = db
    .select({ at: max(decisions.decidedAt) })
    .from(verifications)
    .innerJoin(decisions, itsDecisions)
    .where(and(ofCase, ne(decisions.madeBy, 'rule')))
  const rows = await db
    .select({ id: decisions.id })
    .from(verifications)
    .innerJoin(decisions, itsDecisions)
    .innerJoin(
      checks,
      and(eq(checks.playerId, verifications.playerId), eq(checks.verificationId, verifications.id)),
    )
    .where(
      and(
        ofCase,
        eq(decisions.madeBy, 'rule'),
        eq(checks.reason, 'person_not_matched'),
        sql`${decisions.decidedAt} > coalesce((${byStaff}), '-infinity')`,
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** Removes the documents of one attempt with their facts and what was decided on; used when an attempt ends without a result. */
export async function deleteDocumentsOf(db: Db, playerId: string, verificationId: string): Promise<void> {
  await db
    .update(decisions)
    .set({ inputSealed: null })
    .where(and(eq(decisions.playerId, playerId), eq(decisions.verificationId, verificationId)))
  await deleteWithFacts(
    db,
    sql`select player_id, id from documents
        where player_id = ${playerId}::uuid and verification_id = ${verificationId}::uuid`,
  )
}

/**
 * Removes all documents and facts of a player, what was found in them, what they had stated, and their locker accounts; of
 * a minor nothing is kept but outcome and date. Call it in a transaction that holds the player's lock.
 */
export async function deleteDocumentsOfPlayer(db: Db, playerId: string): Promise<void> {
  await db.update(players).set({ statedSealed: null }).where(eq(players.id, playerId))
  await db
    .update(providerSessions)
    .set({ subjectIndex: null, subjectSealed: null })
    .where(eq(providerSessions.playerId, playerId))
  await db.update(decisions).set({ inputSealed: null }).where(eq(decisions.playerId, playerId))
  await db.delete(checks).where(eq(checks.playerId, playerId))
  await deleteWithFacts(db, sql`select player_id, id from documents where player_id = ${playerId}::uuid`)
}

/**
 * Removes documents, facts, inputs and locker accounts of attempts that ended without a result more than `days` ago; the
 * number of documents.
 * Across players: for the sweeper alone.
 */
export async function deleteUnfinished(db: Db, days: number, limit: number): Promise<number> {
  await db.execute(sql`
    update decisions d set input_sealed = null from verifications v
    where v.player_id = d.player_id and v.id = d.verification_id and d.input_sealed is not null
      and v.status in ('cancelled', 'expired', 'failed', 'resubmission_requested')
      and v.decided_at < now() - make_interval(days => ${days}::int)`)
  await db.execute(sql`
    update provider_sessions s set subject_sealed = null, subject_index = null from verifications v
    where v.player_id = s.player_id and v.id = s.verification_id and s.subject_sealed is not null
      and v.status in ('cancelled', 'expired', 'failed', 'resubmission_requested')
      and v.decided_at < now() - make_interval(days => ${days}::int)`)
  return deleteWithFacts(
    db,
    sql`select d.player_id, d.id from documents d
        join verifications v on v.player_id = d.player_id and v.id = d.verification_id
        where v.status in ('cancelled', 'expired', 'failed', 'resubmission_requested')
          and v.decided_at < now() - make_interval(days => ${days}::int)
        limit ${limit}::int`,
  )
}

async function deleteWithFacts(db: Db, selected: SQL): Promise<number> {
  const rows = await db.execute(sql`
    with gone as (${selected}),
    facts_gone as (
      delete from facts f using gone where f.player_id = gone.player_id and f.document_id = gone.id
    )
    select player_id, id from gone`)
  for (const row of rows) {
    const { player_id: playerId, id } = row as { player_id: string; id: string }
    await db.delete(documents).where(and(eq(documents.playerId, playerId), eq(documents.id, id)))
  }
  return rows.length
}

/** Destroys the bytes of documents whose time is over; the number destroyed. Across players: for the sweeper alone. */
export async function destroyExpiredBytes(db: Db, limit: number): Promise<number> {
  const expired = db
    .select({ playerId: documents.playerId, id: documents.id })
    .from(documents)
    .where(and(isNotNull(documents.rawSealed), lt(documents.keepUntil, sql`now()`)))
    .limit(limit)
    .as('expired')
  const gone = await db
    .update(documents)
    .set({ rawSealed: null })
    .from(expired)
    .where(and(eq(documents.playerId, expired.playerId), eq(documents.id, expired.id)))
    .returning({ id: documents.id })
  return gone.length
}
