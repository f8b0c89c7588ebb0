import 'server-only'
import { db, transact } from '@/db/client'
import {
  type CollectContext,
  findByReferenceIndexes,
  findCollectContext,
  finishProviderSession,
  stopPolling,
  takeDuePolls,
} from '@/db/queries/provider-sessions'
import { moveVerification } from '@/db/queries/verifications'
import { findDelivery, settleDelivery } from '@/db/queries/webhooks'
import { findConnection, providerOf } from '@/lib/connections'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import type { DeliveryJob, VerificationJob } from '@/lib/jobs'
import { errorName, log } from '@/lib/log'
import type { SessionStatus } from '@/lib/providers/types'
import { openVault } from '@/lib/vault'
import { guardVendorCalls } from '@/lib/vendor-guard'
import { announceChange } from './changes'
import { collect } from './collect'
import { openSession, record } from './collection'
import { nextPollAt } from './reconcile-times'
import type { ReasonCode, Status } from './types'

// Hints that something happened at a vendor: a stored webhook, or our own turn to ask. Neither decides anything (HK-06):
// how the session stands is read from the vendor, status alone, and an attempt whose player has not come back waits for
// their word (FL-05).

const HOUR_MS = 3_600_000
/** A delivery may overtake our own commit of the start; after this it is nobody's. */
const UNKNOWN_FOR_MS = 5 * 60_000
const LOOK_AGAIN_MS = 20_000
const POLL_BATCH = 50

/** What a webhook claimed; null when we ask of our own accord. Used only where nothing better can be had. */
type Told = 'progress' | 'finished' | 'refused' | null

export type HintResult = { kind: 'done' } | { kind: 'later'; afterMs: number }

/** Works a stored delivery off, once. Throws when the vendor cannot be asked now; the queue tries again. */
export async function applyDelivery(job: DeliveryJob): Promise<HintResult> {
  const row = await findDelivery(db(), job.connectionId, job.deliveryId)
  if (row === null || row.state !== 'waiting') return { kind: 'done' }
  const found = await findByReferenceIndexes(db(), job.connectionId, row.referenceIndexes)
  if (found === null) {
    if (Date.now() - row.receivedAt.getTime() < UNKNOWN_FOR_MS)
      return { kind: 'later', afterMs: LOOK_AGAIN_MS }
    log.warn({ event: 'webhook.quarantined', connection: job.connectionId })
    const nobody = { playerId: null, verificationId: null }
    await settleDelivery(db(), row, { state: 'quarantined', outcome: 'unknown_reference', ...nobody })
    return { kind: 'done' }
  }
  const outcome = await follow(found, row.event)
  if (outcome === 'too_late') await noteLate(found)
  await settleDelivery(db(), row, { state: 'done', outcome, ...found })
  return { kind: 'done' }
}

/** Asks the vendors about attempts whose player has not come back: 1, 2, 5, 10 and 30 minutes after the start (HK-07). */
export async function pollVendors(): Promise<number> {
  const due = await transact((tx) => takeDuePolls(tx, POLL_BATCH, nextPollAt))
  for (const one of due)
    await follow(one, null).catch((error: unknown) =>
      log.warn({ event: 'poll.failed', connection: one.connectionId, error: errorName(error) }),
    )
  return due.length
}

/** What a hint leads to, in a word for the inbox. */
async function follow(of: VerificationJob, told: Told): Promise<string> {
  const context = await findCollectContext(db(), of.playerId, of.verificationId)
  if (context === null) return 'gone'
  const { status } = context.verification
  if (status === 'awaiting_provider') return collectNow(context, told)
  if (status === 'awaiting_confirmation') return 'waiting_for_player'
  if (status !== 'awaiting_player') return 'too_late'
  if (!context.consentLive) return 'consent_gone'
  const now = await readStatus(context, told)
  if (now === 'waiting') return 'waiting'
  const moved = await settle(context, now)
  return moved ? now : 'moved_on'
}

/** Looks at once instead of at the next turn, where looking twice does no harm; the job's own turns go on. */
async function collectNow({ verification, session }: CollectContext, told: Told): Promise<string> {
  const connection = findConnection(session.connectionId)
  if (connection === null || !providerOf(connection).capabilities.readsByReference) return 'collecting'
  const job = { playerId: verification.playerId, verificationId: verification.id }
  await collect(job, { refused: told === 'refused' })
  return 'collected'
}

async function readStatus(context: CollectContext, told: Told): Promise<SessionStatus> {
  const { session, verification } = context
  const connection = findConnection(session.connectionId)
  const provider = connection === null ? null : providerOf(connection)
  const ask = provider?.readStatus
  if (ask === undefined) return told === 'finished' ? 'finished' : 'waiting'
  if (session.sessionSealed === null) return 'waiting'
  const vault = await openVault(db(), verification.playerId)
  const sessionRef = openSession(context, vault)?.sessionRef ?? null
  const guard = async () => {
    const now = await findCollectContext(db(), verification.playerId, verification.id)
    if (now === null || !now.consentLive) throw new AppError('consent_missing')
  }
  return guardVendorCalls(guard, () => ask({ verificationId: verification.id, sessionRef }))
}

const SETTLED_AS = {
  finished: { to: 'awaiting_confirmation', reason: null, action: 'verification.finished_elsewhere' },
  refused: { to: 'cancelled', reason: 'refused_at_digilocker', action: 'verification.cancelled' },
  expired: { to: 'expired', reason: 'link_expired', action: 'verification.expired' },
} as const satisfies Record<string, { to: Status; reason: ReasonCode | null; action: string }>

async function settle(context: CollectContext, now: keyof typeof SETTLED_AS): Promise<boolean> {
  const { playerId, id } = context.verification
  const { to, reason, action } = SETTLED_AS[now]
  const waits = to === 'awaiting_confirmation'
  const deadlineAt = waits ? new Date(Date.now() + env().limits.journey.confirmationHours * HOUR_MS) : null
  const change = waits
    ? { deadlineAt }
    : { deadlineAt, reasons: [reason as ReasonCode], decidedAt: new Date() }
  const moved = await transact(async (tx) => {
    if (!(await moveVerification(tx, playerId, id, 'awaiting_player', to, change))) return false
    if (waits) await stopPolling(tx, playerId, id)
    else await finishProviderSession(tx, playerId, id)
    const said = reason === null ? {} : { reason }
    await record(tx, context, { action, before: 'awaiting_player', after: to, ...said })
    return true
  })
  if (moved) announceChange(id)
  return moved
}

/** News about an attempt that has moved on is recorded, never applied (FL-10). */
async function noteLate(of: VerificationJob): Promise<void> {
  const context = await findCollectContext(db(), of.playerId, of.verificationId)
  if (context === null) return
  const { status } = context.verification
  await transact(async (tx) => {
    await record(tx, context, { action: 'webhook.too_late', reason: status })
  })
}
