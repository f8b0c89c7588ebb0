import { fill } from '@/lib/i18n/format'

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60

export interface SpanWords {
  age: string
  days: string
  over: string
}

/** `3 h 52`, or `6 d` from two days on. */
export function formatSpan(ms: number, words: Pick<SpanWords, 'age' | 'days'>): string {
  const minutes = Math.max(0, Math.floor(Math.abs(ms) / MINUTE_MS))
  if (minutes >= 2 * DAY_MINUTES) return fill(words.days, { days: Math.floor(minutes / DAY_MINUTES) })
  return fill(words.age, { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, '0') })
}

export interface Due {
  text: string
  tone: 'failed' | 'pending' | 'none'
}

const SOON_MS = 30 * MINUTE_MS
const NEAR_MS = 4 * 60 * MINUTE_MS

/** Until when something is due, and how much it presses; null where nothing is due. */
export function toDue(dueAt: string | null, now: number, words: SpanWords): Due | null {
  if (dueAt === null) return null
  const left = Date.parse(dueAt) - now
  if (left < 0) return { text: fill(words.over, { time: formatSpan(left, words) }), tone: 'failed' }
  return {
    text: formatSpan(left, words),
    tone: left < SOON_MS ? 'failed' : left < NEAR_MS ? 'pending' : 'none',
  }
}
