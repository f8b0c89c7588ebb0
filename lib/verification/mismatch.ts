import 'server-only'
import { likeness } from '@/lib/checks/same-person'
import type { CheckRules } from '@/lib/checks/types'
import { type AlignedWord, type NameComparison, toNameWords } from '@/lib/documents/names'
import type { DocumentView, MismatchView, ReasonCode, Status } from './types'

// What differs between the documents of one attempt, as the player is shown it.

/** What the player, or the office that issued the document, can put right. */
const ANSWERABLE: readonly ReasonCode[] = ['name_differs', 'name_unclear', 'birth_date_differs']
const OF_NAME: readonly ReasonCode[] = ['name_differs', 'name_unclear']
const SHOWN_IN: readonly Status[] = ['awaiting_reviewer', 'resubmission_requested']

type Standing = { status: Status; reasons: readonly string[] }
type Shown = Pick<DocumentView, 'type' | 'name' | 'birthDate'>

/** True when nothing but a difference between documents stands in the way, and a person has the attempt. */
export function isAnswerable({ status, reasons }: Standing): boolean {
  return (
    status === 'awaiting_reviewer' &&
    reasons.length > 0 &&
    reasons.every((reason) => (ANSWERABLE as readonly string[]).includes(reason))
  )
}

/** False when there is nothing to compare, so that no policy needs to be asked for. */
export function mayDiffer({ status }: Pick<Standing, 'status'>): boolean {
  return SHOWN_IN.includes(status)
}

/**
 * The differences behind the reasons of an attempt, birth dates first, as the checks have it. A document that differs from
 * two which agree is told once. `documents` without name and birth date, as of an attempt in doubt, give none.
 */
export function toMismatches(
  { status, reasons }: Standing,
  documents: readonly Shown[],
  rules: CheckRules,
): MismatchView[] {
  if (!SHOWN_IN.includes(status)) return []
  const dates = reasons.includes('birth_date_differs') ? listDates(documents) : []
  const names = OF_NAME.some((reason) => reasons.includes(reason)) ? listNames(documents, rules) : []
  return [...dates, ...names]
}

function listDates(documents: readonly Shown[]): MismatchView[] {
  const differ = (one: Shown, two: Shown) =>
    !!one.birthDate &&
    !!two.birthDate &&
    !one.birthDate.startsWith(two.birthDate) &&
    !two.birthDate.startsWith(one.birthDate)
  return pairsThat(differ, documents).map(([first, second]) => ({
    kind: 'birth_date',
    what: 'birth_date',
    first: { type: first.type, value: first.birthDate ?? '' },
    second: { type: second.type, value: second.birthDate ?? '' },
    words: [],
    isReordered: false,
  }))
}

function listNames(documents: readonly Shown[], rules: CheckRules): MismatchView[] {
  const differ = (one: Shown, two: Shown) => {
    const { comparison, passes } = likeness(one, two, rules)
    return !passes && comparison.outcome !== 'unusable'
  }
  return pairsThat(differ, documents).map(([first, second]) => {
    const { comparison } = likeness(first, second, rules)
    const isReordered = hasOtherOrder(comparison, second.name ?? '')
    return {
      kind: 'name',
      what: whatDiffers(comparison.words),
      first: { type: first.type, value: first.name ?? '' },
      second: { type: second.type, value: second.name ?? '' },
      words: comparison.words,
      isReordered,
    }
  })
}

/** Pairs that differ, without those of which one side has been told beside a document that agrees with the other. */
function pairsThat(
  differ: (one: Shown, two: Shown) => boolean,
  documents: readonly Shown[],
): (readonly [Shown, Shown])[] {
  const all = documents.flatMap((one, place) => documents.slice(place + 1).map((two) => [one, two] as const))
  const told: (readonly [Shown, Shown])[] = []
  const isTold = (one: Shown, two: Shown) =>
    told.some(
      ([a, b]) =>
        (a === one && !differ(b, two)) || (b === two && !differ(a, one)) || (b === one && !differ(a, two)),
    )
  for (const [one, two] of all) if (differ(one, two) && !isTold(one, two)) told.push([one, two])
  return told
}

function whatDiffers(words: readonly AlignedWord[]): MismatchView['what'] {
  const differing = words.filter(({ mark }) => mark !== 'same' && mark !== 'title_dropped')
  const [only] = differing
  if (only === undefined) return 'order'
  const isAll = (...marks: AlignedWord['mark'][]) => differing.every(({ mark }) => marks.includes(mark))
  if (isAll('initial_of')) return 'initial'
  if (isAll('missing', 'extra')) return 'word_missing'
  if (differing.length === 1 && only.letters !== null && isOneLetter(only.letters)) return 'letter'
  if (isAll('spelling')) return 'spelling'
  return differing.length === 1 ? 'word' : 'several'
}

/** One letter changed, put in or left out. */
function isOneLetter({ first, second }: NonNullable<AlignedWord['letters']>): boolean {
  const others = (side: typeof first) => side.filter(({ same }) => !same).length
  if (others(first) > 1 || others(second) > 1) return false
  const place = (side: typeof first) => side.findIndex(({ same }) => !same)
  return others(first) + others(second) === 1 || place(first) === place(second)
}

/** True when the words that both have stand in another order in the second name; of other words nobody can tell. */
function hasOtherOrder({ outcome, words }: NameComparison, second: string): boolean {
  if (outcome === 'mismatch') return false
  const aligned = words.flatMap((word) =>
    word.second === null || word.mark === 'title_dropped' || word.mark === 'extra' ? [] : [word.second],
  )
  const own = toNameWords(second).filter((word) => aligned.includes(word))
  return own.join(' ') !== aligned.filter((word) => own.includes(word)).join(' ')
}
