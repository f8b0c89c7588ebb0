import 'server-only'
import { db } from '@/db/client'
import { findPolicy, findRuleDecision, type StoredDecision } from '@/db/queries/decisions'
import { DecisionInput } from '@/lib/checks/types'
import { openVault } from '@/lib/vault'
import { type Decision, decide } from './decide'
import { Policy } from './types'

export type Replay =
  | { kind: 'replayed'; decision: Decision; same: boolean }
  /** `no_input`: a minor's, or past retention. `no_policy`: older than stored policies. */
  | { kind: 'impossible'; why: 'no_decision' | 'no_input' | 'no_policy' }

/**
 * Makes the newest rule decision of an attempt again, from its sealed input under its stored policy. `same` is false when
 * outcome, reasons or input hash are others than stored: then code or record have changed. For staff code alone: it opens
 * the player's vault. Throws AppError `seal_failed` when the keys are gone.
 */
export async function replay(playerId: string, verificationId: string): Promise<Replay> {
  const stored = await findRuleDecision(db(), playerId, verificationId)
  if (stored === null) return { kind: 'impossible', why: 'no_decision' }
  const input = await openInput(stored)
  if (input === null) return { kind: 'impossible', why: 'no_input' }
  const content = stored.policySha256 === null ? null : await findPolicy(db(), stored.policySha256)
  if (content === null) return { kind: 'impossible', why: 'no_policy' }
  const decision = decide(input, Policy.parse(JSON.parse(content)))
  return { kind: 'replayed', decision, same: isSame(decision, stored) }
}

/** The input of a stored decision, or null when none is kept or it has a shape of long ago. */
export async function openInput(stored: StoredDecision): Promise<DecisionInput | null> {
  if (stored.inputSealed === null) return null
  const vault = await openVault(db(), stored.playerId)
  const text = vault.openText('decisions', 'input_sealed', stored.id, stored.inputSealed)
  const parsed = DecisionInput.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : null
}

function isSame(decision: Decision, stored: StoredDecision): boolean {
  return (
    decision.status === stored.outcome &&
    decision.reasons.join(' ') === stored.reasons.join(' ') &&
    decision.policySha256 === stored.policySha256 &&
    decision.inputHash.equals(stored.inputHash)
  )
}
