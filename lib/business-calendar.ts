import 'server-only'

// Business hours of India: pure arithmetic on the wall clock of IST, which has no summer time. An hour counts when it falls
// on a working day, around the clock; Saturday, Sunday and the holidays of the list do not count at all.

const INDIA_OFFSET_MS = 330 * 60_000 // UTC+05:30
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** The three national holidays, by month and day: the same every year, in every State. */
const NATIONAL_HOLIDAYS: readonly string[] = ['01-26', '08-15', '10-02']

/** Days off that differ by year, `YYYY-MM-DD` in India; an operator's own list adds to the national days. */
export type Holidays = ReadonlySet<string>

const NO_MORE: Holidays = new Set()

/** True when hours of this day count. `day` is a date in India, `YYYY-MM-DD`. */
export function isBusinessDay(day: string, holidays: Holidays = NO_MORE): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return weekday !== 0 && weekday !== 6 && !NATIONAL_HOLIDAYS.includes(day.slice(5)) && !holidays.has(day)
}

/** The moment at which `hours` business hours (0 or more) after `from` are over. */
export function addBusinessHours(from: Date, hours: number, holidays: Holidays = NO_MORE): Date {
  let wall = from.getTime() + INDIA_OFFSET_MS
  let leftMs = hours * HOUR_MS
  for (;;) {
    const midnight = Math.floor(wall / DAY_MS) * DAY_MS + DAY_MS
    if (isBusinessDay(toDay(wall), holidays)) {
      const todayMs = midnight - wall
      if (leftMs <= todayMs) return new Date(wall + leftMs - INDIA_OFFSET_MS)
      leftMs -= todayMs
    }
    wall = midnight
  }
}

/** Business hours between two moments; negative when `to` comes first. */
export function businessHoursBetween(from: Date, to: Date, holidays: Holidays = NO_MORE): number {
  if (to < from) return -businessHoursBetween(to, from, holidays)
  const end = to.getTime() + INDIA_OFFSET_MS
  let wall = from.getTime() + INDIA_OFFSET_MS
  let countedMs = 0
  while (wall < end) {
    const until = Math.min(end, Math.floor(wall / DAY_MS) * DAY_MS + DAY_MS)
    if (isBusinessDay(toDay(wall), holidays)) countedMs += until - wall
    wall = until
  }
  return countedMs / HOUR_MS
}

function toDay(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10)
}
