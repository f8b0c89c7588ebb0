import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type postgres from 'postgres'

// How the canary is looked for: every spelling of a value that something of ours, of a library or of a vendor may have
// written, and everything that a database holds as text.

/** A spelling, and whether the case of its letters means something. */
interface Needle {
  value: string
  spelling: string
  exact: boolean
}

/** Shorter ones appear by chance. */
const SHORTEST = 6
/** In sealed bytes, which are random, chance goes further. */
const SHORTEST_SEALED = 10

/** Spellings by their first signs, so that a text is read once and not once for each. */
export interface Needles {
  exact: Map<string, Needle[]>
  loose: Map<string, Needle[]>
}

/** All spellings of these values. */
export function spellAll(values: Iterable<string>): Needles {
  const needles: Needles = { exact: new Map(), loose: new Map() }
  for (const needle of [...values].flatMap(spell)) {
    if (needle.spelling.length < SHORTEST) continue
    const kind = needle.exact ? needles.exact : needles.loose
    const key = needle.spelling.slice(0, SHORTEST)
    const alike = kind.get(key) ?? []
    if (alike.every(({ spelling }) => spelling !== needle.spelling)) kind.set(key, [...alike, needle])
  }
  return needles
}

function spell(value: string): Needle[] {
  const bytes = Buffer.from(value)
  const plain = [
    value,
    [...value].reverse().join(''),
    encodeURIComponent(value),
    encodeURIComponent(encodeURIComponent(value)),
    new URLSearchParams({ v: value }).toString().slice(2),
    [...bytes].map((byte) => `%${hex(byte)}`).join(''),
    bytes.toString('hex'),
    Buffer.from(value, 'utf16le').toString('hex'),
    units(value, (unit) => `\\u${unit.toString(16).padStart(4, '0')}`),
    units(value, (unit, sign) => (unit < 128 ? sign : `\\u${unit.toString(16).padStart(4, '0')}`)),
    [...value].map((sign) => `&#${sign.codePointAt(0)};`).join(''),
    [...value].map((sign) => `&#x${sign.codePointAt(0)?.toString(16)};`).join(''),
    value.replace(/\d/g, (digit) => String.fromCharCode(0x966 + Number(digit))),
    ...grouped(value),
  ]
  const cases = [value, value.toUpperCase(), value.toLowerCase()]
  return [
    ...plain.map((spelling) => ({ value, spelling: spelling.toLowerCase(), exact: false })),
    ...cases.flatMap(base64At).map((spelling) => ({ value, spelling, exact: true })),
  ]
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0')

function units(value: string, write: (unit: number, sign: string) => string): string {
  return Array.from({ length: value.length }, (_, at) => write(value.charCodeAt(at), value[at] ?? '')).join(
    '',
  )
}

/** A number as people write it. */
function grouped(value: string): string[] {
  if (!/^\d{10,16}$/.test(value)) return []
  const fours = value.match(/\d{1,4}/g) ?? []
  return [fours.join(' '), fours.join('-'), fours.join('.'), `${value.slice(0, 5)} ${value.slice(5)}`]
}

/** What a value looks like inside longer base64, wherever in a group of three bytes it begins; both alphabets. */
function base64At(value: string): string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const from = [0, 2, 3][before] ?? 0
    const sure = text.slice(from, (before + bytes.length) % 3 === 0 ? undefined : -1)
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** A day in the ways in which documents, vendors and programs write it. */
export function spellDate(iso: string): string[] {
  const [year = '', month = '', day = ''] = iso.split('-')
  const long = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(new Date(iso))
  const numbers = ['-', '/', '.', ' ', ''].flatMap((mark) => [
    [year, month, day].join(mark),
    [day, month, year].join(mark),
    [month, day, year].join(mark),
    [year, Number(month), Number(day)].join(mark || '-'),
    [Number(day), Number(month), year].join(mark || '-'),
  ])
  const words = [long, long.slice(0, 3)].flatMap((name) => [
    `${Number(day)} ${name} ${year}`,
    `${day}-${name}-${year}`,
    `${name} ${Number(day)}, ${year}`,
  ])
  return [...new Set([...numbers, ...words])]
}

/** One column of one row, as text. */
export interface Cell {
  place: string
  text: string
  sealed: boolean
}

/** Every column of every row of every table of ours; bytes as hexadecimal, as UTF-8 and as single bytes. */
export async function readEverything(owner: postgres.Sql, only?: string): Promise<Cell[]> {
  const tables = await owner<{ name: string }[]>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`
  const cells: Cell[] = []
  for (const { name } of tables.filter((table) => only === undefined || table.name === only)) {
    const rows = await owner.unsafe<{ row: Record<string, unknown> }[]>(
      `select to_jsonb(whole_row) as row from ${name} whole_row`,
    )
    for (const { row } of rows)
      for (const [column, value] of Object.entries(row))
        if (value !== null) cells.push(toCell(`${name}.${column}`, value))
  }
  return cells
}

function toCell(place: string, value: unknown): Cell {
  const written = typeof value === 'string' ? value : JSON.stringify(value)
  const bytes = /^\\x[0-9a-f]*$/.test(written) ? Buffer.from(written.slice(2), 'hex') : null
  const text =
    bytes === null ? written : [written, bytes.toString('utf8'), bytes.toString('latin1')].join('\n')
  return { place, text, sealed: /_sealed$|wrapped/.test(place) }
}

/** Every file below a folder, with its path. */
export function readFolder(folder: string): Cell[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ place: file, text: readFileSync(file, 'utf8'), sealed: false }))
}

/** Where which value was found, and how it was written there. Empty when nothing was. */
export function findNeedles(cells: readonly Cell[], needles: Needles): string[] {
  return cells.flatMap(({ place, text, sealed }) => {
    const single = text.replace(/\\+/g, '\\') // JSON within JSON doubles its backslashes
    const hits = [...scan(single, needles.exact), ...scan(single.toLowerCase(), needles.loose)]
    return hits
      .filter(({ spelling }) => !sealed || spelling.length >= SHORTEST_SEALED)
      .map(({ value, spelling }) => `${value} as ${spelling} in ${place}`)
  })
}

function scan(text: string, needles: Map<string, Needle[]>): Needle[] {
  const hits = new Set<Needle>()
  for (let at = 0; at + SHORTEST <= text.length; at += 1)
    for (const needle of needles.get(text.slice(at, at + SHORTEST)) ?? [])
      if (text.startsWith(needle.spelling, at)) hits.add(needle)
  return [...hits]
}
