import 'server-only'
import type { AlignedWord, LetterMark } from '@/lib/documents/names'

// What of a value staff see before they reveal it (docs/desk.md): enough to tell two apart, never the whole.

const HIDDEN = '•'
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** `P••• K N•••`: the first letter of each word, whatever its length; a single letter stays. */
export function maskName(name: string): string {
  return wordsOf(name)
    .map((word) => {
      const [first = HIDDEN, ...rest] = lettersOf(word)
      return rest.length === 0 ? first : `${first}${HIDDEN.repeat(3)}`
    })
    .join(' ')
}

/** `p•••@e•••.invalid` */
export function maskMail(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const end = domain.slice(domain.lastIndexOf('.') + 1)
  return `${address.slice(0, 1)}${HIDDEN.repeat(3)}@${domain.slice(0, 1)}${HIDDEN.repeat(3)}.${end}`
}

/** Only the year of `YYYY-MM-DD` or `YYYY`. */
export function maskDate(date: string): string {
  return date.slice(0, 4)
}

/** What stands for a value of which nothing is shown. */
export const ALL_HIDDEN = HIDDEN.repeat(3)

/**
 * A compared word with only its first letter and the letters that differ. Where that would be more than half of a word,
 * the first letter alone.
 */
export function maskAligned(word: AlignedWord): AlignedWord {
  const { first, second, mark, letters } = word
  if (letters === null) return { first: hideRest(first), second: hideRest(second), mark, letters: null }
  const [one, two] = [hideSame(letters.first), hideSame(letters.second)]
  return { first: spell(one), second: spell(two), mark, letters: { first: one, second: two } }
}

function hideSame(letters: readonly LetterMark[]): LetterMark[] {
  const shown = letters.filter(({ same }, place) => place === 0 || !same).length
  const isTooMuch = shown * 2 > letters.length
  return letters.map(({ letter, same }, place) => ({
    letter: place === 0 || (!same && !isTooMuch) ? letter : HIDDEN,
    same,
  }))
}

function hideRest(word: string | null): string | null {
  return word === null ? null : [...word].map((letter, place) => (place === 0 ? letter : HIDDEN)).join('')
}

const spell = (letters: readonly LetterMark[]) => letters.map(({ letter }) => letter).join('')

function wordsOf(name: string): string[] {
  return name
    .normalize('NFC')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
}

function lettersOf(word: string): string[] {
  return [...GRAPHEMES.segment(word)].map(({ segment }) => segment)
}
