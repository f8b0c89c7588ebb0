import { REASON_CODES, REASONS, type ReasonCode } from '@/lib/checks/reasons'
import type { Verdict } from './types'

// Which reasons fit which verdict of staff. Pure: safe to import anywhere.

/** How an attempt went, not what was found: nobody is refused for these by a person. */
const COURSE: readonly ReasonCode[] = [
  'all_checks_passed',
  'approved_by_person',
  'state_unknown',
  'aadhaar_unmasked',
  'refused_at_digilocker',
  'nothing_shared',
  'vendor_failed',
  'exchange_interrupted',
  'session_ended',
  'consent_withdrawn',
  'superseded',
  'link_expired',
  'stopped_by_player',
  'finished_elsewhere',
  'vendor_in_review',
]
const FINDINGS = REASON_CODES.filter((code) => !COURSE.includes(code))

/** A person does not let these pass: the law or the operator set the age, and of a minor nothing is left to look at. */
const NEVER_APPROVED: readonly ReasonCode[] = ['under_age', 'below_age_limit']

const FITTING: Readonly<Record<Verdict, readonly ReasonCode[]>> = {
  approve: ['approved_by_person'],
  reject: FINDINGS,
  resubmission: FINDINGS.filter((code) => REASONS[code].retryHelps),
}

/** Reasons that may be given with a verdict; those that `found` names first, in its order. */
export function reasonsFor(verdict: Verdict, found: readonly string[] = []): ReasonCode[] {
  const fitting = FITTING[verdict]
  const first = found.filter((code): code is ReasonCode => fitting.includes(code as ReasonCode))
  return [...new Set([...first, ...fitting])]
}

/** True when these reasons, at least one for anything but an approval, may be given with the verdict. */
export function areFitting(verdict: Verdict, reasons: readonly ReasonCode[]): boolean {
  const enough = verdict === 'approve' || reasons.length > 0
  return enough && reasons.every((code) => FITTING[verdict].includes(code))
}

/** True when no person may approve an attempt that was found to be like this. */
export function isNeverApproved(found: readonly string[]): boolean {
  return NEVER_APPROVED.some((code) => found.includes(code))
}
