import 'server-only'
import { STAFF_ROLES, type StaffActor, type StaffRole } from '@/lib/actor'
import { AppError } from '@/lib/errors'

// Who may do what (PM-01), the one place. Deny by default: what is not in this table nobody may do. A generated test
// calls every page and action below app/admin as every role and compares what happens with this table.

const EVERYONE: readonly StaffRole[] = STAFF_ROLES
const READERS: readonly StaffRole[] = ['viewer', 'reviewer', 'lead', 'auditor']
const DECIDERS: readonly StaffRole[] = ['reviewer', 'lead']

const MATRIX = {
  'desk.open': EVERYONE,
  'account.view': EVERYONE,
  'account.leave': EVERYONE,
  'account.confirm': EVERYONE,
  'account.change': EVERYONE,
  'case.view': READERS,
  'analytics.view': READERS,
  'case.claim': DECIDERS,
  'case.note': DECIDERS,
  'case.reveal': DECIDERS,
  'case.decide': DECIDERS,
  'case.resubmit': DECIDERS,
  'case.assign': ['lead'],
  'case.bulk': ['lead'],
  'case.second_opinion': ['lead'],
  'case.reopen': ['lead'],
  'case.revoke': ['lead'],
  'case.export': ['lead'],
  'audit.view': ['auditor'],
  'audit.export': ['auditor'],
  'connection.view': ['operator', 'auditor'],
  'connection.change': ['operator'],
  'policy.view': ['operator', 'lead', 'auditor'],
  'policy.draft': ['operator'],
  'policy.publish': ['operator', 'lead'],
  'integration.view': ['operator', 'auditor'],
  'integration.change': ['operator'],
  'retention.view': ['operator', 'auditor'],
  'retention.change': ['operator'],
  'team.view': ['operator', 'auditor'],
  'team.change': ['operator'],
} as const satisfies Record<string, readonly StaffRole[]>

export type Permission = keyof typeof MATRIX
export const PERMISSIONS = Object.keys(MATRIX) as Permission[]

/** Needs a passkey or code shown within the last five minutes (ID-06). */
export const FRESH_FACTOR: ReadonlySet<Permission> = new Set([
  'account.change',
  'case.reveal',
  'case.export',
  'audit.export',
  'connection.change',
  'policy.publish',
  'integration.change',
  'retention.change',
  'team.change',
] satisfies Permission[])

const FACTOR_LIFE_MS = 5 * 60_000

/** True when one of these roles may do this. */
export function may(roles: readonly StaffRole[], permission: Permission): boolean {
  const allowed: readonly StaffRole[] = MATRIX[permission]
  return roles.some((role) => allowed.includes(role))
}

/** True when this needs a newer factor than `factorAt`. */
export function needsFactor(permission: Permission, factorAt: Date): boolean {
  return FRESH_FACTOR.has(permission) && Date.now() - factorAt.getTime() > FACTOR_LIFE_MS
}

/** Domain functions ask here too: pages and actions are only doors. Throws AppError `forbidden`. */
export function requirePermission(actor: StaffActor, permission: Permission): void {
  if (!may(actor.roles, permission)) throw new AppError('forbidden', permission)
}
