import 'server-only'

// Names in one spelling, and how well two of them agree (docs/documents.md). Words are compared as a set: order means
// nothing in Indian names. Latin letters only; other scripts are never compared, by marks lost they would look alike.

const TITLES = new Set('MR MRS MS MISS DR SHRI SRI SMT KUM KUMARI KM ER ADV CAPT COL LATE'.split(' '))
const RELATIVE = /(^|[^\p{L}])[SDWC]\s*\/\s*O(?!\p{L}).*$/su
/** Fixed abbreviations, by the word that they stand for. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  MD: 'MOHAMMED',
  MOHD: 'MOHAMMED',
  MOHAMMAD: 'MOHAMMED',
  MUHAMMAD: 'MOHAMMED',
  KR: 'KUMAR',
}
/** Spellings of one sound, applied in this order; doubled letters go last. */
const FOLDS: readonly (readonly [RegExp, string])[] = [
  [/KSH/g, 'X'],
  [/SH/g, 'S'],
  [/TH/g, 'T'],
  [/DH/g, 'D'],
  [/BH/g, 'B'],
  [/PH/g, 'F'],
  [/AA/g, 'A'],
  [/EE/g, 'I'],
  [/OO/g, 'U'],
  [/W/g, 'V'],
  [/Z/g, 'J'],
  [/Y/g, 'I'],
  [/(.)\1+/g, '$1'],
]
/** Emoji, other scripts, control and direction marks: nothing that a name in Latin letters holds. */
const FOREIGN = /[^\p{Script=Latin}\p{M}\p{N}\p{P}\p{Sk}\s]/u
const MAX_LENGTH = 400
const SLIP_MIN_LETTERS = 4

/** The words of a name in upper case, without marks, punctuation, leading titles and `S/O …`; empty when none is left. */
export function toNameWords(name: string): string[] {
  return split(name).words
}

/** The words of `toNameWords`, joined by one space. */
export function normaliseName(name: string): string {
  return toNameWords(name).join(' ')
}

/** True for a name in Latin letters of a sane length; only such names are compared. */
export function isComparable(name: string | null): name is string {
  if (name === null || name.length > MAX_LENGTH) return false
  return !FOREIGN.test(name.normalize('NFKD')) && /\p{L}/u.test(normaliseName(name))
}

/** `unusable`: one of the two cannot be compared at all. */
export type NameOutcome = 'match' | 'close' | 'review' | 'mismatch' | 'unusable'
/** What the outcome rests on, the weightiest first when several hold. */
export type NameKind =
  | 'same'
  | 'order'
  | 'title'
  | 'word_missing'
  | 'initial'
  | 'spelling'
  | 'initials'
  | 'gendered'
  | 'other'

/** `missing`: not in the second name. `extra`: not in the first. */
export type WordMark = 'same' | 'initial_of' | 'spelling' | 'missing' | 'extra' | 'differs' | 'title_dropped'

export interface LetterMark {
  letter: string
  same: boolean
}

export interface AlignedWord {
  /** Upper case; null where the first name has no such word. */
  first: string | null
  second: string | null
  mark: WordMark
  /** Letter by letter where two spellings stand beside each other, else null. */
  letters: { first: LetterMark[]; second: LetterMark[] } | null
}

/** A comparison with its explanation, for the player's own page: never stored, never logged. */
export interface NameComparison {
  outcome: NameOutcome
  kind: NameKind
  /** Which of the two has the initial or lacks the word; null when neither or both. */
  shorter: 'first' | 'second' | null
  /** In the order of the first name, then what only the second has. */
  words: AlignedWord[]
}

interface Pair {
  first: string
  second: string
  how: 'same' | 'fold' | 'initial' | 'gendered' | 'slip'
}

/**
 * How well two names agree. `match`: the same words. `close`: one word missing, one initial, or other spellings of the
 * same sounds, beside at least two whole words (one for spelling). `review`: less than that, or a gendered ending or a
 * single letter that differs. `mismatch`: a word on each side that is not on the other. Symmetric, and blind to order.
 */
