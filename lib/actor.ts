// Who is acting. The first parameter of every domain function that changes something.

/** A signed-in player. */
export interface PlayerActor {
  id: string
}

/** Who an audit record names: a player by id, or a part of the system. */
export type Actor =
  | { kind: 'player'; id: string }
  | { kind: 'system'; id: 'worker' | 'web' | 'sweeper' }
  | { kind: 'anyone' }

/** The audit form of a player. */
export function asActor(player: PlayerActor): Actor {
  return { kind: 'player', id: player.id }
}
