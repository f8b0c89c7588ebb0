import { messagePage } from '../consent/page'
import { decideByRule } from '../consent/routes'
import { type Call, type Reply, seeOther } from '../http'
import { findPersonaRule } from '../rules'
import { addressOf, type Journey, newToken, type Sandbox, startJourney } from '../state'
import { changed, isListed, isReturnAddress, withParams } from '../vendor'
import { DIGILOCKER_CLIENT } from './answers'

/** What the use case of this client was approved for. */
const APPROVED = ['ADHAR', 'PANCR', 'DRVLC']
const SCOPES = ['files.issueddocs', 'userdetails', 'email', 'address', 'picture', 'openid']

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/
const SHOWN = /^[A-Za-z0-9 _]{1,50}$/ // letters, digits, space, underscore (V24); the cap was seen in one client
const FLAG = /^Y$/
const DIGITS = /^\d{10,12}$/
const ACR = /^(pan|aadhaar|driving_licence)$/
const AMR =
  /^((driving_licence|aadhaar|pan|ndlemail|mobile|apaar|apaar_only|apaar_others|username)([ +](?=.)|$))+$/

/** What may stand in the address, and how each looks. Source: API1 and V24; the shapes of the rarer ones are assumed. */
const PARAMETERS: Record<string, RegExp> = {
  response_type: /^code$/,
  client_id: /./,
  redirect_uri: /./,
  state: /./,
  code_challenge: CHALLENGE,
  code_challenge_method: /^S256$/,
  purpose: SHOWN,
  service_name: SHOWN,
  scope: /./,
  req_doctype: /^[A-Z]{5}(,[A-Z]{5})*$/,
  dl_flow: /^(signup|signin)$/,
  verified_mobile: DIGITS,
  acr: ACR,
  amr: AMR,
  pla: FLAG,
  plsignup: FLAG,
  ulsignup: FLAG,
  consent_valid_till: /^\d{10}$/,
  prompt: /^(login|login_mobile)$/,
  login_hint: DIGITS,
}
const REQUIRED = [
  'response_type',
  'state',
  'code_challenge',
  'code_challenge_method',
  'purpose',
  'service_name',
]

/**
 * `GET /public/oauth2/1/authorize`, as specification 2.4 wants it. A wrong client or return address stops here, on a
 * page; anything else that is wrong goes back as an OAuth error, whose words are those of RFC 6749 4.1.2.1 (assumed).
 */
export function authorize(sandbox: Sandbox, call: Call): Reply {
  const { query } = call
  const trouble = findClientTrouble(sandbox, query)
  if (trouble !== null) return messagePage(400, 'This request cannot be shown', trouble)
  const error = findError(query)
  if (error !== null) return refuse(query, error)
  const journey = begin(sandbox, query)
  const rule = findPersonaRule(sandbox.rules, 'digilocker', addressOf(journey))
  if (rule?.auto) return decideByRule(sandbox, journey, rule)
  return seeOther(`/digilocker-consent?request=${journey.id}`)
}

function findClientTrouble(sandbox: Sandbox, query: URLSearchParams): string | null {
  if (query.get('client_id') !== DIGILOCKER_CLIENT) return 'Its client id is not known here.'
  const { account } = sandbox.modes.digilocker
  if (account === 'no_product') return 'This client is not approved for this use.'
  if (account !== 'active') return 'This client is not active.'
  const returnUrl = query.get('redirect_uri') ?? ''
  const isRegistered = isReturnAddress(returnUrl) && isListed(sandbox, 'digilocker', returnUrl)
  return isRegistered ? null : 'Its redirect_uri is not the registered one.'
}

type RequestError = 'invalid_request' | 'unsupported_response_type' | 'invalid_scope'

function findError(query: URLSearchParams): [RequestError, string] | null {
  const names = [...query.keys()]
  const unknown = names.find((name) => !Object.hasOwn(PARAMETERS, name))
  if (unknown !== undefined) return ['invalid_request', 'a parameter is not known']
  if (new Set(names).size !== names.length) return ['invalid_request', 'a parameter stands twice']
  const missing = REQUIRED.find((name) => !query.get(name))
  if (missing) return ['invalid_request', `${missing} is required`]
  if (query.get('response_type') !== 'code')
    return ['unsupported_response_type', 'response_type must be code']
  const bad = names.find((name) => !PARAMETERS[name]?.test(query.get(name) ?? ''))
  if (bad) return ['invalid_request', `${bad} is malformed`]
  if (query.has('verified_mobile') && query.get('dl_flow') !== 'signup')
    return ['invalid_request', 'verified_mobile needs dl_flow signup']
  if (query.has('login_hint') && query.get('prompt') !== 'login_mobile')
    return ['invalid_request', 'login_hint needs prompt login_mobile']
  if (!askedOf(query).every((code) => APPROVED.includes(code)))
    return ['invalid_scope', 'req_doctype holds a document this client is not approved for']
  const isKnown = scopesOf(query).every((word) => SCOPES.includes(word))
  return isKnown ? null : ['invalid_scope', 'scope holds a word this client is not approved for']
}

function refuse(query: URLSearchParams, [error, text]: [RequestError, string]): Reply {
  const state = query.get('state')
  const params = { error, error_description: text, ...(state ? { state } : {}) }
  return seeOther(withParams(query.get('redirect_uri') ?? '', params))
}

function begin(sandbox: Sandbox, query: URLSearchParams): Journey {
  const journey = startJourney(sandbox, {
    id: newToken(),
    vendor: 'digilocker',
    returnUrl: query.get('redirect_uri') ?? '',
    state: query.get('state'),
    asked: askedOf(query),
  })
  journey.facts = {
    challenge: query.get('code_challenge') ?? '',
    purpose: query.get('purpose') ?? '',
    scope: scopesOf(query).join(' '),
    ...(query.has('consent_valid_till') ? { consent_till: query.get('consent_valid_till') ?? '' } : {}),
  }
  return journey
}

/** `req_doctype` limits the page; without it everything approved is asked for. */
function askedOf(query: URLSearchParams): string[] {
  return query.get('req_doctype')?.split(',') ?? APPROVED
}

/** What the portal fixed, unless the request says less. */
function scopesOf(query: URLSearchParams): string[] {
  return query.get('scope')?.split(' ').filter(Boolean) ?? ['files.issueddocs']
}

/**
 * Back to the registered address: code and state, or error and state. The word of a refusal is not documented;
 * `access_denied` is that of RFC 6749.
 */
export function digilockerReturn(
  _sandbox: Sandbox,
  journey: Journey,
  error: Record<string, string>,
  changes: Record<string, string | null>,
): string {
  journey.facts.code_at = String(Date.now())
  const outcome: Record<string, string> = journey.outcome === 'allowed' ? { code: journey.code ?? '' } : error
  return withParams(journey.returnUrl, changed({ ...outcome, state: journey.state ?? '' }, changes))
}
