import 'server-only'
import { and, asc, eq, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { decisions } from '../schema/documents'
import { bulkActs, bulkItems, pendingDecisions, secondLooks } from '../schema/review-work'
import { textArray } from './index-locks'

// What staff have decided and what has not taken effect yet, second looks, and acts on many cases.

export type PendingDecision = typeof pendingDecisions.$inferSelect
export type SecondLook = typeof secondLooks.$inferSelect
export type BulkActRow = typeof bulkActs.$inferSelect

const OPEN_BULK: BulkActRow['state'][] = ['waiting', 'running']
const inSeconds = (seconds: number) => sql`now() + make_interval(secs => ${seconds}::int)`

/** Stores a decision that takes effect in `seconds`, or for now waits for a second person (null). */
export async function insertPending(
  tx: Db,
  row: Omit<typeof pendingDecisions.$inferInsert, 'effectiveAt' | 'madeAt'>,
  seconds: number | null,
): Promise<PendingDecision> {
  const [stored] = await tx
    .insert(pendingDecisions)
    .values({ ...row, effectiveAt: seconds === null ? null : inSeconds(seconds) })
    .returning()
  if (stored === undefined) throw new Error('nothing was stored')
  return stored
}

/** The decision on an attempt that has not taken effect, or null. */
export async function findPending(db: Db, verificationId: string): Promise<PendingDecision | null> {
  const rows = await db
    .select()
    .from(pendingDecisions)
    .where(eq(pendingDecisions.verificationId, verificationId))
    .limit(1)
  return rows[0] ?? null
}

/** A second person agrees: it takes effect in `seconds`. Null when it does not wait for one. */
export async function confirmPending(
  tx: Db,
  verificationId: string,
  staffId: string,
  seconds: number,
): Promise<PendingDecision | null> {
  const rows = await tx
    .update(pendingDecisions)
    .set({ confirmedBy: staffId, effectiveAt: inSeconds(seconds) })
    .where(and(eq(pendingDecisions.verificationId, verificationId), isNull(pendingDecisions.effectiveAt)))
    .returning()
  return rows[0] ?? null
}

/** Takes back what has not taken effect, by who decided it (or agreed to a reversal). Null when it is too late or not theirs. */
export async function deletePendingOf(
  tx: Db,
  verificationId: string,
  staffId: string,
): Promise<PendingDecision | null> {
  const rows = await tx
    .delete(pendingDecisions)
    .where(
      and(
        eq(pendingDecisions.verificationId, verificationId),
        or(
          eq(pendingDecisions.madeBy, staffId),
          sql`(${pendingDecisions.confirmedBy} = ${staffId}::uuid and ${pendingDecisions.act} in ('reopen', 'revoke'))`,
        ),
        sql`(${pendingDecisions.effectiveAt} is null or ${pendingDecisions.effectiveAt} > now())`,
      ),
    )
    .returning()
  return rows[0] ?? null
}

/** Takes a decision whose time has come, once: whoever comes second finds nothing. */
export async function takeDuePending(tx: Db, playerId: string, id: string): Promise<PendingDecision | null> {
  const rows = await tx
    .delete(pendingDecisions)
    .where(
      and(
        eq(pendingDecisions.playerId, playerId),
        eq(pendingDecisions.id, id),
        lte(pendingDecisions.effectiveAt, sql`now()`),
      ),
    )
    .returning()
  return rows[0] ?? null
}

/** Decisions whose time came over `seconds` ago and whose job did not carry them out. Across players: for the sweeper alone. */
export async function listLatePending(
  db: Db,
  seconds: number,
  limit: number,
): Promise<Pick<PendingDecision, 'playerId' | 'verificationId' | 'id'>[]> {
  return db
    .select({
      playerId: pendingDecisions.playerId,
      verificationId: pendingDecisions.verificationId,
      id: pendingDecisions.id,
    })
    .from(pendingDecisions)
    .where(lte(pendingDecisions.effectiveAt, sql`now() - make_interval(secs => ${seconds}::int)`))
    .orderBy(asc(pendingDecisions.effectiveAt))
    .limit(limit)
}

/** Reversals that wait for a second person, oldest first. Across players: for staff alone. */
export async function listUnconfirmed(db: Db, limit: number): Promise<PendingDecision[]> {
  return db
    .select()
    .from(pendingDecisions)
    .where(isNull(pendingDecisions.effectiveAt))
    .orderBy(asc(pendingDecisions.madeAt))
    .limit(limit)
}

/** Forgets what staff decided about a player, or one attempt of theirs, and what has not taken effect; what it was. */
export async function dropPending(
  tx: Db,
  playerId: string,
  verificationId: string | null = null,
): Promise<PendingDecision[]> {
  return tx
    .delete(pendingDecisions)
    .where(
      and(
        eq(pendingDecisions.playerId, playerId),
        verificationId === null ? undefined : eq(pendingDecisions.verificationId, verificationId),
      ),
    )
    .returning()
}

/** The newest decision of a person on an attempt, or null. */
export async function findStaffDecision(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<{ outcome: string; madeBy: string; decidedAt: Date } | null> {
  const rows = await db
    .select({ outcome: decisions.outcome, madeBy: decisions.madeBy, decidedAt: decisions.decidedAt })
    .from(decisions)
    .where(
      and(
        eq(decisions.playerId, playerId),
        eq(decisions.verificationId, verificationId),
        sql`${decisions.madeBy} <> 'rule'`,
      ),
    )
    .orderBy(sql`${decisions.decidedAt} desc`)
    .limit(1)
  return rows[0] ?? null
}

/** Adds a reason to an attempt that stays as it is, for its watchers. */
export async function addReason(
  tx: Db,
  playerId: string,
  verificationId: string,
  reason: string,
): Promise<void> {
  await tx.execute(sql`
    update verifications set reasons = array_append(reasons, ${reason}), version = version + 1, updated_at = now()
    where player_id = ${playerId}::uuid and id = ${verificationId}::uuid and not reasons @> ${textArray([reason])}`)
}

/** Puts one decision up for a second look. */
export async function insertSecondLook(tx: Db, row: typeof secondLooks.$inferInsert): Promise<void> {
  await tx.insert(secondLooks).values(row)
}

/**
 * Gives this person the oldest second look that is theirs already, or free, or was taken over `idleMinutes` ago and not answered; in one
 * statement. Never of a decision they made or agreed to, nor of a player they are linked to. Null: nothing to do.
 */
export async function takeSecondLook(
  tx: Db,
  staffId: string,
  idleMinutes: number,
): Promise<SecondLook | null> {
  const rows = await tx.execute(sql`
    update second_looks set taken_by = ${staffId}::uuid, taken_at = now()
    where (player_id, id) = (
      select s.player_id, s.id from second_looks s
      where s.answered_at is null and s.first_by <> ${staffId}::uuid
        and (s.taken_by is null or s.taken_by = ${staffId}::uuid
          or s.taken_at < now() - make_interval(mins => ${idleMinutes}::int))
        and not exists (
          select 1 from staff_links l where l.player_id = s.player_id and l.staff_id = ${staffId}::uuid)
        and not exists (
          select 1 from decisions d where d.player_id = s.player_id and d.verification_id = s.verification_id
            and d.confirmed_by = ${staffId}::uuid)
      order by (s.taken_by is not distinct from ${staffId}::uuid) desc, s.created_at, s.id
      limit 1 for update of s skip locked)
    returning player_id as "playerId", id`)
  const [row] = rows as unknown as { playerId: string; id: string }[]
  return row === undefined ? null : findSecondLook(tx, row.id)
}

/** One second look, or null. */
export async function findSecondLook(db: Db, id: string): Promise<SecondLook | null> {
  const rows = await db.select().from(secondLooks).where(eq(secondLooks.id, id)).limit(1)
  return rows[0] ?? null
}

/** The second look at this attempt that this person has taken and not answered, or null. */
export async function findLookOf(db: Db, staffId: string, verificationId: string): Promise<string | null> {
  const rows = await db
    .select({ id: secondLooks.id })
    .from(secondLooks)
    .where(
      and(
        eq(secondLooks.verificationId, verificationId),
        eq(secondLooks.takenBy, staffId),
        isNull(secondLooks.answeredAt),
      ),
    )
    .limit(1)
  return rows[0]?.id ?? null
}

/**
 * The attempts that this person is to look at a second time, each with the reasons for which a rule had sent it to a person:
 * pages show it as it was then.
 */
export async function listBlind(db: Db, staffId: string): Promise<Map<string, string[]>> {
  const rows = await db.execute<{ id: string; reasons: string[] | null }>(sql`
    select s.verification_id as id, d.reasons from second_looks s
    left join lateral (
      select reasons from decisions d
      where d.player_id = s.player_id and d.verification_id = s.verification_id and d.made_by = 'rule'
      order by d.decided_at desc limit 1) d on true
    where s.taken_by = ${staffId}::uuid and s.answered_at is null`)
  return new Map(rows.map(({ id, reasons }) => [id, reasons ?? []]))
}

/** Stores the second verdict. Null when it was answered, or somebody else has taken it. */
export async function answerSecondLook(
  tx: Db,
  id: string,
  staffId: string,
  outcome: string,
  reasons: string[],
): Promise<SecondLook | null> {
  const rows = await tx
    .update(secondLooks)
    .set({
      secondOutcome: outcome,
      secondReasons: reasons,
      // The same outcome, and unless it is an approval a reason in common: the reason is what the player reads.
      agrees: sql`${secondLooks.firstOutcome} = ${outcome} and (${outcome} = 'approve' or ${secondLooks.firstReasons} && ${textArray(reasons)})`,
      answeredAt: sql`now()`,
    })
    .where(and(eq(secondLooks.id, id), eq(secondLooks.takenBy, staffId), isNull(secondLooks.answeredAt)))
    .returning()
  return rows[0] ?? null
}

/** Second looks that came to another verdict and that no lead has settled, oldest first. Across players: for leads alone. */
export async function listDiffering(db: Db, limit: number): Promise<SecondLook[]> {
  return db
    .select()
    .from(secondLooks)
    .where(and(eq(secondLooks.agrees, false), isNull(secondLooks.settledAt)))
    .orderBy(asc(secondLooks.answeredAt))
    .limit(limit)
}

/** A lead has looked at two verdicts that differ. Null when that was done, or they do not differ. */
export async function settleSecondLook(tx: Db, id: string, staffId: string): Promise<SecondLook | null> {
  const rows = await tx
    .update(secondLooks)
    .set({ settledBy: staffId, settledAt: sql`now()` })
    .where(and(eq(secondLooks.id, id), eq(secondLooks.agrees, false), isNull(secondLooks.settledAt)))
    .returning()
  return rows[0] ?? null
}

/** Stores an act on many cases that takes effect in `seconds`, with the version of each. When it does. */
export async function insertBulk(
  tx: Db,
  act: Omit<typeof bulkActs.$inferInsert, 'effectiveAt' | 'madeAt' | 'state'>,
  items: readonly { playerId: string; verificationId: string; version: number }[],
  seconds: number,
): Promise<Date> {
  const [stored] = await tx
    .insert(bulkActs)
    .values({ ...act, effectiveAt: inSeconds(seconds) })
    .returning({ effectiveAt: bulkActs.effectiveAt })
  if (stored === undefined) throw new Error('nothing was stored')
  if (items.length > 0) await tx.insert(bulkItems).values(items.map((item) => ({ bulkId: act.id, ...item })))
  return stored.effectiveAt
}

/** An act on many cases, or null. */
export async function findBulk(db: Db, id: string): Promise<BulkActRow | null> {
  const [row] = await db.select().from(bulkActs).where(eq(bulkActs.id, id))
  return row ?? null
}

/** Begins an act whose time has come, or goes on with it: from now on it cannot be undone. Null when there is nothing to do. */
export async function beginBulk(tx: Db, id: string): Promise<BulkActRow | null> {
  const rows = await tx
    .update(bulkActs)
    .set({ state: 'running' })
    .where(
      and(eq(bulkActs.id, id), inArray(bulkActs.state, OPEN_BULK), lte(bulkActs.effectiveAt, sql`now()`)),
    )
    .returning()
  return rows[0] ?? null
}

/** Takes an act of this person back before it takes effect. False when it is too late or not theirs. */
export async function undoBulk(tx: Db, id: string, staffId: string): Promise<boolean> {
  const rows = await tx
    .update(bulkActs)
    .set({ state: 'undone' })
    .where(
      and(
        eq(bulkActs.id, id),
        eq(bulkActs.madeBy, staffId),
        eq(bulkActs.state, 'waiting'),
        sql`${bulkActs.effectiveAt} > now()`,
      ),
    )
    .returning({ id: bulkActs.id })
  return rows.length === 1
}

/** Acts whose time came over `seconds` ago and that are not done. For the sweeper alone. */
export async function listLateBulk(db: Db, seconds: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: bulkActs.id })
    .from(bulkActs)
    .where(
      and(
        inArray(bulkActs.state, OPEN_BULK),
        lte(bulkActs.effectiveAt, sql`now() - make_interval(secs => ${seconds}::int)`),
      ),
    )
    .orderBy(asc(bulkActs.effectiveAt))
    .limit(limit)
  return rows.map(({ id }) => id)
}

