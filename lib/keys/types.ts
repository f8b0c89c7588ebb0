/** What a rotation says while it works. */
export interface Progress {
  step: 'wrapping' | 'index' | 'new_data_keys' | 'settling' | 'resealing' | 'removing'
  /** Changed so far in this rotation, all its runs together. */
  done: number
  /** While settling: how long it still waits. */
  waitMs?: number
}
export type Tell = (progress: Progress) => void

/** What came of a rotation: changes in all its runs, and what it had to leave because it does not open. */
export interface Outcome {
  done: number
  stuck: number
}

/** Of data keys also how many players still have an old version. */
export interface DataOutcome extends Outcome {
  left: number
}

/** How a use of an old key goes away. */
export type Way = 'by_rotation' | 'with_its_row' | 'by_time'

export interface Place {
  place: string
  uses: number
  way: Way
  /** For `by_time`: when the last one is over. */
  until: Date | null
}

export interface KeyReport {
  setting: 'DATA_KEYS' | 'INDEX_KEY'
  id: string
  writes: boolean
  configured: boolean
  uses: number
  places: Place[]
  /** May the id be removed from the setting: never while it writes, now at zero uses, or after a time. */
  removable: 'no' | 'now' | { after: Date }
}

export interface Report {
  keys: KeyReport[]
  dataKeys: { players: number; withOldVersions: number }
}
