import 'server-only'
import type { CheckOutcome, Question } from '@/lib/checks/types'
import {
  type AlignedWord,
  compareNames,
  isComparable,
  type LetterMark,
  type NameKind,
  type NameOutcome,
  toNameWords,
  type WordMark,
} from '@/lib/documents/names'
import type { DocumentType, EvidenceLevel } from '@/lib/documents/types'
import { ALL_HIDDEN, maskAligned, maskDate, maskMail, maskName } from './mask'
import type { RevealField } from './types'

// What each source says of one player, side by side. Masked but for the lines that this reader has revealed.

/** Who says something: the player, or one of the documents. */
export type Source = 'player' | DocumentType

/** One source with its values, whole. */
export interface SourceValues {
  source: Source
  state: CellState
  values: Partial<Record<RevealField | 'state', string>>
  /** Numbers only: as it was stored for showing. */
  numberMasked: string | null
  evidence: EvidenceLevel | null
  /** `valid`, why the issuer's signature was not believed, or null where there is none to check. */
  signature: string | null
  readAt: string | null
}

/** `empty`: the source is there and says nothing of this. */
export type CellState = 'there' | 'empty' | 'waiting' | 'missing' | 'not_accepted'

export interface CellWord {
  text: string
  mark: WordMark
  /** Letter by letter where two spellings stand beside each other, else null. */
  letters: LetterMark[] | null
}

export interface Cell {
  source: Source
  state: CellState
  /** Masked, or whole where the line is revealed; null where there is nothing, or nothing of it may be shown. */
  shown: string | null
  differs: boolean
  /** Names only, in the order of the source that the others are compared with. */
  words: CellWord[]
  /** Birth dates only: which parts are others than on the first source. */
  parts: DatePart[]
  evidence: EvidenceLevel | null
  signature: string | null
  readAt: string | null
}

export type DatePart = 'year' | 'month' | 'day'

/** How one source's name stands to the first one's; letters masked like the cells. */
export interface NamePair {
  first: Source
  second: Source
  outcome: NameOutcome
  kind: NameKind
  words: AlignedWord[]
}

export interface ComparisonRow {
  field: RevealField
  /** What the check about it found; null where none asks. */
  outcome: CheckOutcome | null
  isRevealed: boolean
  /** False where there is nothing more to see than is shown. */
  canReveal: boolean
  cells: Cell[]
  /** Names only. */
  pairs: NamePair[]
}

const CHECKED_BY: Partial<Record<RevealField, readonly Question[]>> = {
  name: ['names_agree', 'person_matches', 'locker_agrees'],
  birth_date: ['birth_dates_agree', 'age'],
  gender: ['gender_agrees'],
  number: ['pan_form', 'duplicate_person'],
  address: ['blocked_state'],
}
const WORST: readonly CheckOutcome[] = ['fail', 'unsure', 'pass', 'not_applicable']
const LINES: readonly RevealField[] = ['name', 'birth_date', 'gender', 'number', 'address', 'email']

/** All lines of the comparison; `revealed` are the fields that this reader may see whole now. */
export function compareSources(
  sources: readonly SourceValues[],
  revealed: ReadonlySet<RevealField>,
  checks: readonly { question: string; outcome: CheckOutcome }[],
): ComparisonRow[] {
  return LINES.map((field) => {
    const isRevealed = revealed.has(field)
    const { cells, pairs } =
      field === 'name' ? nameLine(sources, isRevealed) : otherLine(field, sources, isRevealed)
    return {
      field,
      outcome: worstOf(CHECKED_BY[field] ?? [], checks),
      isRevealed,
      canReveal: sources.some(({ values }) => (values[field] ?? '') !== ''),
      cells,
      pairs,
    }
  })
}

function worstOf(
  questions: readonly Question[],
  checks: readonly { question: string; outcome: CheckOutcome }[],
): CheckOutcome | null {
  const outcomes = checks
    .filter(({ question }) => (questions as readonly string[]).includes(question))
    .map(({ outcome }) => outcome)
  return WORST.find((one) => outcomes.includes(one)) ?? null
}

function toCell(one: SourceValues, field: RevealField, more: Partial<Cell>): Cell {
  const { source, evidence, signature, readAt } = one
  const isThere = one.state === 'there'
  const hasValue = (one.values[field] ?? '') !== '' || (field === 'number' && one.numberMasked !== null)
  return {
    source,
    state: isThere && !hasValue ? 'empty' : one.state,
    shown: null,
    differs: false,
    words: [],
    parts: [],
    evidence: source === 'player' ? 'player_stated' : evidence,
    signature,
    readAt,
    ...(hasValue ? more : {}),
  }
}

