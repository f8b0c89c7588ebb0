import 'server-only'

// The second net of the log (LG-04): what looks personal or secret goes, whatever it is written in. The first net is the
// list of fields in `log.ts`. A name looks like any other word and is not found here; that is what the list is for.
//
// Every expression below is linear in the length of the text: runs are matched whole and judged in the callback, and all
// other repetitions are bounded.

const ROUNDS = 6
const GONE = '[redacted]'

/**
 * `text` without numbers of 12 or 16 digits, PAN, licence and phone numbers, e-mail addresses, old dates, tokens, values
 * of secret parameters, XML and base64, also when they are percent-encoded, escaped, written as entities, base64 or hex,
 * in any script's digits and with anything in between. Our own ids (UUID, reference, ISO time, reason codes) stay.
 * Never throws; applying it again changes nothing.
 */
export function redact(text: string): string {
  let now = text.isWellFormed() ? text : text.toWellFormed()
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = dropAll(decode(now))
    if (next === now) return now
    now = next
  }
  return GONE // encoded more often than anything of ours
}

/** A UUID, or a time as we write it. A further digit beside them makes them part of a number. */
const OURS =
  /(?<![\p{L}\p{N}])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![\p{L}\p{N}])|(?<!\d[^\p{L}\p{N}]{0,4})20[2-9]\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![^\p{L}\p{N}]{0,4}\d)/gu

function dropAll(text: string): string {
  const plain = dropValues(dropMarkup(text))
  let from = 0
  let out = ''
  for (const match of plain.matchAll(OURS)) {
    out += dropPatterns(plain.slice(from, match.index)) + match[0]
    from = match.index + match[0].length
  }
  return out + dropPatterns(plain.slice(from))
}

// Decoding

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp|commat|period));?/gi
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  commat: '@',
  period: '.',
}
const ESCAPE = /\\{1,8}(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2}))|%u([0-9a-f]{4})/gi
const PERCENT = /(?:%[0-9a-f]{2})+/gi
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const NOT_ASCII = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|[^\u0000-\u007f]/gu
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Cn}\p{DI}]$/u

