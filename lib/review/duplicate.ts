import 'server-only'
import type { Db } from '@/db/client'
import type { LockedCase } from '@/db/queries/reviews'
import { openVault } from '@/lib/vault'
import { findDuplicates } from '@/lib/verification/duplicates'
import { openIdentity } from '@/lib/verification/identity'

/**
 * True when another player has been verified with the same PAN, licence or locker account since the checks of this attempt ran:
 * nobody who decided knew. Decisions about the same identity wait for each other until the transaction ends.
 */
export async function hasNewDuplicate(tx: Db, one: LockedCase): Promise<boolean> {
  if (one.reasons.includes('duplicate_person')) return false
  const vault = await openVault(tx, one.playerId)
  const found = await findDuplicates(tx, one.playerId, await openIdentity(tx, vault, one.id))
  return found.length > 0
}
