import 'server-only'
import { sql } from 'drizzle-orm'
import type { Db } from '../client'

/** Appends one canonical record to a chain; call it inside the transaction of the change it records. */
export async function appendRecord(db: Db, chainId: string, record: string): Promise<void> {
  await db.execute(sql`select append_audit_event(${chainId}::uuid, ${record})`)
}
