import { z } from 'zod'

// What a player writes about themself, and what is wrong with it. Pure: the page asks the same question as the action.

const FIRST_YEAR = 1900
const LONGEST_NAME = 99
const FEWEST_LETTERS = 2
/** Letters and vowel signs of any script; joiners, which Indic spelling needs; and what names are written with. */
const NAME = /^(?:[\p{L}\p{M} .'-]|\u200C|\u200D)+$/u

const part = z.string().max(16)
export const DetailsForm = z.strictObject({
  name: z.string().max(400),
  day: part,
  month: part,
  year: part,
})
export type DetailsEntry = z.output<typeof DetailsForm>
export const NO_ENTRY: DetailsEntry = { name: '', day: '', month: '', year: '' }

export interface DetailsProblems {
  name: 'name_missing' | 'name_letters' | null
  date: 'date_missing' | 'date_unreal' | 'date_future' | 'date_early' | null
}

export const NO_PROBLEMS: DetailsProblems = { name: null, date: null }

export type DetailsAnswer =
  | { kind: 'good'; details: { name: string; birthDate: string } }
  | { kind: 'wrong'; problems: DetailsProblems }

/** Name and birth date (`YYYY-MM-DD`) in one spelling, or what is wrong with either. `today` is India's, `YYYY-MM-DD`. */
export function checkDetails(entry: DetailsEntry, today: string): DetailsAnswer {
  const name = tidy(entry.name)
  const date = [toDigits(entry.year), toDigits(entry.month), toDigits(entry.day)]
  const birthDate = date.map((text, place) => text.padStart(place === 0 ? 4 : 2, '0')).join('-')
  const problems = { name: nameProblem(name), date: dateProblem(date, birthDate, today) }
  if (problems.name !== null || problems.date !== null) return { kind: 'wrong', problems }
  return { kind: 'good', details: { name, birthDate } }
}

/** What a player wrote before, to be looked at and put right. */
export function toEntry(stated: { name: string; birthDate: string }): DetailsEntry {
  const [year = '', month = '', day = ''] = stated.birthDate.split('-')
  return { name: stated.name, day: String(Number(day)), month: String(Number(month)), year }
}

function nameProblem(name: string): DetailsProblems['name'] {
  if ((name.match(/\p{L}/gu) ?? []).length < FEWEST_LETTERS) return 'name_missing'
  return NAME.test(name) && Array.from(name).length <= LONGEST_NAME ? null : 'name_letters'
}

function dateProblem(parts: string[], birthDate: string, today: string): DetailsProblems['date'] {
  if (!parts.every((text) => /^\d{1,4}$/.test(text))) return 'date_missing'
  if (Number(parts[0]) < FIRST_YEAR) return 'date_early'
  if (!isRealDate(birthDate)) return 'date_unreal'
  return birthDate > today ? 'date_future' : null
}

function isRealDate(iso: string): boolean {
  const date = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === iso
}

function tidy(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ').replaceAll('’', "'")
}

/** Devanagari digits as they come from a Hindi keyboard become plain ones. */
function toDigits(text: string): string {
  return text.trim().replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x0966))
}
