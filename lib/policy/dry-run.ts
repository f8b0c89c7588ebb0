import 'server-only'
import { db } from '@/db/client'
import { listDecisions, listFindings, listRuleDecisionIds, type StoredDecision } from '@/db/queries/decisions'
import { isAppError } from '@/lib/errors'
import { type Decision, decide } from './decide'
import { openInput } from './replay'
import type { Policy } from './types'

const PAGE = 200

export interface Flip {
  /** The case as players and staff know it. */
  reference: string
  from: string
  to: Decision['status']
  /** Checks that now find something else; those with a finding where only the rules differ. */
  checks: string[]
  reasonsBefore: string[]
  reasonsAfter: string[]
}

export interface DryRun {
  /** Decisions made again. */
  decided: number
  /** Decisions whose input cannot be opened: erased meanwhile, or of another shape. */
  skipped: number
  flips: Flip[]
}

/**
 * What `policy` would have decided on the newest `last` decisions of rules. Changes nothing, and holds codes and
 * references alone: no person's values leave the vault. Ends early, between two decisions, once `isOver` says so; each
 * decision waits for the database once, so that other work of the process goes on beside it.
 */
export async function dryRun(
  policy: Policy,
  last: number,
  isOver: () => boolean = () => false,
): Promise<DryRun> {
  const run: DryRun = { decided: 0, skipped: 0, flips: [] }
  const ids = await listRuleDecisionIds(db(), last)
  for (let from = 0; from < ids.length; from += PAGE)
    for (const stored of await listDecisions(db(), ids.slice(from, from + PAGE))) {
      if (isOver()) return run
      await tryOn(policy, stored, run)
    }
  return run
}

async function tryOn(policy: Policy, stored: StoredDecision, run: DryRun): Promise<void> {
  const decision = await decideAgain(stored, policy)
  if (decision === null) {
    run.skipped += 1
    return
  }
  run.decided += 1
  if (decision.status !== stored.outcome) run.flips.push(await toFlip(stored, decision))
}

async function decideAgain(stored: StoredDecision, policy: Policy): Promise<Decision | null> {
  try {
    const input = await openInput(stored)
    return input === null ? null : decide(input, policy)
  } catch (error) {
    // Keys of an erased player are gone; that is no fault of this run.
    if (isAppError(error) && error.code === 'seal_failed') return null
    throw error
  }
}

async function toFlip(stored: StoredDecision, decision: Decision): Promise<Flip> {
  const before = await listFindings(db(), stored.playerId, stored.verificationId)
  const after = decision.checks.flatMap(({ question, reason }) =>
    reason === null ? [] : [{ question, reason }],
  )
  const key = ({ question, reason }: { question: string; reason: string }) => `${question} ${reason}`
  const [told, tells] = [before.map(key), after.map(key)]
  const changed = [
    ...before.filter((finding) => !tells.includes(key(finding))),
    ...after.filter((finding) => !told.includes(key(finding))),
  ]
  // With the same findings it is the rules that differ.
  const questions = (changed.length > 0 ? changed : after).map(({ question }) => question)
  return {
    reference: `${stored.reference.slice(0, 4)}-${stored.reference.slice(4)}`,
    from: stored.outcome,
    to: decision.status,
    checks: [...new Set(questions)],
    reasonsBefore: stored.reasons,
    reasonsAfter: decision.reasons,
  }
}
