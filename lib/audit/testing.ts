import 'server-only'
import { randomUUID } from 'node:crypto'
import { db } from '@/db/client'
import { appendAuditEvent } from './audit'
import { exportAudit } from './export'

/** Appends `count` events to a chain, a transaction each. For tests. */
export async function appendEvents(chainId: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1)
    await appendAuditEvent(db(), chainId, {
      actor: { kind: 'system', id: 'worker' },
      action: 'sign_out',
      object: { type: 'player', id: randomUUID() },
    })
}

/** The whole export as lines. */
export async function exportLines(): Promise<string[]> {
  let text = ''
  await exportAudit(async (piece) => {
    text += piece
  })
  return text.trimEnd().split('\n')
}
