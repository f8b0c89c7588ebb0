import 'server-only'
import { transact } from '@/db/client'
import { markUnbound } from '@/db/queries/provider-sessions'
import { findVerification, moveVerification } from '@/db/queries/verifications'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { requireLiveConsent } from '@/lib/consent/consent'
import { env } from '@/lib/env'
import { COLLECT_QUEUE, queueJob, wakeWorkers } from '@/lib/jobs'
import { announceChange } from './changes'

const MINUTE_MS = 60_000

/**
 * The player says that a completion which no browser of theirs brought home was theirs (FL-05). Only now are documents
 * fetched, and a person decides: whoever began may have sent the link to somebody else. Harmless when the attempt has
 * moved on or is not this player's; throws `consent_missing`.
 */
export async function confirm(player: PlayerActor, verificationId: string): Promise<void> {
  const now = Date.now()
  const confirmed = await transact(async (tx) => {
    const one = await findVerification(tx, player.id, verificationId)
    if (one?.status !== 'awaiting_confirmation' || one.deadlineAt === null || one.deadlineAt.getTime() <= now)
      return false
    await requireLiveConsent(tx, player.id)
    const change = {
      returnedAt: new Date(now),
      deadlineAt: new Date(now + env().limits.journey.providerMinutes * MINUTE_MS),
    }
    const moved = await moveVerification(
      tx,
      player.id,
      one.id,
      'awaiting_confirmation',
      'awaiting_provider',
      change,
    )
    if (!moved) return false
    await markUnbound(tx, player.id, one.id)
    await appendAuditEvent(tx, one.caseId, {
      actor: asActor(player),
      action: 'verification.confirmed',
      object: { type: 'verification', id: one.id },
      before: 'awaiting_confirmation',
      after: 'awaiting_provider',
    })
    await queueJob(tx, COLLECT_QUEUE, { playerId: player.id, verificationId: one.id })
    return true
  })
  if (!confirmed) return
  wakeWorkers()
  announceChange(verificationId)
}
