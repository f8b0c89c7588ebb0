import 'server-only'
import { compareNames, type NameComparison } from '@/lib/documents/names'
import type { CheckRules } from './types'

// The rule for two names with their birth dates (docs/documents.md), wherever two accounts of one person are compared.

export interface Named {
  name: string | null
  birthDate: string | null
}

export interface Likeness {
  comparison: NameComparison
  /** True when the policy lets a pair like this pass. */
  passes: boolean
}

/** `match` passes; `close` only beside equal full birth dates. The dates' own agreement is another question. */
export function likeness(one: Named, two: Named, rules: CheckRules): Likeness {
  const comparison = compareNames(one.name, two.name)
  const { outcome } = comparison
  const isAllowed = (rules.namesThatPass as readonly string[]).includes(outcome)
  const isCertain = outcome === 'match' || (one.birthDate?.length === 10 && one.birthDate === two.birthDate)
  return { comparison, passes: isAllowed && isCertain }
}

/** True when name and birth date both agree; a year alone agrees with any date of that year, no date with none. */
export function isSamePerson(one: Named, two: Named, rules: CheckRules): boolean {
  if (!one.birthDate || !two.birthDate) return false
  const datesAgree = one.birthDate.startsWith(two.birthDate) || two.birthDate.startsWith(one.birthDate)
  return datesAgree && likeness(one, two, rules).passes
}
