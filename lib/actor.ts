// Who is acting. The first parameter of every domain function that changes something.

/** A signed-in player. */
export interface PlayerActor {
  id: string
}

export const STAFF_ROLES = ['viewer', 'reviewer', 'lead', 'auditor', 'operator'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

/** Somebody of the operator's staff, with what they may do. `console` is whoever may run commands on the server. */
export interface StaffActor {
  id: string
  roles: readonly StaffRole[]
}

/** Who an audit record names: a player by id, or a part of the system. */
export type Actor =
  | { kind: 'player'; id: string }
  | { kind: 'staff'; id: string }
  | { kind: 'system'; id: 'worker' | 'web' | 'sweeper' }
  | { kind: 'anyone' }

/** The audit form of a player. */
export function asActor(player: PlayerActor): Actor {
  return { kind: 'player', id: player.id }
}
