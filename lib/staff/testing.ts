import 'server-only'
import { randomUUID } from 'node:crypto'
import { db } from '@/db/client'
import { insertStaff } from '@/db/queries/staff'
import type { StaffRole } from '@/lib/actor'
import { sealProfile, staffEmailHash } from './seals'
import { openStaffSession, readStaffSession, type SignedInStaff } from './sessions'

/** Somebody invented with these roles, signed in, with a factor shown just now. `token` is what their cookie would hold. */
export async function makeStaff(
  roles: readonly StaffRole[],
  name = 'Nandini Kalpanik',
): Promise<SignedInStaff & { token: string }> {
  const id = randomUUID()
  const email = `staff-${id}@example.invalid`
  const profileSealed = sealProfile(id, { name, email })
  await insertStaff(db(), { id, profileSealed, emailHash: staffEmailHash(email), roles: [...roles] })
  const token = await openStaffSession(db(), id, { address: '127.0.0.1', browser: 'a test' })
  const staff = await readStaffSession(token)
  if (staff === null) throw new Error('the session of a moment ago is gone')
  return { ...staff, token }
}
