import 'server-only'
import { db } from '@/db/client'
import { readClock } from '@/db/queries/case-file'
import { type NameMatches, searchNames } from '@/db/queries/name-keys'
import { type Found, listRowsById, searchAttempts } from '@/db/queries/queue'
import type { StaffActor } from '@/lib/actor'
import { connections } from '@/lib/connections'
import { blindIndexes } from '@/lib/crypto/blind-index'
import { containsFullAadhaar } from '@/lib/documents/mask'
import { nameLookups } from '@/lib/documents/name-keys'
import { compactNumber, compactPan } from '@/lib/documents/numbers'
import { env } from '@/lib/env'
import { requirePermission } from '@/lib/staff/permissions'
import { referenceIndexes } from '@/lib/verification/reference'
import { type QueueRowView, toViews } from './queue'
import { SEARCH_LIMIT } from './types'

// One field finds by whatever is typed into it: our reference, a vendor's, a mail address, a whole document number, a name. All
// but our reference are looked up by blind indexes; what was typed is neither stored nor logged, and travels in a POST alone.

const MOST_FOUND = 50
const REFERENCE = /^[0-9A-Z]{4}-?[0-9A-Z]{4}$/
const NUMBER = /^(?=.*\d)[0-9A-Z]{6,20}$/

export type FoundBy = Found['by'] | 'name' | 'name_sound'

export interface SearchResult extends QueueRowView {
  by: FoundBy
}

export interface SearchPage {
  /** Newest first within what it was found by; the surest first. */
  results: SearchResult[]
  /** There is more: another word narrows it. */
  isCut: boolean
  /** `aadhaar`: a full Aadhaar number was typed; none is stored, so nothing is looked for. `too_short`: nothing to look for. */
  problem: 'aadhaar' | 'too_short' | null
}

const NOTHING: SearchPage = { results: [], isCut: false, problem: null }

/** What `text` finds, at most 50, masked. AppError `forbidden`. */
export async function search(staff: StaffActor, text: string): Promise<SearchPage> {
  requirePermission(staff, 'case.view')
  const typed = text.normalize('NFKC').trim().slice(0, SEARCH_LIMIT)
  if ([...typed].length < 2) return { ...NOTHING, problem: 'too_short' }
  if (containsFullAadhaar(typed)) return { ...NOTHING, problem: 'aadhaar' }
  const exact = await searchAttempts(db(), toKeys(typed), MOST_FOUND + 1)
  const named =
    exact.length > 0 ? { byId: new Map<string, FoundBy>(), isCut: false } : await findByName(typed)
  const byId = new Map<string, FoundBy>([
    ...exact.slice(0, MOST_FOUND).map(({ id, by }) => [id, by] as const),
    ...named.byId,
  ])
  const rows = await listRowsById(db(), [...byId.keys()])
  const views = await toViews(staff, rows, await readClock(db()))
  const results = views.flatMap((view): SearchResult[] => {
    const by = byId.get(view.id)
    return by === undefined ? [] : [{ ...view, by }]
  })
  return {
    ...NOTHING,
    results: [
      ...results.filter(({ by }) => by !== 'name_sound'),
      ...results.filter(({ by }) => by === 'name_sound'),
    ],
    isCut: exact.length > MOST_FOUND || named.isCut,
  }
}

function toKeys(typed: string) {
  const ring = env().indexKeys
  const upper = typed.toUpperCase()
  const [pan, licence] = [compactPan(typed), compactNumber(typed)]
  const ids = connections().map(({ id }) => id)
  return {
    references: REFERENCE.test(upper) ? [upper.replace('-', '')] : [],
    emailIndexes: typed.includes('@') ? blindIndexes(ring, 'email', typed.toLowerCase()) : [],
    numberIndexes: [
      ...(NUMBER.test(pan) ? blindIndexes(ring, 'pan', pan) : []),
      ...(NUMBER.test(licence) ? blindIndexes(ring, 'driving_licence', licence) : []),
    ],
    vendorIndexes: ids.flatMap((id) => referenceIndexes(id, typed)),
    connectionIds: ids,
  }
}

/** By the letters of the words first; what sounds alike fills the page up. */
async function findByName(typed: string): Promise<{ byId: Map<string, FoundBy>; isCut: boolean }> {
  const { words, sounds } = nameLookups(env().indexKeys, typed)
  const byId = new Map<string, FoundBy>()
  if (words.length === 0) return { byId, isCut: false }
  const exact = await searchNames(db(), words, MOST_FOUND)
  add(byId, exact, 'name')
  if (byId.size >= MOST_FOUND) return { byId, isCut: exact.isCut }
  const alike = await searchNames(db(), sounds, MOST_FOUND)
  add(byId, alike, 'name_sound')
  return { byId, isCut: exact.isCut || alike.isCut }
}

function add(byId: Map<string, FoundBy>, { rows }: NameMatches, by: FoundBy) {
  for (const { id } of rows) if (!byId.has(id) && byId.size < MOST_FOUND) byId.set(id, by)
}
