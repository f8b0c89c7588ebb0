import 'server-only'
import type { Db } from '@/db/client'
import type { CollectContext } from '@/db/queries/provider-sessions'
import type { Actor } from '@/lib/actor'
import { type AuditEvent, appendAuditEvent } from '@/lib/audit/audit'
import type { DocumentType } from '@/lib/documents/types'
import type { Vault } from '@/lib/vault'
import type { StatedDetails } from './stated'

// What collecting and concluding share.

/** What `provider_sessions.session_sealed` holds. */
export interface KeptSession {
  sessionRef: string | null
  secret: string | null
  /** The return address that this session was started with. */
  returnUrl: string
  /** What the player had written of themself before they left; later words change nothing. Absent in old rows. */
  stated?: StatedDetails | null
}

const WORKER: Actor = { kind: 'system', id: 'worker' }

/** What was kept of the start, or null when it has been emptied. */
export function openSession({ verification, session }: CollectContext, vault: Vault): KeptSession | null {
  if (session.sessionSealed === null) return null
  const text = vault.openText('provider_sessions', 'session_sealed', verification.id, session.sessionSealed)
  return JSON.parse(text) as KeptSession
}

/** Documents of this attempt that the player still consents to; what else arrives is discarded. */
export function consentedDocuments(context: CollectContext): DocumentType[] {
  return context.verification.documents.filter((type) =>
    context.consentItems.includes(type),
  ) as DocumentType[]
}

/** Appends what the worker did with this attempt to its case's chain. */
export function record(
  tx: Db,
  context: CollectContext,
  event: Omit<AuditEvent, 'actor' | 'object'> & Partial<AuditEvent>,
) {
  const object = { type: 'verification', id: context.verification.id } as const
  return appendAuditEvent(tx, context.verification.caseId, { actor: WORKER, object, ...event })
}
