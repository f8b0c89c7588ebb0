import 'server-only'
import { pass, skip } from './answers'
import { isExpired } from './fitness'
import type { CheckResult, DecisionInput } from './types'

/** A remark for staff: `documents_fit` decides whether the licence was needed. */
export function licenceValid(input: DecisionInput): CheckResult {
  const question = 'licence_valid'
  const licence = input.documents.find(({ type }) => type === 'driving_licence')
  if (licence === undefined) return skip(question)
  const isOver = isExpired(licence, input)
  const answer = pass(question, ['driving_licence'], isOver ? 'licence_expired' : null)
  return isOver ? { ...answer, outcome: 'unsure' } : answer
}
