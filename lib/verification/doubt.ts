import 'server-only'
import { db } from '@/db/client'
import { listCheckReasons } from '@/db/queries/documents'
import type { ReasonCode, Status } from './types'

const IN_DOUBT: readonly string[] = ['person_not_matched', 'finished_elsewhere'] satisfies ReasonCode[]

/**
 * Whether what came in this attempt may belong to somebody else than this player: then its values are shown to nobody but
 * staff, the player included. A doubt that staff have lifted is none.
 */
export async function isInDoubt(
  playerId: string,
  attempt: { id: string; status: Status; reasons: readonly string[] },
): Promise<boolean> {
  if (attempt.status === 'approved') return false
  if (attempt.reasons.some((reason) => IN_DOUBT.includes(reason))) return true
  return (await listCheckReasons(db(), playerId, attempt.id)).some((reason) => IN_DOUBT.includes(reason))
}
