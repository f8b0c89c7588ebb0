import 'server-only'
import { db, hasSqlState, transact } from '@/db/client'
import {
  addDone,
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
import { listNamesElsewhere, listSealedNames, replaceNameKeys } from '@/db/queries/name-keys'
import { blindIndex, blindIndexes, type IndexedField } from '@/lib/crypto/blind-index'
import { nameIndexes } from '@/lib/documents/name-keys'
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
  const begin = Math.max(0, [...INDEXED_COLUMNS.map(nameOf), NAMES].indexOf(column))
  const progress = { done: rotation.done, stuck: 0 }
  for (const [place, at] of INDEXED_COLUMNS.entries()) {
    if (place < begin) continue
    const resumes = place === begin && playerId !== undefined && rowId !== undefined
    await rotateColumn(rotation, at, resumes ? { playerId, rowId } : null, progress, tell)
  }
  const resumes = column === NAMES && playerId !== undefined && rowId !== undefined
  await rotateNames(rotation, resumes ? { playerId, rowId } : null, progress, tell)
  return { done: await finishRotation(db(), rotation), stuck: progress.stuck }
}

/** The place of names in a rotation's cursor. */
const NAMES = 'name_keys.key'
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

/** Names are indexed word by word, from the sealed names themselves; those that never were are indexed too. */
async function rotateNames(
  rotation: Rotation,
  from: { playerId: string; rowId: string } | null,
  progress: Outcome,
  tell: Tell,
): Promise<void> {
  let after = from
  for (;;) {
    const attempts = await listNamesElsewhere(db(), rotation.target, after, BATCH)
    for (const { playerId, verificationId } of attempts) {
      const answer = await renewNames(rotation, playerId, verificationId)
      if (answer === 'stuck') progress.stuck += 1
      if (answer === 'done') progress.done += 1
    }
    const last = attempts.at(-1)
    if (last === undefined) return
    after = { playerId: last.playerId, rowId: last.verificationId }
    await saveCursor(db(), rotation, `${NAMES} ${last.playerId} ${last.verificationId}`)
    tell({ step: 'index', done: progress.done })
  }
}

async function renewNames(
  rotation: Rotation,
  playerId: string,
  verificationId: string,
): Promise<'done' | 'passed' | 'stuck'> {
  const ring = env().indexKeys
  try {
    return await transact(async (tx) => {
      const vault = await openVault(tx, playerId)
      const names = await listSealedNames(tx, playerId, verificationId)
      const rows = names.flatMap(({ documentId, factId, valueSealed, createdAt }) =>
        nameIndexes(ring, vault.openText('facts', 'value_sealed', factId, valueSealed)).map((key) => ({
          playerId,
          verificationId,
          documentId,
          key,
          createdAt,
        })),
      )
      if (rows.length === 0) return 'passed'
      await replaceNameKeys(tx, playerId, verificationId, rows)
      await addDone(tx, rotation, 1)
      return 'done'
    })
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return 'stuck'
    throw error
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
