import 'server-only'
import { pass, skip, unsure } from './answers'
import type { CheckResult, DecisionInput } from './types'

/** One identity, one player. What is looked up is in the documents alone, so that families share phones in peace. */
export function duplicatePerson({ duplicates, documents }: DecisionInput): CheckResult {
  const question = 'duplicate_person'
  if (documents.length === 0) return skip(question)
  const types = duplicates.filter((kind) => kind !== 'locker_account')
  return duplicates.length === 0 ? pass(question, []) : unsure(question, 'duplicate_person', types)
}
