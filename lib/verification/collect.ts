import 'server-only'
import { db, transact } from '@/db/client'
import {
  beginExchange,
  type CollectContext,
  findCollectContext,
  finishProviderSession,
  keepAccess,
  markUnbound,
  recordArrival,
} from '@/db/queries/provider-sessions'
import { setReviewDue } from '@/db/queries/reviews'
import { moveVerification, noteReason } from '@/db/queries/verifications'
import { findConnection, providerOf } from '@/lib/connections'
import type { DocumentType } from '@/lib/documents/types'
import type { VerificationJob } from '@/lib/jobs'
import { log } from '@/lib/log'
import type { CollectFailure, CollectOutcome, Credential } from '@/lib/providers/types'
import { openVault, type Vault } from '@/lib/vault'
import { guardVendorCalls } from '@/lib/vendor-guard'
import { announceChange } from './changes'
import { consentedDocuments, openSession, record } from './collection'
import { conclude } from './conclude'
import { reviewDueAt } from './review-due'
import { queueAccessEnd } from './revoke'
import { PURPOSE_TEXT } from './start'
import type { ReasonCode } from './types'

/** Consent ended while we were reading: stop, keep nothing. */
class ConsentEnded extends Error {}

const FAILURE_REASON: Readonly<Record<CollectFailure, ReasonCode>> = {
  exchange_refused: 'session_ended',
  exchange_interrupted: 'exchange_interrupted',
  session_ended: 'session_ended',
  consent_refused: 'refused_at_digilocker',
  vendor_unavailable: 'vendor_failed',
  vendor_misconfigured: 'vendor_failed',
  bad_response: 'vendor_failed',
}

const ENDED_AS = {
  failed: 'verification.failed',
  cancelled: 'verification.cancelled',
  awaiting_reviewer: 'verification.decided',
} as const
/** Longer than any exchange takes, its own timeout and our pace included. */
const EXCHANGE_MS = 45_000
const EXCHANGING_RETRY_MS = 5_000
const LONGEST_PAUSE_MS = 10 * 60_000
const LAST_LOOK_MS = 60_000
/** A consent that does not show at the vendor for so long after the return was not given. */
const CONSENT_WAIT_MS = 60_000
/** What was not finished so long after the return is not what that return brought home. */
const NOT_READY_WAIT_MS = 10_000

interface Told {
  refused?: boolean
}

export type CollectResult = { kind: 'done' } | { kind: 'later'; afterMs: number }

/**
 * Collects one attempt: exchange once, read the consented documents, check, decide, all written in one transaction.
 * Safe to call again at any point, also beside a run that is still at it: an exchange that was begun and did not finish
 * in 45 seconds ends the attempt as failed with a restart offered; one that finished goes on with the kept access. Does nothing when the attempt has
 * moved on. `told.refused`: the vendor says that the player allowed nothing. Throws only when the database or a bug
 * stops it.
 */
export async function collect(job: VerificationJob, told: Told = {}): Promise<CollectResult> {
  const context = await findCollectContext(db(), job.playerId, job.verificationId)
  if (context === null || context.verification.status !== 'awaiting_provider') return { kind: 'done' }
  if (!context.consentLive) return end(context, 'cancelled', 'consent_withdrawn')
  const vault = await openVault(db(), job.playerId)
  const credential = await takeCredential(context, vault)
  if (credential === 'exchanging') return { kind: 'later', afterMs: EXCHANGING_RETRY_MS }
  if (credential === null) return fail(context, 'exchange_interrupted')
  try {
    const outcome = await read(context, vault, credential)
    if (outcome.kind === 'pending') return later(context, outcome, told)
    if (outcome.kind === 'failed') return fail(context, outcome.reason)
    await conclude(context, vault, outcome)
  } catch (error) {
    if (!(error instanceof ConsentEnded)) throw error
    return end(context, 'cancelled', 'consent_withdrawn')
  }
  return { kind: 'done' }
}

/** Ends an attempt whose collection cannot be finished (job given up). Harmless when it has moved on. */
export async function giveUp(job: VerificationJob): Promise<void> {
  const context = await findCollectContext(db(), job.playerId, job.verificationId)
  if (context?.verification.status === 'awaiting_provider') await fail(context, 'vendor_unavailable')
}

/**
 * The kept access of a finished exchange, else the code after writing "exchange begun". When that was begun before:
 * `exchanging` while another run may still be at it, then null.
 */
async function takeCredential(
  context: CollectContext,
  vault: Vault,
): Promise<Credential | 'exchanging' | null> {
  const { verification, session } = context
  const openText = (column: string, sealed: Buffer) =>
    vault.openText('provider_sessions', column, verification.id, sealed)
  if (session.accessSealed !== null)
    return { stage: 'exchanged', access: openText('access_sealed', session.accessSealed) }
  if (session.codeSealed === null)
    return readsByReference(session.connectionId) ? { stage: 'referenced' } : null
  const begun = await transact(async (tx) => {
    if (!(await beginExchange(tx, verification.playerId, verification.id))) return false
    await record(tx, context, { action: 'verification.exchange_begun', connection: session.connectionId })
    return true
  })
  if (!begun) return isYoung(session.exchangeBegunAt) ? 'exchanging' : null
  const { code, verifier } = JSON.parse(openText('code_sealed', session.codeSealed)) as {
    code: string
    verifier: string | null
  }
  return { stage: 'returned', code, verifier }
}

