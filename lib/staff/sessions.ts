import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, transact } from '@/db/client'
import {
  deleteStaffSession,
  deleteStaffSessions,
  insertStaffSession,
  listStaffSessions,
  renewStaffSession,
  touchStaffSession,
} from '@/db/queries/staff-sessions'
import type { StaffActor, StaffRole } from '@/lib/actor'
import { newToken, sha256 } from '@/lib/crypto/tokens'
import { AppError } from '@/lib/errors'
import { requirePermission } from './permissions'
import { asStaff, recordStaff } from './record'
import { openPlace, openProfile, sealPlace } from './seals'
import type { Place } from './types'

const MINUTE_MS = 60_000
/** Staff sessions: idle 15 min, absolute 8 h (ID-05). */
const IDLE_MS = 15 * MINUTE_MS
export const STAFF_SESSION_LIFE_MS = 8 * 60 * MINUTE_MS

/** Somebody of the staff with the session that they act in. */
export interface SignedInStaff extends StaffActor {
  sessionId: string
  name: string
  email: string
  /** When a passkey or code was last shown in this session. */
  factorAt: Date
}

/** Opens a session inside the transaction of the sign-in; the token for the cookie. Only its SHA-256 is stored. */
export async function openStaffSession(at: Db, staffId: string, place: Place): Promise<string> {
  const token = newToken()
  const id = randomUUID()
  await insertStaffSession(at, {
    id,
    tokenHash: sha256(token),
    staffId,
    placeSealed: sealPlace(id, place),
    expiresAt: new Date(Date.now() + STAFF_SESSION_LIFE_MS),
  })
  return token
}

/**
 * Who is behind a cookie's token, with the roles of this moment; null when the session ended or its owner was disabled.
 * `isSeen` false: the page asked by itself, nobody was there.
 */
export async function readStaffSession(token: string, { isSeen = true } = {}): Promise<SignedInStaff | null> {
  const live = await touchStaffSession(db(), sha256(token), IDLE_MS, isSeen)
  if (live === null) return null
  return {
    id: live.staffId,
    roles: live.roles as StaffRole[], // the table's check allows no other
    sessionId: live.id,
    factorAt: live.factorAt,
    ...openProfile(live.staffId, live.profileSealed),
  }
}

/** After a factor was shown: the session goes on under a new token. Null when it ended meanwhile. */
export async function renewSession(at: Db, staff: SignedInStaff): Promise<string | null> {
  const token = newToken()
  return (await renewStaffSession(at, staff.sessionId, sha256(token))) ? token : null
}

/** Signs out at once. */
export async function leave(staff: SignedInStaff): Promise<void> {
  await transact(async (tx) => {
    if (await deleteStaffSession(tx, staff.id, staff.sessionId))
      await recordStaff(tx, asStaff(staff), 'staff.signed_out', staff.id)
  })
}

export interface SessionView extends Place {
  id: string
  isCurrent: boolean
  createdAt: Date
  lastSeenAt: Date
}

/** The live sessions of the one who asks, the newest first. */
export async function listOwnSessions(staff: SignedInStaff): Promise<SessionView[]> {
  const rows = await listStaffSessions(db(), staff.id, IDLE_MS)
  return rows.map(({ id, placeSealed, createdAt, lastSeenAt }) => ({
    id,
    isCurrent: id === staff.sessionId,
    createdAt,
    lastSeenAt,
    ...openPlace(id, placeSealed),
  }))
}

/** Ends another session of one's own. Throws AppError `not_found` when it is not theirs or gone. */
export async function revokeOwnSession(staff: SignedInStaff, id: string): Promise<void> {
  requirePermission(staff, 'account.leave')
  await transact(async (tx) => {
    if (!(await deleteStaffSession(tx, staff.id, id))) throw new AppError('not_found')
    await recordStaff(tx, asStaff(staff), 'staff.session_revoked', staff.id)
  })
}

/** Ends all sessions of one's own, this one too. */
export async function leaveEverywhere(staff: SignedInStaff): Promise<void> {
  requirePermission(staff, 'account.leave')
  await transact(async (tx) => {
    await deleteStaffSessions(tx, staff.id)
    await recordStaff(tx, asStaff(staff), 'staff.signed_out', staff.id, { reason: 'everywhere' })
  })
}