export function compareNames(first: string | null, second: string | null): NameComparison {
  if (!isComparable(first) || !isComparable(second))
    return { outcome: 'unusable', kind: 'other', shorter: null, words: [] }
  const [one, two] = [split(first), split(second)]
  const { pairs, restFirst, restSecond, titlesUsed } = pair(one, two)
  const verdict = judge(pairs, restFirst, restSecond)
  return {
    ...verdict,
    kind: verdict.kind === 'same' ? sameKind(one, two) : verdict.kind,
    words: align(one, two, { pairs, restFirst, restSecond, titlesUsed }),
  }
}

interface SplitName {
  titles: string[]
  words: string[]
}

function split(name: string): SplitName {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase().replace(RELATIVE, '$1')
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const titles: string[] = []
  while (words.length > 1 && TITLES.has(words[0] ?? '')) titles.push(words.shift() ?? '')
  return { titles, words }
}

interface Pairing {
  pairs: Pair[]
  restFirst: string[]
  restSecond: string[]
  /** Titles that turned out to be words of the other name, as in "Kumari Kalpana" and "Kalpana Kumari". */
  titlesUsed: { first: string[]; second: string[] }
}

/** Pairs words from the surest likeness to the faintest; the order within a name never matters. */
function pair(one: SplitName, two: SplitName): Pairing {
  const pairs: Pair[] = []
  let restFirst = [...one.words]
  let restSecond = [...two.words]
  const step = (how: Pair['how'], like: (a: string, b: string) => boolean) => {
    for (const [a, b] of candidates(restFirst, restSecond, like)) {
      if (!restFirst.includes(a) || !restSecond.includes(b)) continue
      pairs.push({ first: a, second: b, how })
      restFirst = without(restFirst, a)
      restSecond = without(restSecond, b)
    }
  }
  step('same', (a, b) => a === b)
  step('same', (a, b) => expand(a) === expand(b))
  const titlesUsed = {
    first: one.titles.filter((title) => restSecond.includes(title)),
    second: two.titles.filter((title) => restFirst.includes(title)),
  }
  for (const title of titlesUsed.first) {
    pairs.push({ first: title, second: title, how: 'same' })
    restSecond = without(restSecond, title)
  }
  for (const title of titlesUsed.second) {
    pairs.push({ first: title, second: title, how: 'same' })
    restFirst = without(restFirst, title)
  }
  step('fold', (a, b) => a.length > 1 && b.length > 1 && fold(expand(a)) === fold(expand(b)))
  step('initial', isInitialOf)
  step('gendered', isGendered)
  step('slip', isSlip)
  return { pairs, restFirst, restSecond, titlesUsed }
}

/** Every pair that is alike, in an order that is the same from both sides. */
function candidates(
  first: readonly string[],
  second: readonly string[],
  like: (a: string, b: string) => boolean,
): [string, string][] {
  const found = first.flatMap((a) => second.filter((b) => like(a, b)).map((b): [string, string] => [a, b]))
  const key = ([a, b]: [string, string]) => (a < b ? `${a} ${b}` : `${b} ${a}`)
  return found.sort((x, y) => (key(x) < key(y) ? -1 : key(x) > key(y) ? 1 : 0))
}

function without(words: readonly string[], word: string): string[] {
  const place = words.indexOf(word)
  return words.filter((_, index) => index !== place)
}

function judge(
  pairs: readonly Pair[],
  restFirst: readonly string[],
  restSecond: readonly string[],
): Pick<NameComparison, 'outcome' | 'kind' | 'shorter'> {
  const count = (...hows: Pair['how'][]) => pairs.filter(({ how }) => hows.includes(how)).length
  const shorter = shorterSide(pairs, restFirst, restSecond)
  if (restFirst.length > 0 && restSecond.length > 0)
    return { outcome: 'mismatch', kind: 'other', shorter: null }
  if (count('gendered') > 0) return { outcome: 'review', kind: 'gendered', shorter: null }
  if (count('slip') > 0) return { outcome: 'review', kind: 'spelling', shorter: null }
  const missing = restFirst.length + restSecond.length
  const initials = count('initial')
  if (missing + initials === 0)
    return count('fold') === 0
      ? { outcome: 'match', kind: 'same', shorter }
      : { outcome: 'close', kind: 'spelling', shorter }
  const isClose = missing + initials === 1 && count('same', 'fold') >= 2
  if (isClose) return { outcome: 'close', kind: initials === 1 ? 'initial' : 'word_missing', shorter }
  return { outcome: 'review', kind: initials > 0 ? 'initials' : 'word_missing', shorter }
}

