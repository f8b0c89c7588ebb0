import 'server-only'

// Comma separated values that a spreadsheet opens as text (PM-05): what looks like a formula is made a word.

/** What spreadsheets take for the beginning of a formula, in full-width letters too. */
const FORMULA = /^[\s\p{Cf}]*[=+\-@\t\r\n＝＋－＠]/u

/** One field, always in quotes. */
export function toField(value: string): string {
  const plain = value.replaceAll('\0', '')
  const safe = FORMULA.test(plain) ? `'${plain}` : plain
  return `"${safe.replaceAll('"', '""')}"`
}

/** One line with its end, as RFC 4180 has it. */
export function toLine(values: readonly string[]): string {
  return `${values.map(toField).join(',')}\r\n`
}
