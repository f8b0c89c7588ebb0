import 'server-only'
import type { DocumentType } from '@/lib/documents/types'
import { fail, pass, skip, unsure } from './answers'
import { readTypes } from './fitness'
import type { NoteCode } from './reasons'
import { type Likeness, likeness } from './same-person'
import type { CheckedDocument, CheckResult, CheckRules, DecisionInput } from './types'

const INITIAL_ON: Partial<Record<DocumentType, NoteCode>> = {
  pan: 'name_initial_on_pan',
  aadhaar: 'name_initial_on_aadhaar',
  driving_licence: 'name_initial_on_licence',
}

type Compared = Likeness & { first: CheckedDocument; second: CheckedDocument }

/** Every document against every other; the worst pair answers, and what passed with a difference is noted. */
export function namesAgree(input: DecisionInput, rules: CheckRules): CheckResult {
  const question = 'names_agree'
  const { documents } = input
  if (documents.length === 0) return skip(question)
  const evidence = readTypes(input)
  // A single document is compared with itself: its name must be one that can be compared.
  const pairs = documents.flatMap((first, place) =>
    (documents.length === 1 ? documents : documents.slice(place + 1)).map(
      (second): Compared => ({ first, second, ...likeness(first, second, rules) }),
    ),
  )
  const has = (outcome: string) => pairs.some(({ comparison }) => comparison.outcome === outcome)
  if (has('unusable')) return unsure(question, 'name_unusable', evidence)
  if (has('mismatch')) return fail(question, 'name_differs', evidence)
  if (pairs.some(({ passes }) => !passes)) return unsure(question, 'name_unclear', evidence)
  return pass(question, evidence, noteOf(pairs))
}

function noteOf(pairs: readonly Compared[]): NoteCode | null {
  const close = pairs.filter(({ comparison }) => comparison.outcome === 'close')
  const [initial] = close.filter(({ comparison }) => comparison.kind === 'initial')
  if (initial !== undefined) {
    const { first, second, comparison } = initial
    return INITIAL_ON[(comparison.shorter === 'first' ? first : second).type] ?? 'name_spelling'
  }
  if (close.some(({ comparison }) => comparison.kind === 'word_missing')) return 'name_word_missing'
  return close.length > 0 ? 'name_spelling' : null
}
