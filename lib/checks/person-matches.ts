import 'server-only'
import { pass, skip, unsure } from './answers'
import { readTypes } from './fitness'
import { isSamePerson, likeness } from './same-person'
import type { CheckResult, CheckRules, DecisionInput } from './types'

/** Every document is of the person that the player named; asked where there is a statement, demanded by some vendors. */
export function personMatches(input: DecisionInput, rules: CheckRules): CheckResult {
  const question = 'person_matches'
  const { stated, documents, personMustMatch } = input
  const types = readTypes(input)
  if (documents.length === 0) return skip(question)
  if (stated === null) return personMustMatch ? unsure(question, 'person_not_matched', types) : skip(question)
  const isOne = documents.every((document) =>
    document.birthDate === null
      ? likeness(document, stated, rules).comparison.outcome === 'match'
      : isSamePerson(document, stated, rules),
  )
  const isDated = documents.some(({ birthDate }) => birthDate !== null)
  return isOne && isDated ? pass(question, types) : unsure(question, 'person_not_matched', types)
}
