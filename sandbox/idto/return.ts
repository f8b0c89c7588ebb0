import type { Journey, Sandbox } from '../state'
import { changed, withParams } from '../vendor'

type Params = Record<string, string>

/**
 * IDTO's way back. A verifier that the browser keeps is joined to the code by IDTO's own page, so that way
 * leads over `/digilocker/callback`; all others go straight to the app.
 */
export function idtoReturn(
  sandbox: Sandbox,
  journey: Journey,
  error: Params,
  changes: Record<string, string | null>,
): string {
  const modes = sandbox.modes.idto
  const state: Params = modes.stateEcho && journey.state !== null ? { state: journey.state } : {}
  if (journey.outcome !== 'allowed')
    return withParams(journey.returnUrl, changed({ ...error, ...state }, changes))
  const { verifier } = journey
  const code: Params = { code: journey.code ?? '' }
  if (verifier?.madeBy === 'server') {
    const value = modes.doubleEncode ? encodeMarks(verifier.value) : verifier.value
    const params = { ...code, [modes.returnSpelling]: value, ...state }
    return withParams(journey.returnUrl, changed(params, changes))
  }
  journey.pendingReturn = {
    params: changed({ ...code, ...state }, changes),
    verifierName: modes.returnSpelling in changes ? null : modes.returnSpelling,
    doubleEncode: modes.doubleEncode,
  }
  return `/digilocker/callback?request=${journey.id}`
}

/** Percent-encodes the characters that need no encoding, once. */
function encodeMarks(verifier: string): string {
  return verifier.replace(/[._~-]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}
