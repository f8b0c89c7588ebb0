import { getPersona } from '../personas'
import { grantAccess, type Journey, nameJourney, newToken, type Sandbox } from '../state'
import { changed } from '../vendor'

/**
 * KwikID's way back leads over its own callback, which has done the exchange by then. No source names one
 * parameter of the return: token name, refusal and the name of the handshake are modes or assumed.
 */
export function kwikidReturn(
  sandbox: Sandbox,
  journey: Journey,
  error: Record<string, string>,
  changes: Record<string, string | null>,
): string {
  const outcome = journey.outcome === 'allowed' ? exchange(sandbox, journey) : error
  const handshake = sandbox.modes.kwikid.handshakeEcho ? journey.facts.handshake_id : undefined
  const params = changed({ ...outcome, ...(handshake ? { handshake_id: handshake } : {}) }, changes)
  journey.pendingReturn = { params, verifierName: null, doubleEncode: false }
  const callback = new URL('/verification/v2/digilocker/callback', sandbox.origin)
  callback.searchParams.set('session', journey.id)
  callback.searchParams.set(journey.outcome === 'allowed' ? 'code' : 'error', journey.code ?? 'access_denied')
  callback.searchParams.set('state', 'basic')
  return callback.pathname + callback.search
}

function exchange(sandbox: Sandbox, journey: Journey): Record<string, string> {
  if (journey.personaId && getPersona(journey.personaId).exchange === 'fails') {
    return { error: 'server_error', error_description: 'DigiLocker token could not be obtained' }
  }
  grantAccess(journey, newToken(32))
  nameJourney(sandbox, journey.accessKey ?? '', journey)
  const { withoutToken, tokenName } = sandbox.modes.kwikid
  return withoutToken ? {} : { [tokenName]: journey.accessKey ?? '' }
}
