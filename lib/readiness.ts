import 'server-only'
import { db } from '@/db/client'
import { countAppliedMigrations, EXPECTED_MIGRATIONS } from '@/db/queries/migrations'
import { newDataKey, unwrapDataKey, wrapDataKey } from '@/lib/crypto/data-key'
import { env } from '@/lib/env'
import { erasuresReplayed } from '@/lib/rights/replay'

export interface Readiness {
  database: 'ok' | 'unreachable'
  migrations: 'ok' | 'missing' | 'unknown'
  keys: 'ok' | 'unusable'
  /** Whether the erasure ledger was replayed: before that, a restored backup may hold erased people. */
  erasures: 'ok' | 'not replayed'
}

/** Whether this process can serve: the database answers, its schema is ours, the keys wrap and open, erasures are replayed. */
export async function readiness(): Promise<Readiness> {
  const keys = keysWork() ? 'ok' : 'unusable'
  try {
    const applied = await countAppliedMigrations(db())
    const migrations = applied >= EXPECTED_MIGRATIONS ? 'ok' : 'missing'
    return { database: 'ok', migrations, keys, erasures: erasuresReplayed() ? 'ok' : 'not replayed' }
  } catch {
    return { database: 'unreachable', migrations: 'unknown', keys, erasures: 'not replayed' }
  }
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