export type BulkItem = typeof bulkItems.$inferSelect

/** The cases of an act, in one order everywhere; `open` alone those with no result yet. */
export async function listBulkItems(db: Db, bulkId: string, { open = false } = {}): Promise<BulkItem[]> {
  return db
    .select()
    .from(bulkItems)
    .where(and(eq(bulkItems.bulkId, bulkId), open ? isNull(bulkItems.result) : undefined))
    .orderBy(asc(bulkItems.verificationId))
}

/** One case of an act that has no result yet, locked until the transaction ends; false when another run has done it. */
export async function lockBulkItem(tx: Db, { bulkId, verificationId }: BulkItem): Promise<boolean> {
  const rows = await tx
    .select({ id: bulkItems.verificationId })
    .from(bulkItems)
    .where(
      and(
        eq(bulkItems.bulkId, bulkId),
        eq(bulkItems.verificationId, verificationId),
        isNull(bulkItems.result),
      ),
    )
    .for('update')
  return rows.length === 1
}

/** What came of one case. */
export async function setBulkResult(
  tx: Db,
  { bulkId, verificationId }: BulkItem,
  result: string,
): Promise<void> {
  await tx
    .update(bulkItems)
    .set({ result })
    .where(and(eq(bulkItems.bulkId, bulkId), eq(bulkItems.verificationId, verificationId)))
}

/** The act is done. */
export async function finishBulk(tx: Db, id: string): Promise<boolean> {
  const rows = await tx
    .update(bulkActs)
    .set({ state: 'done' })
    .where(and(eq(bulkActs.id, id), eq(bulkActs.state, 'running')))
    .returning({ id: bulkActs.id })
  return rows.length === 1
}
