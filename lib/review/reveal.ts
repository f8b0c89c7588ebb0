import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, transact } from '@/db/client'
import { findAttempt } from '@/db/queries/case-file'
import { lockPlayer } from '@/db/queries/consents'
import { listDataKeys } from '@/db/queries/players'
import { insertReveal, listLiveReveals } from '@/db/queries/reveals'
import type { StaffActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { maskFullAadhaar } from '@/lib/documents/mask'
import { AppError } from '@/lib/errors'
import { countUse } from '@/lib/rate-limit'
import { requirePermission } from '@/lib/staff/permissions'
import { asStaff } from '@/lib/staff/record'
import { vaultFrom } from '@/lib/vault'
import { refusal } from './conflict'
import { isLinked } from './independence'
import { REVEAL_MINUTES, type RevealField, type RevealForm } from './types'

// PM-02: what is masked is shown whole one field at a time, for a reason, for five minutes, to the one who asked, and counted.

const MINUTE_MS = 60_000

export interface LiveReveal {
  field: RevealField
  /** RFC 3339 UTC */
  until: string
}

/**
 * Opens one field of one attempt for this person. AppError `not_found` without such an attempt or once its player was erased,
 * `forbidden` for who is linked to the player, RateLimited beyond 30 an hour. A field that is open already is not counted
 * again.
 */
export async function reveal(staff: StaffActor, form: RevealForm): Promise<LiveReveal> {
  requirePermission(staff, 'case.reveal')
  const attempt = await findAttempt(db(), form.id)
  if (attempt === null) throw new AppError('not_found')
  if (await transact((tx) => isLinked(tx, staff, attempt.playerId))) throw refusal('linked')
  const open = await listLive(staff, attempt.playerId, attempt.id)
  const known = open.find(({ field }) => field === form.field)
  if (known !== undefined) return known
  await countUse('reveal', staff.id)
  const id = randomUUID()
  const now = Date.now()
  const expiresAt = new Date(now + REVEAL_MINUTES * MINUTE_MS)
  await transact(async (tx) => {
    await lockPlayer(tx, attempt.playerId)
    const keys = await listDataKeys(tx, attempt.playerId)
    if (keys.length === 0) throw new AppError('not_found', 'erased')
    const vault = vaultFrom(attempt.playerId, keys)
    await insertReveal(tx, {
      playerId: attempt.playerId,
      id,
      verificationId: attempt.id,
      staffId: staff.id,
      field: form.field,
      reason: form.reason,
      textSealed: form.text ? vault.seal('reveals', 'text_sealed', id, maskFullAadhaar(form.text)) : null,
      revealedAt: new Date(now),
      expiresAt,
    })
    await appendAuditEvent(tx, attempt.caseId, {
      actor: asStaff(staff),
      action: 'case.revealed',
      object: { type: 'verification', id: attempt.id },
      reason: `${form.field} ${form.reason}`,
    })
  })
  return { field: form.field, until: expiresAt.toISOString() }
}

/** The fields of an attempt that this person sees whole now. */
export async function listLive(
  staff: StaffActor,
  playerId: string,
  verificationId: string,
): Promise<LiveReveal[]> {
  const rows = await listLiveReveals(db(), playerId, verificationId, staff.id)
  return rows.map(({ field, expiresAt }) => ({
    field: field as RevealField, // the form's schema allows no other
    until: expiresAt.toISOString(),
  }))
}
