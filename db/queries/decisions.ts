import 'server-only'
import { and, desc, eq, inArray, isNotNull, ne, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { checks, decisions, documents } from '../schema/documents'
import { policies } from '../schema/policies'
import { providerSessions, verifications } from '../schema/verifications'

/** Keeps a policy under its hash, so that what was decided under it can be replayed; harmless when it is there. */
export async function keepPolicy(db: Db, row: typeof policies.$inferInsert): Promise<void> {
  await db.insert(policies).values(row).onConflictDoNothing()
}

/** Canonical JSON of a policy that was used, or null. */
export async function findPolicy(db: Db, sha256: string): Promise<string | null> {
  const [row] = await db
    .select({ content: policies.content })
    .from(policies)
    .where(eq(policies.sha256, sha256))
  return row?.content ?? null
}

/** Notes of the checks of one attempt, in the order of the checks. */
export async function listNotes(db: Db, playerId: string, verificationId: string): Promise<string[]> {
  const rows = await db
    .select({ note: checks.note })
    .from(checks)
    .where(
      and(eq(checks.playerId, playerId), eq(checks.verificationId, verificationId), isNotNull(checks.note)),
    )
    .orderBy(checks.ordinal)
  return rows.flatMap(({ note }) => note ?? [])
}

/** What the checks of one attempt found, without those that passed. */
export async function listFindings(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<{ question: string; reason: string }[]> {
  const rows = await db
    .select({ question: checks.question, reason: checks.reason })
    .from(checks)
    .where(and(eq(checks.playerId, playerId), eq(checks.verificationId, verificationId)))
    .orderBy(checks.ordinal)
  return rows.flatMap(({ question, reason }) => (reason === null ? [] : [{ question, reason }]))
}

const STORED = {
  playerId: decisions.playerId,
  id: decisions.id,
  verificationId: decisions.verificationId,
  reference: verifications.reference,
  outcome: decisions.outcome,
  reasons: decisions.reasons,
  policyVersion: decisions.policyVersion,
  policySha256: decisions.policySha256,
  inputHash: decisions.inputHash,
  inputSealed: decisions.inputSealed,
  decidedAt: decisions.decidedAt,
}

export interface StoredDecision {
  playerId: string
  id: string
  verificationId: string
  reference: string
  outcome: string
  reasons: string[]
  policyVersion: string
  policySha256: string | null
  inputHash: Buffer
  inputSealed: Buffer | null
  decidedAt: Date
}

const ofVerification = and(
  eq(verifications.playerId, decisions.playerId),
  eq(verifications.id, decisions.verificationId),
)

/** The newest decision that a rule made for this attempt, or null. */
export async function findRuleDecision(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<StoredDecision | null> {
  const [row] = await db
    .select(STORED)
    .from(decisions)
    .innerJoin(verifications, ofVerification)
    .where(
      and(
        eq(decisions.playerId, playerId),
        eq(decisions.verificationId, verificationId),
        eq(decisions.madeBy, 'rule'),
      ),
    )
    .orderBy(desc(decisions.decidedAt))
    .limit(1)
  return row ?? null
}

/** True when a person has decided on this attempt, whatever came of it. */
export async function isDecidedByPerson(db: Db, playerId: string, verificationId: string): Promise<boolean> {
  const rows = await db
    .select({ id: decisions.id })
    .from(decisions)
    .where(
      and(
        eq(decisions.playerId, playerId),
        eq(decisions.verificationId, verificationId),
        ne(decisions.madeBy, 'rule'),
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** Ids of the newest decisions that rules made and whose input is still kept. Across players: for the dry run alone. */
export async function listRuleDecisionIds(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: decisions.id })
    .from(decisions)
    .where(and(eq(decisions.madeBy, 'rule'), isNotNull(decisions.inputSealed)))
    .orderBy(desc(decisions.decidedAt), decisions.id)
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** These decisions, the newest first. Across players: for the dry run alone. */
export async function listDecisions(db: Db, ids: string[]): Promise<StoredDecision[]> {
  return db
    .select(STORED)
    .from(decisions)
    .innerJoin(verifications, ofVerification)
    .where(inArray(decisions.id, ids))
    .orderBy(desc(decisions.decidedAt), decisions.id)
}

/** Makes decisions about the same identity wait for each other until the transaction ends; `indexes` in any order. */
export async function lockIdentities(db: Db, indexes: readonly string[]): Promise<void> {
  for (const index of [...indexes].sort())
    await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${index}, 0))`)
}

export interface IdentityIndexes {
  pan: string[]
  driving_licence: string[]
  locker_account: string[]
}

/** Which of these identities another player is already verified with. Across players. */
export async function listDuplicates(
  db: Db,
  playerId: string,
  indexes: IdentityIndexes,
): Promise<(keyof IdentityIndexes)[]> {
  const numbers = [...indexes.pan, ...indexes.driving_licence]
  const found = [
    ...(numbers.length === 0 ? [] : await listOthersNumbers(db, playerId, numbers)),
    ...(indexes.locker_account.length === 0
      ? []
      : await listOthersSubjects(db, playerId, indexes.locker_account)),
  ]
  return (Object.keys(indexes) as (keyof IdentityIndexes)[]).filter((kind) =>
    indexes[kind].some((index) => found.includes(index)),
  )
}

async function listOthersNumbers(db: Db, playerId: string, numbers: string[]): Promise<(string | null)[]> {
  const rows = await db
    .select({ index: documents.numberIndex })
    .from(documents)
    .innerJoin(
      verifications,
      and(
        eq(verifications.playerId, documents.playerId),
        eq(verifications.id, documents.verificationId),
        eq(verifications.status, 'approved'),
      ),
    )
    .where(and(inArray(documents.numberIndex, numbers), ne(documents.playerId, playerId)))
  return rows.map(({ index }) => index)
}

async function listOthersSubjects(db: Db, playerId: string, subjects: string[]): Promise<(string | null)[]> {
  const rows = await db
    .select({ index: providerSessions.subjectIndex })
    .from(providerSessions)
    .innerJoin(
      verifications,
      and(
        eq(verifications.playerId, providerSessions.playerId),
        eq(verifications.id, providerSessions.verificationId),
        eq(verifications.status, 'approved'),
      ),
    )
    .where(and(inArray(providerSessions.subjectIndex, subjects), ne(providerSessions.playerId, playerId)))
  return rows.map(({ index }) => index)
}
