import 'server-only'
import type { Db } from '@/db/client'
import { listKeyIdsInUse, sampleAddresses, sampleWrappedBy, type WrappedRow } from '@/db/queries/keys'
import { blindIndexes } from '@/lib/crypto/blind-index'
import { unwrapDataKey } from '@/lib/crypto/data-key'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { openVault } from '@/lib/vault'

// A few values are tried, not one: a single damaged row must not keep the app from starting.
const SAMPLE = 3

/** A key that stored values need: no setting names it (`absent`), or other bytes stand under its id (`wrong`). */
export interface MissingKey {
  setting: 'DATA_KEYS' | 'INDEX_KEY'
  id: string
  why: 'absent' | 'wrong'
}

/** Keys that stored values need and the settings lack; empty when all is well. A few index look-ups. */
export async function listMissingKeys(db: Db): Promise<MissingKey[]> {
  const { dataKeys, indexKeys } = env()
  const missing: MissingKey[] = []
  for (const id of await listKeyIdsInUse(db, 'wrapping')) {
    if (!dataKeys.keys.has(id)) missing.push({ setting: 'DATA_KEYS', id, why: 'absent' })
    else if (await opensNothing(db, id)) missing.push({ setting: 'DATA_KEYS', id, why: 'wrong' })
  }
  const canOpen = missing.length === 0
  for (const id of await listKeyIdsInUse(db, 'index')) {
    if (!indexKeys.keys.has(id)) missing.push({ setting: 'INDEX_KEY', id, why: 'absent' })
    else if (canOpen && (await findsNothing(db, id))) missing.push({ setting: 'INDEX_KEY', id, why: 'wrong' })
  }
  return missing
}

/** True when none of a few data keys that this key is said to wrap opens. */
async function opensNothing(db: Db, id: string): Promise<boolean> {
  const rows = await sampleWrappedBy(db, id, SAMPLE)
  return rows.length > 0 && rows.every((row) => !isOpened(row))
}

function isOpened({ playerId, version, ...stored }: WrappedRow): boolean {
  try {
    unwrapDataKey(env().dataKeys, playerId, version, stored)
    return true
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return false
    throw error
  }
}

/** True when none of a few addresses has the index that this key is said to have made. */
async function findsNothing(db: Db, id: string): Promise<boolean> {
  const rows = await sampleAddresses(db, id, SAMPLE)
  const found = await Promise.all(rows.map((row) => isFound(db, row)))
  return rows.length > 0 && !found.includes(true)
}

/** Also true for an address that does not open: that says nothing about the index key. */
async function isFound(db: Db, row: { playerId: string; index: string; sealed: Buffer }): Promise<boolean> {
  try {
    const vault = await openVault(db, row.playerId)
    const email = vault.openText('players', 'email_sealed', row.playerId, row.sealed)
    return blindIndexes(env().indexKeys, 'email', email).includes(row.index)
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return true
    throw error
  }
}

/** One line for whoever starts the app: what is missing and what to do. Ids are no secrets. */
export function toSentence({ setting, id, why }: MissingKey): string {
  const found = why === 'absent' ? `no key with the id "${id}"` : `another key under the id "${id}"`
  return `${setting}: found ${found}, expected the one that values in the database need. See docs/keys.md`
}
