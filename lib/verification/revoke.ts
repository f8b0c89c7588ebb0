import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, transact } from '@/db/client'
import { deleteRevocation, findAccess, findRevocation, insertRevocation } from '@/db/queries/rights'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { findConnection, providerOf } from '@/lib/connections'
import { openWithToken, sealWithToken } from '@/lib/crypto/token-seal'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { queueJob, REVOKE_QUEUE, type RevocationJob } from '@/lib/jobs'
import { log } from '@/lib/log'
import { openVault } from '@/lib/vault'
import { allowOneCall } from '@/lib/vendor-guard'

// An attempt that ends while its access at the vendor lives: the access is ended there too, by a job, since no vendor is
// asked inside a transaction and the player's key may be gone by then.

const PLACE = { purpose: 'ante access to be ended', column: 'ante 1 revocations.access_sealed' }
const LONGEST_ACCESS_MS = 24 * 3_600_000

/** Has the access that this attempt keeps ended at its vendor, where the vendor offers that; call it before the access is forgotten. */
export async function endKeptAccess(tx: Db, playerId: string, verificationId: string): Promise<void> {
  const kept = await findAccess(tx, playerId, verificationId)
  if (kept === null || !canRevoke(kept.connectionId)) return
  const vault = await openVault(tx, playerId)
  const access = vault.openText('provider_sessions', 'access_sealed', verificationId, kept.accessSealed)
  await queueAccessEnd(tx, kept.connectionId, access, kept.accessExpiresAt)
}

/** The same for an access that was never kept. */
export async function queueAccessEnd(
  tx: Db,
  connectionId: string,
  access: string,
  expiresAt: Date | null,
): Promise<void> {
  if (!canRevoke(connectionId)) return
  const id = randomUUID()
  const accessSealed = sealWithToken(env().authSecret, id, PLACE, access)
  const end = expiresAt ?? new Date(Date.now() + LONGEST_ACCESS_MS)
  await insertRevocation(tx, { id, connectionId, accessSealed, expiresAt: end })
  await queueJob(tx, REVOKE_QUEUE, { revocationId: id })
}

/** Ends an access at its vendor: one call, no reading. Throws when the vendor cannot be asked now; the queue tries again. */
export async function revokeAccess(job: RevocationJob): Promise<void> {
  const row = await findRevocation(db(), job.revocationId)
  if (row === null) return
  const connection = findConnection(row.connectionId)
  const provider = connection === null ? null : providerOf(connection)
  const revoke = row.expiresAt <= new Date() ? undefined : provider?.revoke
  const outcome =
    revoke === undefined
      ? 'ended_by_itself'
      : await revokeAt(revoke, openWithToken(env().authSecret, row.id, PLACE, row.accessSealed))
  await transact(async (tx) => {
    await deleteRevocation(tx, row.id)
    await appendAuditEvent(tx, PROCESS_CHAIN, {
      actor: { kind: 'system', id: 'worker' },
      action: 'access.revoked',
      object: { type: 'connection', id: row.connectionId },
      reason: outcome,
    })
  })
}

/** A vendor that refuses to end an access does not know it any more, as a rule; asking again would not help. */
async function revokeAt(
  revoke: (access: string) => Promise<void>,
  access: string,
): Promise<'revoked' | 'refused_by_vendor'> {
  try {
    await allowOneCall(() => revoke(access))
    return 'revoked'
  } catch (error) {
    if (!isAppError(error, 'provider_refused_request')) throw error
    log.warn({ event: 'access.not_revoked', code: error.code })
    return 'refused_by_vendor'
  }
}

function canRevoke(connectionId: string): boolean {
  const connection = findConnection(connectionId)
  return connection !== null && providerOf(connection).revoke !== undefined
}
