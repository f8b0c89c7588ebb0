import { z } from 'zod'
import { messagePage } from '../consent/page'
import { decideByRule } from '../consent/routes'
import { type Call, type Reply, seeOther } from '../http'
import { findPersonaRule } from '../rules'
import {
  addressOf,
  findJourney,
  grantAccess,
  type Journey,
  nameJourney,
  newToken,
  type Sandbox,
  startJourney,
} from '../state'
import { changed, isReturnAddress, withParams } from '../vendor'
import { invalid, readBody, success } from './answers'

const EVERYTHING = ['ADHAR', 'PANCR', 'DRVLC'] // no field narrows the consent

const StartBody = z.strictObject({ referenceId: z.string().min(1), redirectURL: z.string().optional() })

/**
 * `start`: the consent link for our reference, the only key of later reads. Source: HyperVerge's Consent URL API;
 * `result.url` was seen by an integrator. That a reference used before is refused is assumed.
 */
export function start(sandbox: Sandbox, call: Call): Reply {
  const read = readBody(sandbox, call, StartBody)
  if ('refused' in read) return read.refused
  const { referenceId, redirectURL = '' } = read.body
  if (redirectURL && !isReturnAddress(redirectURL)) return invalid(sandbox, 'redirectURL is not a URL')
  if (findJourney(sandbox, 'hyperverge', referenceId)) return invalid(sandbox, 'referenceId was used before')
  const id = newToken()
  const journey = startJourney(sandbox, {
    id,
    vendor: 'hyperverge',
    returnUrl: redirectURL,
    state: null,
    asked: EVERYTHING,
  })
  journey.facts.referenceId = referenceId
  nameJourney(sandbox, referenceId, journey)
  const link = new URL('/hyperverge-consent', sandbox.origin)
  link.searchParams.set('session', id)
  return success(sandbox, { [sandbox.modes.hyperverge.linkField]: link.href })
}

/** `GET /hyperverge-consent`: the link of the start. One journey, one decision. */
export function consentPage(sandbox: Sandbox, call: Call): Reply {
  const id = call.query.get('session') ?? ''
  const journey = findJourney(sandbox, 'hyperverge', id)
  if (journey?.id !== id) {
    return messagePage(404, 'This link is not known', 'Go back to the app and start once more.')
  }
  if (journey.outcome !== 'open') {
    return messagePage(410, 'This link was used', 'It works once. Go back to the app and start once more.')
  }
  const rule = findPersonaRule(sandbox.rules, 'hyperverge', addressOf(journey))
  if (rule?.auto) return decideByRule(sandbox, journey, rule)
  return seeOther(`/digilocker-consent?request=${journey.id}`)
}

/** `GET /hyperverge-finished`: where a player ends whose app named no `redirectURL`. */
export function finishedPage(): Reply {
  return messagePage(200, 'You are done here', 'The app asked for no way back. You can close this tab.')
}

/**
 * HyperVerge's way back: no parameters, neither for consent nor for a refusal, because none are documented; a
 * mode adds some. The consent session opens here, whatever the browser does next.
 */
export function hypervergeReturn(
  sandbox: Sandbox,
  journey: Journey,
  _error: Record<string, string>,
  changes: Record<string, string | null>,
): string {
  if (journey.outcome === 'allowed') grantAccess(journey, journey.facts.referenceId ?? '')
  if (!journey.returnUrl) return '/hyperverge-finished'
  return withParams(journey.returnUrl, changed(sandbox.modes.hyperverge.returnParams, changes))
}
