import 'server-only'
import { blindIndex, blindIndexes, type IndexedField } from '@/lib/crypto/blind-index'
import type { KeyRing } from '@/lib/env'
import { foldWord, toNameWords } from './names'

// By what a name is found again (docs/documents.md): each of its words by its folded letters, and by its sounds, which forgive
// more. Order means nothing. Single letters are nobody's name.

const MOST_WORDS = 8
const MOST_LETTERS = 40
const LATIN = /^[A-Z]+$/
/** One letter for consonants that are written for each other. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/X/g, 'KS'],
  [/CH/g, 'S'],
  [/C(?=[EIY])/g, 'S'],
  [/[CQ]/g, 'K'],
  [/G(?=[EIY])/g, 'J'],
  [/(?<!^)H/g, ''],
  [/[BP]/g, 'P'],
  [/[VF]/g, 'V'],
]

/** The blind indexes of a name under the writing key, each once; empty for a name of single letters. */
export function nameIndexes(ring: KeyRing, name: string): string[] {
  return toWordKeys(name).flatMap(({ word, sound }) => [
    blindIndex(ring, 'name_word', word),
    ...(sound === null ? [] : [blindIndex(ring, 'name_sound', sound)]),
  ])
}

/** What to look for, word by word, each under every key of the ring. */
export function nameLookups(ring: KeyRing, name: string): { words: string[][]; sounds: string[][] } {
  const every = (field: IndexedField, text: string) => blindIndexes(ring, field, text)
  const keys = toWordKeys(name)
  return {
    words: keys.map(({ word }) => every('name_word', word)),
    sounds: keys.map(({ word, sound }) =>
      sound === null ? every('name_word', word) : every('name_sound', sound),
    ),
  }
}

/** Each word of a name by its two keys; a word without a usable sound, as of another script, has none. */
export function toWordKeys(name: string): { word: string; sound: string | null }[] {
  const words = toNameWords(name)
    .filter((word) => [...word].length > 1)
    .slice(0, MOST_WORDS)
    .map((word) => foldWord(word).slice(0, MOST_LETTERS))
  return [...new Set(words)].map((word) => ({ word, sound: soundOf(word) }))
}

/** Consonants of a folded word in classes, with `A` for a vowel at its beginning; null for fewer than two. */
function soundOf(word: string): string | null {
  if (!LATIN.test(word)) return null
  const classes = SOUNDS.reduce((text, [from, to]) => text.replace(from, to), word).replace(/(.)\1+/g, '$1')
  const start = /^[AEIOU]/.test(classes) ? 'A' : ''
  const sound = start + classes.replace(/[AEIOU]/g, '')
  return sound.length < 2 ? null : sound
}
