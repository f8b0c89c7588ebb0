import 'server-only'
import type { Db } from '@/db/client'
import type { CollectContext } from '@/db/queries/verifications'
import type { Actor } from '@/lib/actor'
import { type AuditEvent, appendAuditEvent } from '@/lib/audit/audit'
import type { DocumentType } from '@/lib/documents/types'

// What collecting and concluding share.

/** What `provider_sessions.session_sealed` holds. */
export interface KeptSession {
  sessionRef: string | null
  secret: string | null
  /** The return address that this session was started with. */
  returnUrl: string
}

const WORKER: Actor = { kind: 'system', id: 'worker' }

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
