import 'server-only'
import { pass, skip, unsure } from './answers'
import { readTypes } from './fitness'
import { isSamePerson, likeness } from './same-person'
import type { CheckResult, CheckRules, DecisionInput } from './types'

/**
 * Genuine documents of somebody else are in somebody else's locker. One document in the account's own name is enough:
 * whether documents agree among each other is asked elsewhere.
 */
export function lockerAgrees(input: DecisionInput, rules: CheckRules): CheckResult {
  const question = 'locker_agrees'
  const { locker, documents } = input
  if (locker === null || locker.name === null || documents.length === 0) return skip(question)
  const agrees = documents.some((document) =>
    locker.birthDate === null
      ? likeness(document, locker, rules).passes
      : isSamePerson(document, locker, rules),
  )
  return agrees ? pass(question, readTypes(input)) : unsure(question, 'locker_differs', readTypes(input))
}
