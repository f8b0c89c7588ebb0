/** A date without a time, as documents print it. Months count from 1. */
export interface CalendarDate {
  year: number
  month: number
  day: number
}

const IST_OFFSET_MS = (5 * 60 + 30) * 60 * 1000 // Asia/Kolkata has no summer time
const DAY_MS = 24 * 60 * 60 * 1000

/** The date in Asia/Kolkata at this instant. */
export function dateInIndia(instant: Date): CalendarDate {
  return fromUtc(new Date(instant.getTime() + IST_OFFSET_MS))
}

/** Another date, `days` later or, when negative, earlier. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return fromUtc(new Date(Date.UTC(date.year, date.month - 1, date.day) + days * DAY_MS))
}

/** The same day in another year; 29 February becomes 1 March where the year has none. */
export function addYears(date: CalendarDate, years: number): CalendarDate {
  return fromUtc(new Date(Date.UTC(date.year + years, date.month - 1, date.day)))
}

/** `DD-MM-YYYY`, the form inside DigiLocker documents and lists. */
export function toDashed(date: CalendarDate): string {
  return `${pad(date.day)}-${pad(date.month)}-${date.year}`
}

/** `DDMMYYYY`, the form of DigiLocker profiles. */
export function toCompact(date: CalendarDate): string {
  return `${pad(date.day)}${pad(date.month)}${date.year}`
}

/** `YYYY-MM-DD`, for people who read the control API. */
export function toIso(date: CalendarDate): string {
  return `${date.year}-${pad(date.month)}-${pad(date.day)}`
}

/** The date that `YYYY-MM-DD` names. */
export function fromIso(text: string): CalendarDate {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  return { year, month, day }
}

/** `YYYY-MM-DDThh:mm:ss` on Indian clocks, without a zone. */
export function toIndianClock(instant: Date): string {
  return new Date(instant.getTime() + IST_OFFSET_MS).toISOString().slice(0, 19)
}

/** Last second of a day in India, as epoch seconds. */
export function endOfDayInIndia(date: CalendarDate): number {
  const nextMidnight = Date.UTC(date.year, date.month - 1, date.day) + DAY_MS - IST_OFFSET_MS
  return nextMidnight / 1000 - 1
}

function fromUtc(shifted: Date): CalendarDate {
  return { year: shifted.getUTCFullYear(), month: shifted.getUTCMonth() + 1, day: shifted.getUTCDate() }
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
