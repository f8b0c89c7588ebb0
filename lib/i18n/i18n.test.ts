import { describe, expect, it } from 'vitest'
import type { NoticeContent } from '@/lib/consent/types'
import crash from '@/messages/crash.json'
import en from '@/messages/en.json'
import hi from '@/messages/hi.json'
import captureEn from '@/messages/notices/2/capture/en.json'
import captureHi from '@/messages/notices/2/capture/hi.json'
import digilockerEn from '@/messages/notices/2/digilocker/en.json'
import digilockerHi from '@/messages/notices/2/digilocker/hi.json'
import phrases from '@/messages/notices/2/phrases.json'
import { fill, formatCount, formatDate, formatMoment, formatTime, formatUntil, joinWords } from './format'
import { pickLocale } from './locale'
import { listMissing, withFallback } from './messages'

const MONTHS = en.common.months

describe('formatCount', () => {
  it('says plus for what was counted no further than the cap', () => {
    expect([0, 999, 1000, 1001].map((count) => formatCount(count, 1000))).toEqual([
      '0',
      '999',
      '1,000',
      '1,000+',
    ])
    expect(formatCount(10_001, 10_000)).toBe('10,000+')
  })
})

describe('messages', () => {
  it('are complete in Hindi', () => {
    expect(listMissing(hi, en)).toEqual([])
  })

  it('hold nothing in Hindi that English does not know', () => {
    expect(listMissing(en, hi)).toEqual([])
  })

  it('are complete in Hindi where a page breaks', () => {
    expect(listMissing(crash.hi, crash.en)).toEqual([])
  })

  it('fall back to English where a sentence is missing', () => {
    expect(withFallback({ a: 'क', b: { c: '' } }, { a: 'x', b: { c: 'y', d: 'z' } })).toEqual({
      a: 'क',
      b: { c: 'y', d: 'z' },
    })
  })

  it('name what is missing by its path', () => {
    expect(listMissing({ a: 'क', b: { c: '' } }, { a: 'x', b: { c: 'y', d: 'z' } })).toEqual(['b.c', 'b.d'])
  })

  it('fill the same places in both languages', () => {
    expect(listPlaces(hi)).toEqual(listPlaces(en))
  })

  it('name twelve months', () => {
    for (const messages of [en, hi]) {
      expect(messages.common.months.split(' ')).toHaveLength(12)
      expect(messages.journey.months).toBe(messages.common.months)
    }
  })
})

const SECTIONS = [
  'who',
  'data',
  'recipients',
  'retention',
  'voluntary',
  'periods',
  'refuse',
  'adults',
  'withdraw',
  'rights',
  'complain',
  'languages',
]
const PURPOSES = {
  digilocker: [
    ['identity_and_age', 'one_of', ['aadhaar', 'driving_licence']],
    ['payout_name', 'all', ['pan']],
    ['result_mail', 'optional', ['result_mail']],
  ],
  capture: [
    ['identity_and_age', 'all', ['photo_document']],
    ['result_mail', 'optional', ['result_mail']],
  ],
}
/** Lines under data, recipients, periods and rights. */
const LINES = { digilocker: [13, 4, 7, 4], capture: [11, 4, 8, 4] }

describe('notice', () => {
  const notices = [digilockerEn, digilockerHi, captureEn, captureHi] as NoticeContent[]

  it.each(notices.map((notice) => [notice.way, notice.locale, notice] as const))(
    'holds every section that the law asks for (%s, %s)',
    (way, _locale, notice) => {
      expect(notice.sections.map((section) => section.id)).toEqual(SECTIONS)
      expect(
        notice.purposes.map((purpose) => [purpose.id, purpose.need, purpose.items.map((item) => item.id)]),
      ).toEqual(PURPOSES[way])
      expect(notice).toMatchObject({ version: 2, date: '2026-11-21' })
    },
  )

  it.each(notices.map((notice) => [notice.way, notice.locale, notice] as const))(
    'lists each item and each recipient on a line of its own (%s, %s)',
    (way, _locale, notice) => {
      const linesOf = (id: string) => notice.sections.find((section) => section.id === id)?.list.length
      expect(['data', 'recipients', 'periods', 'rights'].map(linesOf)).toEqual(LINES[way])
      expect(notice.sections.every((section) => section.paragraphs.length + section.list.length > 0)).toBe(
        true,
      )
    },
  )

  it('leaves the same places to fill in both languages', () => {
    const places = (content: unknown) => [...new Set(JSON.stringify(content).match(/\{\w+\}/g))].sort()
    const always = ['{address}', '{grievance}', '{operator}', '{other}', '{support}']
    expect(places(digilockerEn)).toEqual(['{carriers}', ...always].sort())
    expect(places(digilockerHi)).toEqual(places(digilockerEn))
    expect(places(captureEn)).toEqual([...always, '{vendors}'].sort())
    expect(places(captureHi)).toEqual(places(captureEn))
    expect(listPlaces(phrases.hi)).toEqual(listPlaces(phrases.en))
    expect(listMissing(phrases.hi, phrases.en)).toEqual([])
  })
})

describe('language', () => {
  it.each([
    ['hi', 'en-IN,en;q=0.9', 'hi'],
    ['fr', 'hi-IN,hi;q=0.9,en;q=0.8', 'hi'],
    [undefined, 'ta-IN,ta;q=0.9,en;q=0.5,hi;q=0.7', 'hi'],
    [undefined, 'en;q=0,hi;q=0.1', 'hi'],
    [undefined, 'ta', 'en'],
    [undefined, ';;q=x,,', 'en'],
    [undefined, null, 'en'],
  ] as const)('for cookie %s and header %s is %s after all', (cookie, header, locale) => {
    expect(pickLocale(cookie, header)).toBe(locale)
  })
})

describe('dates and times', () => {
  it('are spelt in our own months and in IST', () => {
    expect(formatDate('1998-08-14', MONTHS)).toBe('14 Aug 1998')
    expect(formatDate('2026-11-20T18:30:00Z', MONTHS)).toBe('21 Nov 2026')
    expect(formatTime('2026-11-20T17:11:07Z')).toBe('22:41:07')
    expect(formatMoment('2026-11-20T17:14:00+00:00', MONTHS)).toBe('20 Nov 2026, 22:44')
  })

  it('stay as they are when only a year is known or nothing is usable', () => {
    expect(formatDate('1998', MONTHS)).toBe('1998')
    expect(formatDate('soon', MONTHS)).toBe('soon')
    expect(formatTime('soon')).toBe('')
  })

  it('name the day of an end only when it is not today', () => {
    const now = new Date('2026-11-20T17:00:00Z')
    expect(formatUntil('2026-11-20T17:14:00Z', now, MONTHS)).toBe('22:44')
    expect(formatUntil('2026-11-21T17:14:00Z', now, MONTHS)).toBe('21 Nov 2026, 22:44')
  })

  it('stand beside names in a row', () => {
    expect([[], ['A'], ['A', 'B'], ['A', 'B', 'C']].map((words) => joinWords(words, 'or'))).toEqual([
      '',
      'A',
      'A or B',
      'A, B or C',
    ])
  })

  it('keep a place visible that has no value', () => {
    expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}')
  })
})

type Tree = { readonly [key: string]: string | Tree }

/** Every `{place}` with the path of its sentence; the inside of a plural is left out, it differs by language. */
function listPlaces(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [...new Set(value.match(/\{\w+(?=[,}])|<\w+>/g) ?? [])]
          .sort()
          .map((place) => `${path}${key} ${place}`)
      : listPlaces(value, `${path}${key}.`),
  )
}
