import 'server-only'
import type { Db } from '@/db/client'
import { dropPending } from '@/db/queries/review-work'
import type { Actor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'

/**
 * The attempt moves on by the player's own act: what staff had decided and what has not taken effect is forgotten, on record. Call
 * it in the transaction that moves it, or with `id` null for all attempts of the player.
 */
export async function dropDecision(
  tx: Db,
  { playerId, id, caseId }: { playerId: string; id: string | null; caseId: string },
  by: Actor,
  reason: string,
): Promise<void> {
  for (const dropped of await dropPending(tx, playerId, id))
    await appendAuditEvent(tx, caseId, {
      actor: by,
      action: 'review.decision_dropped',
      object: { type: 'verification', id: dropped.verificationId },
      reason,
    })
}
