import 'server-only'
import { lt, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { rateLimits } from '../schema/rate-limits'

/** Removes counters whose window ended over an hour ago; the number removed. */
export async function deleteExpiredCounters(db: Db): Promise<number> {
  const gone = await db
    .delete(rateLimits)
    .where(lt(rateLimits.expire, sql`now() - interval '1 hour'`))
    .returning({ key: rateLimits.key })
  return gone.length
}
