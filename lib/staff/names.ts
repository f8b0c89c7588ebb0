import 'server-only'
import { db } from '@/db/client'
import { listStaff } from '@/db/queries/staff'
import { openProfile } from './seals'

/** Names of everybody of the staff by id, those who left too: for pages that say who did something. */
export async function listStaffNames(): Promise<ReadonlyMap<string, string>> {
  const rows = await listStaff(db())
  return new Map(rows.map(({ id, profileSealed }) => [id, openProfile(id, profileSealed).name]))
}
