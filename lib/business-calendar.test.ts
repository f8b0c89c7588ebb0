import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addBusinessHours, businessHoursBetween, isBusinessDay } from './business-calendar'

// 2026-11-20 is a Friday.
const at = (text: string) => new Date(text)
const reviewDueAt = (from: Date, off?: ReadonlySet<string>) => addBusinessHours(from, 24, off)
const due = (from: string, holidays: string[] = []) =>
  reviewDueAt(at(from), new Set(holidays)).toISOString().replace('.000Z', 'Z')

describe('24 business hours', () => {
  test.each([
    ['in the week: the same time on the next day', '2026-11-17T15:00:00+05:30', '2026-11-18T09:30:00Z'],
    ['from Friday afternoon: Monday afternoon', '2026-11-20T15:00:00+05:30', '2026-11-23T09:30:00Z'],
    ['from Saturday: the end of Monday', '2026-11-21T11:00:00+05:30', '2026-11-23T18:30:00Z'],
    [
      'from the last second of Sunday: the end of Monday',
      '2026-11-22T23:59:59+05:30',
      '2026-11-23T18:30:00Z',
    ],
    [
      'from midnight on a working day: the next midnight',
      '2026-11-17T00:00:00+05:30',
      '2026-11-17T18:30:00Z',
    ],
    [
      'from the last second of Friday: the end of Monday, less that',
      '2026-11-20T23:59:59+05:30',
      '2026-11-23T18:29:59Z',
    ],
    ['over Independence Day on a Saturday', '2026-08-14T10:00:00+05:30', '2026-08-17T04:30:00Z'],
    [
      'over Independence Day on a Tuesday, in another year',
      '2028-08-14T10:00:00+05:30',
      '2028-08-16T04:30:00Z',
    ],
    [
      'from within a holiday: the end of the next working day',
      '2026-10-02T12:00:00+05:30',
      '2026-10-05T18:30:00Z',
    ],
    ['over the end of the year', '2026-12-31T18:00:00+05:30', '2027-01-01T12:30:00Z'],
    ['over 29 February', '2028-02-28T18:00:00+05:30', '2028-02-29T12:30:00Z'],
    ['over Republic Day', '2026-01-23T12:00:00+05:30', '2026-01-27T06:30:00Z'],
    ['over Gandhi Jayanti and a weekend', '2026-10-01T18:00:00+05:30', '2026-10-05T12:30:00Z'],
  ])('%s', (_when, from, to) => {
    expect(due(from)).toBe(to)
  })

  test('go by midnight in India, not in UTC', () => {
    // Still Friday in UTC, already Saturday in India.
    expect(due('2026-11-20T19:00:00Z')).toBe('2026-11-23T18:30:00Z')
    // Still Sunday in UTC, already Monday in India.
    expect(due('2026-11-22T19:00:00Z')).toBe('2026-11-23T19:00:00Z')
  })

  test('skip holidays of the operator’s list', () => {
    expect(due('2026-11-06T15:00:00+05:30', ['2026-11-09'])).toBe('2026-11-10T09:30:00Z')
    expect(due('2026-11-06T15:00:00+05:30', ['2026-11-09', '2026-11-10'])).toBe('2026-11-11T09:30:00Z')
    expect(due('2026-11-06T15:00:00+05:30', ['2026-11-07', '2026-08-15'])).toBe('2026-11-09T09:30:00Z')
  })
})

const moment = fc.date({ min: at('2026-01-01'), max: at('2028-12-31'), noInvalidDate: true })
const holidays = fc
  .array(fc.date({ min: at('2026-01-01'), max: at('2028-12-31'), noInvalidDate: true }), { maxLength: 40 })
  .map((dates) => new Set(dates.map((date) => date.toISOString().slice(0, 10))))

describe('for any moment and any list of holidays', () => {
  test('exactly the hours asked for lie between the two ends', () => {
    fc.assert(
      fc.property(moment, holidays, fc.integer({ min: 0, max: 24 * 20 }), (from, off, hours) => {
        const to = addBusinessHours(from, hours, off)
        expect(businessHoursBetween(from, to, off)).toBeCloseTo(hours, 6)
        expect(to.getTime() - from.getTime()).toBeGreaterThanOrEqual(hours * 3_600_000)
      }),
    )
  })

  test('a review never falls due on a day off, unless it is that day’s first moment', () => {
    fc.assert(
      fc.property(moment, holidays, (from, off) => {
        const justBefore = new Date(reviewDueAt(from, off).getTime() - 1 + 330 * 60_000)
        expect(isBusinessDay(justBefore.toISOString().slice(0, 10), off)).toBe(true)
      }),
    )
  })

  test('who comes later is not due earlier, and another holiday never brings it forward', () => {
    fc.assert(
      fc.property(moment, moment, holidays, (one, two, off) => {
        const [first, second] = one < two ? [one, two] : [two, one]
        expect(+reviewDueAt(first, off)).toBeLessThanOrEqual(+reviewDueAt(second, off))
        expect(+reviewDueAt(first, off)).toBeGreaterThanOrEqual(+reviewDueAt(first))
      }),
    )
  })
})
