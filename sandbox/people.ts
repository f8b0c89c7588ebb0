import { addDays, addYears, type CalendarDate, dateInIndia, fromIso, toIso } from './documents/calendar'
import { pick, toLicenceNumber, toLockerId, toPan, toUnissuableAadhaar } from './documents/numbers'
import { getPersona, type Persona, type PersonaId } from './personas'

/** An invented person with what the locker knows about them. */
export interface Person {
  personaId: PersonaId
  lockerId: string
  name: string
  nameInHindi: string
  gender: 'M' | 'F'
  careOf: string
  /** Starts with 5, as no Indian mobile number does. */
  mobile: string
  birthDate: CalendarDate
  /** As written in the Aadhaar: `xxxxxxxx1234`, or twelve digits starting with 0. */
  aadhaarNumber: string
  pan: { number: string; name: string; birthDate: CalendarDate } | null
  licence: { number: string; issued: CalendarDate; expires: CalendarDate } | null
}

interface SampleName {
  given: string
  middle: string
  surname: string
  hindi: string
  gender: 'M' | 'F'
}

// Middle and last names mean sample, imaginary, example and test in Hindi: nobody is called so.
const NAMES: SampleName[] = [
  { given: 'Sanika', middle: 'Kalpanik', surname: 'Namoona', hindi: 'सानिका काल्पनिक नमूना', gender: 'F' },
  { given: 'Parikshan', middle: 'Kumar', surname: 'Namoona', hindi: 'परीक्षण कुमार नमूना', gender: 'M' },
  { given: 'Meera', middle: 'Udaharan', surname: 'Kalpanik', hindi: 'मीरा उदाहरण काल्पनिक', gender: 'F' },
  { given: 'Rohan', middle: 'Parikshan', surname: 'Udaharan', hindi: 'रोहन परीक्षण उदाहरण', gender: 'M' },
  { given: 'Devika', middle: 'Namoona', surname: 'Parikshan', hindi: 'देविका नमूना परीक्षण', gender: 'F' },
  { given: 'Kabir', middle: 'Udaharan', surname: 'Namoona', hindi: 'कबीर उदाहरण नमूना', gender: 'M' },
  { given: 'Ishani', middle: 'Parikshan', surname: 'Kalpanik', hindi: 'ईशानी परीक्षण काल्पनिक', gender: 'F' },
  { given: 'Arnav', middle: 'Kalpanik', surname: 'Udaharan', hindi: 'अर्णव काल्पनिक उदाहरण', gender: 'M' },
  { given: 'Tara', middle: 'Namoona', surname: 'Udaharan', hindi: 'तारा नमूना उदाहरण', gender: 'F' },
  { given: 'Vihaan', middle: 'Udaharan', surname: 'Parikshan', hindi: 'विहान उदाहरण परीक्षण', gender: 'M' },
]

/** What a tester wants the person to be called, or when born, in place of the invented values. */
export interface OwnDetails {
  name?: string | undefined
  /** `YYYY-MM-DD`. */
  birthDate?: string | undefined
}

/**
 * The person that `number` stands for. Pure: the same seed, persona, number, day and details give the same
 * person, and two numbers never share a PAN, a licence or a locker.
 */
export function toPerson(
  seed: number,
  personaId: PersonaId,
  number: number,
  now: Date,
  own: OwnDetails = {},
): Person {
  const persona = getPersona(personaId)
  const sample = nameAt(seed + number)
  const name = own.name ? ownName(own.name, sample) : sampleName(sample)
  const today = dateInIndia(now)
  const birthDate = own.birthDate ? fromIso(own.birthDate) : toBirthDate(persona, seed, number, today)
  const last4 = String(pick(10_000, 'last4', seed, number)).padStart(4, '0')
  return {
    personaId,
    lockerId: toLockerId('locker', seed, number),
    name: name.full,
    nameInHindi: name.hindi,
    gender: sample.gender,
    careOf: `C/O Udaharan ${sample.surname}`,
    mobile: `5${String(pick(10 ** 9, 'mobile', seed, number)).padStart(9, '0')}`,
    birthDate,
    aadhaarNumber: persona.aadhaarNumber === 'full' ? toUnissuableAadhaar(seed, number) : `xxxxxxxx${last4}`,
    pan: toPanHolder(persona, seed, number, name, birthDate),
    licence: toLicence(persona, seed, number, birthDate, today),
  }
}

