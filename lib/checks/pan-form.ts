import 'server-only'
import { fail, pass, skip } from './answers'
import type { CheckResult, DecisionInput } from './types'

/** The number has the form of a PAN and stands for a person. Its fifth letter and check letter say nothing reliable. */
export function panForm(input: DecisionInput): CheckResult {
  const question = 'pan_form'
  const pans = input.documents.filter(({ type }) => type === 'pan')
  if (pans.length === 0) return skip(question)
  if (pans.some(({ remarks }) => remarks.includes('pan_malformed')))
    return fail(question, 'pan_malformed', ['pan'])
  return pans.some(({ remarks }) => remarks.includes('pan_not_individual'))
    ? fail(question, 'pan_not_individual', ['pan'])
    : pass(question, ['pan'])
}
