import { describe, expect, it } from 'vitest'
import { checkDetails, type DetailsEntry } from './form'

const TODAY = '2026-11-21'
const ENTRY: DetailsEntry = { name: 'Sanika Kalpanik Rao', day: '14', month: '8', year: '1998' }
const check = (change: Partial<DetailsEntry>) => checkDetails({ ...ENTRY, ...change }, TODAY)
const problemsOf = (change: Partial<DetailsEntry>) => {
  const answer = check(change)
  return answer.kind === 'wrong' ? [answer.problems.name, answer.problems.date] : []
}

describe('what a player writes about themself', () => {
  it('is a name and a date in one spelling', () => {
    expect(check({ name: '  Sanika  Kalpanik\u00A0Rao ', day: ' 4', month: '08' })).toEqual({
      kind: 'good',
      details: { name: 'Sanika Kalpanik Rao', birthDate: '1998-08-04' },
    })
  })

  it.each([
    "D'Souza Maria",
    'D’Souza Maria',
    'A. P. Anne-Marie',
    'सानिका काल्पनिक राव',
    'ओम',
    'ಸಾನಿಕಾ',
    'Šárka Nováková',
  ])('may be called %s', (name) => {
    expect(check({ name }).kind).toBe('good')
  })

  it.each([
    ['', 'name_missing'],
    [' . ', 'name_missing'],
    ['R', 'name_missing'],
    ['Sanika 2', 'name_letters'],
    ['Sanika <b>', 'name_letters'],
    ['Rao\u202Eoar', 'name_letters'],
    ['a'.repeat(100), 'name_letters'],
  ])('is not called %j', (name, problem) => {
    expect(problemsOf({ name })).toEqual([problem, null])
  })

  it.each([
    [{ day: '' }, 'date_missing'],
    [{ month: '' }, 'date_missing'],
    [{ year: 'nineteen' }, 'date_missing'],
    [{ day: '31', month: '4' }, 'date_unreal'],
    [{ day: '29', month: '2', year: '2026' }, 'date_unreal'],
    [{ month: '13' }, 'date_unreal'],
    [{ day: '114' }, 'date_unreal'],
    [{ year: '98' }, 'date_early'],
    [{ year: '1899' }, 'date_early'],
    [{ day: '22', month: '11', year: '2026' }, 'date_future'],
  ])('is not born on %j', (change, problem) => {
    expect(problemsOf(change)).toEqual([null, problem])
  })

  it('takes the digits of a Hindi keyboard, a leap day and today', () => {
    expect(check({ day: '०४', month: '८', year: '१९९८' })).toMatchObject({
      details: { birthDate: '1998-08-04' },
    })
    expect(check({ day: '29', month: '2', year: '2000' }).kind).toBe('good')
    expect(check({ day: '21', month: '11', year: '2026' }).kind).toBe('good')
  })

  it('tells both problems at once', () => {
    expect(problemsOf({ name: '', day: '' })).toEqual(['name_missing', 'date_missing'])
  })
})
