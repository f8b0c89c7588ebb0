import 'server-only'
import { fail, pass, skip } from './answers'
import type { CheckResult, DecisionInput } from './types'

/** A year alone agrees with any date of that year. */
export function birthDatesAgree(input: DecisionInput): CheckResult {
  const question = 'birth_dates_agree'
  const dated = input.documents.filter(({ birthDate }) => birthDate !== null)
  if (dated.length < 2) return skip(question)
  const types = dated.map(({ type }) => type)
  const dates = dated.flatMap(({ birthDate }) => birthDate ?? [])
  return dates.every((a) => dates.every((b) => a.startsWith(b) || b.startsWith(a)))
    ? pass(question, types)
    : fail(question, 'birth_date_differs', types)
}
