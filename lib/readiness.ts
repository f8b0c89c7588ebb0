import 'server-only'
import { db } from '@/db/client'
import { countAppliedMigrations, EXPECTED_MIGRATIONS } from '@/db/queries/migrations'
import { newDataKey, unwrapDataKey, wrapDataKey } from '@/lib/crypto/data-key'
import { env } from '@/lib/env'

export interface Readiness {
  database: 'ok' | 'unreachable'
  migrations: 'ok' | 'missing' | 'unknown'
  keys: 'ok' | 'unusable'
}

/** Whether this process can serve: the database answers, its schema is ours, the keys wrap and open. */
export async function readiness(): Promise<Readiness> {
  const keys = keysWork() ? 'ok' : 'unusable'
  try {
    const applied = await countAppliedMigrations(db())
    return { database: 'ok', migrations: applied >= EXPECTED_MIGRATIONS ? 'ok' : 'missing', keys }
  } catch {
    return { database: 'unreachable', migrations: 'unknown', keys }
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
