import 'server-only'
import { ageOn, isAdult, MAJORITY_YEARS } from '@/lib/documents/dates'
import { fail, pass, unsure } from './answers'
import { readTypes } from './fitness'
import type { CheckResult, CheckRules, DecisionInput } from './types'

const VAGUE = ['dob_year_only', 'dob_unusable']

/**
 * One document that proves the age suffices when none says otherwise. A year alone, an unusable date and the default of
 * 1 January without a second source never pass by rule (FL-16); whether dates agree is a question of its own.
 */
export function age(input: DecisionInput, rules: CheckRules): CheckResult {
  const question = 'age'
  const evidence = readTypes(input)
  const dates = input.documents.flatMap(({ birthDate }) => birthDate ?? [])
  const answers = dates.map((date) => isAdult(date, input.today))
  const saysMinor = answers.length > 0 && answers.every((answer) => answer === 'no')
  if (saysMinor || (input.minorReported && !answers.includes('yes')))
    return fail(question, 'under_age', evidence)
  const vague = input.documents.some(({ remarks }) => remarks.some((remark) => VAGUE.includes(remark)))
  const disputed = input.minorReported || answers.includes('no')
  if (isDefaultDate(dates, input.today, rules)) return unsure(question, 'birth_date_default', evidence)
  if (vague || disputed || !answers.includes('yes')) return unsure(question, 'age_not_proven', evidence)
  if (rules.ageYears === MAJORITY_YEARS) return pass(question, evidence)
  const limits = dates.map((date) => isAdult(date, input.today, rules.ageYears))
  if (limits.every((answer) => answer === 'yes')) return pass(question, evidence)
  return limits.every((answer) => answer === 'no')
    ? fail(question, 'below_age_limit', evidence)
    : unsure(question, 'age_not_proven', evidence)
}

/** UIDAI writes 1 January when only an age was known: of a young person it wants a second document that says the same. */
function isDefaultDate(dates: readonly string[], today: string, rules: CheckRules): boolean {
  return dates.some((date) => {
    if (!/^\d{4}-01-01$/.test(date)) return false
    const years = ageOn(date, today)
    const isYoung = years !== null && years < rules.secondSourceBelowYears
    return isYoung && dates.filter((other) => other === date).length < 2
  })
}
