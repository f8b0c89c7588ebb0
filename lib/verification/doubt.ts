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
  if (attempt.reasons.some(isDoubt)) return true
  return (await listCheckReasons(db(), playerId, attempt.id)).some(isDoubt)
}

/** Whether this finding means that the documents may be somebody else's. */
export function isDoubt(reason: string | null): boolean {
  return reason !== null && IN_DOUBT.includes(reason)
}

/**
 * Of the reasons for which a person has an attempt, those that its player may know. In doubt, what else was found is about
 * whoever the documents are of: their age, their name, or that they are verified here already.
 */
export function toTellable<R extends string>(reasons: readonly R[], inDoubt: boolean, status: string): R[] {
  return reasons.filter((reason) => !inDoubt || status !== 'awaiting_reviewer' || isDoubt(reason))
}
