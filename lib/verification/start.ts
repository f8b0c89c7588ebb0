import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, transact } from '@/db/client'
import { ensureCase, lockPlayer } from '@/db/queries/consents'
import { findLatestVerification, insertProviderSession, moveVerification } from '@/db/queries/verifications'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { requireLiveConsent } from '@/lib/consent/consent'
import { newToken, sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { AppError, isAppError } from '@/lib/errors'
import { errorName, log } from '@/lib/log'
import type { Provider, StartedSession } from '@/lib/providers/types'
import { openVault } from '@/lib/vault'
import { guardVendorCalls } from '@/lib/vendor-guard'
import { newAttempt } from './attempt'
import { chooseProviders } from './routing'

const MINUTE_MS = 60_000
/** What the vendor shows or logs as the reason of our request; the notice says the same. */
export const PURPOSE_TEXT = 'Identity and age check for a player account'

export interface Started {
  verificationId: string
  /** Where the browser goes; only ever in a Location header. */
  authorizationUrl: string
  /** Random key for this browser's journey cookie; only its hash is stored. */
  browserKey: string
}

/**
 * Starts an attempt: consent, vendor session, move to `awaiting_player`. Tries the next provider when one does not
 * answer; the browser has not left yet. Throws `consent_missing`, `state_conflict` (an attempt is being checked or
 * approved, or another start won) and `no_connection` (no vendor could start; trying later helps, nothing is lost).
 */
export async function start(player: PlayerActor): Promise<Started> {
  const { attempt, providers } = await prepare(player)
  const handle = newToken()
  const browserKey = newToken()
  const state = newToken()
  for (const provider of providers) {
    const session = await startAt(player, provider, attempt, handle, state)
    if (session === null) continue
    await handOver(player, attempt, provider, session, { handle, browserKey, state })
    return { verificationId: attempt.id, authorizationUrl: session.authorizationUrl, browserKey }
  }
  throw new AppError('no_connection', `tried ${providers.length}`)
}

interface Attempt {
  id: string
  caseId: string
  documents: Parameters<Provider['start']>[0]['documents']
}

/** The waiting attempt under a live consent, or a new one for a retry. */
async function prepare(player: PlayerActor): Promise<{ attempt: Attempt; providers: Provider[] }> {
  return transact(async (tx) => {
    await lockPlayer(tx, player.id)
    const consent = await requireLiveConsent(tx, player.id)
    const latest = await findLatestVerification(tx, player.id)
    const providers = chooseProviders(consent)
    if (latest?.status === 'awaiting_consent' && latest.consentId === consent.id)
      return { attempt: { id: latest.id, caseId: latest.caseId, documents: consent.documents }, providers }
    const { id: caseId } = await ensureCase(tx, player.id, 'onboarding', randomUUID())
    const id = await newAttempt(tx, player, { ...consent, caseId })
    if (id === null) throw new AppError('state_conflict', 'an attempt is being checked or settled')
    return { attempt: { id, caseId, documents: consent.documents }, providers }
  })
}

/** Asks one vendor for its link; null when it cannot now, which is logged and audited by the caller's next step. */
async function startAt(
  player: PlayerActor,
  provider: Provider,
  attempt: Attempt,
  handle: string,
  state: string,
): Promise<StartedSession | null> {
  const { id } = provider.connection
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
    if (!isAppError(error) || error.code === 'consent_missing') throw error
    log.warn({ event: 'vendor.start_failed', connection: id, code: error.code, error: errorName(error) })
    await appendAuditEvent(db(), attempt.caseId, {
      actor: { kind: 'system', id: 'web' },
      action: 'verification.start_failed',
      object: { type: 'verification', id: attempt.id },
      connection: id,
      reason: error.code,
    })
    return null
  }
}

/** Our return address, from configuration alone (FL-12): never from Host or forwarded headers. */
export function returnUrl(connectionId: string, handle: string | null): URL {
  const path = `/api/kyc/${connectionId}/callback${handle === null ? '' : `/${handle}`}`
  return new URL(path, env().appUrl)
}

async function handOver(
  player: PlayerActor,
  attempt: Attempt,
  provider: Provider,
  session: StartedSession,
  secrets: { handle: string; browserKey: string; state: string },
): Promise<void> {
  const { connection } = provider
  const now = new Date()
  await transact(async (tx) => {
    const vault = await openVault(tx, player.id)
    const kept = JSON.stringify({ sessionRef: session.sessionRef, secret: session.secret })
    const moved = await moveVerification(tx, player.id, attempt.id, 'awaiting_consent', 'awaiting_player', {
      connectionId: connection.id,
      sandbox: connection.sandbox,
      startedAt: now,
      deadlineAt: new Date(now.getTime() + env().limits.journey.playerMinutes * MINUTE_MS),
    })
    if (!moved) throw new AppError('state_conflict', 'another start won')
    await insertProviderSession(tx, {
      playerId: player.id,
      verificationId: attempt.id,
      connectionId: connection.id,
      handleHash: sha256(secrets.handle),
      browserKeyHash: sha256(secrets.browserKey),
      stateHash: sha256(secrets.state),
      sessionSealed: vault.seal('provider_sessions', 'session_sealed', attempt.id, kept),
      linkExpiresAt: session.expiresAt,
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
}
