import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, transact } from '@/db/client'
import { lockPlayer } from '@/db/queries/consents'
import { setKeepUntil } from '@/db/queries/documents'
import { hasRequest, insertRequest } from '@/db/queries/requests'
import {
  findVerification,
  moveVerification,
  raiseVersion,
  type Verification,
} from '@/db/queries/verifications'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { maskFullAadhaar } from '@/lib/documents/mask'
import type { DocumentType } from '@/lib/documents/types'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { queueJob, REQUEST_MAIL_QUEUE, wakeWorkers } from '@/lib/jobs'
import { openVault } from '@/lib/vault'
import { announceChange } from './changes'
import { dropDecision } from './drop-decision'
import { isAnswerable } from './mismatch'
import { NOTE_LIMIT } from './types'

// What a player does about documents that differ, while a person has the attempt: have one corrected, or say that both
// are them.

const DAY_MS = 86_400_000

/**
 * The player has `type` corrected by its issuer: their attempt leaves the reviewer and they share again later, under the
 * same consent. Harmless when it has moved on; throws `not_found` for another player's, `bad_request` for a document that
 * is not part of it.
 */
export async function correctFirst(
  player: PlayerActor,
  verificationId: string,
  type: DocumentType,
): Promise<void> {
  const moved = await transact(async (tx) => {
    const one = await findAnswerable(tx, player, verificationId)
    if (one === null) return false
    if (!one.documents.includes(type)) throw new AppError('bad_request', 'not a document of this attempt')
    const now = Date.now()
    const { journey, retention } = env().limits
    const change = {
      correctFirst: type,
      decidedAt: new Date(now),
      deadlineAt: new Date(now + journey.resubmissionDays * DAY_MS),
    }
    const to = 'resubmission_requested'
    if (!(await moveVerification(tx, player.id, one.id, 'awaiting_reviewer', to, change))) return false
    await dropDecision(tx, one, asActor(player), 'player_corrects')
    await setKeepUntil(tx, player.id, one.id, new Date(now + retention.unfinishedDays * DAY_MS))
    await appendAuditEvent(tx, one.caseId, {
      actor: asActor(player),
      action: 'verification.correction_chosen',
      object: { type: 'verification', id: one.id },
      before: 'awaiting_reviewer',
      after: to,
      reason: type,
    })
    return true
  })
  if (moved) announceChange(verificationId)
}

/**
 * Both documents are the player's: the attempt stays with a person, who reads `note` (may be empty, at most 500
 * characters, sealed). Once per attempt, harmless after that and when it has moved on; throws `not_found` for another
 * player's, `bad_request` for a longer note.
 */
export async function bothAreMe(player: PlayerActor, verificationId: string, note: string): Promise<void> {
  const text = maskFullAadhaar(note.trim())
  if (text.length > NOTE_LIMIT) throw new AppError('bad_request', 'note too long')
  const kept = await transact(async (tx) => {
    const one = await findAnswerable(tx, player, verificationId)
    if (one === null || (await hasRequest(tx, player.id, one.id, 'both_are_me'))) return false
    if (!(await raiseVersion(tx, player.id, one.id, 'awaiting_reviewer'))) return false
    const vault = await openVault(tx, player.id)
    const id = randomUUID()
    await insertRequest(tx, {
      playerId: player.id,
      id,
      kind: 'both_are_me',
      verificationId: one.id,
      textSealed: text === '' ? null : vault.seal('player_requests', 'text_sealed', id, text),
      dueAt: new Date(Date.now() + env().limits.rights.answerDays * DAY_MS),
    })
    await appendAuditEvent(tx, one.caseId, {
      actor: asActor(player),
      action: 'request.made',
      object: { type: 'request', id },
      reason: 'both_are_me',
    })
    await queueJob(tx, REQUEST_MAIL_QUEUE, { playerId: player.id, requestId: id })
    return true
  })
  if (!kept) return
  announceChange(verificationId)
  wakeWorkers()
}

/** The attempt while a difference between documents is all that stands in its way, or null. Locks the player. */
async function findAnswerable(tx: Db, player: PlayerActor, id: string): Promise<Verification | null> {
  await lockPlayer(tx, player.id)
  const one = await findVerification(tx, player.id, id)
  if (one === null) throw new AppError('not_found')
  return isAnswerable(one) ? one : null
}
