import 'server-only'
import { db, hasSqlState } from '@/db/client'
import {
  beginRotation,
  finishRotation,
  type IndexedColumn,
  type IndexedRow,
  listIndexedElsewhere,
  type Rotation,
  replaceIndex,
  saveCursor,
  widenWaitingDeliveries,
} from '@/db/queries/keys'
import { blindIndex, blindIndexes, type IndexedField } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { openVault } from '@/lib/vault'
import { referenceValue } from '@/lib/verification/reference'
import { INDEXED_COLUMNS } from './sealed-columns'
import type { Outcome, Tell } from './types'

const BATCH = 100
const UNIQUE_VIOLATION = '23505'
const NUMBER_FIELDS: readonly string[] = ['pan', 'driving_licence'] satisfies IndexedField[]

/**
 * Makes every blind index whose value is kept sealed anew under the writing key of INDEX_KEY. While the old key is configured
 * a row is touched only if its old index is that of the opened value; without it the indexes are built again from the
 * sealed values alone. What does not fit stays and is counted as stuck.
 */
export async function rotateIndexes(tell: Tell): Promise<Outcome> {
  const { writeId } = env().indexKeys
  const rotation = await beginRotation(db(), { kind: 'index', target: writeId })
  const [column = '', playerId, rowId] = rotation.cursor?.split(' ') ?? []
  const begin = Math.max(0, INDEXED_COLUMNS.map(nameOf).indexOf(column))
  const progress = { done: rotation.done, stuck: 0 }
  for (const [place, at] of INDEXED_COLUMNS.entries()) {
    if (place < begin) continue
    const resumes = place === begin && playerId !== undefined && rowId !== undefined
    await rotateColumn(rotation, at, resumes ? { playerId, rowId } : null, progress, tell)
  }
  return { done: await finishRotation(db(), rotation), stuck: progress.stuck }
}

const nameOf = (at: IndexedColumn) => `${at.table}.${at.column}`

async function rotateColumn(
  rotation: Rotation,
  at: IndexedColumn,
  from: { playerId: string; rowId: string } | null,
  progress: Outcome,
  tell: Tell,
): Promise<void> {
  let after = from
  for (;;) {
    const rows = await listIndexedElsewhere(db(), at, rotation.target, after, BATCH)
    for (const row of rows) {
      const answer = await renew(rotation, at, row)
      if (answer === 'stuck') progress.stuck += 1
      if (answer === 'done') progress.done += 1
    }
    const last = rows.at(-1)
    if (last === undefined) return
    after = { playerId: last.playerId, rowId: last.rowId }
    await saveCursor(db(), rotation, `${nameOf(at)} ${last.playerId} ${last.rowId}`)
    tell({ step: 'index', done: progress.done })
  }
}

/** `passed`: somebody else changed the row meanwhile; the next look finds it if it is still old. */
async function renew(
  rotation: Rotation,
  at: IndexedColumn,
  row: IndexedRow,
): Promise<'done' | 'passed' | 'stuck'> {
  const made = await indexAnew(at, row)
  if (made === null) return 'stuck'
  try {
    if (at.column === 'reference_index') await widenWaitingDeliveries(db(), row.index, made)
    return (await replaceIndex(db(), rotation, at, row, made)) ? 'done' : 'passed'
  } catch (error) {
    if (hasSqlState(error, UNIQUE_VIOLATION)) return 'stuck'
    throw error
  }
}

/** The index under the writing key; null when the sealed value does not open or is not what was indexed. */
async function indexAnew(at: IndexedColumn, row: IndexedRow): Promise<string | null> {
  const ring = env().indexKeys
  try {
    const vault = await openVault(db(), row.playerId)
    const named = toNamedValue(at, row.extra, vault.openText(at.table, at.sealed, row.rowId, row.sealed))
    if (named === null) return null
    const { field, value } = named
    const isOldKnown = ring.keys.has(row.index.split('.')[0] ?? '')
    if (isOldKnown && !blindIndexes(ring, field, value).includes(row.index)) return null
    return blindIndex(ring, field, value)
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return null
    throw error
  }
}

/** Field and normalised value that an index stands for, from the opened text. Null when there is none. */
function toNamedValue(
  at: IndexedColumn,
  extra: string | null,
  text: string,
): { field: IndexedField; value: string } | null {
  switch (nameOf(at)) {
    case 'players.email_index':
      return { field: 'email', value: text }
    case 'documents.number_index':
      return NUMBER_FIELDS.includes(extra ?? '') ? { field: extra as IndexedField, value: text } : null
    case 'provider_sessions.subject_index':
      return { field: 'vendor_subject', value: text }
    default: {
      const { sessionRef } = JSON.parse(text) as { sessionRef: string | null }
      return sessionRef === null
        ? null
        : { field: 'vendor_reference', value: referenceValue(extra ?? '', sessionRef) }
    }
  }
}
