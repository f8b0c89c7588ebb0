import 'server-only'
import { randomBytes, randomUUID } from 'node:crypto'
import { type Db, db, transact } from '@/db/client'
import { lockPlayer } from '@/db/queries/consents'
import { findRuleDecision, isDecidedByPerson, keepPolicy } from '@/db/queries/decisions'
import { insertDecision, replaceChecks, setKeepUntil } from '@/db/queries/documents'
import { writeStated } from '@/db/queries/players'
import { findVerification, moveVerification, type Verification } from '@/db/queries/verifications'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import type { DecisionInput } from '@/lib/checks/types'
import { findLiveConsent, type LiveConsent } from '@/lib/consent/consent'
import { canonicalJson } from '@/lib/crypto/sign'
import { todayInIndia } from '@/lib/documents/dates'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { queueJob, RESULT_MAIL_QUEUE, wakeWorkers } from '@/lib/jobs'
import { type CurrentPolicy, currentPolicy } from '@/lib/policy/current'
import { type Decision, decide } from '@/lib/policy/decide'
import { openInput } from '@/lib/policy/replay'
import { isWithin, usesLeft } from '@/lib/rate-limit'
import { openVault, type Vault } from '@/lib/vault'
import { announceChange } from './changes'
import { dropDecision } from './drop-decision'
import { findDuplicates } from './duplicates'
import { openIdentity } from './identity'
import { isSlipOf } from './slip'
import type { StatedDetails } from './stated'
import type { RecheckView } from './types'

// The player typed their own name or birth date wrong: decided again from what was kept, with no vendor and no new consent.

const DAY_MS = 86_400_000

/** `unsettled` says no more than that a person goes on: not whether the name was right. */
export type RecheckAnswer = 'approved' | 'unsettled' | 'unchanged' | 'too_different' | 'spent'

type Input = DecisionInput & { stated: StatedDetails }

/** What the player may correct in an attempt that waits for a person because of it, or null. Never what documents say. */
export async function findRecheck(player: PlayerActor, row: Verification): Promise<RecheckView | null> {
  if (!isOnlyUnmatched(row) || (await findConsentOf(db(), player, row)) === null) return null
  if (await isDecidedByPerson(db(), player.id, row.id)) return null
  const input = await findInput(player, row.id)
  if (input === null) return null
  return { ...input.stated, left: await usesLeft('recheck', row.id) }
}

/**
 * Decides again with what the player meant to write, under the policy of now. Only a slip of what they had written counts,
 * at most three times per attempt; approved or as before, nothing between. Throws `not_found` for another player's attempt,
 * `state_conflict` when it waits for something else or a person has decided, `consent_missing`.
 */
export async function recheck(
  player: PlayerActor,
  verificationId: string,
  corrected: StatedDetails,
): Promise<RecheckAnswer> {
  await requireOpen(db(), player, verificationId)
  const input = await findInput(player, verificationId)
  if (input === null) throw new AppError('state_conflict', 'nothing was stated, or it is not kept')
  if (corrected.name === input.stated.name && corrected.birthDate === input.stated.birthDate)
    return 'unchanged'
  if (!isSlipOf(input.stated, corrected)) return 'too_different'
  if (!(await isWithin('recheck', verificationId))) return 'spent'
  const approved = await transact((tx) =>
    decideAgain(tx, player, verificationId, { ...input, stated: corrected }),
  )
  if (!approved) return 'unsettled'
  wakeWorkers()
  announceChange(verificationId)
  return 'approved'
}

/** What the sandbox brought verifies nobody in production, where it came there with the data of a trial (FL-17). */
function isOnlyUnmatched({ status, reasons, sandbox }: Verification): boolean {
  if (sandbox && env().appEnv === 'production') return false
  return status === 'awaiting_reviewer' && reasons.length === 1 && reasons[0] === 'person_not_matched'
}

/** The live consent when it is the one that this attempt stands on. */
async function findConsentOf(at: Db, player: PlayerActor, row: Verification): Promise<LiveConsent | null> {
  const consent = await findLiveConsent(at, player.id)
  return consent?.id === row.consentId ? consent : null
}

