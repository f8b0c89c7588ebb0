import { expect, test } from 'vitest'
import { addYears, dateInIndia, toIso } from './documents/calendar'
import { aadhaarBirthDate } from './documents/locker'
import { toPerson } from './people'
import { findPersona, PERSONA_IDS, PERSONAS } from './personas'

const NOON = new Date('2026-11-20T06:30:00Z')

test('the same words make the same person, another number another one', () => {
  expect(toPerson(1, 'adult', 7, NOON)).toEqual(toPerson(1, 'adult', 7, NOON))
  const other = toPerson(1, 'adult', 8, NOON)
  const first = toPerson(1, 'adult', 7, NOON)
  expect(other.pan?.number).not.toBe(first.pan?.number)
  expect(other.licence?.number).not.toBe(first.licence?.number)
  expect(other.lockerId).not.toBe(first.lockerId)
})

test('every adult is an adult, and not born on 1 January', () => {
  const limit = toIso(addYears(dateInIndia(NOON), -18))
  for (let number = 0; number < 200; number++) {
    const { birthDate } = toPerson(3, 'adult', number, NOON)
    expect(toIso(birthDate) < limit).toBe(true)
    expect(toIso(birthDate)).not.toMatch(/-01-01$/)
  }
})

test('a minor is sixteen whatever the number', () => {
  const today = dateInIndia(NOON)
  for (let number = 0; number < 200; number++) {
    const birth = toIso(toPerson(1, 'minor', number, NOON).birthDate)
    expect(birth <= toIso(addYears(today, -16))).toBe(true)
    expect(birth > toIso(addYears(today, -17))).toBe(true)
  }
})

test.each([
  ['2026-11-20T06:30:00Z', '2008-11-21'],
  ['2026-11-19T18:30:00Z', '2008-11-21'],
  ['2026-11-19T18:29:59Z', '2008-11-20'],
  ['2026-12-31T06:30:00Z', '2009-01-01'],
  ['2028-02-28T06:30:00Z', '2010-03-01'],
])('at %s who turns 18 tomorrow was born on %s', (instant, birthDate) => {
  expect(toIso(toPerson(1, 'turns_18_tomorrow', 1, new Date(instant)).birthDate)).toBe(birthDate)
})

test('a name that differs carries an initial and nothing else', () => {
  const person = toPerson(1, 'name_differs', 4, NOON)
  const [given, middle, surname] = person.name.toUpperCase().split(' ')
  expect(person.pan?.name).toBe(`${given} ${middle?.charAt(0)} ${surname}`)
  expect(person.pan?.birthDate).toEqual(person.birthDate)
})

test('one letter of the first name is another on the PAN, and nothing else', () => {
  for (let number = 0; number < 30; number++) {
    const person = toPerson(1, 'one_letter', number, NOON)
    const [own, printed] = [person.name.toUpperCase(), person.pan?.name ?? '']
    expect(printed).toHaveLength(own.length)
    expect([...own].filter((letter, place) => letter !== printed[place])).toHaveLength(1)
    expect(person.pan?.birthDate).toEqual(person.birthDate)
  }
})

test('the PAN of somebody else has another name and birth date', () => {
  for (let number = 0; number < 30; number++) {
    const person = toPerson(1, 'other_person', number, NOON)
    expect(person.pan?.name).not.toBe(person.name.toUpperCase())
    expect(person.pan?.birthDate).not.toEqual(person.birthDate)
  }
})

test('the PAN of somebody else is not dated 1 January by chance: that is a finding of its own', () => {
  // Persons 281627 and 281696 would be.
  for (let number = 281_600; number < 281_700; number++) {
    const { birthDate, pan } = toPerson(1, 'other_person', number, new Date('2026-11-21T17:52:25Z'))
    expect(toIso(pan?.birthDate ?? birthDate)).not.toMatch(/-01-01$/)
    expect(pan?.birthDate).not.toEqual(birthDate)
  }
})

test('missing, expired, year only and unmasked are what they say', () => {
  expect(toPerson(1, 'pan_missing', 1, NOON).pan).toBeNull()
  expect(toIso(toPerson(1, 'licence_expired', 1, NOON).licence?.expires ?? NEVER)).toBe('2026-10-11')
  expect(aadhaarBirthDate(toPerson(1, 'year_only', 1, NOON))).toMatch(/^\d{4}$/)
  expect(toPerson(1, 'unmasked_aadhaar', 1, NOON).aadhaarNumber).toMatch(/^0\d{11}$/)
  expect(toPerson(1, 'adult', 1, NOON).aadhaarNumber).toMatch(/^x{8}\d{4}$/)
})

const NEVER = { year: 9999, month: 1, day: 1 }

test('persona ids are unique and the first is the ordinary adult', () => {
  expect(new Set(PERSONA_IDS).size).toBe(PERSONAS.length)
  expect(PERSONA_IDS[0]).toBe('adult')
  expect(findPersona('nobody')).toBeNull()
})
