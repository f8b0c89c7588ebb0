import 'server-only'
import { db } from '@/db/client'
import { listStaff } from '@/db/queries/staff'
import type { StaffActor, StaffRole } from '@/lib/actor'
import { openProfile } from '@/lib/staff/seals'

/** Somebody of the staff as colleagues see them. */
export interface Colleague {
  id: string
  name: string
  isMe: boolean
}

/** Everybody of the staff by id, those who left too. */
export async function readColleagues(staff: Pick<StaffActor, 'id'>): Promise<ReadonlyMap<string, Colleague>> {
  const rows = await listStaff(db())
  return new Map(
    rows.map(({ id, profileSealed }) => [
      id,
      { id, name: openProfile(id, profileSealed).name, isMe: id === staff.id },
    ]),
  )
}

const DECIDE: readonly StaffRole[] = ['reviewer', 'lead']

/** Who may be given work: active reviewers and leads, by name. */
export async function listAssignees(staff: Pick<StaffActor, 'id'>): Promise<Colleague[]> {
  const rows = await listStaff(db())
  return rows
    .filter(
      ({ state, roles }) =>
        state === 'active' && roles.some((role) => (DECIDE as readonly string[]).includes(role)),
    )
    .map(({ id, profileSealed }) => ({
      id,
      name: openProfile(id, profileSealed).name,
      isMe: id === staff.id,
    }))
    .sort((one, two) => (one.name < two.name ? -1 : 1))
}
