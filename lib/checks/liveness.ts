import 'server-only'
import { pass, skip, unsure } from './answers'
import { readTypes } from './fitness'
import type { CheckResult, DecisionInput } from './types'

/** A photo document counts only with a live face before it; a workflow without face comparison is the operator's choice. */
export function liveness(input: DecisionInput): CheckResult {
  const question = 'liveness'
  const { assurance, way } = input
  if (way === 'digilocker' && assurance === null) return skip(question)
  const isLive = assurance?.liveness === 'passed'
  const isSameFace = assurance?.faceMatch === 'passed' || assurance?.faceMatch === 'absent'
  return isLive && isSameFace
    ? pass(question, readTypes(input))
    : unsure(question, 'liveness_not_passed', readTypes(input))
}
