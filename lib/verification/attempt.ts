import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Db } from '@/db/client'
import { deleteDocumentsOf } from '@/db/queries/documents'
import { finishProviderSession } from '@/db/queries/provider-sessions'
import {
  findLatestVerification,
  insertVerification,
  listOpen,
  moveVerification,
} from '@/db/queries/verifications'
import { type Actor, asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import type { LiveConsent } from '@/lib/consent/consent'
import { newReference } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { dropDecision } from './drop-decision'
import { endKeptAccess } from './revoke'
import { type ReasonCode, type Status, WITH_PLAYER } from './types'

const DAY_MS = 86_400_000
/** Answers that stand until staff act; a player does not start again beside them. */
const SETTLED: readonly Status[] = ['approved', 'rejected', 'revoked']

/**
 * Makes a new attempt under a live consent, superseding one that is still with the player. Call it in a transaction that
 * holds the player's lock. Returns the id, or null when an attempt is being checked, is with a reviewer or has its final
 * answer: nothing new begins beside these.
 */
export async function newAttempt(
  tx: Db,
  player: PlayerActor,
  consent: LiveConsent & { caseId: string },
): Promise<string | null> {
  const latest = await findLatestVerification(tx, player.id)
  if (latest !== null && SETTLED.includes(latest.status)) return null
  const open = await listOpen(tx, player.id)
  if (open.some((one) => !WITH_PLAYER.includes(one.status))) return null
  for (const one of open) await endAttempt(tx, player, one, 'superseded')
  const id = randomUUID()
  await insertVerification(tx, {
    playerId: player.id,
    id,
    caseId: consent.caseId,
    consentId: consent.id,
    attempt: (latest?.attempt ?? 0) + 1,
    reference: newReference(),
    documents: consent.documents,
    deadlineAt: new Date(Date.now() + env().limits.journey.consentDays * DAY_MS),
  })
  await appendAuditEvent(tx, consent.caseId, {
    actor: asActor(player),
    action: 'verification.created',
    object: { type: 'verification', id },
    after: 'awaiting_consent',
  })
  return id
}

/**
 * Cancels one open attempt of this player for `reason`, has a kept access ended at the vendor, forgets the vendor's secrets
 * and what staff were about to decide, and destroys what had arrived.
 * False when it had moved on.
 */
export async function endAttempt(
  tx: Db,
  player: PlayerActor,
  one: { id: string; caseId: string; status: Status },
  reason: ReasonCode,
  by: Actor = asActor(player),
): Promise<boolean> {
  const now = new Date()
  const change = { reasons: [reason], decidedAt: now, deadlineAt: null }
  if (!(await moveVerification(tx, player.id, one.id, one.status, 'cancelled', change))) return false
  await dropDecision(tx, { playerId: player.id, id: one.id, caseId: one.caseId }, by, reason)
  await endKeptAccess(tx, player.id, one.id)
  await finishProviderSession(tx, player.id, one.id)
  await deleteDocumentsOf(tx, player.id, one.id)
  await appendAuditEvent(tx, one.caseId, {
    actor: by,
    action: 'verification.cancelled',
    object: { type: 'verification', id: one.id },
    before: one.status,
    after: 'cancelled',
    reason,
  })
  return true
}
