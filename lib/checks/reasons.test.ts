import { describe, expect, test } from 'vitest'
import en from '@/messages/en.json'
import hi from '@/messages/hi.json'
import { NOTE_CODES, NOTES, REASON_CODES, REASONS } from './reasons'

// Each reason and each note has words for the player in every language, and words for staff.

const LANGUAGES = { en, hi }

describe.each(['en', 'hi'] as const)('in %s', (language) => {
  test('every reason has its sentence, and no sentence is left over', () => {
    expect(Object.keys(LANGUAGES[language].reasons).sort()).toEqual([...REASON_CODES].sort())
  })

  test('every note has its sentence, and no sentence is left over', () => {
    expect(Object.keys(LANGUAGES[language].notes).sort()).toEqual([...NOTE_CODES].sort())
  })

  test('a player’s sentence is a sentence, and no code', () => {
    for (const text of [
      ...Object.values(LANGUAGES[language].reasons),
      ...Object.values(LANGUAGES[language].notes),
    ])
      expect(text).toMatch(language === 'en' ? /^[A-Z{].*\.$/ : /^[^_]*।$/)
  })
})

test('every reason and note says in a sentence to staff what was found', () => {
  for (const { staff } of [...Object.values(REASONS), ...Object.values(NOTES)])
    expect(staff).toMatch(/^[A-Z1].{15,}\.$/)
})

test('something to put right first is the player’s, and then a retry helps', () => {
  for (const { side, fixFirst, retryHelps } of Object.values(REASONS))
    if (fixFirst !== null && retryHelps) expect(side).toBe('player')
})
