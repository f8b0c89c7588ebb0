import 'server-only'
import { db, transact } from '@/db/client'
import { deleteUnfinished, destroyExpiredBytes } from '@/db/queries/documents'
import { deleteExpiredCounters } from '@/db/queries/rate-limits'
import { deleteEnded } from '@/db/queries/sessions'
import {
  emptyEndedSessions,
  finishProviderSession,
  listOverdue,
  moveVerification,
  type Verification,
} from '@/db/queries/verifications'
import { deleteOldDeliveries } from '@/db/queries/webhooks'
import { appendAuditEvent } from '@/lib/audit/audit'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { announceChange } from './changes'
import type { ReasonCode, Status } from './types'

const BATCH = 200
const HOUR_MS = 3_600_000

/** Moves on what has outlived its deadline, so that nobody is stuck. Safe beside other sweepers; the number moved. */
export async function sweepOverdue(): Promise<number> {
  const overdue = await listOverdue(db(), BATCH)
  let moved = 0
  for (const one of overdue) if (await expire(one)) moved += 1
  if (moved > 0) log.info({ event: 'sweep.overdue', count: moved })
  return moved
}

/** Destroys what is past its time: document bytes, unfinished attempts' documents, ended sessions and codes, vendors' secrets. */
export async function sweepRetention(): Promise<void> {
  const destroyed = await destroyExpiredBytes(db(), BATCH)
  const unfinished = await deleteUnfinished(db(), env().limits.retention.unfinishedDays, BATCH)
  const ended = await deleteEnded(db(), new Date(Date.now() - HOUR_MS))
  const counters = await deleteExpiredCounters(db())
  const deliveries = await deleteOldDeliveries(db(), env().limits.retention.webhookDays)
  const secrets = await emptyEndedSessions(db(), BATCH)
  const count = destroyed + unfinished + ended + counters + deliveries + secrets
  if (count > 0) log.info({ event: 'sweep.retention', count })
}

async function expire(one: Verification): Promise<boolean> {
  const to: Status = one.status === 'awaiting_provider' ? 'failed' : 'expired'
  const reason: ReasonCode = to === 'failed' ? 'vendor_failed' : 'link_expired'
  const moved = await transact(async (tx) => {
    const change = { reasons: [reason], decidedAt: new Date(), deadlineAt: null }
    if (!(await moveVerification(tx, one.playerId, one.id, one.status, to, change))) return false
    await finishProviderSession(tx, one.playerId, one.id)
    await appendAuditEvent(tx, one.caseId, {
      actor: { kind: 'system', id: 'sweeper' },
      action: to === 'failed' ? 'verification.failed' : 'verification.expired',
      object: { type: 'verification', id: one.id },
      before: one.status,
      after: to,
      reason,
    })
    return true
  })
  if (moved) announceChange(one.id)
  return moved
}
