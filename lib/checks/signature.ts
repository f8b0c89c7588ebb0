import 'server-only'
import { fail, pass, skip } from './answers'
import type { CheckResult, DecisionInput } from './types'

/** No document may carry a signature that does not hold, needed or not; where none was to be checked, nothing is said. */
export function signature(input: DecisionInput): CheckResult {
  const question = 'signature'
  const read = input.documents.map(({ type, signature: verdict }) => ({ types: [type], verdict }))
  const unread = input.unreadableSignatures.map((verdict) => ({ types: [], verdict }))
  const checked = [...read, ...unread].filter(({ verdict }) => verdict !== 'not_checked')
  if (checked.length === 0) return skip(question)
  const bad = checked.filter(({ verdict }) => verdict !== 'valid')
  const types = (bad.length === 0 ? checked : bad).flatMap((one) => one.types)
  if (bad.length === 0) return pass(question, types)
  const isMissing = bad.every(({ verdict }) => verdict === 'signature_missing')
  return fail(question, isMissing ? 'signature_missing' : 'signature_invalid', types)
}
