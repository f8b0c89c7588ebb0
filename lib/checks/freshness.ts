import 'server-only'
import { fail, pass, skip } from './answers'
import { fitSet, isStale } from './fitness'
import type { CheckResult, CheckRules, DecisionInput } from './types'

/** What the decision stands on was fetched now and is still to be relied on; an old genuine document is not. */
export function freshness(input: DecisionInput, rules: CheckRules): CheckResult {
  const question = 'freshness'
  if (input.documents.length === 0) return skip(question)
  const stale = input.documents.filter((document) => isStale(document, input, rules)).map(({ type }) => type)
  if (stale.length === 0)
    return pass(
      question,
      input.documents.map(({ type }) => type),
    )
  const set = fitSet(input, rules)
  return set === null ? fail(question, 'document_stale', stale) : pass(question, [...set])
}
