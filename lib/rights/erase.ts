import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, notify, transact } from '@/db/client'
import { ensureCase } from '@/db/queries/consents'
import { destroyPlayer, findErasure, insertErasure, lockForErasure, withdrawAll } from '@/db/queries/rights'
import { listOpen } from '@/db/queries/verifications'
import { type Actor, asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { AppError } from '@/lib/errors'
import { log } from '@/lib/log'
import { endAttempt } from '@/lib/verification/attempt'
import { dropDecision } from '@/lib/verification/drop-decision'
import { Certificate, type ErasureReason, makeCertificate } from './certificate'
import { appendToLedger } from './ledger'

const SWEEPER: Actor = { kind: 'system', id: 'sweeper' }

/** Erases the signed-in player at once and for good; their certificate. Harmless when repeated. */
export async function eraseMe(player: PlayerActor): Promise<Certificate> {
  const certificate = await erase(player.id, 'player', asActor(player), async () => true)
  if (certificate === null) throw new AppError('state_conflict', 'not erased')
  return certificate
}

/** Erases somebody because their time is over; `isDue` is asked again under the lock. False when it is not any more. */
export async function eraseForRetention(
  playerId: string,
  isDue: (tx: Db) => Promise<boolean>,
): Promise<boolean> {
  return (await erase(playerId, 'retention', SWEEPER, isDue)) !== null
}

/**
 * Erases again whom an older backup brought back, under the certificate they have. False when they are erased already or
 * were never here.
 */
export async function eraseAgain(known: Certificate): Promise<boolean> {
  const { person } = known.certificate
  const changed = await transact(async (tx) => {
    const erasedAt = await lockForErasure(tx, person)
    if (erasedAt !== null) return null
    return eraseIn(tx, known, SWEEPER, 'player.erased_again')
  })
  announce(changed ?? [])
  return changed !== null
}

/** Open journeys first, so that what is being collected finds its attempt moved on; then keys, values and indexes. */
async function erase(
  playerId: string,
  reason: ErasureReason,
  by: Actor,
  isDue: (tx: Db) => Promise<boolean>,
): Promise<Certificate | null> {
  const { certificate, changed } = await transact(async (tx) => {
    const erasedAt = await lockForErasure(tx, playerId)
    if (erasedAt === undefined) throw new AppError('not_found', 'no such player')
    if (erasedAt !== null) return { certificate: await earlierCertificate(tx, playerId), changed: [] }
    if (!(await isDue(tx))) return { certificate: null, changed: [] }
    const made = makeCertificate(playerId, reason, new Date())
    const ended = await eraseIn(tx, made, by, 'player.erased')
    await appendToLedger([made]) // before the commit: an erasure that counts is never missing from the ledger
    return { certificate: made, changed: ended }
  })
  announce(changed)
  if (certificate !== null) log.info({ event: 'player.erased', code: reason })
  return certificate
}

async function eraseIn(
  tx: Db,
  signed: Certificate,
  by: Actor,
  action: 'player.erased' | 'player.erased_again',
): Promise<string[]> {
  const { person: playerId, reason, erasedAt } = signed.certificate
  const at = new Date(erasedAt)
  const open = await listOpen(tx, playerId) // locked before the audit chain
  const { id: caseId } = await ensureCase(tx, playerId, 'onboarding', randomUUID())
  for (const id of await withdrawAll(tx, playerId, new Date()))
    await appendAuditEvent(tx, caseId, {
      actor: by,
      action: 'consent.withdrawn',
      object: { type: 'consent', id },
      reason: 'erasure',
    })
  for (const one of open) await endAttempt(tx, { id: playerId }, one, 'consent_withdrawn', by)
  await dropDecision(tx, { playerId, id: null, caseId }, by, 'erasure')
  await destroyPlayer(tx, playerId, at)
  await insertErasure(tx, { playerId, reason, certificate: JSON.stringify(signed), erasedAt: at })
  await appendAuditEvent(tx, caseId, {
    actor: by,
    action,
    object: { type: 'player', id: playerId },
    reason,
  })
  return open.map(({ id }) => id)
}

async function earlierCertificate(tx: Db, playerId: string): Promise<Certificate> {
  const row = await findErasure(tx, playerId)
  if (row === null) throw new AppError('state_conflict', 'erased without a ledger entry')
  return Certificate.parse(JSON.parse(row.certificate))
}

function announce(verificationIds: readonly string[]): void {
  for (const id of verificationIds) notify('verification_changed', id)
}
