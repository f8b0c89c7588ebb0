import { messagePage } from '../consent/page'
import { decideByRule } from '../consent/routes'
import { type Call, type Reply, seeOther } from '../http'
import { findPersonaRule } from '../rules'
import { addressOf, type Journey, newToken, type Sandbox, startJourney } from '../state'
import { changed, isListed, isReturnAddress, withParams } from '../vendor'
import { DIGILOCKER_CLIENT } from './answers'

const KNOWN = ['ADHAR', 'PANCR', 'DRVLC', 'RVCER', 'SSCER', 'HSCER']
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/
const SHOWN = /^[A-Za-z0-9 _]{1,50}$/ // letters, digits, space, underscore (V24); the cap was seen in one client
const PARAMETERS = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
  'purpose',
  'service_name',
  'scope',
  'req_doctype',
  'dl_flow',
  'acr',
  'amr',
  'pla',
  'plsignup',
  'ulsignup',
  'consent_valid_till',
  'prompt',
])

/**
 * `GET /public/oauth2/1/authorize`, as specification 2.4 wants it: PKCE, purpose and service name are required. A wrong
 * request stops here: nobody is sent back to an address that is not the client's.
 */
export function authorize(sandbox: Sandbox, call: Call): Reply {
  const trouble = findTrouble(sandbox, call.query)
  if (trouble !== null) return messagePage(400, 'This request cannot be shown', trouble)
  const { query } = call
  const journey = startJourney(sandbox, {
    id: newToken(),
    vendor: 'digilocker',
    returnUrl: query.get('redirect_uri') ?? '',
    state: query.get('state'),
    asked: query.get('req_doctype')?.split(',') ?? KNOWN.slice(0, 3),
  })
  journey.facts.challenge = query.get('code_challenge') ?? ''
  const rule = findPersonaRule(sandbox.rules, 'digilocker', addressOf(journey))
  if (rule?.auto) return decideByRule(sandbox, journey, rule)
  return seeOther(`/digilocker-consent?request=${journey.id}`)
}

function findTrouble(sandbox: Sandbox, query: URLSearchParams): string | null {
  const unknown = [...query.keys()].find((name) => !PARAMETERS.has(name))
  if (unknown !== undefined) return 'It carries a parameter that is not known here.'
  if (query.get('client_id') !== DIGILOCKER_CLIENT) return 'Its client id is not known here.'
  const { account } = sandbox.modes.digilocker
  if (account !== 'active') return 'This client is not active.'
  const returnUrl = query.get('redirect_uri') ?? ''
  if (!isReturnAddress(returnUrl) || !isListed(sandbox, 'digilocker', returnUrl))
    return 'Its return address is not the registered one.'
  if (query.get('response_type') !== 'code') return 'Its response type is not code.'
  if (!query.get('state')) return 'It has no state.'
  if (!CHALLENGE.test(query.get('code_challenge') ?? '') || query.get('code_challenge_method') !== 'S256')
    return 'It has no S256 code challenge.'
  if (!SHOWN.test(query.get('purpose') ?? '') || !SHOWN.test(query.get('service_name') ?? ''))
    return 'Its purpose or service name is missing or holds other characters.'
  const asked = query.get('req_doctype')?.split(',') ?? []
  return asked.every((code) => KNOWN.includes(code)) ? null : 'It asks for a document that is not known here.'
}

/** Back to the registered address: code and state, or an error and state. */
export function digilockerReturn(
  _sandbox: Sandbox,
  journey: Journey,
  error: Record<string, string>,
  changes: Record<string, string | null>,
): string {
  const outcome: Record<string, string> = journey.outcome === 'allowed' ? { code: journey.code ?? '' } : error
  return withParams(journey.returnUrl, changed({ ...outcome, state: journey.state ?? '' }, changes))
}
