import { messagePage } from '../consent/page'
import { decideByRule } from '../consent/routes'
import { type Call, type Reply, seeOther } from '../http'
import { findPersonaRule } from '../rules'
import { findJourney, type Sandbox } from '../state'

/** `GET …/digilocker-redirect?state=…`: the link of the start call. One journey, one decision. */
export function digilockerRedirect(sandbox: Sandbox, call: Call): Reply {
  const journey = findJourney(sandbox, 'deepvue', call.query.get('state') ?? '')
  if (!journey) {
    return messagePage(404, 'This link is not known', 'Go back to the app and start once more.')
  }
  if (!journey.returnUrl) {
    const sentence = 'The app gave no redirect_url, so nobody could come back from here.'
    return messagePage(400, 'This link leads nowhere', sentence)
  }
  if (journey.outcome !== 'open') {
    return messagePage(410, 'This link was used', 'It works once. Go back to the app and start once more.')
  }
  const rule = findPersonaRule(sandbox.rules, 'deepvue', journey.returnUrl)
  if (rule?.auto) return decideByRule(sandbox, journey, rule)
  return seeOther(`/digilocker-consent?request=${journey.id}`)
}
