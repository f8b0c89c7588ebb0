import 'server-only'
import { db, transact } from '@/db/client'
import { finishProviderSession } from '@/db/queries/provider-sessions'
import { listOverdue, moveVerification, type Verification } from '@/db/queries/verifications'
import { appendAuditEvent } from '@/lib/audit/audit'
import { log } from '@/lib/log'
import { announceChange } from './changes'
import { endKeptAccess } from './revoke'
import type { ReasonCode, Status } from './types'

const BATCH = 200

/** Moves on what has outlived its deadline, so that nobody is stuck. Safe beside other sweepers; the number moved. */
export async function sweepOverdue(): Promise<number> {
  const overdue = await listOverdue(db(), BATCH)
  let moved = 0
  for (const one of overdue) if (await expire(one)) moved += 1
  if (moved > 0) log.info({ event: 'sweep.overdue', count: moved })
  return moved
}

async function expire(one: Verification): Promise<boolean> {
  const to: Status = one.status === 'awaiting_provider' ? 'failed' : 'expired'
  const reason: ReasonCode = to === 'failed' ? 'vendor_failed' : 'link_expired'
  const moved = await transact(async (tx) => {
    const change = { reasons: [reason], decidedAt: new Date(), deadlineAt: null }
    if (!(await moveVerification(tx, one.playerId, one.id, one.status, to, change))) return false
    await endKeptAccess(tx, one.playerId, one.id)
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
