import 'server-only'
import { fail, pass, skip } from './answers'
import { readTypes } from './fitness'
import type { CheckResult, DecisionInput } from './types'

/** Findings of a capture vendor after which another try makes no sense. */
const FOR_GOOD =
  /^(LIVENESS_FACE_ATTACK|PORTRAIT_MANIPULATION_DETECTED|FACE_IN_BLOCKLIST|ID_DOCUMENT_IN_BLOCKLIST|DUPLICATED_FACE)$/

/** The vendor's own verdict on the session; DigiLocker has none. */
export function vendorVerdict(input: DecisionInput): CheckResult {
  const question = 'vendor_verdict'
  if (input.assurance === null) return skip(question)
  if (input.assurance.verdict === 'approved') return pass(question, readTypes(input))
  const isForGood = input.assurance.warnings.some((code) => FOR_GOOD.test(code))
  return fail(question, isForGood ? 'declined_for_good' : 'declined_by_vendor', readTypes(input))
}
