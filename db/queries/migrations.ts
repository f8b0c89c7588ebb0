import 'server-only'
import { sql } from 'drizzle-orm'
import type { Db } from '../client'
import journal from '../migrations/meta/_journal.json'

/** How many migrations this build brings. */
export const EXPECTED_MIGRATIONS = journal.entries.length

/** How many migrations the database has seen. Throws when it cannot be reached or was never migrated. */
export async function countAppliedMigrations(db: Db): Promise<number> {
  const rows = await db.execute<{ applied: number }>(
    sql`select count(*)::int as applied from schema_migrations`,
  )
  return rows[0]?.applied ?? 0
}