/** One layer of every encoding taken off, then all characters brought to their plain form. */
function decode(text: string): string {
  const opened = text
    .replace(PERCENT, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
    .replace(ESCAPE, (found, ...hex: (string | undefined)[]) => fromHex(found, hex.slice(0, 4)))
    .replace(ENTITY, (found, decimal?: string, hex?: string, name?: string) =>
      name === undefined
        ? fromCode(found, decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
        : (ENTITIES[name.toLowerCase()] ?? found),
    )
  return opened.replace(NOT_ASCII, toPlain)
}

function fromHex(found: string, hex: readonly (string | undefined)[]): string {
  return fromCode(found, Number.parseInt(hex.find((part) => part !== undefined) ?? '', 16))
}

function fromCode(found: string, code: number): string {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : found
}

const REMEMBERED = 5000
const remembered = new Map<string, string>()

/** Digits of every script and letters of every width as ASCII, nothing for what cannot be seen. */
function toPlain(sign: string): string {
  const known = remembered.get(sign)
  if (known !== undefined) return known
  if (remembered.size >= REMEMBERED) remembered.clear()
  const plain = findPlain(sign)
  remembered.set(sign, plain)
  return plain
}

function findPlain(sign: string): string {
  if (INVISIBLE.test(sign)) return ''
  if (/^\p{Nd}$/u.test(sign)) return toDigit(sign)
  const plain = sign.normalize('NFKC')
  return /^[\u0020-\u007e]+$/.test(plain) ? plain : sign
}

/** Unicode keeps each script's ten digits together, from zero up, so the place among its neighbours is the value. */
function toDigit(sign: string): string {
  const code = sign.codePointAt(0) ?? 0
  if (code >= 0x1d7ce && code <= 0x1d7ff) return String((code - 0x1d7ce) % 10) // five mathematical sets, side by side
  let below = 0
  while (below < 10 && /^\p{Nd}$/u.test(String.fromCodePoint(code - below - 1))) below += 1
  return String(below % 10)
}

// Markup and named values

const TAG = /<[\p{L}_!?/]/u

/** Everything from the first tag to the last: a part of a document is a document. */
function dropMarkup(text: string): string {
  const first = text.search(TAG)
  if (first === -1) return text
  const rest = text.slice(Math.max(first, text.lastIndexOf('>')) + 1)
  return `${text.slice(0, first)}[xml]${text.lastIndexOf('>') < first || TAG.test(rest) ? '' : rest}`
}

const NAMED = new RegExp(
  [
    // `code` and `state` stand alone, the others anywhere in a name.
    '(?:(?<![A-Za-z0-9])(?:auth(?:orization)?[_-]?)?(?:code|state)(?:[_-]?(?:verifier|challenge))?',
    '|(?:token|secret|passw(?:or)?d|passphrase|authorization|api[_-]?key|app[_-]?key|cookie|verifier|otp)[A-Za-z0-9_-]{0,24})',
    '["\'\\\\]{0,6}\\s{0,3}[=:](?!\\s{0,3}["\'\\\\]{0,4}\\[redacted\\])[\\s[({]{0,4}',
    '(?:(\\\\{0,4}["\'])(?:(?!\\1)(?:\\\\[^]|[^\\\\]))*|(?:(?:bearer|basic|token|digest)\\s{1,3})?[^\\s"\'&,;<>})\\]]+)',
  ].join(''),
  'giu',
)
const BEARER = /(?<![A-Za-z0-9])(bearer|basic)\s{1,3}[A-Za-z0-9._~+/=-]{6,}/gi

function dropValues(text: string): string {
  return text
    .replace(
      NAMED,
      (found, quote?: string) => `${found.slice(0, found.search(/[=:]/) + 1)}${quote ?? ''}${GONE}`,
    )
    .replace(BEARER, `$1 ${GONE}`)
}

// Patterns

const EMAIL = /[^\s@<>"'=:,;()[\]{}]{1,64}@[^\s@<>"',;()[\]{}]{1,255}/gu
const JWT = /eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,4}/g
const RUN = /[A-Za-z0-9_+/~-]{12,}={0,2}/g
const LICENCE =
  /(?<!\p{L})[A-Z]{2}[^\p{L}\p{N}]{0,3}\d{2}[A-Z]?[^\p{L}\p{N}]{0,3}(?:19|20)\d{2}[^\p{L}\p{N}]{0,3}\d{7}/giu
const PAN = /[A-Z]{5}\d{4}[A-Z]|(?<!\p{L})[A-Z]{5}[\s._-]{0,2}\d{4}[\s._-]{0,2}[A-Z](?!\p{L})/giu
/** Digits with at most four signs that are neither letter nor digit between them, or with an escaped blank. */
const DIGITS = /\d(?:(?:\\{1,4}[nrt]|[^\p{L}\p{N}]){0,4}\d)*/gu
/** A day before 2020: nothing of ours happened then, people were born. */
const OLD_DATE =
  /(?<!\d)(?:(?:19\d\d|20[01]\d)([-/.])[01]?\d\1[0-3]?\d|[0-3]?\d([-/.])[0-3]?\d\2(?:19\d\d|20[01]\d))(?!\d)/g

function dropPatterns(text: string): string {
  return dropPersonal(text.replace(JWT, '[token]').replace(RUN, dropRun))
}

function dropPersonal(text: string): string {
  return text
    .replace(EMAIL, '[email]')
    .replace(LICENCE, '[licence]')
    .replace(PAN, '[pan]')
    .replace(DIGITS, dropDigits)
    .replace(OLD_DATE, '[date]')
}

function dropDigits(run: string): string {
  const count = run.replace(/\D/g, '').length
  if (count < 10) return run
  if (count < 12) return '[phone]'
  return count === 12 ? '[aadhaar]' : '[number]'
}

const TOKEN_LENGTH = 20
const BASE64_LENGTH = 268 // 200 bytes
/** A word, a short number or both: what names, paths and codes are made of and random text is not. */
const WORD =
  /^(?:[A-Za-z]?[a-z]{1,24}|[A-Z]{1,24}|[A-Za-z]?[a-z]{1,20}(?:[A-Z][a-z]{2,20}){1,4}|(?=.{4}$)[0-9A-Z]{4})?\d{0,8}[a-z]{0,3}$/

/** A run of the base64 alphabet: gone when it looks random, when it is long, or when what it says is personal. */
function dropRun(run: string): string {
  if (run.length >= BASE64_LENGTH) return '[base64]'
  if (run.length >= TOKEN_LENGTH && run.split(/[-_/+=~]/).some((part) => !WORD.test(part))) return '[token]'
  return saysPersonal(run) ? '[token]' : run
}

/** A piece of base64 may begin anywhere in a group of four. */
function saysPersonal(run: string): boolean {
  return [0, 1, 2, 3].some((offset) => {
    const said = Buffer.from(run.slice(offset), 'base64').toString('latin1')
    return dropPersonal(said) !== said
  })
}
