import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, hasSqlState, transact } from '@/db/client'
import { ensureCase, lockPlayer } from '@/db/queries/consents'
import { lockIndexes } from '@/db/queries/index-locks'
import { findByReferenceIndexes, insertProviderSession } from '@/db/queries/provider-sessions'
import { findLatestVerification, moveVerification } from '@/db/queries/verifications'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { raiseAlert } from '@/lib/connections/alerts'
import { routedConnections } from '@/lib/connections/routing'
import { releaseStart, reserveStart } from '@/lib/connections/spend'
import { requireLiveConsent } from '@/lib/consent/consent'
import { newToken, sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { AppError, isAppError } from '@/lib/errors'
import { errorName, log } from '@/lib/log'
import { wasSent } from '@/lib/providers/faults'
import type { Provider, StartedSession } from '@/lib/providers/types'
import { openVault } from '@/lib/vault'
import { guardVendorCalls } from '@/lib/vendor-guard'
import { newAttempt } from './attempt'
import type { KeptSession } from './collection'
import { nextPollAt } from './reconcile-times'
import { referenceIndex, referenceIndexes } from './reference'
import { chooseProviders, needsStated } from './routing'
import { findStated, hasStated } from './stated'
import type { Status } from './types'

const MINUTE_MS = 60_000
const UNIQUE_VIOLATION = '23505'
/** Ended, or still out, at a vendor: what comes next is a switch or a repeat. */
const LEFT_BEHIND: readonly Status[] = [
  'awaiting_player',
  'awaiting_confirmation',
  'failed',
  'expired',
  'cancelled',
]
/** What the vendor shows or logs as the reason of our request; the notice says the same. */
export const PURPOSE_TEXT = 'Identity and age check for a player account'

export interface Started {
  verificationId: string
  connectionId: string
  /** Where the browser goes; only ever in a Location header. */
  authorizationUrl: string
  /** Random key for this browser's journey cookie; only its hash is stored. */
  browserKey: string
}

/**
 * Starts an attempt: consent, vendor session, move to `awaiting_player`. Tries the next provider when one does not
 * answer or has had enough for today; the browser has not left yet. `wanted` is the connection that the player switches
 * to. Throws `consent_missing`, `details_needed` (the vendor must know whom to expect), `state_conflict` (an attempt is
 * being checked or approved, or another start won) and `no_connection` (no vendor could start; trying later helps,
 * nothing is lost).
 */
export async function start(player: PlayerActor, wanted: string | null = null): Promise<Started> {
  const { attempt, providers, left } = await prepare(player, wanted)
  const handle = newToken()
  const browserKey = newToken()
  const state = newToken()
  for (const provider of providers) {
    const session = await startAt(player, provider, attempt, handle, state)
    if (session === null) continue
    await handOver(player, attempt, provider, session, { handle, browserKey, state, left })
    const { authorizationUrl } = session
    return {
      verificationId: attempt.id,
      connectionId: provider.connection.id,
      authorizationUrl,
      browserKey,
    }
  }
  throw new AppError('no_connection', `tried ${providers.length}`)
}

interface Attempt {
  id: string
  caseId: string
  documents: Parameters<Provider['start']>[0]['documents']
}

/** The waiting attempt under a live consent, or a new one for a retry; `left` is the connection that it leaves behind. */
async function prepare(
  player: PlayerActor,
  wanted: string | null,
): Promise<{ attempt: Attempt; providers: Provider[]; left: string | null }> {
  const [stated, routed] = [await hasStated(player), await routedConnections()]
  const prepared = await transact(async (tx) => {
    await lockPlayer(tx, player.id)
    const consent = await requireLiveConsent(tx, player.id)
    if (!stated && needsStated(routed, consent, wanted)) throw new AppError('details_needed')
    const latest = await findLatestVerification(tx, player.id)
    const left = latest !== null && LEFT_BEHIND.includes(latest.status) ? latest.connectionId : null
    const avoid = latest?.status === 'failed' ? latest.connectionId : null
    if (latest?.status === 'awaiting_consent' && latest.consentId === consent.id)
      return {
        attempt: { id: latest.id, caseId: latest.caseId, documents: consent.documents },
        consent,
        left,
        avoid,
      }
    const { id: caseId } = await ensureCase(tx, player.id, 'onboarding', randomUUID())
    const id = await newAttempt(tx, player, { ...consent, caseId })
    if (id === null) throw new AppError('state_conflict', 'an attempt is being checked or settled')
    return { attempt: { id, caseId, documents: consent.documents }, consent, left, avoid }
  })
  const { attempt, consent, left, avoid } = prepared
  // A vendor that has just failed this player comes last, unless it is asked for.
  const wishes = { hasStated: stated, wanted, avoid }
  return { attempt, providers: await chooseProviders(consent, wishes), left }
}

/** Asks one vendor for its link; null when it cannot now, which is logged and audited. */
async function startAt(
  player: PlayerActor,
  provider: Provider,
  attempt: Attempt,
  handle: string,
  state: string,
): Promise<StartedSession | null> {
  const { id } = provider.connection
  if (!(await reserveStart(id))) return giveWay(attempt, id, 'spend_reached')
  try {
    const request = {
      verificationId: attempt.id,
      returnUrl: returnUrl(id, provider.capabilities.exactRedirectUrl ? null : handle),
      state,
      documents: attempt.documents,
      purpose: PURPOSE_TEXT,
    }
    const guard = async () => {
      await requireLiveConsent(db(), player.id)
    }
    return await guardVendorCalls(guard, () => provider.start(request))
  } catch (error) {
    if (!wasAsked(error)) await releaseStart(id)
    if (!isAppError(error) || error.code === 'consent_missing') throw error
    log.warn({ event: 'vendor.start_failed', connection: id, code: error.code, error: errorName(error) })
    return giveWay(attempt, id, error.code)
  }
}

/** Whether the vendor can have counted this start. */
function wasAsked(error: unknown): boolean {
  return wasSent(error) || isAppError(error, 'provider_bad_response')
}

/** Writes that a connection was passed over, and why; the next one is tried. */
async function giveWay(attempt: Attempt, connection: string, reason: string): Promise<null> {
  await appendAuditEvent(db(), attempt.caseId, {
    actor: { kind: 'system', id: 'web' },
    action: 'verification.start_failed',
    object: { type: 'verification', id: attempt.id },
    connection,
    reason,
  })
  return null
}

/** Our return address, from configuration alone (FL-12): never from Host or forwarded headers. */
export function returnUrl(connectionId: string, handle: string | null): URL {
  const path = `/api/kyc/${connectionId}/callback${handle === null ? '' : `/${handle}`}`
  return new URL(path, env().appUrl)
}

/** Writes the hand-over. A reference that another attempt has already is refused and shouted about: never two on one session. */
async function handOver(
  player: PlayerActor,
  attempt: Attempt,
  provider: Provider,
  session: StartedSession,
  secrets: { handle: string; browserKey: string; state: string; left: string | null },
): Promise<void> {
  const { connection } = provider
  const now = new Date()
  const writing = transact(async (tx) => {
    const vault = await openVault(tx, player.id)
    const { id: connectionId } = connection
    const returnTo = returnUrl(connectionId, provider.capabilities.exactRedirectUrl ? null : secrets.handle)
    const kept = JSON.stringify({
      sessionRef: session.sessionRef,
      secret: session.secret,
      returnUrl: returnTo.href,
      stated: await findStated(player, tx),
    } satisfies KeptSession)
    const moved = await moveVerification(tx, player.id, attempt.id, 'awaiting_consent', 'awaiting_player', {
      connectionId: connection.id,
      sandbox: connection.sandbox,
      startedAt: now,
      deadlineAt: new Date(now.getTime() + env().limits.journey.playerMinutes * MINUTE_MS),
    })
    if (!moved) throw new AppError('state_conflict', 'another start won')
    if (await isReferenceTaken(tx, connectionId, session.sessionRef)) throw new ReferenceTaken()
    await insertProviderSession(tx, {
      playerId: player.id,
      verificationId: attempt.id,
      connectionId: connection.id,
      handleHash: sha256(secrets.handle),
      browserKeyHash: sha256(secrets.browserKey),
      stateHash: sha256(secrets.state),
      referenceIndex: referenceIndex(connectionId, session.sessionRef),
      pollAt: provider.readStatus === undefined ? null : nextPollAt(0, now),
      sessionSealed: vault.seal('provider_sessions', 'session_sealed', attempt.id, kept),
      linkExpiresAt: session.expiresAt,
    })
    if (secrets.left !== null && secrets.left !== connectionId)
      await appendAuditEvent(tx, attempt.caseId, {
        actor: asActor(player),
        action: 'verification.switched',
        object: { type: 'verification', id: attempt.id },
        before: secrets.left,
        after: connectionId,
      })
    await appendAuditEvent(tx, attempt.caseId, {
      actor: asActor(player),
      action: 'verification.started',
      object: { type: 'verification', id: attempt.id },
      before: 'awaiting_consent',
      after: 'awaiting_player',
      connection: connection.id,
    })
  })
  try {
    await writing
  } catch (error) {
    if (!(error instanceof ReferenceTaken) && !hasSqlState(error, UNIQUE_VIOLATION)) throw error
    await raiseAlert('reference_reused', connection.id)
    throw new AppError('provider_bad_response', `connection=${connection.id} why=reference_reused`)
  }
}

class ReferenceTaken extends Error {}

/** Whether an attempt has this reference under any index key; the answer holds until the transaction ends. */
async function isReferenceTaken(tx: Db, connectionId: string, sessionRef: string | null): Promise<boolean> {
  if (sessionRef === null) return false
  const indexes = referenceIndexes(connectionId, sessionRef)
  await lockIndexes(tx, indexes)
  return (await findByReferenceIndexes(tx, connectionId, indexes)) !== null
}
