import type { ReactNode } from 'react'
import { Icon } from '@/components/ui/icon'
import { Mark } from '@/components/ui/mark'
import type { AlignedWord, LetterMark } from '@/lib/documents/names'
import { fill, formatDate } from '@/lib/i18n/format'
import type { JourneyWords, Messages } from '@/lib/i18n/messages'
import type { MismatchView } from '@/lib/verification/types'

interface Words {
  mismatch: Messages['mismatch']
  journey: Pick<JourneyWords, 'documents' | 'months'>
}

/**
 * Two documents that differ, under each other: letters in cells with the differing ones framed; an initial, a missing word,
 * another word and another order each drawn as themselves. Read out as sentences instead.
 */
export function NameCollation({ mismatch, words }: { mismatch: MismatchView; words: Words }) {
  const [first, second] = [mismatch.first, mismatch.second].map(({ type }) => words.journey.documents[type])
  const row = { first: first ?? '', second: second ?? '', words: words.mismatch }
  const agreed = mismatch.words.flatMap((word) => (word.mark === 'same' ? (word.first ?? []) : []))
  return (
    <div className="collation" role="img" aria-label={sayMismatch(mismatch, words).join(' ')}>
      {mismatch.kind === 'birth_date' && (
        <Dates mismatch={mismatch} row={row} months={words.journey.months} />
      )}
      {mismatch.words.map((word, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: words may repeat and never move
        <Word key={place} word={word} row={row} />
      ))}
      {mismatch.isReordered && <Order mismatch={mismatch} row={row} />}
      {agreed.length > 0 && (
        <p className="collation-same small quiet">
          <Mark tone="passed" icon="check">
            {words.mismatch.sameWord}
          </Mark>{' '}
          <span>{agreed.join(' ')}</span>
        </p>
      )}
    </div>
  )
}

interface Row {
  first: string
  second: string
  words: Messages['mismatch']
}

/** The names of both documents, the margin rule, and what stands on each. */
function Pair({ row, children }: { row: Row; children: ReactNode }) {
  return (
    <div className="collation-pair">
      <div className="collation-from">
        <span>{row.first}</span>
        <span>{row.second}</span>
      </div>
      <div className="collation-cells">{children}</div>
    </div>
  )
}

function Column({ first, second }: { first: ReactNode; second: ReactNode }) {
  return (
    <div>
      {first}
      {second}
    </div>
  )
}

function Word({ word, row }: { word: AlignedWord; row: Row }) {
  const { first, second, mark, letters } = word
  if (mark === 'same' || mark === 'title_dropped') return null
  if (letters !== null) return <Letters letters={letters} row={row} />
  return (
    <Pair row={row}>
      <Column
        first={<Whole text={first} isShort={isInitial(mark, first)} mark={mark} words={row.words} />}
        second={<Whole text={second} isShort={isInitial(mark, second)} mark={mark} words={row.words} />}
      />
    </Pair>
  )
}

function isInitial(mark: AlignedWord['mark'], text: string | null): boolean {
  return mark === 'initial_of' && text?.length === 1
}

function Whole({
  text,
  isShort,
  mark,
  words,
}: {
  text: string | null
  isShort: boolean
  mark: AlignedWord['mark']
  words: Messages['mismatch']
}) {
  if (text === null)
    return (
      <span className="collation-none">
        <Icon name="minus" /> {words.none}
      </span>
    )
  if (isShort)
    return (
      <span className="collation-whole">
        <b className="is-different">{text}</b> <small>{words.initial}</small>
      </span>
    )
  return <b className={mark === 'differs' ? 'collation-whole is-different' : 'collation-whole'}>{text}</b>
}

function Letters({ letters, row }: { letters: NonNullable<AlignedWord['letters']>; row: Row }) {
  return (
    <Pair row={row}>
      {toColumns(letters).map(([one, two], place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: letters repeat and never move
        <Column key={place} first={<Cell letter={one} />} second={<Cell letter={two} />} />
      ))}
    </Pair>
  )
}

function Cell({ letter }: { letter: LetterMark | null }) {
  if (letter === null) return <i className="is-absent" />
  return <b className={letter.same ? undefined : 'is-different'}>{letter.letter}</b>
}

/** Letters that belong under each other; null where the other word has one more. */
export function toColumns({
  first,
  second,
}: NonNullable<AlignedWord['letters']>): [LetterMark | null, LetterMark | null][] {
  const [rest, other] = [[...first], [...second]]
  const columns: [LetterMark | null, LetterMark | null][] = []
  while (rest.length > 0 || other.length > 0) {
    const [one, two] = [rest[0], other[0]]
    const takesOne = one !== undefined && (two === undefined || !one.same || two.same)
    const takesTwo = two !== undefined && (one === undefined || !two.same || one.same)
    columns.push([takesOne ? (rest.shift() ?? null) : null, takesTwo ? (other.shift() ?? null) : null])
  }
  return columns
}

