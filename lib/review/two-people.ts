import 'server-only'
import type { Db } from '@/db/client'
import type { ReasonCode } from '@/lib/checks/reasons'
import { env } from '@/lib/env'
import { currentPolicy } from '@/lib/policy/current'
import type { Verdict } from './types'

/** Findings that two people decide about when the policy does not say otherwise. */
const DEFAULT_FOUR_EYES: readonly ReasonCode[] = ['duplicate_person']

/** True unless an install with one admin has switched two people off (`review.twoPeople`, PM-03); each use of that is recorded. */
export function isTwoPeopleOn(): boolean {
  return env().limits.review.twoPeople
}

/** True when the policy in force wants two people for this verdict on these findings. To ask for a document again needs one. */
export async function wantsFourEyes(
  at: Db,
  verdict: Verdict,
  reasons: readonly ReasonCode[],
): Promise<boolean> {
  if (verdict === 'resubmission') return false
  const fourEyes = (await currentPolicy(at)).policy.fourEyes ?? DEFAULT_FOUR_EYES
  return fourEyes.some((code) => reasons.includes(code))
}