function otherLine(field: RevealField, sources: readonly SourceValues[], isRevealed: boolean) {
  const first = sources.find(({ source, values }) => source !== 'player' && values[field]) ?? sources[0]
  const cells = sources
    .filter(({ source }) => (field === 'email') === (source === 'player') || field === 'birth_date')
    .map((one) => {
      const value = one.values[field] ?? ''
      const against = first?.values[field] ?? ''
      const parts = field === 'birth_date' ? partsThatDiffer(against, value) : []
      const differs = parts.length > 0 || (field === 'gender' && against !== '' && value !== against)
      return toCell(one, field, {
        // Of an Aadhaar number the last four digits are all that is kept.
        shown: isRevealed && value !== '' ? value : maskedOf(field, one),
        differs,
        parts,
      })
    })
  return { cells, pairs: [] as NamePair[] }
}

function maskedOf(field: RevealField, { values, numberMasked }: SourceValues): string | null {
  const value = values[field] ?? ''
  switch (field) {
    case 'birth_date':
      return maskDate(value)
    case 'number':
      return numberMasked
    case 'address':
      return values.state ?? null
    case 'email':
      return maskMail(value)
    default:
      return ALL_HIDDEN
  }
}

const PLACES = [
  ['year', 0],
  ['month', 1],
  ['day', 2],
] as const satisfies readonly (readonly [DatePart, number])[]

/** Parts of two dates that both give and that are not the same. */
function partsThatDiffer(one: string, two: string): DatePart[] {
  const [first, second] = [one.split('-'), two.split('-')]
  return PLACES.filter(([, place]) => {
    const [a, b] = [first[place] ?? '', second[place] ?? '']
    return a !== '' && b !== '' && a !== b
  }).map(([part]) => part)
}

function nameLine(sources: readonly SourceValues[], isRevealed: boolean) {
  const named = sources.filter(({ values }) => isComparable(values.name ?? null))
  // What an issuer wrote comes before what the player typed.
  const first = named.find(({ source }) => source !== 'player') ?? named[0] ?? null
  const others = named.filter((one) => one !== first)
  const pairs = others.map((one): NamePair => {
    const { outcome, kind, words } = compareNames(first?.values.name ?? null, one.values.name ?? null)
    return { first: first?.source ?? 'player', second: one.source, outcome, kind, words }
  })
  const show = (word: AlignedWord) => (isRevealed ? word : maskAligned(word))
  const cells = sources.map((one) => {
    const name = one.values.name ?? ''
    const pair = pairs.find(({ second }) => second === one.source)
    const words =
      one === first
        ? firstWords(name, pairs).map(show).map(ofFirst)
        : (pair?.words ?? []).map(show).flatMap(ofSecond)
    return toCell(one, 'name', {
      shown: isRevealed ? name : maskName(name),
      differs: words.some(({ mark }) => mark !== 'same'),
      words,
    })
  })
  return { cells, pairs: pairs.map((pair) => ({ ...pair, words: pair.words.map(show) })) }
}

/** The words of the first name with what any other source has against them. */
function firstWords(name: string, pairs: readonly NamePair[]): AlignedWord[] {
  return toNameWords(name).map((word, place, words) => {
    const nth = words.slice(0, place).filter((one) => one === word).length
    const against = pairs.flatMap(({ words: aligned }) => {
      const found = aligned.filter(({ first }) => first === word)[nth]
      return found === undefined || found.mark === 'same' ? [] : [found]
    })
    const spelt = against.flatMap(({ letters }) => (letters === null ? [] : [letters.first]))
    return {
      first: word,
      second: null,
      mark: against[0]?.mark ?? 'same',
      letters: spelt[0] === undefined ? null : { first: mergeLetters(spelt), second: [] },
    }
  })
}

/** Letters that are the same everywhere. */
function mergeLetters(spelt: readonly LetterMark[][]): LetterMark[] {
  return (spelt[0] ?? []).map(({ letter }, place) => ({
    letter,
    same: spelt.every((letters) => letters[place]?.same === true),
  }))
}

function ofFirst({ first, mark, letters }: AlignedWord): CellWord {
  return { text: first ?? '', mark, letters: letters?.first ?? null }
}

/** A word that the second name lacks has an empty place of its own. */
function ofSecond({ second, mark, letters }: AlignedWord): CellWord[] {
  if (mark === 'title_dropped') return []
  return [{ text: second ?? '', mark, letters: letters?.second ?? null }]
}
