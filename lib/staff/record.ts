import 'server-only'
import { type Db, db } from '@/db/client'
import type { Actor, StaffActor } from '@/lib/actor'
import { type AuditAction, appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'

type StaffAction = Extract<AuditAction, `staff.${string}`>

/** The audit form of a staff member. */
export function asStaff(actor: Pick<StaffActor, 'id'>): Actor {
  return { kind: 'staff', id: actor.id }
}

/** Records something about one person's account; null where the person is not known. */
export async function recordStaff(
  at: Db,
  actor: Actor,
  action: StaffAction,
  staffId: string | null,
  details: { before?: string; after?: string; reason?: string } = {},
): Promise<void> {
  const object = { type: 'staff', id: staffId ?? 'unknown' } as const
  await appendAuditEvent(at, PROCESS_CHAIN, { actor, action, object, ...details })
}

/** Records that somebody asked for what their roles do not allow. */
export async function noteRefused(actor: StaffActor, permission: string): Promise<void> {
  await recordStaff(db(), asStaff(actor), 'staff.refused', actor.id, { reason: permission })
}