/** Words of both names in their own order, each with the place that it has in the first. */
function Order({ mismatch, row }: { mismatch: MismatchView; row: Row }) {
  const both = mismatch.words.filter(({ first, second }) => first !== null && second !== null)
  const own = mismatch.second.value.toUpperCase().split(/[^\p{L}\p{N}]+/u)
  const sorted = [...both].sort((one, two) => own.indexOf(one.second ?? '') - own.indexOf(two.second ?? ''))
  const line = (words: AlignedWord[], side: 'first' | 'second') => (
    <span className="collation-order">
      {words.map((word) => (
        <b key={word[side]}>
          <small>{both.indexOf(word) + 1}</small> {word[side]}
        </b>
      ))}
    </span>
  )
  return (
    <Pair row={row}>
      <Column first={line(both, 'first')} second={line(sorted, 'second')} />
    </Pair>
  )
}

function Dates({ mismatch, row, months }: { mismatch: MismatchView; row: Row; months: string }) {
  const [first, second] = [mismatch.first.value, mismatch.second.value].map((value) =>
    formatDate(value, months).split(' '),
  )
  const line = (own: string[], other: string[]) => (
    <span className="collation-date num">
      {own.map((part, place) => (
        <b key={part} className={part === other[place] ? undefined : 'is-different'}>
          {part}
        </b>
      ))}
    </span>
  )
  return (
    <Pair row={row}>
      <Column first={line(first ?? [], second ?? [])} second={line(second ?? [], first ?? [])} />
    </Pair>
  )
}

/** The difference in sentences: both values, then each thing that differs, then what is the same. */
export function sayMismatch(mismatch: MismatchView, words: Words): string[] {
  const { say } = words.mismatch
  const from = {
    first: words.journey.documents[mismatch.first.type],
    second: words.journey.documents[mismatch.second.type],
  }
  const [one, two] =
    mismatch.kind === 'name'
      ? [mismatch.first.value, mismatch.second.value]
      : [mismatch.first.value, mismatch.second.value].map((value) => formatDate(value, words.journey.months))
  return [fill(say.whole, { ...from, one: one ?? '', two: two ?? '' }), ...sayDetails(mismatch, words)]
}

/** Each thing that differs between two names, in a sentence; none for birth dates, which say it all. */
export function sayDetails(mismatch: MismatchView, words: Words): string[] {
  const { say } = words.mismatch
  const from = {
    first: words.mismatch.inSentence[mismatch.first.type],
    second: words.mismatch.inSentence[mismatch.second.type],
  }
  const order = mismatch.isReordered ? [say.order] : []
  return [...mismatch.words.flatMap((word) => sayWord(word, from, say)), ...order]
}

type Say = Messages['mismatch']['say']

function sayWord(
  { first, second, mark, letters }: AlignedWord,
  from: { first: string; second: string },
  say: Say,
): string[] {
  const [one, two] = [first ?? '', second ?? '']
  switch (mark) {
    case 'same':
    case 'title_dropped':
      return []
    case 'missing':
      return [fill(say.missing, { word: one, on: from.first, off: from.second })]
    case 'extra':
      return [fill(say.missing, { word: two, on: from.second, off: from.first })]
    case 'initial_of':
      return one.length === 1
        ? [fill(say.initial, { word: two, letter: one, on: from.first })]
        : [fill(say.initial, { word: one, letter: two, on: from.second })]
    case 'differs':
      return [fill(say.word, { ...from, one, two })]
    case 'spelling':
      return [
        letters === null
          ? fill(say.word, { ...from, one, two })
          : sayLetters(letters, from, { one, two }, say),
      ]
  }
}

/** One letter is named with its place; more of them as the two words. */
function sayLetters(
  letters: NonNullable<AlignedWord['letters']>,
  from: { first: string; second: string },
  { one, two }: { one: string; two: string },
  say: Say,
): string {
  const columns = toColumns(letters)
  const place = columns.findIndex(([a, b]) => a?.same !== true || b?.same !== true)
  const others = columns.filter(([a, b]) => a?.same !== true || b?.same !== true)
  const [a, b] = others[0] ?? [null, null]
  if (others.length !== 1) return fill(say.word, { ...from, one, two })
  if (a !== null && b !== null)
    return fill(say.letter, { ...from, place: place + 1, word: one, one: a.letter, two: b.letter })
  const more = a === null ? { word: two, on: from.second } : { word: one, on: from.first }
  return fill(say.more, { ...more, letter: (a ?? b)?.letter ?? '', place: place + 1 })
}