function shorterSide(
  pairs: readonly Pair[],
  restFirst: readonly string[],
  restSecond: readonly string[],
): NameComparison['shorter'] {
  const initials = pairs.filter(({ how }) => how === 'initial')
  const first = restSecond.length > 0 || initials.some((one) => one.first.length === 1)
  const second = restFirst.length > 0 || initials.some((one) => one.second.length === 1)
  if (first === second) return null
  return first ? 'first' : 'second'
}

function sameKind(one: SplitName, two: SplitName): NameKind {
  if (one.titles.join(' ') !== two.titles.join(' ')) return 'title'
  return one.words.map(expand).join(' ') === two.words.map(expand).join(' ') ? 'same' : 'order'
}

const expand = (word: string): string => ABBREVIATIONS[word] ?? word

/** A word of `toNameWords` with its abbreviation written out, by its sounds: equal for spellings of one name. */
export function foldWord(word: string): string {
  return fold(expand(word))
}

/** A word by its sounds; equal for spellings that Indian names are transliterated with. */
function fold(word: string): string {
  return FOLDS.reduce((text, [from, to]) => text.replace(from, to), word)
}

function isInitialOf(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length === 1 && long.length > 1 && /\p{L}/u.test(short) && long.startsWith(short)
}

/** `Kumar` and `Kumari`, `Parikshan` and `Parikshana`: one ending more. */
function isGendered(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length > 2 && /^[AI]$/.test(long.slice(short.length)) && long.startsWith(short)
}

/** One letter put in, left out, changed, or two neighbours exchanged, in words long enough for it to be a slip. */
function isSlip(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short.length < SLIP_MIN_LETTERS || long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at += 1
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1)
  if (short.slice(at + 1) === long.slice(at + 1)) return true
  return (
    short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2)
  )
}

function align(one: SplitName, two: SplitName, pairing: Pairing): AlignedWord[] {
  const { restSecond, titlesUsed } = pairing
  const pairs = [...pairing.pairs]
  const differing = [...restSecond]
  const dropped = (titles: readonly string[], used: readonly string[], side: 'first' | 'second') =>
    titles
      .filter((title) => !used.includes(title))
      .map((title): AlignedWord => ({ ...NOTHING, [side]: title, mark: 'title_dropped' }))
  const ofFirst = [...titlesUsed.first, ...one.words].map((word): AlignedWord => {
    const place = pairs.findIndex(({ first }) => first === word)
    const [found] = place < 0 ? [] : pairs.splice(place, 1)
    if (found !== undefined) return toAligned(found)
    const other = differing.shift()
    return other === undefined
      ? { ...NOTHING, first: word, mark: 'missing' }
      : { ...NOTHING, first: word, second: other, mark: 'differs' }
  })
  return [
    ...dropped(one.titles, titlesUsed.first, 'first'),
    ...dropped(two.titles, titlesUsed.second, 'second'),
    ...ofFirst,
    ...differing.map((word): AlignedWord => ({ ...NOTHING, second: word, mark: 'extra' })),
  ]
}

const NOTHING = { first: null, second: null, letters: null }

function toAligned({ first, second, how }: Pair): AlignedWord {
  if (how === 'same') return { first, second, mark: 'same', letters: null }
  if (how === 'initial') return { first, second, mark: 'initial_of', letters: null }
  return { first, second, mark: 'spelling', letters: markLetters(first, second) }
}

/** Letters of both words, marked where they stand in their longest common run of letters. */
function markLetters(first: string, second: string): NonNullable<AlignedWord['letters']> {
  const [a, b] = [[...first], [...second]]
  const runs = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  const run = (i: number, j: number) => runs[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      (runs[i] as number[])[j] =
        a[i] === b[j] ? run(i + 1, j + 1) + 1 : Math.max(run(i + 1, j), run(i, j + 1))
  const marked = {
    first: a.map((letter): LetterMark => ({ letter, same: false })),
    second: b.map((letter): LetterMark => ({ letter, same: false })),
  }
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      ;(marked.first[i] as LetterMark).same = true
      ;(marked.second[j] as LetterMark).same = true
      i += 1
      j += 1
    } else if (run(i + 1, j) >= run(i, j + 1)) i += 1
    else j += 1
  }
  return marked
}
