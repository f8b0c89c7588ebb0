import type { Journey, Sandbox } from '../state'
import { changed, withParams } from '../vendor'

/** Deepvue's way back. The vendor documents no parameter names; `code` and `state` are the likely ones. */
export function deepvueReturn(
  sandbox: Sandbox,
  journey: Journey,
  error: Record<string, string>,
  changes: Record<string, string | null>,
): string {
  const { codeName, stateName, stateEcho } = sandbox.modes.deepvue
  const state: Record<string, string> = stateEcho ? { [stateName]: journey.id } : {}
  const outcome = journey.outcome === 'allowed' ? { [codeName]: journey.code ?? '' } : error
  return withParams(journey.returnUrl, changed({ ...outcome, ...state }, changes))
}
