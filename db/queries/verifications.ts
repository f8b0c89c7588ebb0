import 'server-only'
import { and, count, desc, eq, gt, inArray, isNotNull, lt, sql } from 'drizzle-orm'
import type { DocumentType } from '@/lib/documents/types'
import { MOVES, type ReasonCode, type Status, WITH_PLAYER } from '@/lib/verification/types'
import type { Db } from '../client'
import { verifications } from '../schema/verifications'

export type VerificationRow = typeof verifications.$inferSelect

/** What is read of an attempt. */
export const VERIFICATION_COLUMNS = {
  playerId: verifications.playerId,
  id: verifications.id,
  caseId: verifications.caseId,
  consentId: verifications.consentId,
  attempt: verifications.attempt,
  reference: verifications.reference,
  status: verifications.status,
  version: verifications.version,
  documents: verifications.documents,
  connectionId: verifications.connectionId,
  sandbox: verifications.sandbox,
  reasons: verifications.reasons,
  policyVersion: verifications.policyVersion,
  correctFirst: verifications.correctFirst,
  createdAt: verifications.createdAt,
  startedAt: verifications.startedAt,
  returnedAt: verifications.returnedAt,
  decidedAt: verifications.decidedAt,
  updatedAt: verifications.updatedAt,
  deadlineAt: verifications.deadlineAt,
}
export type Verification = Pick<VerificationRow, keyof typeof VERIFICATION_COLUMNS>

/** Writes a new attempt; it begins as `awaiting_consent`. */
export async function insertVerification(
  db: Db,
  row: Omit<typeof verifications.$inferInsert, 'status' | 'version'>,
): Promise<void> {
  await db.insert(verifications).values({ ...row, status: 'awaiting_consent' })
}

/** One attempt of this player, or null. */
export async function findVerification(db: Db, playerId: string, id: string): Promise<Verification | null> {
  const rows = await db
    .select(VERIFICATION_COLUMNS)
    .from(verifications)
    .where(and(eq(verifications.playerId, playerId), eq(verifications.id, id)))
    .limit(1)
  return rows[0] ?? null
}

/** The player's latest attempt, or null. */
export async function findLatestVerification(db: Db, playerId: string): Promise<Verification | null> {
  const rows = await db
    .select(VERIFICATION_COLUMNS)
    .from(verifications)
    .where(eq(verifications.playerId, playerId))
    .orderBy(desc(verifications.attempt))
    .limit(1)
  return rows[0] ?? null
}

/** Version and status alone: what a held status request looks at. Null when it is not this player's. */
export async function findVersion(
  db: Db,
  playerId: string,
  id: string,
): Promise<{ version: number; status: Status } | null> {
  const rows = await db
    .select({ version: verifications.version, status: verifications.status })
    .from(verifications)
    .where(and(eq(verifications.playerId, playerId), eq(verifications.id, id)))
    .limit(1)
  return rows[0] ?? null
}

/** How often this player was sent to each connection after `since`, by connection id. */
export async function countStarted(db: Db, playerId: string, since: Date): Promise<Map<string, number>> {
  const rows = await db
    .select({ connectionId: verifications.connectionId, started: count() })
    .from(verifications)
    .where(and(eq(verifications.playerId, playerId), gt(verifications.startedAt, since)))
    .groupBy(verifications.connectionId)
  return new Map(rows.map(({ connectionId, started }) => [connectionId ?? '', started]))
}

/**
 * Attempts of this player that are still open, locked until the transaction ends. Locks are taken in one order
 * everywhere, player, attempts, audit chain, so that no two transactions wait for each other.
 */
export async function listOpen(db: Db, playerId: string): Promise<Verification[]> {
  const open = Object.keys(MOVES).filter((status) => status.startsWith('awaiting_')) as Status[]
  return db
    .select(VERIFICATION_COLUMNS)
    .from(verifications)
    .where(and(eq(verifications.playerId, playerId), inArray(verifications.status, open)))
    .orderBy(verifications.id)
    .for('update')
}

interface Change {
  reasons?: ReasonCode[]
  connectionId?: string
  sandbox?: boolean
  policyVersion?: string
  inputHash?: Buffer
  correctFirst?: DocumentType
  documentStates?: string[]
  startedAt?: Date
  returnedAt?: Date
  decidedAt?: Date
  deadlineAt: Date | null
}

/** Moves `from` to `to` for this player's row. False when another request moved it first. */
export async function moveVerification(
  db: Db,
  playerId: string,
  id: string,
  from: Status,
  to: Status,
  change: Change,
): Promise<boolean> {
  const mine = and(
    eq(verifications.id, id),
    eq(verifications.playerId, playerId),
    eq(verifications.status, from),
  )
  const moved = await db
    .update(verifications)
    .set({ ...change, status: to, version: sql`${verifications.version} + 1`, updatedAt: sql`now()` })
    .where(mine)
    .returning({ id: verifications.id })
  return moved.length === 1
}

/** Writes why an attempt stays as it is, for its watchers. False when it said so already or has moved on. */
export async function noteReason(
  db: Db,
  playerId: string,
  id: string,
  status: Status,
  reason: ReasonCode,
): Promise<boolean> {
  const noted = await db
    .update(verifications)
    .set({ reasons: [reason], version: sql`${verifications.version} + 1`, updatedAt: sql`now()` })
    .where(
      and(
        eq(verifications.playerId, playerId),
        eq(verifications.id, id),
        eq(verifications.status, status),
        sql`not ${verifications.reasons} @> array[${reason}]`,
      ),
    )
    .returning({ id: verifications.id })
  return noted.length === 1
}

/** Raises the version of an attempt that stays in `status`, so that its watchers look again. False when it has moved on. */
export async function raiseVersion(db: Db, playerId: string, id: string, status: Status): Promise<boolean> {
  const mine = and(
    eq(verifications.playerId, playerId),
    eq(verifications.id, id),
    eq(verifications.status, status),
  )
  const raised = await db
    .update(verifications)
    .set({ version: sql`${verifications.version} + 1`, updatedAt: sql`now()` })
    .where(mine)
    .returning({ id: verifications.id })
  return raised.length === 1
}

/** Attempts whose present state has outlived its deadline, oldest first. Across players: for the sweeper alone. */
export async function listOverdue(db: Db, limit: number): Promise<Verification[]> {
  const waiting: Status[] = [...WITH_PLAYER, 'awaiting_provider']
  return db
    .select(VERIFICATION_COLUMNS)
    .from(verifications)
    .where(
      and(
        isNotNull(verifications.deadlineAt),
        lt(verifications.deadlineAt, sql`now()`),
        inArray(verifications.status, waiting),
      ),
    )
    .orderBy(verifications.deadlineAt)
    .limit(limit)
}
