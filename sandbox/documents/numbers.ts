import { createHash } from 'node:crypto'

/** Evenly spread whole number below `limit`, the same for the same words. */
export function pick(limit: number, ...words: (string | number)[]): number {
  return digest(words).readUIntBE(0, 6) % limit
}

/** A made-up locker account id with the shape of a UUID. */
export function toLockerId(...words: (string | number)[]): string {
  const hex = digest(words).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const LETTER_TUPLES = 26 ** 4 // three leading letters and the last one
const STRIDE = 200_003 // shares no factor with 26, so that no number repeats before all were used

/**
 * PAN of an invented individual. Serial 0000 is never issued (real ones run from 0001), holder type P,
 * fifth letter from the surname, X where it has none of A to Z. Two different `person` numbers below 456,976 never share one.
 */
export function toPan(seed: number, person: number, surname: string): string {
  let rest = (((person % LETTER_TUPLES) * STRIDE + seed * 7919) % LETTER_TUPLES) + LETTER_TUPLES
  const letters: string[] = []
  for (let place = 0; place < 4; place++) {
    letters.push(String.fromCharCode(65 + (rest % 26)))
    rest = Math.floor(rest / 26)
  }
  const [a = 'Z', b = 'Z', c = 'Z', last = 'Z'] = letters
  const fifth = /^[a-z]/i.exec(surname)?.[0].toUpperCase() ?? 'X'
  return `${a}${b}${c}P${fifth}0000${last}`
}

/** Licence number of office 00, which no State has: two letters, office, year, seven digits. */
export function toLicenceNumber(seed: number, person: number, year: number): string {
  const serial = (person * 7_654_321 + seed * 104_729) % 10_000_000
  return `KA00${year}${String(serial).padStart(7, '0')}`
}

/** Twelve digits with a right check digit that no one can hold: Aadhaar numbers never start with 0. */
export function toUnissuableAadhaar(seed: number, person: number): string {
  const payload = `0${String(pick(10 ** 10, 'aadhaar', seed, person)).padStart(10, '0')}`
  return payload + verhoeffDigit(payload)
}

/** Verhoeff check digit over a string of digits. */
export function verhoeffDigit(payload: string): string {
  let check = 0
  const fromLast = [...payload].reverse().map(Number)
  for (const [index, digit] of fromLast.entries()) check = multiply(check, permute(digit, index + 1))
  return String(check < 5 ? (5 - check) % 5 : check)
}

function multiply(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((b - 5 + a) % 5)
  return b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - b + 5) % 5
}

function permute(digit: number, times: number): number {
  const once = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
  let value = digit
  for (let round = 0; round < times % 8; round++) value = once[value] ?? 0
  return value
}

function digest(words: (string | number)[]): Buffer {
  return createHash('sha256').update(words.join('\n')).digest()
}
