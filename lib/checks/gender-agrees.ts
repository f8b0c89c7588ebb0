import 'server-only'
import { pass, skip } from './answers'
import type { CheckResult, DecisionInput } from './types'

/** A remark for staff; gender never decides. Empty is normal on PAN. */
export function genderAgrees(input: DecisionInput): CheckResult {
  const question = 'gender_agrees'
  const told = input.documents.filter(({ gender }) => gender !== null)
  if (told.length < 2) return skip(question)
  const types = told.map(({ type }) => type)
  const isSame = new Set(told.map(({ gender }) => gender)).size === 1
  const answer = pass(question, types, isSame ? null : 'gender_differs')
  return isSame ? answer : { ...answer, outcome: 'unsure' }
}