/** A name as the documents of one person write it. */
interface PrintedName {
  full: string
  /** With one of its words cut to a letter, for the persona whose PAN does so. */
  withInitial: string
  surname: string
  hindi: string
}

function sampleName({ given, middle, surname, hindi }: SampleName): PrintedName {
  const withInitial = `${given} ${middle.charAt(0)} ${surname}`
  return { full: `${given} ${middle} ${surname}`, withInitial, surname, hindi }
}

/** Cuts the middle word of a name to its first letter, of two words the first; one word gets a letter behind it. */
function ownName(text: string, sample: SampleName): PrintedName {
  const words = text.split(' ').filter(Boolean)
  const cut = words.length > 2 ? Math.floor(words.length / 2) : 0
  const shortened = words.map((word, index) => (index === cut ? ([...word][0] ?? '') : word))
  const withInitial = words.length > 1 ? shortened.join(' ') : `${text} ${sample.middle.charAt(0)}`
  return { full: words.join(' '), withInitial, surname: words.at(-1) ?? '', hindi: words.join(' ') }
}

function toPanHolder(
  persona: Persona,
  seed: number,
  number: number,
  name: PrintedName,
  birthDate: CalendarDate,
): Person['pan'] {
  if (persona.pan === null) return null
  if (persona.pan === 'somebody_else') {
    const other = sampleName(nameAt(seed + number + 3))
    return {
      number: toPan(seed, number, other.surname),
      name: other.full.toUpperCase(),
      birthDate: awayFromNewYear(addDays(addYears(birthDate, 4), 77)),
    }
  }
  const printed = {
    agrees: name.full,
    initial: name.withInitial,
    one_letter: withOtherLetter(name.full),
  }[persona.pan]
  return { number: toPan(seed, number, name.surname), name: printed.toUpperCase(), birthDate }
}

/** The second letter of the first long word becomes another vowel. */
function withOtherLetter(name: string): string {
  const words = name.split(' ')
  const long = words.findIndex((word) => word.length > 3)
  const change = (word: string) => `${word.charAt(0)}${word.charAt(1) === 'o' ? 'a' : 'o'}${word.slice(2)}`
  return words.map((word, place) => (place === Math.max(0, long) ? change(word) : word)).join(' ')
}

function toLicence(
  persona: Persona,
  seed: number,
  number: number,
  birthDate: CalendarDate,
  today: CalendarDate,
): Person['licence'] {
  if (persona.licence === null) return null
  const issued = earlier(addDays(addYears(birthDate, 19), 30), addDays(today, -60))
  const expires = persona.licence === 'expired' ? addDays(today, -40) : addDays(addYears(today, 6), 12)
  return { number: toLicenceNumber(seed, number, issued.year), issued, expires }
}

function earlier(one: CalendarDate, other: CalendarDate): CalendarDate {
  return toIso(one) < toIso(other) ? one : other
}

function toBirthDate(persona: Persona, seed: number, number: number, today: CalendarDate): CalendarDate {
  const spread = pick(300, 'birth', seed, number)
  if (persona.age === 'eighteen_tomorrow') return addYears(addDays(today, 1), -18)
  if (persona.age === 'minor') return addDays(addYears(today, -17), 30 + spread)
  const years = 24 + pick(30, 'years', seed, number)
  return awayFromNewYear(addDays(addYears(today, -years), -(20 + spread)))
}

/** 1 January is what registrars write when only an age is known; nobody must look like that by chance. */
function awayFromNewYear(date: CalendarDate): CalendarDate {
  return date.month === 1 && date.day === 1 ? addDays(date, 9) : date
}

function nameAt(index: number): SampleName {
  const place = ((index % NAMES.length) + NAMES.length) % NAMES.length
  return NAMES[place] as SampleName
}
