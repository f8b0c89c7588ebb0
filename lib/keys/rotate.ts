import 'server-only'
import { db, transact, tryLock } from '@/db/client'
import type { StaffActor } from '@/lib/actor'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { listMissingKeys } from './configured'
import { rotateDataKeys } from './rotate-data-keys'
import { rotateIndexes } from './rotate-indexes'
import { rotateWrapping } from './rotate-wrapping'
import type { DataOutcome, Outcome, Tell } from './types'

/** What to rotate. Wrapping and index keys always; `dataKeys` also gives every player a new data key. */
export interface RotationWish {
  dataKeys: boolean
  /** How long requests and jobs may still hold keys read before; see SETTLE_MS. */
  settleMs?: number
}

export interface Rotated {
  wrapping: Outcome
  index: Outcome
  data: DataOutcome | null
}

/**
 * Rotates keys while the app serves. Safe to stop at any point and to start again; one at a time. Throws `forbidden`
 * without the role operator, `seal_failed` when a wrapping key that is in use is not configured, and `state_conflict` while
 * another rotation runs: waiting helps. A missing index key is no obstacle, its indexes are built again.
 */
export async function rotateKeys(staff: StaffActor, wish: RotationWish, tell: Tell): Promise<Rotated> {
  if (!staff.roles.includes('operator')) throw new AppError('forbidden', 'role=operator')
  const missing = (await listMissingKeys(db())).filter(({ setting }) => setting === 'DATA_KEYS')
  if (missing.length > 0)
    throw new AppError('seal_failed', `not the wrapping key ${missing.map(({ id }) => id).join(', ')} in use`)
  const rotated = await tryLock('rotate keys', async () => {
    const wrapping = await rotateWrapping(tell)
    const index = await rotateIndexes(tell)
    const data = wish.dataKeys ? await rotateDataKeys(tell, wish.settleMs) : null
    await record(staff, { wrapping, index, data })
    return { wrapping, index, data }
  })
  if (rotated === null) throw new AppError('state_conflict', 'another rotation is running')
  return rotated
}

async function record(staff: StaffActor, { wrapping, index, data }: Rotated): Promise<void> {
  const { dataKeys, indexKeys } = env()
  const counts = [
    `wrapping ${dataKeys.writeId} ${wrapping.done}`,
    `index ${indexKeys.writeId} ${index.done}`,
    ...(data === null ? [] : [`data ${data.done}`]),
  ]
  await transact((tx) =>
    appendAuditEvent(tx, PROCESS_CHAIN, {
      actor: { kind: 'staff', id: staff.id },
      action: 'keys.rotated',
      object: { type: 'key', id: dataKeys.writeId },
      reason: counts.join(', '),
    }),
  )
}
