import 'server-only'
import { pass, skip, unsure } from './answers'
import type { CheckResult, DecisionInput } from './types'

/** A capture vendor's own finding: of a photographed document we keep no number to look up. */
const FOUND_BY_VENDOR = /^(POSSIBLE_DUPLICATED_USER|DUPLICATED_FACE)$/

/** One identity, one player. What is looked up is in the documents alone, so that families share phones in peace. */
export function duplicatePerson({ duplicates, documents, assurance }: DecisionInput): CheckResult {
  const question = 'duplicate_person'
  if (documents.length === 0) return skip(question)
  const types = duplicates.filter((kind) => kind !== 'locker_account')
  const isFoundByVendor = assurance?.warnings.some((code) => FOUND_BY_VENDOR.test(code)) ?? false
  return duplicates.length === 0 && !isFoundByVendor
    ? pass(question, [])
    : unsure(question, 'duplicate_person', types)
}
