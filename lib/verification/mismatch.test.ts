import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '@/lib/policy/current'
import { isAnswerable, toMismatches } from './mismatch'
import type { DocumentView, MismatchView, ReasonCode } from './types'

type Shown = Pick<DocumentView, 'type' | 'name' | 'birthDate'>
const FULL = 'Sanika Kalpanik Namoona'
const BORN = '1998-08-14'
const aadhaar = (name: string | null = FULL, birthDate: string | null = BORN): Shown => ({
  type: 'aadhaar',
  name,
  birthDate,
})
const pan = (name: string | null = FULL, birthDate: string | null = BORN): Shown => ({
  type: 'pan',
  name,
  birthDate,
})
const licence = (name: string | null = FULL, birthDate: string | null = BORN): Shown => ({
  type: 'driving_licence',
  name,
  birthDate,
})
const find = (
  documents: Shown[],
  reasons: ReasonCode[] = ['birth_date_differs', 'name_differs', 'name_unclear'],
  status: 'awaiting_reviewer' | 'approved' | 'cancelled' = 'awaiting_reviewer',
) => toMismatches({ status, reasons }, documents, DEFAULT_POLICY)
const pairs = (found: MismatchView[]) =>
  found.map(({ kind, first, second }) => [kind, first.type, second.type])

describe('what differs', () => {
  it.each<[string, MismatchView['what']]>([
    ['SONIKA KALPANIK NAMOONA', 'letter'],
    ['SANNIKO KALPANIK NAMOONA', 'word'],
    ['SANNIKAA KALPANIK NAMUNA', 'spelling'],
    ['SAINKA KALPANIK NAMOONA', 'spelling'],
    ['SANIKAH KALPANIK NAMOONA', 'letter'],
    ['S K NAMOONA', 'initial'],
    ['NAMOONA', 'word_missing'],
    ['MEERA KALPANIK NAMOONA', 'word'],
    ['MEERA UDAHARAN NAMOONA', 'several'],
  ])('%s beside it: %s', (name, what) => {
    const documents = [aadhaar(), pan(name, '1998-08-15')]
    expect(find(documents, ['name_differs']).map((one) => one.what)).toEqual([what])
  })

  it('is told birth date first, each of both', () => {
    const found = find([aadhaar(), pan('Meera Kalpanik Namoona', '2001-01-02')])
    expect(pairs(found)).toEqual([
      ['birth_date', 'aadhaar', 'pan'],
      ['name', 'aadhaar', 'pan'],
    ])
    expect(found[0]).toMatchObject({ first: { value: BORN }, second: { value: '2001-01-02' }, words: [] })
  })

  it('is told once of a document that differs from two which agree', () => {
    const other = 'Meera Udaharan Kalpanik'
    expect(pairs(find([aadhaar(), pan(other), licence()]))).toEqual([['name', 'aadhaar', 'pan']])
    expect(pairs(find([aadhaar(other), pan(), licence()]))).toEqual([['name', 'aadhaar', 'pan']])
    expect(pairs(find([aadhaar(), pan(other), licence('Rohan Parikshan Udaharan')]))).toHaveLength(3)
  })

  it('says that the order is another, beside what else differs', () => {
    expect(find([aadhaar(), pan('NAMOONA SONIKA KALPANIK')])[0]).toMatchObject({
      what: 'letter',
      isReordered: true,
    })
    expect(find([aadhaar(), pan('SONIKA KALPANIK NAMOONA')])[0]).toMatchObject({ isReordered: false })
  })

  it('is nothing where a year agrees, nothing is known, or another reason stands', () => {
    expect(find([aadhaar(FULL, '1998'), pan()], ['birth_date_differs'])).toEqual([])
    expect(find([aadhaar(null, null), pan(null, null)])).toEqual([])
    expect(find([aadhaar(), pan('Meera', '2001-01-02')], ['age_not_proven'])).toEqual([])
    for (const status of ['approved', 'cancelled'] as const)
      expect(find([aadhaar(), pan('Meera')], ['name_differs'], status)).toEqual([])
  })
})

describe('an answer', () => {
  it.each<[ReasonCode[], boolean]>([
    [['name_unclear'], true],
    [['birth_date_differs', 'name_differs'], true],
    [['name_differs', 'signature_invalid'], false],
    [['person_not_matched'], false],
    [[], false],
  ])('to %j is possible: %s', (reasons, possible) => {
    expect(isAnswerable({ status: 'awaiting_reviewer', reasons })).toBe(possible)
    expect(isAnswerable({ status: 'resubmission_requested', reasons })).toBe(false)
  })
})
