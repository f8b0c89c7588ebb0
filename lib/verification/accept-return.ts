import 'server-only'
import { db, hasSqlState, transact } from '@/db/client'
import {
  claimReturn,
  findReturnContext,
  finishProviderSession,
  markUnboundByHandle,
  type ReturnContext,
} from '@/db/queries/provider-sessions'
import { moveVerification } from '@/db/queries/verifications'
import { type Actor, asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent, auditRecord, PROCESS_CHAIN } from '@/lib/audit/audit'
import { findConnection, providerOf } from '@/lib/connections'
import { raiseAlert } from '@/lib/connections/alerts'
import { equalDigests, sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { COLLECT_QUEUE, queueJob, wakeWorkers } from '@/lib/jobs'
import { log } from '@/lib/log'
import { CAPABILITIES } from '@/lib/providers'
import type { Provider, ReadReturn, ReturnQuery } from '@/lib/providers/types'
import { isWithin } from '@/lib/rate-limit'
import { vaultFrom } from '@/lib/vault'
import { announceChange } from './changes'
import { codeFingerprints } from './code-fingerprint'
import type { KeptSession } from './collection'
import type { ReasonCode, Status } from './types'

const MINUTE_MS = 60_000
const LATE_MS = 2 * MINUTE_MS
const UNIQUE_VIOLATION = '23505'
/** What a code is made of; which spellings of it are one and the same says its fingerprint. */
const CODE = /^[\w.~+/=-]{1,2048}$/

type Open = 'awaiting_player' | 'awaiting_confirmation'

/** What a browser brought to the callback address. */
export interface BroughtReturn {
  connectionId: string
  /** From the path; null where the vendor has one exact address and its echoed state finds the journey. */
  handle: string | null
  query: ReturnQuery
  /** From this browser's journey cookie, or null. */
  browserKey: string | null
}

/**
 * `taken`: this return was the one that counts; look for the result. `seen`: this browser's journey, but it has moved on
 * already (double tap, reload). `refused`: nothing matched, and the answer is the same whatever the cause.
 */
export type ReturnAnswer = { kind: 'taken' | 'seen'; verificationId: string } | { kind: 'refused' }

/** Why a return was refused; for the audit log alone. */
type Refusal =
  | 'unknown_handle'
  | 'other_connection'
  | 'other_browser'
  | 'state_mismatch'
  | 'state_missing'
  | 'expired'
  | 'consent_gone'
  | 'incomplete'
  | 'code_reused'

/**
 * Takes a return: binds it to handle, connection, player, browser and state, claims the attempt once, and queues the
 * collection in the same transaction (FL-03 to FL-09). Six statements on the path that counts, session included:
 * session, context, begin, claim, job, commit. Never talks to the vendor and never trusts the query (FL-01).
 */
export async function acceptReturn(player: PlayerActor, brought: BroughtReturn): Promise<ReturnAnswer> {
  const first = await tryReturn(player, brought)
  // The vendor's own word often comes in the same moment and moves the attempt on between our look and our claim; whoever
  // brought it home must not be asked then whether it was them. Looked at anew, it is open for this return or another won.
  const answer = first.kind === 'overtaken' ? await tryReturn(player, brought) : first
  return answer.kind === 'overtaken' ? { kind: 'seen', verificationId: answer.verificationId } : answer
}

/** `overtaken`: the attempt was open for this return and moved on before it could be claimed. */
type Tried = ReturnAnswer | { kind: 'overtaken'; verificationId: string }

async function tryReturn(player: PlayerActor, brought: BroughtReturn): Promise<Tried> {
  const connection = findConnection(brought.connectionId)
  const provider = connection === null ? null : providerOf(connection)
  const context = await findContext(player, brought, provider)
  if (context === null) return refuseElsewhere(player, brought, 'unknown_handle')
  if (provider === null || context.session.connectionId !== provider.connection.id)
    return refuse(player, brought, 'other_connection')
  if (!isThisBrowser(context, brought.browserKey)) return refuseElsewhere(player, brought, 'other_browser')
  const { id, status, deadlineAt } = context.verification
  if (!isOpenForReturn(status)) return { kind: 'seen', verificationId: id }
  if (!context.consentLive) return refuse(player, brought, 'consent_gone')
  if (deadlineAt === null || deadlineAt.getTime() <= Date.now()) return refuse(player, brought, 'expired')
  const read = provider.readReturn(brought.query)
  const mismatch = checkState(provider, context, player.id, read)
  if (mismatch !== null) return refuse(player, brought, mismatch)
  return take(player, brought, provider, context, read)
}

function isOpenForReturn(status: Status): status is Open {
  return status === 'awaiting_player' || status === 'awaiting_confirmation'
}

/** By the handle in the path, or, at an exact address, by the state that the vendor always echoes. */
async function findContext(
  player: PlayerActor,
  brought: BroughtReturn,
  provider: Provider | null,
): Promise<ReturnContext | null> {
  const exact = provider?.capabilities.exactRedirectUrl ?? false
  if (brought.handle !== null)
    return exact ? null : findReturnContext(db(), player.id, { handleHash: sha256(brought.handle) })
  const state = exact ? provider?.readReturn(brought.query).state : null
  return state == null ? null : findReturnContext(db(), player.id, { stateHash: sha256(state) })
}

/** Acts on a return that belongs to this journey. */
async function take(
  player: PlayerActor,
  brought: BroughtReturn,
  provider: Provider,
  context: ReturnContext,
  read: ReadReturn,
): Promise<Tried> {
  const { id } = context.verification
  if (read.kind === 'shared' && CODE.test(read.code)) return claim(player, brought, context, read)
  if (read.kind === 'back' && provider.capabilities.readsByReference)
    return claim(player, brought, context, null)
  if (read.kind === 'refused') return close(player, context, read.reason)
  if (provider.capabilities.personMustMatch) {
    await raiseAlert('hand_over_unknown', brought.connectionId)
    return close(player, context, 'failed')
  }
  await refuse(player, brought, 'incomplete')
  return { kind: 'seen', verificationId: id }
}

function isThisBrowser(context: ReturnContext, browserKey: string | null): boolean {
  return browserKey !== null && equalDigests(context.session.browserKeyHash, sha256(browserKey))
}

/** The echoed state against what we sent, or against the vendor's own reference where that is what comes back (FL-07). */
function checkState(
  provider: Provider,
  context: ReturnContext,
  playerId: string,
  read: ReadReturn,
): Refusal | null {
  const { echoesState, stateIs } = provider.capabilities
  if (read.state === null) return echoesState === 'always' ? 'state_missing' : null
  const expected = stateIs === 'ours' ? context.session.stateHash : vendorReferenceHash(context, playerId)
  return expected !== null && equalDigests(expected, sha256(read.state)) ? null : 'state_mismatch'
}

function vendorReferenceHash(context: ReturnContext, playerId: string): Buffer | null {
  const { sessionSealed } = context.session
  if (sessionSealed === null) return null
  const vault = vaultFrom(playerId, context.dataKeys)
  const text = vault.openText('provider_sessions', 'session_sealed', context.verification.id, sessionSealed)
  const { sessionRef } = JSON.parse(text) as KeptSession
  return sessionRef === null ? null : sha256(sessionRef)
}

async function claim(
  player: PlayerActor,
  brought: BroughtReturn,
  context: ReturnContext,
  read: Extract<ReadReturn, { kind: 'shared' }> | null,
): Promise<Tried> {
  const { id, version } = context.verification
  const from = context.verification.status as Open
  const { connectionId } = brought
  const vault = vaultFrom(player.id, context.dataKeys)
  const code = read === null ? null : JSON.stringify({ code: read.code, verifier: read.verifier })
  try {
    const won = await transact(async (tx) => {
      const claimed = await claimReturn(tx, {
        playerId: player.id,
        id,
        version,
        deadlineAt: new Date(Date.now() + env().limits.journey.providerMinutes * MINUTE_MS),
        from,
        fingerprints: read === null ? [] : codeFingerprints(env().indexKeys, connectionId, read.code),
        codeSealed: code === null ? null : vault.seal('provider_sessions', 'code_sealed', id, code),
        bound: read !== null || !isLate(context),
        record: auditRecord({
          actor: asActor(player),
          action: 'verification.returned',
          object: { type: 'verification', id },
          before: from,
          after: 'awaiting_provider',
          connection: connectionId,
        }),
      })
      if (claimed) await queueJob(tx, COLLECT_QUEUE, { playerId: player.id, verificationId: id })
      return claimed
    })
    if (!won) return { kind: 'overtaken', verificationId: id }
  } catch (error) {
    if (!hasSqlState(error, UNIQUE_VIOLATION)) throw error
    return reused(player, brought, id)
  }
  wakeWorkers()
  announceChange(id)
  return { kind: 'taken', verificationId: id }
}

/**
 * A browser that finished at the vendor comes back within seconds of the vendor's word. One that brings nothing but its
 * address, and long after, says nothing about who finished.
 */
function isLate({ verification: { status, updatedAt } }: ReturnContext): boolean {
  return status === 'awaiting_confirmation' && Date.now() - updatedAt.getTime() > LATE_MS
}

/** The player refused at DigiLocker, or the vendor gave up: the attempt ends, a new one is one tap away. */
async function close(
  player: PlayerActor,
  context: ReturnContext,
  reason: 'denied' | 'failed',
): Promise<Tried> {
  const { id, caseId, status: from } = context.verification
  const to: Status = reason === 'denied' || from === 'awaiting_confirmation' ? 'cancelled' : 'failed'
  const why: ReasonCode = reason === 'denied' ? 'refused_at_digilocker' : 'vendor_failed'
  const moved = await transact(async (tx) => {
    const change = { reasons: [why], returnedAt: new Date(), decidedAt: new Date(), deadlineAt: null }
    if (!(await moveVerification(tx, player.id, id, from, to, change))) return false
    await finishProviderSession(tx, player.id, id)
    await appendAuditEvent(tx, caseId, {
      actor: asActor(player),
      action: to === 'cancelled' ? 'verification.cancelled' : 'verification.failed',
      object: { type: 'verification', id },
      before: from,
      after: to,
      reason: why,
    })
    return true
  })
  if (moved) announceChange(id)
  return { kind: moved ? 'taken' : 'overtaken', verificationId: id }
}

/** A code met before: refused and shouted about, since only an attack or a broken vendor sends one twice (FL-08). */
async function reused(
  player: PlayerActor,
  brought: BroughtReturn,
  verificationId: string,
): Promise<ReturnAnswer> {
  log.error({ event: 'return.code_reused', connection: brought.connectionId, verification: verificationId })
  await raiseAlert('code_reused', brought.connectionId)
  return refuse(player, brought, 'code_reused')
}

/** The same answer as any refusal; but somebody else may have finished there, which the attempt must not forget. */
async function refuseElsewhere(
  player: PlayerActor,
  brought: BroughtReturn,
  reason: 'unknown_handle' | 'other_browser',
): Promise<{ kind: 'refused' }> {
  await noteReturnElsewhere(asActor(player), brought.connectionId, brought.handle)
  return refuse(player, brought, reason)
}

/** Recorded up to a number per player and hour; the answer is the same beyond it. */
async function refuse(
  player: PlayerActor,
  brought: BroughtReturn,
  reason: Refusal,
): Promise<{ kind: 'refused' }> {
  if (!(await isWithin('return_player', player.id))) return { kind: 'refused' }
  const connection = knownId(brought.connectionId)
  log.warn({ event: 'return.refused', connection, code: reason })
  await appendAuditEvent(db(), PROCESS_CHAIN, {
    actor: asActor(player),
    action: reason === 'code_reused' ? 'return.code_reused' : 'return.refused',
    object: { type: 'connection', id: connection },
    reason,
  })
  return { kind: 'refused' }
}

/** An address may name anything as its connection; only ours is written down. */
function knownId(connectionId: string): string {
  return findConnection(connectionId)?.id ?? 'unknown'
}

/**
 * Marks the attempt whose address came back in another browser than the one that began, where what was shared is read by
 * reference: nothing else says who finished. Such an attempt is never approved by a rule. Whose it is stays unsaid.
 */
export async function noteReturnElsewhere(
  actor: Actor,
  connectionId: string,
  handle: string | null,
): Promise<void> {
  const connection = findConnection(connectionId)
  if (connection === null || handle === null || !CAPABILITIES[connection.vendor].readsByReference) return
  await transact(async (tx) => {
    const marked = await markUnboundByHandle(tx, connectionId, sha256(handle))
    if (marked === null) return
    await appendAuditEvent(tx, marked.caseId, {
      actor,
      action: 'return.elsewhere',
      object: { type: 'verification', id: marked.id },
      connection: connectionId,
    })
  })
}

/** Records a return that came without a signed-in player. */
export async function recordAnonymousReturn(connectionId: string): Promise<void> {
  const connection = knownId(connectionId)
  log.warn({ event: 'return.refused', connection, code: 'not_signed_in' })
  await appendAuditEvent(db(), PROCESS_CHAIN, {
    actor: { kind: 'anyone' },
    action: 'return.refused',
    object: { type: 'connection', id: connection },
    reason: 'not_signed_in',
  })
}
