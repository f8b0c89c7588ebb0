import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageOn, isAdult, toBirthDate, todayInIndia, toIsoDate } from './dates'

const ROWS = [
  ['20-11-2008', '2026-11-19T18:29:59Z', 17, 'no'],
  ['20-11-2008', '2026-11-19T18:30:00Z', 18, 'yes'],
  ['21-11-2008', '2026-11-20T12:00:00Z', 17, 'no'],
  ['29-02-2008', '2026-02-28T12:00:00Z', 17, 'no'],
  ['29-02-2008', '2026-03-01T00:00:00+05:30', 18, 'yes'],
  ['29-02-2008', '2028-02-29T00:00:00+05:30', 20, 'yes'],
  ['29-02-1992', '2026-11-20T00:00:00+05:30', 34, 'yes'],
  ['2008', '2026-12-30T12:00:00+05:30', 17, 'not_proven'],
  ['2008', '2026-12-31T12:00:00+05:30', 18, 'yes'],
  ['2014', '2026-12-31T12:00:00+05:30', 12, 'no'],
  ['12-10-XXXX', '2026-11-20T00:00:00+05:30', null, 'not_proven'],
  ['30-02-1992', '2026-11-20T00:00:00+05:30', null, 'not_proven'],
  ['2008-13-01', '2026-11-20T00:00:00+05:30', null, 'not_proven'],
  ['', '2026-11-20T00:00:00+05:30', null, 'not_proven'],
  ['31-12-2099', '2026-11-20T00:00:00+05:30', null, 'not_proven'],
  ['2099', '2026-11-20T00:00:00+05:30', null, 'not_proven'],
  ['01-01-1900', '2026-11-20T00:00:00+05:30', null, 'not_proven'],
] as const

describe('age by the calendar of India', () => {
  it.each(ROWS)('born %s, at %s: %s, adult %s', (text, instant, age, adult) => {
    const today = todayInIndia(new Date(instant))
    const birthDate = toBirthDate(text)
    expect(birthDate === null ? null : ageOn(birthDate, today)).toBe(age)
    expect(isAdult(birthDate, today)).toBe(adult)
  })
  it('says adult from the 18th birthday on and never before', () => {
    const day = fc.date({ min: new Date('1950-01-01'), max: new Date('2007-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(day, (born) => {
        const iso = born.toISOString().slice(0, 10)
        const birthday = new Date(Date.UTC(born.getUTCFullYear() + 18, born.getUTCMonth(), born.getUTCDate()))
        const eve = new Date(birthday.getTime() - 86_400_000)
        expect(isAdult(iso, birthday.toISOString().slice(0, 10))).toBe('yes')
        expect(isAdult(iso, eve.toISOString().slice(0, 10))).toBe('no')
      }),
    )
  })
})

describe('spellings of a date', () => {
  it.each([
    ['31-01-1990', '1990-01-31'],
    ['31/01/1990', '1990-01-31'],
    ['31011990', '1990-01-31'],
    ['1990-01-31', '1990-01-31'],
    [' 31-01-1990 ', '1990-01-31'],
    ['1990', '1990'],
    ['01-31-1990', null],
    ['31-01/1990', null],
    ['1-1-1990', null],
    ['31-01-90', null],
    ['00-00-1990', null],
    ['29-02-2023', null],
    ['1990-01-31T00:00:00Z', null],
    ['31 January 1990', null],
  ])('%j is %j', (text, expected) => {
    expect(toBirthDate(text)).toBe(expected)
  })
  it('a year alone is no full date', () => {
    expect(toIsoDate('1990')).toBeNull()
  })
})
