import 'server-only'

// Aadhaar numbers are masked at the first byte we control; PAN and licence numbers are shown masked (docs/documents.md).

const PERMUTATION = toPermutations([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])

/** `p[0]` is the identity, each further row applies the first one once more; the period is 8. */
function toPermutations(first: readonly number[]): number[][] {
  const rows = [first.map((_, digit) => digit)]
  for (let i = 1; i < 8; i += 1) rows.push((rows[i - 1] ?? []).map((digit) => first[digit] ?? 0))
  return rows
}

/** Product in the symmetry group of a pentagon: 0 to 4 are turns, 5 to 9 are reflections. */
function multiply(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((b - 5 + a) % 5)
  return b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - b + 5) % 5
}

/** True when the last digit of `digits` is its Verhoeff check digit. False for anything but digits. */
export function hasVerhoeffCheck(digits: string): boolean {
  if (!/^\d+$/.test(digits)) return false
  const fromTheEnd = [...digits].reverse().map(Number)
  return fromTheEnd.reduce((sum, digit, i) => multiply(sum, PERMUTATION[i % 8]?.[digit] ?? 0), 0) === 0
}

const GAP = '[\\s.\\u2010-\\u2015-]?'
const TWELVE = `\\d{4}${GAP}\\d{4}${GAP}\\d{4}`
/** Every run of twelve, also overlapping ones, that no further digit touches. */
const TWELVE_ANYWHERE = new RegExp(`(?<!\\d)(?=(${TWELVE})(?!\\d))`, 'g')
/**
 * An attribute, key or element whose name speaks of Aadhaar, followed by a number of 12 (or a Virtual ID of 16). No two
 * repetitions stand side by side: a megabyte of blanks behind `uid=` would otherwise take hours.
 */
const LABELLED = new RegExp(
  `(?:uid|aadha+r|aadhar|adhaa?r|\\bvid)[\\w:.-]{0,40}["']?\\s*[=:>]\\s*(?:["']\\s*)?${TWELVE}(?:${GAP}\\d{4})?(?!\\d)`,
  'i',
)
/** The same in the digits of any script: players write in their own. */
const MASKABLE = new RegExp(`(?<!\\d)${TWELVE}(?:${GAP}\\d{4})?(?!\\d)`.replaceAll('\\d', '\\p{Nd}'), 'gu')

/**
 * True when the input holds a full Aadhaar number: twelve digits (alone or as 4-4-4) with a right check digit anywhere,
 * or any twelve (Virtual ID: sixteen) under a name such as `uid`, also those that no one was ever issued.
 */
export function containsFullAadhaar(input: Uint8Array | string): boolean {
  const text = (typeof input === 'string' ? input : new TextDecoder().decode(input)).replaceAll('\0', '')
  if (LABELLED.test(text)) return true
  return [...text.matchAll(TWELVE_ANYWHERE)].some(([, found = '']) =>
    hasVerhoeffCheck(found.replace(/\D/g, '')),
  )
}

const DIGIT = /\p{Nd}/u

/** `text` with every group of twelve (or sixteen) digits reduced to its last four, right check digit or not. */
export function maskFullAadhaar(text: string): string {
  return text.replace(MASKABLE, (found) => {
    const signs = [...found]
    return signs.map((sign, place) => (place < signs.length - 4 ? sign.replace(DIGIT, 'X') : sign)).join('')
  })
}

/** `XXXX XXXX 1234` from a masked or full number, or null when it does not end in four digits after eight places. */
export function maskAadhaar(number: string): string | null {
  const compact = number.replace(/[\s-]/g, '')
  const last4 = /^[\dx*]{8}(\d{4})$/i.exec(compact)?.[1]
  return last4 === undefined ? null : `XXXX XXXX ${last4}`
}

/** `XXXXXX000Z`: the last four characters of a PAN stay. */
export function maskPan(pan: string): string {
  return `XXXXXX${pan.slice(-4)}`
}

/** Everything but the last four characters of a licence number becomes X; a shorter one is hidden as a whole. */
export function maskLicence(number: string): string {
  return number.length <= 4 ? 'X'.repeat(number.length) : 'X'.repeat(number.length - 4) + number.slice(-4)
}
