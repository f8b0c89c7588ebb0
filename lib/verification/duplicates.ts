import 'server-only'
import type { Db } from '@/db/client'
import { listDuplicates, lockIdentities } from '@/db/queries/decisions'
import type { DecisionInput } from '@/lib/checks/types'
import { blindIndexes } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'

export interface Identity {
  /** Normalised numbers, in clear. */
  pan: string[]
  driving_licence: string[]
  /** The locker account as the vendor names it. */
  subject: string | null
}

/** Which of these another verified player has too; decisions about the same ones wait for each other. */
export async function findDuplicates(
  tx: Db,
  playerId: string,
  { pan, driving_licence, subject }: Identity,
): Promise<DecisionInput['duplicates']> {
  const ring = env().indexKeys
  const indexes = {
    pan: pan.flatMap((number) => blindIndexes(ring, 'pan', number)),
    driving_licence: driving_licence.flatMap((number) => blindIndexes(ring, 'driving_licence', number)),
    locker_account: subject === null ? [] : blindIndexes(ring, 'vendor_subject', subject),
  }
  await lockIdentities(tx, Object.values(indexes).flat())
  return listDuplicates(tx, playerId, indexes)
}
