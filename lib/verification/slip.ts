import 'server-only'
import { compareNames } from '@/lib/documents/names'
import type { StatedDetails } from './stated'

/**
 * True when `corrected` is `typed` without slips (docs/decisions/009): the same words, one missing or one as an initial
 * beside two whole ones, or spelt with a letter or a sound changed; and the same birth date, with day and month exchanged,
 * or with one digit changed. Another name or day of birth is another person, not a slip.
 */
export function isSlipOf(typed: StatedDetails, corrected: StatedDetails): boolean {
  return isNearName(typed.name, corrected.name) && isNearDate(typed.birthDate, corrected.birthDate)
}

function isNearName(typed: string, corrected: string): boolean {
  const { outcome, kind, words } = compareNames(typed, corrected)
  if (outcome === 'match' || outcome === 'close') return true
  const isWhole = words.every(({ mark }) => mark !== 'missing' && mark !== 'extra' && mark !== 'initial_of')
  return outcome === 'review' && kind === 'spelling' && isWhole
}

function isNearDate(typed: string, corrected: string): boolean {
  if (typed.length !== corrected.length) return false
  const [year, month, day] = typed.split('-')
  const changed = [...typed].filter((digit, place) => digit !== corrected[place]).length
  return changed <= 1 || corrected === `${year}-${day}-${month}`
}
