import { type Call, json } from '../http'
import type { Sandbox } from '../state'
import { REFUSAL_STATUS, type Refusal, type Sent } from '../vendor'

/** Test token. The vendor calls it a JWT; the one in its sample is opaque, and so is this. */
export const KWIKID_TOKEN = 'sandbox-kwikid-token'

/** Client name inside the redirect link; an app never sends it. */
export const KWIKID_CLIENT = 'sandbox-kwikid-client'

/** The shape that KwikID's page shows for 500, and its prose for a missing bearer. */
export function textError(status: number, error: string): Sent {
  return json(status, { error })
}

/** The shape that its schema shows for 400 and 401. */
export function detailedError(status: number, message: string, detail: unknown = {}): Sent {
  return json(status, { detail, message })
}

/**
 * Null when the bearer is right. None at all is 400 and a wrong one 401: so says
 * doc.app.getkwikid.com/docs/API/VerificationAPIList/init. The wording is ours.
 */
export function refuseCaller(sandbox: Sandbox, call: Call): Sent | null {
  const given = call.headers.authorization ?? ''
  if (!given.trim()) return textError(400, 'Authorization token is required')
  return given === `Bearer ${KWIKID_TOKEN}` ? refuseAccount(sandbox) : unauthorized()
}

/**
 * A right token of an account that may not call. 500 is documented for an account that is not set up; that an
 * inactive one and one of another environment meet the 401 of a wrong token is assumed.
 */
function refuseAccount(sandbox: Sandbox): Sent | null {
  const { account } = sandbox.modes.kwikid
  if (account === 'active') return null
  return account === 'no_product' ? textError(500, 'Account is not set up for DigiLocker') : unauthorized()
}

function unauthorized(): Sent {
  return detailedError(401, 'Invalid or expired token')
}

/** Refusals in KwikID's two shapes. 429 is the sibling product's; 403 and 503 are assumed. */
export function kwikidRefusal(_sandbox: Sandbox, kind: Refusal): Sent {
  if (kind === 'unauthorized') return unauthorized()
  if (kind === 'rate_limited') return json(429, { status: 429, message: 'Too many requests' })
  return textError(REFUSAL_STATUS[kind], TEXT[kind])
}

const TEXT: Record<Exclude<Refusal, 'unauthorized' | 'rate_limited'>, string> = {
  forbidden: 'Forbidden',
  server_error: 'Internal Server Error',
  unavailable: 'Service Unavailable',
}
