import 'server-only'
import { db } from '@/db/client'
import { findUnclaimed, insertUnclaimed } from '@/db/queries/webhooks'
import { openWithToken, sealWithToken } from '@/lib/crypto/token-seal'
import { sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import type { ReturnQuery } from '@/lib/providers/types'

// A cross-site POST to a return address comes without our cookies: nobody knows whose it is. It waits, sealed by the
// handle in its address, for the player's own next GET of that address.

const LIFE_MS = 10 * 60_000
const PLACE = { purpose: 'ante unclaimed return', column: 'ante 1 unclaimed_returns.query_sealed' }

/** Keeps what was posted; of several posts to one address the first one counts. */
export async function keepUnclaimed(connectionId: string, handle: string, query: ReturnQuery): Promise<void> {
  await insertUnclaimed(db(), {
    handleHash: sha256(handle),
    connectionId,
    querySealed: sealWithToken(env().authSecret, handle, PLACE, JSON.stringify([...query])),
    expiresAt: new Date(Date.now() + LIFE_MS),
  })
}

/** What was posted to this address in the last ten minutes, or null. */
export async function readUnclaimed(connectionId: string, handle: string): Promise<ReturnQuery | null> {
  const sealed = await findUnclaimed(db(), connectionId, sha256(handle))
  if (sealed === null) return null
  return new Map(JSON.parse(openWithToken(env().authSecret, handle, PLACE, sealed)) as [string, string][])
}
