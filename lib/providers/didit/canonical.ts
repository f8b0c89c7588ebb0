import 'server-only'

// The text that Didit signs in `X-Signature-V2`: JSON with sorted keys, no spaces and real characters, whole floats written
// as integers. The sender is Python; JSON.parse and JSON.stringify lose digits, keys and order on the way, so the JSON is
// read here, by its own text. Source: tests/generate-fixtures.py of Didit's WordPress plugin, read 2026-11-20.

const LIMIT_BYTES = 1024 * 1024 // ours
const DEPTH_LIMIT = 64 // ours; a decision is about ten levels deep
const NUMBER_LIMIT = 512 // ours, characters
/** From here on a whole float is refused: written out, six characters would become hundreds. */
const FLOAT_LIMIT = 1e21

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const PLAIN_TEXT = /[^"\\\p{Cc}]+|[\x7f-\x9f]+/uy
const WORD = /true|false|null/y
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** The JSON leaves room for doubt, or is none. */
class Unclear extends Error {}

interface Reader {
  readonly text: string
  at: number
  /** Characters that the numbers so far have gained by being written out; all else is no longer than it was. */
  gained: number
}

/**
 * The canonical text of a JSON body, or null for anything unclear: not UTF-8, a byte order mark, not JSON, a number beyond
 * a double, a whole float from 1e21 on, half a surrogate pair, too long, too deep, or more than twice as long when written
 * out. Of a doubled key the last one counts. Never throws.
 */
export function toCanonicalJson(body: Uint8Array): string | null {
  const text = body.byteLength <= LIMIT_BYTES ? toText(body) : null
  if (text === null) return null
  try {
    const reader = { text, at: 0, gained: 0 }
    const canonical = readValue(reader, 0)
    take(reader, SPACE)
    return reader.at === text.length ? canonical : null
  } catch (error) {
    if (error instanceof Unclear) return null
    throw error
  }
}

function toText(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return null
  }
}

function readValue(reader: Reader, depth: number): string {
  if (depth > DEPTH_LIMIT) throw new Unclear()
  take(reader, SPACE)
  const first = reader.text[reader.at]
  if (first === '{') return readObject(reader, depth)
  if (first === '[') return readArray(reader, depth)
  if (first === '"') return JSON.stringify(readString(reader))
  return take(reader, WORD) || readNumber(reader)
}

function readObject(reader: Reader, depth: number): string {
  const members = new Map<string, string>() // a Map: `__proto__` and `10` are keys like any other
  demand(reader, '{')
  if (!accept(reader, '}')) {
    do {
      take(reader, SPACE)
      const key = readString(reader)
      demand(reader, ':')
      members.set(key, readValue(reader, depth + 1))
    } while (accept(reader, ','))
    demand(reader, '}')
  }
  return `{${toSorted([...members])
    .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
    .join(',')}}`
}

function readArray(reader: Reader, depth: number): string {
  const values: string[] = []
  demand(reader, '[')
  if (!accept(reader, ']')) {
    do values.push(readValue(reader, depth + 1))
    while (accept(reader, ','))
    demand(reader, ']')
  }
  return `[${values.join(',')}]`
}

/** The characters that a string stands for. */
function readString(reader: Reader): string {
  if (reader.text[reader.at] !== '"') throw new Unclear()
  reader.at += 1
  let value = ''
  while (reader.text[reader.at] !== '"') value += take(reader, PLAIN_TEXT) || readEscape(reader)
  reader.at += 1
  if (!value.isWellFormed()) throw new Unclear()
  return value
}

/** One escape, `\uXXXX` as the half of a pair that it may be. */
function readEscape(reader: Reader): string {
  const { text, at } = reader
  if (text[at] !== '\\') throw new Unclear()
  const letter = text[at + 1] ?? ''
  const hex = text.slice(at + 2, at + 6)
  if (letter === 'u' && /^[\da-fA-F]{4}$/.test(hex)) {
    reader.at += 6
    return String.fromCharCode(Number.parseInt(hex, 16))
  }
  const plain = Object.hasOwn(ESCAPED, letter) ? ESCAPED[letter] : undefined
  if (plain === undefined) throw new Unclear()
  reader.at += 2
  return plain
}

function readNumber(reader: Reader): string {
  const text = take(reader, NUMBER)
  const written = toNumber(text)
  reader.gained += Math.max(0, written.length - text.length)
  if (reader.gained > reader.text.length) throw new Unclear()
  return written
}

/**
 * Integers keep their digits; a float becomes an integer when it is whole, else the shortest digits that mean the same,
 * from 0.0001 downward with an exponent of two digits or more.
 */
function toNumber(text: string): string {
  if (text === '' || text.length > NUMBER_LIMIT) throw new Unclear()
  if (/^-?\d+$/.test(text)) return text === '-0' ? '0' : text
  const value = Number(text)
  if (!Number.isFinite(value)) throw new Unclear()
  if (Number.isInteger(value) && Math.abs(value) >= FLOAT_LIMIT) throw new Unclear()
  if (Number.isInteger(value)) return BigInt(value).toString()
  if (Math.abs(value) >= 0.0001) return String(value)
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1')
}

/** In order of code points, which is that of UTF-8 bytes; JavaScript's own order puts an emoji before U+E000. */
function toSorted(members: [string, string][]): [string, string][] {
  const withBytes = members.map((member) => ({ member, bytes: Buffer.from(member[0]) }))
  return withBytes.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ member }) => member)
}

/** The text that `pattern` matches here, and steps behind it; empty when it does not. */
function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)?.[0] ?? ''
  reader.at += found.length
  return found
}

/** Steps behind `sign`, past spaces, when it comes next. */
function accept(reader: Reader, sign: string): boolean {
  take(reader, SPACE)
  if (reader.text[reader.at] !== sign) return false
  reader.at += 1
  return true
}

function demand(reader: Reader, sign: string): void {
  if (!accept(reader, sign)) throw new Unclear()
}
