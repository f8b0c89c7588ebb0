import 'server-only'
import { transact, tryLock } from '@/db/client'
import type { StaffActor } from '@/lib/actor'
import { type AuditAction, appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { blindIndex } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { errorName } from '@/lib/log'
import { CallFault } from '@/lib/providers/faults'
import { createHttpClient } from '@/lib/providers/http'
import { updateCredentials } from '@/lib/providers/hyperverge/credentials-call'
import type { Connection } from '@/lib/providers/types'
import { findConnection, httpRule } from './index'

/** A DigiLocker partner's own pair. The secret passes through and is kept nowhere. */
export interface LockerCredentials {
  clientId: string
  clientSecret: string
}

const PRINTABLE = /^[\x21-\x7e]{1,512}$/

/**
 * Hands HyperVerge the DigiLocker client id and secret that it is to use for us. They are stored at HyperVerge, replacing
 * what was there; consents in flight may break, so choose a quiet hour. One call at a time. The audit log holds that it was
 * begun, before anything is sent, and then how it ended: without an end, or after silence, it may have been stored. Each has the
 * client id and a keyed fingerprint of the secret, which tells "changed" from "the same".
 * Throws `forbidden` without the role operator, `not_found` for a connection that is no HyperVerge one, `bad_request` for
 * values with spaces or odd characters, `state_conflict` while another call runs, and CallFault `provider_*`.
 */
export async function storeLockerCredentials(
  staff: StaffActor,
  connectionId: string,
  credentials: LockerCredentials,
): Promise<{ clientId: string; fingerprint: string }> {
  if (!staff.roles.includes('operator')) throw new AppError('forbidden', 'role=operator')
  const connection = findConnection(connectionId)
  if (connection?.vendor !== 'hyperverge')
    throw new AppError('not_found', 'no HyperVerge connection of this name')
  if (!PRINTABLE.test(credentials.clientId) || !PRINTABLE.test(credentials.clientSecret))
    throw new AppError('bad_request', 'client id or secret holds spaces or unusual characters')
  const fingerprint = blindIndex(env().indexKeys, 'locker_secret', credentials.clientSecret)
  const pair = `client ${credentials.clientId} secret ${fingerprint}`
  const stored = await tryLock(`store credentials ${connectionId}`, async () => {
    await record(staff, connectionId, 'connection.credentials_begun', pair)
    const answer = await hand(connection, credentials).catch(async (error: unknown) => {
      await record(staff, connectionId, 'connection.credentials_failed', `${pair} ${toWhy(error)}`)
      throw error
    })
    await record(staff, connectionId, 'connection.credentials_stored', pair)
    return answer
  })
  if (stored === null) throw new AppError('state_conflict', 'another call is storing credentials')
  return { clientId: stored.clientId, fingerprint }
}

async function hand(connection: Connection, credentials: LockerCredentials): Promise<{ clientId: string }> {
  const http = createHttpClient(connection, httpRule())
  try {
    return await updateCredentials(connection, http, credentials)
  } finally {
    await http.close()
  }
}

function toWhy(error: unknown): string {
  return error instanceof CallFault ? `${error.code} ${error.why}` : errorName(error)
}

async function record(
  staff: StaffActor,
  connectionId: string,
  action: AuditAction,
  reason: string,
): Promise<void> {
  await transact((tx) =>
    appendAuditEvent(tx, PROCESS_CHAIN, {
      actor: { kind: 'staff', id: staff.id },
      action,
      object: { type: 'connection', id: connectionId },
      connection: connectionId,
      reason,
    }),
  )
}
