import 'server-only'
import { pass, unsure } from './answers'
import type { CheckResult, DecisionInput } from './types'

/** FL-05: somebody else may have finished it, led there by a link. */
export function broughtHome({ bound }: DecisionInput): CheckResult {
  return bound ? pass('brought_home', []) : unsure('brought_home', 'finished_elsewhere')
}