/** Begun just now, or since this run looked. */
function isYoung(exchangeBegunAt: Date | null): boolean {
  return exchangeBegunAt === null || Date.now() - exchangeBegunAt.getTime() < EXCHANGE_MS
}

function readsByReference(connectionId: string): boolean {
  const connection = findConnection(connectionId)
  return connection !== null && providerOf(connection).capabilities.readsByReference
}

/**
 * Not ready at the vendor: looked at again, less and less often. When the time of the attempt is nearly over, a person of
 * ours takes over what a person at the vendor has not decided.
 */
async function later(
  context: CollectContext,
  pending: Extract<CollectOutcome, { kind: 'pending' }>,
  told: Told,
): Promise<CollectResult> {
  const { playerId, id, returnedAt, deadlineAt } = context.verification
  const waitedMs = Date.now() - (returnedAt?.getTime() ?? Date.now())
  const afterMs = Math.max(pending.retryAfterMs, Math.min(waitedMs / 2, LONGEST_PAUSE_MS))
  const isLast = deadlineAt !== null && Date.now() + afterMs >= deadlineAt.getTime() - LAST_LOOK_MS
  if (pending.why === 'consent_missing' && (told.refused || waitedMs > CONSENT_WAIT_MS))
    return end(context, 'cancelled', 'nothing_shared')
  const isUnfinished = pending.why !== 'review'
  if (isUnfinished && waitedMs > NOT_READY_WAIT_MS && readsByReference(context.session.connectionId))
    await markUnbound(db(), playerId, id)
  if (pending.why === 'review') {
    if (isLast) return end(context, 'awaiting_reviewer', 'vendor_in_review')
    if (await noteReason(db(), playerId, id, 'awaiting_provider', 'vendor_in_review')) announceChange(id)
  }
  return { kind: 'later', afterMs }
}

async function read(context: CollectContext, vault: Vault, credential: Credential): Promise<CollectOutcome> {
  const { verification, session } = context
  const connection = findConnection(session.connectionId)
  if (connection === null) return { kind: 'failed', reason: 'vendor_misconfigured' }
  const kept = openSession(context, vault)
  if (kept === null) return { kind: 'failed', reason: 'session_ended' }
  const { sessionRef, secret, returnUrl } = kept
  const collectSession = {
    verificationId: verification.id,
    sessionRef,
    secret,
    returnUrl: new URL(returnUrl),
    documents: consentedDocuments(context),
    purpose: PURPOSE_TEXT,
    arrived: async (type: DocumentType) => {
      await recordArrival(db(), verification.playerId, verification.id, type, new Date())
      announceChange(verification.id)
    },
  }
  const collecting = () =>
    providerOf(connection).collect(collectSession, credential, async (access, expiresAt) => {
      const sealed = vault.seal('provider_sessions', 'access_sealed', verification.id, access)
      const kept = await transact(async (tx) => {
        const ongoing = await keepAccess(tx, verification.playerId, verification.id, sealed, expiresAt)
        if (!ongoing) await queueAccessEnd(tx, session.connectionId, access, expiresAt)
        await record(tx, context, { action: 'verification.exchanged', connection: session.connectionId })
        return ongoing
      })
      if (!kept) throw new ConsentEnded()
    })
  return guardVendorCalls(() => requireOngoing(context), collecting)
}

/** Before every vendor call: the consent under this attempt lives and nobody has ended it. */
async function requireOngoing({ verification }: CollectContext): Promise<void> {
  const now = await findCollectContext(db(), verification.playerId, verification.id)
  if (now === null || !now.consentLive || now.verification.status !== 'awaiting_provider')
    throw new ConsentEnded()
}

function fail(context: CollectContext, failure: CollectFailure): Promise<CollectResult> {
  log.warn({ event: 'collect.failed', verification: context.verification.id, code: failure })
  return end(context, failure === 'consent_refused' ? 'cancelled' : 'failed', FAILURE_REASON[failure])
}

/** Ends an attempt without a result, with a way on. Harmless when it has moved on. */
async function end(
  context: CollectContext,
  to: 'failed' | 'cancelled' | 'awaiting_reviewer',
  reason: ReasonCode,
): Promise<CollectResult> {
  const { playerId, id } = context.verification
  const moved = await transact(async (tx) => {
    const change = { reasons: [reason], decidedAt: new Date(), deadlineAt: null }
    if (!(await moveVerification(tx, playerId, id, 'awaiting_provider', to, change))) return false
    if (to === 'awaiting_reviewer') await setReviewDue(tx, playerId, id, reviewDueAt(change.decidedAt))
    await finishProviderSession(tx, playerId, id)
    await record(tx, context, { action: ENDED_AS[to], before: 'awaiting_provider', after: to, reason })
    return true
  })
  if (moved) announceChange(id)
  return { kind: 'done' }
}
