import 'server-only'
import { fail, pass, skip } from './answers'
import type { CheckResult, DecisionInput } from './types'

/** No document may carry a signature that does not hold, needed or not; where none was to be checked, nothing is said. */
export function signature(input: DecisionInput): CheckResult {
  const question = 'signature'
  const checked = input.documents.filter((document) => document.signature !== 'not_checked')
  if (checked.length === 0) return skip(question)
  const bad = checked.filter((document) => document.signature !== 'valid')
  const types = bad.map(({ type }) => type)
  if (bad.length === 0)
    return pass(
      question,
      checked.map(({ type }) => type),
    )
  const isMissing = bad.every((document) => document.signature === 'signature_missing')
  return fail(question, isMissing ? 'signature_missing' : 'signature_invalid', types)
}
