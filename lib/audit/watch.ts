import 'server-only'
import { db } from '@/db/client'
import { isCheckpointLate } from '@/db/queries/checkpoints'
import { env } from '@/lib/env'
import { errorName, log } from '@/lib/log'
import { copyCheckpoints } from './copy'
import { checkNewCheckpoints } from './self-check'

/** What somebody who runs Ante should know about the audit log; the words are with the other alerts. */
type AuditAlarm = 'checkpoint_late' | 'checkpoint_copy_failed' | 'checkpoint_differs' | 'audit_broken'
type Tell = (alarm: AuditAlarm) => Promise<void>

const LATE_MINUTES = 10

/** Tells when events wait for a checkpoint that does not come. Never throws; a database that is away has its own alarms. */
export async function watchCheckpoints(tell: Tell): Promise<void> {
  try {
    if (await isCheckpointLate(db(), LATE_MINUTES)) await tell('checkpoint_late')
  } catch (error) {
    log.warn({ event: 'audit.unwatched', error: errorName(error) })
  }
}

/** Checks what new checkpoints cover and tells when something does not fit. Never throws. */
export async function watchLog(tell: Tell): Promise<void> {
  try {
    const broken = await checkNewCheckpoints()
    if (broken === null) return
    log.error({ event: 'audit.broken', code: broken })
    await tell('audit_broken')
  } catch (error) {
    log.warn({ event: 'audit.unwatched', error: errorName(error) })
  }
}

/** Copies new checkpoints to CHECKPOINT_DIR and tells when that fails or when they are not those of before. Never throws. */
export async function keepCopies(tell: Tell): Promise<void> {
  const { checkpointDir } = env()
  if (checkpointDir === null) return
  try {
    const result = await copyCheckpoints(checkpointDir)
    if (result.kind === 'copied') log.info({ event: 'audit.copied', count: result.count })
    if (result.kind === 'differs') await tell('checkpoint_differs')
  } catch (error) {
    log.error({ event: 'audit.copy_failed', error: errorName(error) })
    await tell('checkpoint_copy_failed')
  }
}