async function requireOpen(
  at: Db,
  player: PlayerActor,
  verificationId: string,
): Promise<{ row: Verification; consent: LiveConsent }> {
  const row = await findVerification(at, player.id, verificationId)
  if (row === null) throw new AppError('not_found')
  const consent = await findConsentOf(at, player, row)
  if (consent === null) throw new AppError('consent_missing')
  if (!isOnlyUnmatched(row) || (await isDecidedByPerson(at, player.id, verificationId)))
    throw new AppError('state_conflict', 'not waiting for the person to be matched')
  return { row, consent }
}

async function findInput(player: PlayerActor, verificationId: string): Promise<Input | null> {
  const stored = await findRuleDecision(db(), player.id, verificationId)
  const input = stored === null ? null : await openInput(stored)
  return input?.stated ? { ...input, stated: input.stated } : null
}

/** True when it is approved now. Whoever comes second finds the attempt moved on (`state_conflict`). */
async function decideAgain(tx: Db, player: PlayerActor, id: string, kept: Input): Promise<boolean> {
  await lockPlayer(tx, player.id)
  const { row, consent } = await requireOpen(tx, player, id)
  const vault = await openVault(tx, player.id)
  const now = new Date()
  const input: Input = {
    ...kept,
    salt: randomBytes(16).toString('hex'),
    today: todayInIndia(now),
    duplicates: await findDuplicates(tx, player.id, await openIdentity(tx, vault, id)),
  }
  const current = await currentPolicy(tx)
  const decision = decide(input, current.policy)
  const approved = decision.status === 'approved'
  if (approved) {
    await approve(tx, vault, row, { decision, input, now, current })
    await dropDecision(tx, row, asActor(player), 'player_corrected')
  }
  await appendAuditEvent(tx, row.caseId, {
    actor: asActor(player),
    action: 'verification.rechecked',
    object: { type: 'verification', id },
    before: 'awaiting_reviewer',
    after: approved ? 'approved' : 'awaiting_reviewer',
    reason: decision.reasons.join(' '),
  })
  if (!approved) return false
  await appendAuditEvent(tx, row.caseId, {
    actor: { kind: 'system', id: 'web' },
    action: 'verification.decided',
    object: { type: 'verification', id },
    before: 'awaiting_reviewer',
    after: 'approved',
    reason: decision.reasons.join(' '),
  })
  if (consent.items.includes('result_mail'))
    await queueJob(tx, RESULT_MAIL_QUEUE, { playerId: player.id, verificationId: id })
  return true
}

/** The move with all that hangs on it: checks, decision, what the player wrote, and how long the documents stay. */
async function approve(
  tx: Db,
  vault: Vault,
  { playerId, id: verificationId }: Verification,
  { decision, input, now, current }: { decision: Decision; input: Input; now: Date; current: CurrentPolicy },
): Promise<void> {
  const { reasons, policyVersion, policySha256, inputHash } = decision
  const change = { reasons, policyVersion, inputHash, decidedAt: now, deadlineAt: null }
  if (!(await moveVerification(tx, playerId, verificationId, 'awaiting_reviewer', 'approved', change)))
    throw new AppError('state_conflict', 'moved on')
  const { policy, origin } = current
  await keepPolicy(tx, {
    sha256: policySha256,
    version: policyVersion,
    content: canonicalJson(policy),
    origin,
  })
  const checks = decision.checks.map((check, ordinal) => ({ playerId, verificationId, ordinal, ...check }))
  await replaceChecks(tx, playerId, verificationId, checks)
  const id = randomUUID()
  await insertDecision(tx, [], {
    playerId,
    id,
    verificationId,
    outcome: 'approved',
    reasons,
    madeBy: 'rule',
    policyVersion,
    policySha256,
    inputHash,
    inputSealed: vault.seal('decisions', 'input_sealed', id, canonicalJson(input)),
    decidedAt: now,
  })
  await writeStated(
    tx,
    playerId,
    vault.seal('players', 'stated_sealed', playerId, JSON.stringify(input.stated)),
  )
  const days = env().limits.retention.documentDays
  await setKeepUntil(tx, playerId, verificationId, new Date(now.getTime() + days * DAY_MS))
}
