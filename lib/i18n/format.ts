// Dates, times and filled-in sentences, the same on server and browser: no host's calendar data is asked,
// because two versions of it spell months differently. Pure: safe to import anywhere.

const IST_OFFSET_MS = 5.5 * 60 * 60 * 1000

/** `2026-11-20T17:14:07Z` or `1998-08-14` as `20 Nov 2026`; `1998` stays; unusable text stays as it is. */
export function formatDate(value: string, months: string): string {
  const plain = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)
  const [year, month, day] = plain ? plain.slice(1) : toIst(value).slice(0, 10).split('-')
  const name = months.split(' ')[Number(month) - 1]
  return name === undefined || day === undefined ? value : `${Number(day)} ${name} ${year}`
}

/** `22:41:07` in IST; empty text for an unusable time. */
export function formatTime(value: string): string {
  return toIst(value).slice(11, 19)
}

/** `20 Nov 2026, 22:44` in IST. */
export function formatMoment(value: string, months: string): string {
  return `${formatDate(value, months)}, ${formatTime(value).slice(0, 5)}`
}

/** When something ends: `22:44` today, `21 Nov 2026, 22:44` on another day, in IST. */
export function formatUntil(value: string, now: Date, months: string): string {
  const isToday = toIst(value).slice(0, 10) === toIst(now.toISOString()).slice(0, 10)
  return isToday ? formatTime(value).slice(0, 5) : formatMoment(value, months)
}

/** `4,211`, or `10,000+` for what was counted no further than `cap`. */
export function formatCount(count: number, cap: number): string {
  return count > cap ? `${formatCount(cap, cap)}+` : count.toLocaleString('en-IN')
}

/** Puts `values` into the `{places}` of a plain sentence; a place without a value stays visible. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, key: string) => String(values[key] ?? place))
}

/** `A`, `A or B`, `A, B or C`: the same on every host, so that a text made of it has one hash. */
export function joinWords(words: readonly string[], last: string): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

function toIst(value: string): string {
  const time = value.includes('T') ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? '' : new Date(time + IST_OFFSET_MS).toISOString()
}
