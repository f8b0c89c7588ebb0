import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyRing } from '@/lib/env'
import { nameIndexes, nameLookups, toWordKeys } from './name-keys'

const ring: KeyRing = {
  writeId: 'i2',
  keys: new Map([
    ['i2', randomBytes(32)],
    ['i1', randomBytes(32)],
  ]),
}
const sounds = (name: string) => toWordKeys(name).map(({ sound }) => sound)
const words = (name: string) => toWordKeys(name).map(({ word }) => word)

describe('the keys of a name', () => {
  test.each([
    ['Parikshan Kumar Namoona', 'NAMOONA parikshan  kumar'],
    ['Shri Parikshan Namoona', 'Parikshan Namoona'],
    ['Parikshan Namoona', 'Parixan Namuna'],
    ['Mohd. Irfan', 'Mohammed Irfan'],
  ])('%s is written like %s', (one, two) => {
    expect(words(one).sort()).toEqual(words(two).sort())
  })

  test.each([
    ['Sanika', 'Sonika'],
    ['Chandran', 'Shandran'],
    ['Namoona', 'Nimuna'],
    ['Kaveri', 'Cauvery'],
    ['Bhavna', 'Pavna'],
    ['Govind', 'Govinda'],
  ])('%s sounds like %s', (one, two) => {
    expect(words(one)).not.toEqual(words(two))
    expect(sounds(one)).toEqual(sounds(two))
  })

  test.each([
    ['Kumar', 'Kunal'],
    ['Namoona', 'Kalpanik'],
    ['Anil', 'Nila'],
  ])('%s does not sound like %s', (one, two) => {
    expect(sounds(one)).not.toEqual(sounds(two))
  })

  test('are of words, never of letters: initials find nobody', () => {
    expect(toWordKeys('P K')).toEqual([])
    expect(nameIndexes(ring, 'P')).toEqual([])
    expect(nameIndexes(ring, '🙂 ‮')).toEqual([])
  })

  test('are bounded and each there once, however long a name is', () => {
    const long = Array.from({ length: 60 }, (_, place) => `Naam${'ab'.repeat(place)}`).join(' ')
    expect(toWordKeys(long)).toHaveLength(8)
    expect(toWordKeys('Rao Rao RAO')).toHaveLength(1)
  })

  test('are made under the writing key and looked for under every key', () => {
    expect(nameIndexes(ring, 'Namoona').every((key) => key.startsWith('i2.'))).toBe(true)
    const lookups = nameLookups(ring, 'Namoona')
    expect(lookups.words).toHaveLength(1)
    expect(lookups.words[0]?.map((key) => key.slice(0, 3))).toEqual(['i2.', 'i1.'])
    expect(nameIndexes(ring, 'Namoona')).toContain(lookups.words[0]?.[0])
    expect(nameIndexes(ring, 'Namoona')).toContain(lookups.sounds[0]?.[0])
  })

  test('of a word are others than of its sound, even where both are spelt the same', () => {
    const { words: byWord, sounds: bySound } = nameLookups(ring, 'KRTK')
    expect(byWord[0]?.[0]).not.toBe(bySound[0]?.[0])
  })
})
