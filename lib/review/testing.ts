import 'server-only'
import { randomUUID } from 'node:crypto'
import { db } from '@/db/client'
import { insertStaff } from '@/db/queries/staff'
import type { StaffActor, StaffRole } from '@/lib/actor'
import { sealProfile, staffEmailHash } from '@/lib/staff/seals'

/** Somebody of staff with an invented name and this address, for database tests. */
export async function makeStaff(roles: StaffRole[], email?: string): Promise<StaffActor> {
  const id = randomUUID()
  const address = email ?? `${id}@staff.invalid`
  await insertStaff(db(), {
    id,
    profileSealed: sealProfile(id, { name: 'Samiksha Kalpanik', email: address }),
    emailHash: staffEmailHash(address),
    roles,
  })
  return { id, roles }
}
