import { type Call, json } from '../http'
import type { Sandbox } from '../state'
import { REFUSAL_STATUS, type Refusal, type Sent } from '../vendor'

/** Test credentials. The secret is also the key of the `hmac` header. */
export const DIGILOCKER_CLIENT = 'SANDBOXDL'
export const DIGILOCKER_SECRET = 'sandbox-digilocker-secret'

/** Statuses in the digest of specification 2.4, then in the file of 2021. Words not listed here are 400 in both. */
const STATUS: Record<string, [v24: number, api1: number]> = {
  invalid_client: [400, 401], // API1 names no word; 401 there is RFC 6749, assumed
  invalid_grant: [400, 401],
  unauthorized_client: [403, 403],
  invalid_token: [401, 401],
  insufficient_scope: [403, 403],
  invalid_uri: [404, 404],
  record_not_found: [404, 404],
  aadhaar_not_linked: [404, 404],
  aadhaar_not_available: [404, 404],
  partner_service_unresponsive: [530, 500],
  repository_service_unresponsive: [530, 500],
  repository_service_configerror: [530, 500],
  repository_service_resperror: [530, 500],
  repository_service_exception: [530, 500],
  repository_service_inactive: [530, 503],
  repository_service_unpublished: [530, 503],
  unexpected_error: [530, 500],
}

/** The pull has statuses of its own; the two sources list the two groups the other way round. */
const PULL_STATUS: Record<string, [v24: number, api1: number]> = {
  invalid_orgid: [400, 500],
  invalid_doctype: [400, 500],
  uri_exists: [400, 500],
  aadhaar_not_linked: [400, 500],
  pull_response_pending: [400, 500],
  repository_service_configerror: [500, 400],
  unexpected_error: [500, 400],
}

/** An error as DigiLocker writes it: a word, which decides, and a text. The status is that of the mode's source. */
export function failure(sandbox: Sandbox, error: string): Sent {
  return withStatus(sandbox, error, STATUS[error])
}

/** As `failure`, for the pull. */
export function pullFailure(sandbox: Sandbox, error: string): Sent {
  return withStatus(sandbox, error, PULL_STATUS[error] ?? STATUS[error])
}

/** As `failure`, for the token call, where V24 has 500 for its own faults. */
export function tokenFailure(sandbox: Sandbox): Sent {
  return withStatus(sandbox, 'unexpected_error', [500, 500])
}

function withStatus(sandbox: Sandbox, error: string, statuses: [number, number] = [400, 400]): Sent {
  const status = statuses[sandbox.modes.digilocker.statuses === 'V24' ? 0 : 1]
  return json(status, { error, error_description: `TEST: ${error.replaceAll('_', ' ')}` })
}

/** Refusals of faults, the rate limit and `down`. No source shows a 429; its word is assumed. */
export function digilockerRefusal(sandbox: Sandbox, kind: Refusal): Sent {
  return { ...failure(sandbox, WORDS[kind]), status: REFUSAL_STATUS[kind] }
}

const WORDS: Record<Refusal, string> = {
  unauthorized: 'invalid_token',
  forbidden: 'insufficient_scope',
  rate_limited: 'rate_limit_exceeded',
  server_error: 'unexpected_error',
  unavailable: 'unexpected_error',
}

/** A form with known fields only, each once; null for anything else. Stricter than the vendor may be. */
export function readForm(call: Call, known: readonly string[] | null): URLSearchParams | null {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(call.headers['content-type'] ?? '')) return null
  const form = new URLSearchParams(call.body.toString('utf8'))
  const names = [...form.keys()]
  const isKnown = known === null || names.every((name) => known.includes(name))
  return isKnown && new Set(names).size === names.length ? form : null
}

/**
 * Null when id and secret are right, by HTTP Basic or in the form (API1 and V24). That both at once are refused is
 * RFC 6749 2.3, assumed here.
 */
export function refuseClient(sandbox: Sandbox, call: Call, form: URLSearchParams): Sent | null {
  const basic = toBasic(call.headers.authorization)
  const posted = form.has('client_id') || form.has('client_secret')
  if (call.headers.authorization !== undefined && posted) return failure(sandbox, 'invalid_request')
  const { clientAuth } = sandbox.modes.digilocker
  if (clientAuth === (posted ? 'basic' : 'form')) return failure(sandbox, 'invalid_client')
  const [id, secret] = posted ? [form.get('client_id'), form.get('client_secret')] : (basic ?? [])
  const isRight = id === DIGILOCKER_CLIENT && secret === DIGILOCKER_SECRET
  return isRight ? refuseAccount(sandbox) : failure(sandbox, 'invalid_client')
}

/** As `refuseClient`, where Basic alone is documented. */
export function refuseBasic(sandbox: Sandbox, call: Call): Sent | null {
  const [id, secret] = toBasic(call.headers.authorization) ?? []
  const isRight = id === DIGILOCKER_CLIENT && secret === DIGILOCKER_SECRET
  return isRight ? refuseAccount(sandbox) : failure(sandbox, 'invalid_client')
}

/**
 * A right pair of an account that may not call. An account unused for three months is switched off (SOP), and there is
 * one environment only; the words are assumed, `unauthorized_client` from RFC 6749 5.2.
 */
function refuseAccount(sandbox: Sandbox): Sent | null {
  const { account } = sandbox.modes.digilocker
  if (account === 'active') return null
  return failure(sandbox, account === 'no_product' ? 'unauthorized_client' : 'invalid_client')
}

function toBasic(header: string | undefined): [string, string] | null {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return null
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return [id, rest.join(':')]
}
