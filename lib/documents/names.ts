import 'server-only'

// Names in one spelling for comparing (docs/documents.md). Initials, abbreviations and spelling variants are
// a matter for a matcher that builds on `toNameWords`.

const TITLES = new Set('MR MRS MS MISS DR SHRI SRI SMT KUM KUMARI KM ER ADV CAPT COL LATE'.split(' '))
const RELATIVE = /(^|[^\p{L}])[SDWC]\s*\/\s*O(?!\p{L}).*$/u

/** The words of a name in upper case, without marks, punctuation, leading titles and `S/O …`; empty when none is left. */
export function toNameWords(name: string): string[] {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase().replace(RELATIVE, '$1')
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  while (words.length > 1 && TITLES.has(words[0] ?? '')) words.shift()
  return words
}

/** The words of `toNameWords`, joined by one space. */
export function normaliseName(name: string): string {
  return toNameWords(name).join(' ')
}

/** True when both names consist of the same words, in whatever order. An empty name agrees with nothing. */
export function namesAgreeExactly(a: string, b: string): boolean {
  const [left, right] = [a, b].map((name) => toNameWords(name).sort().join(' '))
  return left !== '' && left === right
}
