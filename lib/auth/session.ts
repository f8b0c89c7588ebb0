import 'server-only'
import { db, transact } from '@/db/client'
import { deleteSession, insertSession, touchSession } from '@/db/queries/sessions'
import { asActor } from '@/lib/actor'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { newToken, sha256 } from '@/lib/crypto/tokens'

const MINUTE_MS = 60_000
/** Player sessions: idle 60 min, absolute 24 h (ID-05). */
export const SESSION_IDLE_MS = 60 * MINUTE_MS
export const SESSION_LIFE_MS = 24 * 60 * MINUTE_MS

/** Opens a session for a player and returns the token for the cookie; only its SHA-256 is stored. */
export async function openSession(playerId: string): Promise<{ token: string; expiresAt: Date }> {
  const token = newToken()
  const expiresAt = new Date(Date.now() + SESSION_LIFE_MS)
  await insertSession(db(), { tokenHash: sha256(token), playerId, expiresAt })
  return { token, expiresAt }
}

/** The player behind a cookie's token, or null when the session ended, idled out or was revoked. */
export async function readSession(token: string): Promise<{ playerId: string; expiresAt: Date } | null> {
  return touchSession(db(), sha256(token), SESSION_IDLE_MS)
}

/** Ends the session of this token at once; harmless when it is gone already. */
export async function endSession(token: string): Promise<void> {
  await transact(async (tx) => {
    const ended = await deleteSession(tx, sha256(token))
    if (ended === null) return
    const object = { type: 'player', id: ended.playerId } as const
    await appendAuditEvent(tx, PROCESS_CHAIN, {
      actor: asActor({ id: ended.playerId }),
      action: 'sign_out',
      object,
    })
  })
}
