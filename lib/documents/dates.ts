import 'server-only'

// Birth dates and age by the calendar of India (docs/documents.md). Dates are text, `YYYY-MM-DD`, or `YYYY` when a
// document gives no more; ages compare calendar fields and never divide milliseconds.

const INDIA_OFFSET_MS = 330 * 60 * 1000 // UTC+05:30, no summer time
const MAX_AGE_YEARS = 120
export const MAJORITY_YEARS = 18 // Majority Act 1875, section 3

export type Adult = 'yes' | 'no' | 'not_proven'

/** Today's date in India, `YYYY-MM-DD`. */
export function todayInIndia(now: Date): string {
  return new Date(now.getTime() + INDIA_OFFSET_MS).toISOString().slice(0, 10)
}

/**
 * `YYYY-MM-DD` from `DD-MM-YYYY`, `DD/MM/YYYY`, `DDMMYYYY` or `YYYY-MM-DD`; null for anything else and for days that
 * do not exist. Never reads the month first.
 */
export function toIsoDate(text: string): string | null {
  const trimmed = text.trim()
  const parts =
    /^(?<d>\d{2})([-/])(?<m>\d{2})\2(?<y>\d{4})$/.exec(trimmed)?.groups ??
    /^(?<d>\d{2})(?<m>\d{2})(?<y>\d{4})$/.exec(trimmed)?.groups ??
    /^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})$/.exec(trimmed)?.groups
  const iso = parts === undefined ? '' : `${parts.y}-${parts.m}-${parts.d}`
  return isRealDate(iso) ? iso : null
}

/** As `toIsoDate`, and `YYYY` when only the year is known. Masked, empty and impossible dates are null. */
export function toBirthDate(text: string): string | null {
  const trimmed = text.trim()
  return /^\d{4}$/.test(trimmed) ? trimmed : toIsoDate(trimmed)
}

function isRealDate(iso: string): boolean {
  const date = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === iso
}

/**
 * Completed years on `today` (`YYYY-MM-DD`, India); for a year alone the least that is certain (born 31 December).
 * Somebody born on 29 February has the anniversary on 1 March in other years. Null in the future and above 120.
 */
export function ageOn(birthDate: string, today: string): number | null {
  const born = birthDate.length === 4 ? `${birthDate}-12-31` : birthDate
  const years = yearOf(today) - yearOf(born) - (today.slice(5) < born.slice(5) ? 1 : 0)
  const isFuture = birthDate.length === 4 ? yearOf(birthDate) > yearOf(today) : born > today
  return isFuture || years > MAX_AGE_YEARS ? null : Math.max(years, 0)
}

/** Whether 18 (or `years`) are complete on `today`; the birthday itself counts. A year alone may leave it open. */
export function isAdult(birthDate: string | null, today: string, years = MAJORITY_YEARS): Adult {
  const age = birthDate === null ? null : ageOn(birthDate, today)
  if (birthDate === null || age === null) return 'not_proven'
  if (age >= years) return 'yes'
  const couldBeAdult = birthDate.length === 4 && yearOf(today) - yearOf(birthDate) >= years
  return couldBeAdult ? 'not_proven' : 'no'
}

function yearOf(date: string): number {
  return Number(date.slice(0, 4))
}
