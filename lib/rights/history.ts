import 'server-only'
import { z } from 'zod'
import { db } from '@/db/client'
import { listCaseRecords } from '@/db/queries/rights'
import type { PlayerActor } from '@/lib/actor'
import type { AuditAction } from '@/lib/audit/audit'
import { findConnection } from '@/lib/connections'
import { DOCUMENT_TYPES } from '@/lib/documents/types'
import type { HistoryEntry, HistoryWord } from './types'

// Who did what with the player's data, from the audit records of their own case. What runs inside is left out.

const TOLD: Partial<Record<AuditAction, HistoryWord>> = {
  'consent.given': 'consent_given',
  'consent.declined': 'consent_declined',
  'consent.superseded': 'consent_superseded',
  'consent.withdrawn': 'consent_withdrawn',
  'player.details_stated': 'details_stated',
  'verification.started': 'started',
  'verification.switched': 'switched',
  'verification.returned': 'returned',
  'verification.confirmed': 'confirmed',
  'document.read': 'document_read',
  'verification.decided': 'decided',
  'verification.cancelled': 'cancelled',
  'verification.expired': 'expired',
  'verification.failed': 'failed',
  'request.made': 'request_made',
  'data.exported': 'exported',
}

const Recorded = z.looseObject({
  at: z.string(),
  action: z.string(),
  actor: z.looseObject({ kind: z.string() }),
  connection: z.string().optional(),
  after: z.string().optional(),
  reason: z.string().optional(),
})

/** The newest `limit` things that happened with this player's data, newest first. */
export async function listHistory(player: PlayerActor, limit: number): Promise<HistoryEntry[]> {
  const records = await listCaseRecords(db(), player.id, limit)
  return records.flatMap((text) => toHistoryEntry(JSON.parse(text)) ?? [])
}

/** One audit record as a player may read it, or null when it says nothing to them. */
export function toHistoryEntry(record: unknown): HistoryEntry | null {
  const parsed = Recorded.safeParse(record)
  if (!parsed.success) return null
  const { at, action, actor, connection, after, reason } = parsed.data
  const isStaff = actor.kind === 'staff'
  const word = TOLD[action as AuditAction] ?? (isStaff ? 'staff' : null)
  if (word === null) return null
  const vendorId = word === 'switched' ? after : connection
  const type = DOCUMENT_TYPES.find((one) => word === 'document_read' && one === reason)
  return {
    at,
    who: isStaff ? 'staff' : actor.kind === 'player' ? 'you' : 'system',
    word,
    vendor: vendorId === undefined ? null : (findConnection(vendorId)?.displayName ?? null),
    document: type ?? null,
  }
}
