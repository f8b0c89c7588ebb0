import type { OwnDetails } from '../people'
import { getPersona, type PersonaId } from '../personas'
import { takeFault } from '../rules'
import { addressOf, allow, handleOf, type Journey, type Sandbox } from '../state'
import { announce } from '../webhooks'

const MARKUP = '<script>document.title="taken over"</script><img src=x onerror=alert(1)> The user said no'

/**
 * Ends the consent page and answers where the browser goes next; null when the player never comes back.
 * The first decision stands: pressing again leads to the same place.
 */
export function decide(
  sandbox: Sandbox,
  journey: Journey,
  personaId: PersonaId,
  decision: 'allow' | 'deny',
  own: OwnDetails = {},
): string | null {
  if (journey.outcome !== 'open') return journey.wayBack
  const { ending } = getPersona(personaId)
  if (ending === 'never_returns' && decision === 'allow') {
    journey.outcome = 'gone'
    return null
  }
  if (decision === 'allow' && ending === 'returns') allow(sandbox, journey, personaId, own)
  else journey.outcome = 'denied'
  const withMarkup = decision === 'allow' && ending === 'refuses_with_markup'
  journey.wayBack = wayBack(sandbox, journey, withMarkup ? MARKUP : 'The user denied the request')
  announce(sandbox, journey)
  return journey.wayBack
}

function wayBack(sandbox: Sandbox, journey: Journey, reason: string): string {
  const fault = takeFault(sandbox.rules, journey.vendor, 'return', addressOf(journey))
  sandbox.log.push({
    at: new Date().toISOString(),
    vendor: journey.vendor,
    call: 'return',
    method: 'GET',
    path: 'return',
    status: 303,
    ms: 0,
    headers: [],
    handle: handleOf(addressOf(journey)),
    fault: fault ? fault.fault : null,
  })
  const error = { error: 'access_denied', error_description: reason }
  return sandbox.vendors[journey.vendor].returnTo(sandbox, journey, error, fault?.params ?? {})
}
