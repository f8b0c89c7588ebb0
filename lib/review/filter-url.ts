import { QueueFilter } from './types'

// A queue filter as it stands in the address of the page, and back. Pure: safe to import anywhere, the browser too.

/** A part of an address that was not understood and left out. */
export interface DroppedPart {
  name: string
  value: string
}

export interface ParsedFilter {
  filter: QueueFilter
  dropped: DroppedPart[]
}

/** What a page is given of its address. */
export type AddressParts = URLSearchParams | Readonly<Record<string, string | string[] | undefined>>

type Key = keyof QueueFilter

/** Names in the address, in the order in which they are written. */
const NAMES = {
  status: 'status',
  reason: 'reason',
  documents: 'documents',
  older: 'olderThanHours',
  newer: 'newerThanHours',
  due: 'dueWithinHours',
  assignee: 'assignee',
  holder: 'holder',
  tag: 'tag',
  snoozed: 'snoozed',
  escalated: 'escalated',
  connection: 'connection',
  sandbox: 'sandbox',
  from: 'begunFrom',
  to: 'begunTo',
  policy: 'policy',
  counted: 'counted',
  sort: 'sort',
} as const satisfies Record<string, Key>
const LISTS: readonly Key[] = ['status', 'documents']
const FLAGS: readonly Key[] = ['snoozed', 'escalated', 'sandbox']
const NUMBERS: readonly Key[] = ['olderThanHours', 'newerThanHours', 'dueWithinHours']
const LONGEST_TOLD = 40

/** The filter that an address asks for. Never throws: what is not understood is left out and named; other parts are not looked at. */
export function parseFilter(address: AddressParts): ParsedFilter {
  const given: Record<string, unknown> = {}
  const dropped: DroppedPart[] = []
  for (const [name, key] of Object.entries(NAMES)) {
    const parts = partsOf(address, name).filter((part) => part !== '')
    const values = LISTS.includes(key) ? [...new Set(parts.flatMap((part) => part.split(',')))] : parts
    for (const value of values) {
      const next = LISTS.includes(key)
        ? [...((given[key] as string[] | undefined) ?? []), value]
        : toValue(key, value)
      const isFree = LISTS.includes(key) || given[key] === undefined
      if (isFree && QueueFilter.shape[key].safeParse(next).success) given[key] = next
      else dropped.push({ name, value: value.slice(0, LONGEST_TOLD) })
    }
  }
  return { filter: QueueFilter.parse(given), dropped }
}

/** The same filter as `name=value` pairs of an address, without what is as it is by itself; empty text for the whole queue. */
export function toAddress(filter: QueueFilter): string {
  const plain = QueueFilter.parse({})
  const search = new URLSearchParams()
  for (const [name, key] of Object.entries(NAMES)) {
    const value = filter[key]
    if (value === undefined || JSON.stringify(value) === JSON.stringify(plain[key])) continue
    search.set(name, toText(value))
  }
  return search.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
}

function partsOf(address: AddressParts, name: string): string[] {
  if (address instanceof URLSearchParams) return address.getAll(name)
  return [address[name] ?? []].flat()
}

function toValue(key: Key, text: string): unknown {
  if (FLAGS.includes(key)) return text === 'yes' ? true : text === 'no' ? false : text
  // Number('') and Number(' ') are 0, and 1e3 is nothing that anybody means.
  if (NUMBERS.includes(key)) return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  return text
}

function toText(value: NonNullable<QueueFilter[Key]>): string {
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return String(value)
}
