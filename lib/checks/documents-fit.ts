import 'server-only'
import { fail, pass, unsure } from './answers'
import { fitSet, readTypes, unfitReason } from './fitness'
import type { CheckResult, CheckRules, DecisionInput } from './types'

/**
 * One whole set must be fit; what is wrong with a document beside it changes nothing, but for a full Aadhaar number: a
 * vendor that sends one is never approved on by rule (FL-16).
 */
export function documentsFit(input: DecisionInput, rules: CheckRules): CheckResult {
  const question = 'documents_fit'
  const isUnmasked = input.documents.some(({ remarks }) => remarks.includes('aadhaar_unmasked'))
  if (isUnmasked) return fail(question, 'aadhaar_unmasked', readTypes(input))
  const set = fitSet(input, rules)
  if (set !== null) return pass(question, [...set])
  if (input.unreadable.length > 0) return unsure(question, 'document_unreadable', [...input.unreadable])
  const asked = rules.evidenceSets[input.way].flat()
  const [reason] = input.documents
    .filter(({ type }) => asked.includes(type))
    .flatMap((document) => unfitReason(document, input, rules) ?? [])
  return fail(question, reason ?? 'document_not_valid', readTypes(input))
}
