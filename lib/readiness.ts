import 'server-only'
import { db } from '@/db/client'
import { countAppliedMigrations, EXPECTED_MIGRATIONS } from '@/db/queries/migrations'
import { newDataKey, unwrapDataKey, wrapDataKey } from '@/lib/crypto/data-key'
import { env } from '@/lib/env'
import { listMissingKeys } from '@/lib/keys/configured'
import { erasuresReplayed, forgetReplay, replayErasures } from '@/lib/rights/replay'

export interface Readiness {
  database: 'ok' | 'unreachable'
  migrations: 'ok' | 'missing' | 'unknown'
  /** `missing`: stored values need a key that no setting names. */
  keys: 'ok' | 'unusable' | 'missing'
  /** Whether the erasure ledger was replayed: before that, a restored backup may hold erased people. */
  erasures: 'ok' | 'not replayed'
}

const KEYS_SEEN_MS = 30_000

/**
 * Whether this process can serve: the database answers, its schema is ours, the keys wrap and open and none is missing,
 * erasures are replayed.
 */
export async function readiness(): Promise<Readiness> {
  const keys = keysWork() ? 'ok' : 'unusable'
  try {
    const applied = await countAppliedMigrations(db())
    const erasures = erasuresReplayed() ? 'ok' : 'not replayed'
    if (applied < EXPECTED_MIGRATIONS) return { database: 'ok', migrations: 'missing', keys, erasures }
    const missing = keys === 'ok' && !(await hasEveryKey())
    return { database: 'ok', migrations: 'ok', keys: missing ? 'missing' : keys, erasures }
  } catch {
    return { database: 'unreachable', migrations: 'unknown', keys, erasures: 'not replayed' }
  }
}

/**
 * True when pages may be served: the database answers and erasures are replayed, which is done here. Also beside a schema
 * that is not ours yet: that is what a backup of before the last upgrade looks like. Throws why they cannot be.
 */
export async function mayServe(): Promise<boolean> {
  const { database, erasures } = await readiness()
  if (database !== 'ok') {
    forgetReplay()
    return false
  }
  if (erasures !== 'ok') await replayErasures()
  return true
}

let seen: { complete: boolean; at: number } | null = null

/** Asked of the database twice a minute, since readiness is asked every second. */
async function hasEveryKey(): Promise<boolean> {
  if (seen === null || Date.now() - seen.at > KEYS_SEEN_MS)
    seen = { complete: (await listMissingKeys(db())).length === 0, at: Date.now() }
  return seen.complete
}

function keysWork(): boolean {
  const nobody = '00000000-0000-0000-0000-000000000000'
  try {
    const ring = env().dataKeys
    unwrapDataKey(ring, nobody, 1, wrapDataKey(ring, nobody, 1, newDataKey()))
    return true
  } catch {
    return false
  }
}
