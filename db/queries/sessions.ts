import 'server-only'
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { players } from '../schema/players'
import { sessions, signInCodes } from '../schema/sessions'

/** Writes a session and that the player was here. `tokenHash` is SHA-256 of the cookie's token. Fails for an erased player. */
export async function insertSession(
  db: Db,
  session: { tokenHash: Buffer; playerId: string; expiresAt: Date },
): Promise<void> {
  await db.insert(sessions).values(session)
  await db
    .update(players)
    .set({ lastSeenAt: sql`now()`, warnedAt: null })
    .where(eq(players.id, session.playerId))
}

/**
 * The live session with this token hash, or null: absolute end not reached and seen within `idleMs`. Marks it as seen,
 * at most once a minute, in the same statement.
 */
export async function touchSession(
  db: Db,
  tokenHash: Buffer,
  idleMs: number,
): Promise<{ playerId: string; expiresAt: Date } | null> {
  const rows = await db.execute<{ player_id: string; expires_at: string }>(sql`
    with live as (
      select token_hash, player_id, expires_at, last_seen_at from sessions
      where token_hash = ${tokenHash} and expires_at > now()
        and last_seen_at > now() - make_interval(secs => ${idleMs / 1000}::double precision)
    ), touched as (
      update sessions set last_seen_at = now()
      where token_hash in (select token_hash from live where last_seen_at < now() - interval '1 minute')
    )
    select player_id, expires_at from live`)
  const row = rows[0]
  return row === undefined ? null : { playerId: row.player_id, expiresAt: new Date(row.expires_at) }
}

/** Ends one session. The player who had it, or null when it was gone already. */
export async function deleteSession(db: Db, tokenHash: Buffer): Promise<{ playerId: string } | null> {
  const gone = await db
    .delete(sessions)
    .where(eq(sessions.tokenHash, tokenHash))
    .returning({ playerId: sessions.playerId })
  return gone[0] ?? null
}

/** Removes sessions and sign-in codes that ended before `before`; the number of rows removed. */
export async function deleteEnded(db: Db, before: Date): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(lt(sessions.expiresAt, before))
    .returning({ id: sessions.playerId })
  const codes = await db
    .delete(signInCodes)
    .where(lt(signInCodes.expiresAt, before))
    .returning({ at: signInCodes.expiresAt })
  return ended.length + codes.length
}

export type SignInCodeRow = typeof signInCodes.$inferInsert

/**
 * Writes a code. Codes that the same address was sent before stay as they are: each works only in the browser that asked,
 * so that a stranger who asks for somebody's address cannot end that person's sign-in.
 */
export async function insertSignInCode(db: Db, code: SignInCodeRow): Promise<void> {
  await db.insert(signInCodes).values(code)
}

/**
 * Counts one try against the code of this browser and returns it, or null when there is none, it has ended, is used, or
 * had `maxTries` before. Counting and reading are one statement: parallel guesses cannot share a try.
 */
export async function takeTry(
  db: Db,
  browserHash: Buffer,
  maxTries: number,
): Promise<{ codeHash: Buffer; emailSealed: Buffer; emailIndex: string; tries: number } | null> {
  const rows = await db
    .update(signInCodes)
    .set({ tries: sql`${signInCodes.tries} + 1` })
    .where(
      and(
        eq(signInCodes.browserHash, browserHash),
        isNull(signInCodes.usedAt),
        gt(signInCodes.expiresAt, sql`now()`),
        lt(signInCodes.tries, maxTries),
      ),
    )
    .returning({
      codeHash: signInCodes.codeHash,
      emailSealed: signInCodes.emailSealed,
      emailIndex: signInCodes.emailIndex,
      tries: signInCodes.tries,
    })
  return rows[0] ?? null
}

/** Uses a code up. False when another request did first. */
export async function spendSignInCode(db: Db, browserHash: Buffer): Promise<boolean> {
  const used = await db
    .update(signInCodes)
    .set({ usedAt: sql`now()` })
    .where(and(eq(signInCodes.browserHash, browserHash), isNull(signInCodes.usedAt)))
    .returning({ browserHash: signInCodes.browserHash })
  return used.length === 1
}
