import { writeSync } from 'node:fs'
import { db, hasSqlState, isDatabaseUnavailable } from '@/db/client'
import { listMissingKeys, toSentence } from '@/lib/keys/configured'

const UNDEFINED_TABLE = '42P01'

/**
 * Ends this process with one line per key that stored values need and no setting names: at the start, not at the first
 * player who needs it. While the database is away or not migrated nothing can be said; readiness asks again.
 */
export async function requireKeys(): Promise<void> {
  try {
    const missing = await listMissingKeys(db())
    if (missing.length === 0) return
    writeSync(2, `${missing.map(toSentence).join('\n')}\n`) // our own words: past what takes over the streams
  } catch (error) {
    if (isDatabaseUnavailable(error) || hasSqlState(error, UNDEFINED_TABLE)) return
    throw error
  }
  process.exit(1)
}
