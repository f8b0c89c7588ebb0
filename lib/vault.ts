import 'server-only'
import type { Db } from '@/db/client'
import { type DataKeyRow, listDataKeys } from '@/db/queries/players'
import { newDataKey, unwrapDataKey, type WrappedDataKey, wrapDataKey } from '@/lib/crypto/data-key'
import { open, seal, sealedVersion } from '@/lib/crypto/seal'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'

/** One player's keys, opened: seals and opens values of that player's rows. Never leaves a request or job. */
export interface Vault {
  readonly playerId: string
  /** Seals text or bytes for one column of one row. */
  seal(table: string, column: string, rowId: string, value: string | Uint8Array): Buffer
  /** Opens bytes of the same column and row. Throws AppError `seal_failed` when they belong elsewhere. */
  open(table: string, column: string, rowId: string, sealed: Uint8Array): Buffer
  openText(table: string, column: string, rowId: string, sealed: Uint8Array): string
}

/** The player's vault. Throws AppError `seal_failed` when the keys are gone (erased) or do not open. */
export async function openVault(db: Db, playerId: string): Promise<Vault> {
  return vaultFrom(playerId, await listDataKeys(db, playerId))
}

/** A vault from rows that a query already read; the newest version writes. */
export function vaultFrom(playerId: string, rows: readonly DataKeyRow[]): Vault {
  const ring = env().dataKeys
  const keys = new Map(rows.map((row) => [row.version, unwrapDataKey(ring, playerId, row.version, row)]))
  return vault(playerId, keys)
}

/** A new player's vault with its wrapped key, to be stored in the transaction that writes the player. */
export function createVault(playerId: string): { vault: Vault; key: WrappedDataKey & { version: number } } {
  const version = 1
  const dataKey = newDataKey()
  const wrapped = wrapDataKey(env().dataKeys, playerId, version, dataKey)
  return { vault: vault(playerId, new Map([[version, dataKey]])), key: { ...wrapped, version } }
}

function vault(playerId: string, keys: ReadonlyMap<number, Buffer>): Vault {
  const newest = Math.max(...keys.keys())
  const keyOf = (version: number): Buffer => {
    const key = keys.get(version)
    if (key === undefined) throw new AppError('seal_failed', `no data key, version ${version}`)
    return key
  }
  const openBytes: Vault['open'] = (table, column, rowId, sealed) =>
    open(keyOf(sealedVersion(sealed)), { table, column, rowId, playerId }, sealed)
  return {
    playerId,
    seal: (table, column, rowId, value) => {
      const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value
      return seal(keyOf(newest), newest, { table, column, rowId, playerId }, bytes)
    },
    open: openBytes,
    openText: (table, column, rowId, sealed) => openBytes(table, column, rowId, sealed).toString('utf8'),
  }
}
