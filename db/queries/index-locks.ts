import 'server-only'
import { sql } from 'drizzle-orm'
import type { Db } from '../client'

/**
 * Holds blind indexes until the transaction ends. A unique constraint sees one value under one key; while the index key is
 * being rotated the same value has two, so whoever looks first and then writes takes all of them, in one order everywhere.
 */
export async function lockIndexes(db: Db, indexes: readonly string[]): Promise<void> {
  if (indexes.length === 0) return
  await db.execute(sql`
    select pg_advisory_xact_lock(hashtextextended(one, 0)) from unnest(${textArray([...indexes].sort())}) as one`)
}

/** A list of texts as one SQL array. */
export function textArray(texts: readonly string[]) {
  if (texts.length === 0) return sql`'{}'::text[]`
  return sql`array[${sql.join(
    texts.map((text) => sql`${text}`),
    sql`, `,
  )}]::text[]`
}
