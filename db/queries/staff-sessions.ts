import 'server-only'
import { and, desc, eq, gt, lt, ne, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { staffChallenges, staffInvites, staffSessions, staffTries } from '../schema/staff'

export type StaffSessionRow = typeof staffSessions.$inferSelect

/** Writes a session. */
export async function insertStaffSession(db: Db, row: typeof staffSessions.$inferInsert): Promise<void> {
  await db.insert(staffSessions).values(row)
}

export interface LiveSession {
  id: string
  staffId: string
  roles: string[]
  profileSealed: Buffer
  factorAt: Date
}

/**
 * The live session with this token, with roles as they are now, or null: over, idle for `idleMs`, or its owner is no
 * longer active. Marks it as seen, at most once a minute, in the same statement, unless nobody was there (`isSeen`).
 */
export async function touchStaffSession(
  db: Db,
  tokenHash: Buffer,
  idleMs: number,
  isSeen = true,
): Promise<LiveSession | null> {
  const rows = await db.execute<{
    id: string
    staff_id: string
    roles: string[]
    profile_sealed: Buffer
    factor_at: string
  }>(sql`
    with live as (
      select s.id, s.staff_id, s.last_seen_at, s.factor_at, p.roles, p.profile_sealed
      from staff_sessions s join staff p on p.id = s.staff_id
      where s.token_hash = ${tokenHash} and s.expires_at > now() and p.state = 'active'
        and s.last_seen_at > now() - make_interval(secs => ${idleMs / 1000}::double precision)
    ), touched as (
      update staff_sessions set last_seen_at = now()
      where ${isSeen} and id in (select id from live where last_seen_at < now() - interval '1 minute')
    )
    select id, staff_id, roles, profile_sealed, factor_at from live`)
  const row = rows[0]
  if (row === undefined) return null
  return {
    id: row.id,
    staffId: row.staff_id,
    roles: row.roles,
    profileSealed: row.profile_sealed,
    factorAt: new Date(row.factor_at),
  }
}

/** Gives a session another token and notes that a factor was shown now. False when the session is gone. */
export async function renewStaffSession(db: Db, id: string, tokenHash: Buffer): Promise<boolean> {
  const renewed = await db
    .update(staffSessions)
    .set({ tokenHash, factorAt: sql`now()`, lastSeenAt: sql`now()` })
    .where(eq(staffSessions.id, id))
    .returning({ id: staffSessions.id })
  return renewed.length === 1
}

/** Sessions of one person that have not ended, the newest first. */
export async function listStaffSessions(db: Db, staffId: string, idleMs: number): Promise<StaffSessionRow[]> {
  return db
    .select()
    .from(staffSessions)
    .where(
      and(
        eq(staffSessions.staffId, staffId),
        gt(staffSessions.expiresAt, sql`now()`),
        gt(staffSessions.lastSeenAt, sql`now() - make_interval(secs => ${idleMs / 1000}::double precision)`),
      ),
    )
    .orderBy(desc(staffSessions.createdAt))
}

/** Ends one session of this person. False when there was none. */
export async function deleteStaffSession(db: Db, staffId: string, id: string): Promise<boolean> {
  const gone = await db
    .delete(staffSessions)
    .where(and(eq(staffSessions.staffId, staffId), eq(staffSessions.id, id)))
    .returning({ id: staffSessions.id })
  return gone.length === 1
}

/** Ends all sessions of a person, or all but one; how many. */
export async function deleteStaffSessions(
  db: Db,
  staffId: string,
  except: string | null = null,
): Promise<number> {
  const others = except === null ? undefined : ne(staffSessions.id, except)
  const gone = await db
    .delete(staffSessions)
    .where(and(eq(staffSessions.staffId, staffId), others))
    .returning({ id: staffSessions.id })
  return gone.length
}

/** Writes a question to an authenticator. */
export async function insertChallenge(db: Db, row: typeof staffChallenges.$inferInsert): Promise<void> {
  await db.insert(staffChallenges).values(row)
}

/** Takes the question out, so that it is answered once. Null when it is gone, over or was for something else. */
export async function takeChallenge(db: Db, tokenHash: Buffer, purpose: string): Promise<string | null> {
  const taken = await db
    .delete(staffChallenges)
    .where(and(eq(staffChallenges.tokenHash, tokenHash), gt(staffChallenges.expiresAt, sql`now()`)))
    .returning({ challenge: staffChallenges.challenge, purpose: staffChallenges.purpose })
  return taken[0]?.purpose === purpose ? taken[0].challenge : null
}

/**
 * Counts one try as failed in advance and says whether it may be made: not before `nextAt` of the tries before. The first
 * three are free; then 2, 4, 8 … seconds, at most 15 minutes. Forgotten a day after the last one.
 */
export async function countTry(db: Db, key: string): Promise<boolean> {
  const delay = (failures: ReturnType<typeof sql>) =>
    sql`now() + make_interval(secs => case when ${failures} <= 3 then 0 else least(900, power(2, least(${failures} - 3, 20))) end)`
  const next = sql`(case when staff_tries.next_at < now() - interval '1 day' then 1 else staff_tries.failures + 1 end)`
  const rows = await db.execute(sql`
    insert into staff_tries as staff_tries (key, failures, next_at) values (${key}, 1, ${delay(sql`1`)})
    on conflict (key) do update set failures = ${next}, next_at = ${delay(next)}
    where staff_tries.next_at <= now()
    returning failures`)
  return rows.length === 1
}

/** Forgets the tries of a key, after a good one. */
export async function forgetTries(db: Db, key: string): Promise<void> {
  await db.delete(staffTries).where(eq(staffTries.key, key))
}

/** Removes sessions, questions, links and counters that ended before `before`; how many. */
export async function deleteEndedStaff(db: Db, before: Date): Promise<number> {
  const sessions = await db
    .delete(staffSessions)
    .where(lt(staffSessions.expiresAt, before))
    .returning({ id: staffSessions.id })
  const challenges = await db
    .delete(staffChallenges)
    .where(lt(staffChallenges.expiresAt, before))
    .returning({ at: staffChallenges.expiresAt })
  const invites = await db
    .delete(staffInvites)
    .where(lt(staffInvites.expiresAt, before))
    .returning({ at: staffInvites.expiresAt })
  const tries = await db
    .delete(staffTries)
    .where(lt(staffTries.nextAt, sql`${before.toISOString()}::timestamptz - interval '1 day'`))
    .returning({ key: staffTries.key })
  return sessions.length + challenges.length + invites.length + tries.length
}
