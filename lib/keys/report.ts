import 'server-only'
import { db } from '@/db/client'
import {
  countDataKeys,
  countFinishedReferences,
  countIndexes,
  countNameKeys,
  countRateLimits,
  countReturnCodes,
  countSignInCodes,
  countWrappings,
  type KeyUse,
} from '@/db/queries/keys'
import { env, type KeyRing } from '@/lib/env'
import { INDEXED_COLUMNS } from './sealed-columns'
import type { KeyReport, Place, Report, Way } from './types'

/** A vendor's code lives for minutes and a journey for a day at most: after two days it opens nothing anywhere. */
const RETURN_CODE_DAYS = 2

type Found = Map<string, Place[]>

/** What every key is still needed for and when it may be removed from the settings. Counts all rows: seconds, not moments. */
export async function reportKeys(): Promise<Report> {
  const { dataKeys, indexKeys } = env()
  const wrapping: Found = new Map()
  note(wrapping, 'data_keys', 'by_rotation', await countWrappings(db()))
  return {
    keys: [
      ...toReports('DATA_KEYS', dataKeys, wrapping),
      ...toReports('INDEX_KEY', indexKeys, await findIndexUses(indexKeys.writeId)),
    ],
    dataKeys: await countDataKeys(db()),
  }
}

async function findIndexUses(writeId: string): Promise<Found> {
  const found: Found = new Map()
  for (const at of INDEXED_COLUMNS) {
    const name = `${at.table}.${at.column}`
    note(found, name, 'by_rotation', await countIndexes(db(), at, true))
    if (at.column !== 'reference_index')
      note(found, name, 'with_its_row', await countIndexes(db(), at, false))
  }
  note(found, 'name_keys.key', 'by_rotation', await countNameKeys(db()))
  const { webhookDays } = env().limits.retention
  note(found, 'finished sessions', 'by_time', await countFinishedReferences(db(), webhookDays))
  note(found, 'return codes', 'by_time', await countReturnCodes(db(), writeId, RETURN_CODE_DAYS))
  note(found, 'rate limits', 'by_time', await countRateLimits(db()))
  note(found, 'sign-in codes', 'by_time', await countSignInCodes(db()))
  return found
}

function note(found: Found, place: string, way: Way, counted: readonly KeyUse[]) {
  for (const { id, uses, until } of counted)
    found.set(id, [...(found.get(id) ?? []), { place, uses, way, until }])
}

function toReports(setting: KeyReport['setting'], ring: KeyRing, found: Found): KeyReport[] {
  const ids = new Set([...ring.keys.keys(), ...found.keys()])
  return [...ids].map((id) => {
    const writes = id === ring.writeId
    const places = found.get(id) ?? []
    const uses = places.reduce((sum, place) => sum + place.uses, 0)
    return {
      setting,
      id,
      writes,
      configured: ring.keys.has(id),
      uses,
      places,
      removable: writes ? 'no' : removable(places),
    }
  })
}

/** Zero uses, or uses that end by themselves: the last one says when. */
function removable(places: readonly Place[]): KeyReport['removable'] {
  if (places.length === 0) return 'now'
  const ends = places.map(({ until }) => until)
  if (ends.some((end) => end === null)) return 'no'
  return { after: new Date(Math.max(...ends.map((end) => end?.getTime() ?? 0))) }
}
