import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Db } from '@/db/client'
import { appendRecord } from '@/db/queries/audit'
import type { Actor } from '@/lib/actor'
import { canonicalJson } from '@/lib/crypto/sign'

/** What may be recorded. One verb per fact; docs/security-rules.md LG-03. */
export type AuditAction =
  | 'player.created'
  | 'sign_in.code_sent'
  | 'sign_in.refused'
  | 'sign_in.succeeded'
  | 'sign_out'
  | 'consent.given'
  | 'consent.declined'
  | 'consent.superseded'
  | 'consent.withdrawn'
  | 'verification.created'
  | 'verification.started'
  | 'verification.start_failed'
  | 'verification.switched'
  | 'verification.finished_elsewhere'
  | 'verification.confirmed'
  | 'verification.returned'
  | 'verification.exchange_begun'
  | 'verification.exchanged'
  | 'verification.decided'
  | 'verification.rechecked'
  | 'verification.correction_chosen'
  | 'verification.cancelled'
  | 'verification.expired'
  | 'verification.failed'
  | 'return.elsewhere'
  | 'return.refused'
  | 'return.code_reused'
  | 'document.read'
  | 'document.missing'
  | 'webhook.too_late'
  | 'player.details_stated'
  | 'connection.credentials_begun'
  | 'connection.credentials_stored'
  | 'connection.credentials_failed'
  | 'connection.routing_changed'
  | 'connection.examined'
  | 'keys.rotated'
  | 'access.revoked'
  | 'data.exported'
  | 'request.made'
  | 'player.warned'
  | 'player.erased'
  | 'player.erased_again'
  | 'retention.applied'
  | 'case.revealed'
  | 'export.requested'
  | 'export.approved'
  | 'export.begun'
  | 'export.ended'
  | 'staff.invited'
  | 'staff.invite_withdrawn'
  | 'staff.joined'
  | 'staff.recovered'
  | 'staff.signed_in'
  | 'staff.sign_in_refused'
  | 'staff.signed_out'
  | 'staff.confirmed'
  | 'staff.confirm_refused'
  | 'staff.refused'
  | 'staff.session_revoked'
  | 'staff.passkey_added'
  | 'staff.passkey_removed'
  | 'staff.password_changed'
  | 'staff.password_removed'
  | 'staff.recovery_codes_made'
  | 'staff.recovery_code_used'
  | 'staff.roles_changed'
  | 'staff.disabled'
  | 'staff.enabled'
  | 'policy.drafted'
  | 'policy.draft_changed'
  | 'policy.draft_discarded'
  | 'policy.dry_run'
  | 'policy.published'
  | 'audit.exported'
  | 'review.claimed'
  | 'review.released'
  | 'review.claim_lapsed'
  | 'review.staff_linked'
  | 'review.assigned'
  | 'review.tagged'
  | 'review.snoozed'
  | 'review.woken'
  | 'review.escalated'
  | 'review.proposed'
  | 'review.proposal_withdrawn'
  | 'review.decision_made'
  | 'review.decision_undone'
  | 'review.decision_dropped'
  | 'review.duplicate_found'
  | 'review.reversal_proposed'
  | 'review.reversal_confirmed'
  | 'review.one_person_sufficed'
  | 'review.note_written'
  | 'review.second_look_taken'
  | 'review.second_look_answered'
  | 'review.second_look_settled'
  | 'review.bulk_begun'
  | 'review.bulk_undone'
  | 'review.bulk_done'
  | 'request.read'
  | 'request.answered'
  | 'verification.reopened'
  | 'verification.revoked'

export interface AuditEvent {
  actor: Actor
  action: AuditAction
  object: {
    type:
      | 'player'
      | 'consent'
      | 'verification'
      | 'document'
      | 'sign_in'
      | 'connection'
      | 'key'
      | 'request'
      | 'retention'
      | 'staff'
      | 'export'
      | 'policy'
      | 'audit'
      | 'note'
      | 'bulk'
    id: string
  }
  before?: string
  after?: string
  /** Our own codes, never text from outside. */
  reason?: string
  connection?: string
  requestId?: string
}

/** Chain of events that belong to no case: one per running process (LG-02). */
export const PROCESS_CHAIN = randomUUID()

/**
 * Appends `event` to a chain (a case's id, or PROCESS_CHAIN) inside the transaction `db` of the change that it records.
 * A failure here rolls the change back.
 */
export async function appendAuditEvent(db: Db, chainId: string, event: AuditEvent): Promise<void> {
  await appendRecord(db, chainId, auditRecord(event))
}

/** The canonical JSON of an event with its time (UTC), for statements that append it themselves. */
export function auditRecord(event: AuditEvent, at: Date = new Date()): string {
  return canonicalJson({ ...event, at: at.toISOString() })
}
