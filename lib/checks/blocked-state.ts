import 'server-only'
import { toStateCode } from '@/lib/documents/states'
import { fail, pass, skip, unsure } from './answers'
import { readTypes } from './fitness'
import type { CheckResult, CheckRules, DecisionInput } from './types'

/** All addresses in blocked States: fails. One of several, an unknown name or no address at all: a person looks. */
export function blockedState(input: DecisionInput, rules: CheckRules): CheckResult {
  const question = 'blocked_state'
  if (rules.blockedStates.length === 0 || input.documents.length === 0) return skip(question)
  const located = input.documents.filter(({ state }) => state !== null && state.trim() !== '')
  if (located.length === 0) return unsure(question, 'state_unknown', readTypes(input))
  const types = located.map(({ type }) => type)
  const codes = located.map(({ state }) => toStateCode(state ?? ''))
  const isBlocked = (code: string | null) => code !== null && rules.blockedStates.includes(code)
  if (codes.every(isBlocked)) return fail(question, 'state_blocked', types)
  if (codes.some(isBlocked)) return unsure(question, 'state_blocked', types)
  return codes.includes(null) ? unsure(question, 'state_unknown', types) : pass(question, types)
}
