import { type Call, json } from '../http'
import type { Sandbox } from '../state'
import { REFUSAL_STATUS, type Refusal, type Sent } from '../vendor'

/** Test credentials; a real pair looks different and is refused here. */
export const IDTO_KEY = 'sandbox-idto-key'
export const IDTO_CLIENT = 'sandbox-idto-client'

const NO_CREDENTIALS =
  'Authentication required. Provide a valid JWT, an X-API-KEY with its X-Client-ID, or an SDK token.'

/** 401 as IDTO writes it: one `detail` string that names its three kinds of credentials (seen by an integrator). */
export function idtoUnauthorized(): Sent {
  return json(401, { detail: NO_CREDENTIALS })
}

/**
 * Null when the key pair is right. A bearer token is judged before the pair, and a foreign one fails: IDTO
 * takes JWT and SDK tokens in that header, so an app's own session token next to a good pair is refused.
 */
export function refuseCaller(sandbox: Sandbox, call: Call): Sent | null {
  if (/^bearer\b/i.test(call.headers.authorization ?? '')) return idtoUnauthorized()
  const right = call.headers['x-api-key'] === IDTO_KEY && call.headers['x-client-id'] === IDTO_CLIENT
  return right ? refuseAccount(sandbox) : idtoUnauthorized()
}

/**
 * A right pair of an account that may not call. The 401 does not tell a wrong environment from a wrong key; that
 * an inactive key meets it too is an integrator's reading, and 403 for a product that is off is assumed.
 */
function refuseAccount(sandbox: Sandbox): Sent | null {
  const { account } = sandbox.modes.idto
  if (account === 'active') return null
  return account === 'no_product' ? idtoRefusal(sandbox, 'forbidden') : idtoUnauthorized()
}

/** Refusals as IDTO words them. Only the 401 was seen; the others are assumed. */
export function idtoRefusal(_sandbox: Sandbox, kind: Refusal): Sent {
  if (kind === 'unauthorized') return idtoUnauthorized()
  return json(REFUSAL_STATUS[kind], { detail: DETAIL[kind] })
}

const DETAIL: Record<Exclude<Refusal, 'unauthorized'>, string> = {
  forbidden: 'This product is not enabled for the account',
  rate_limited: 'Too many requests',
  server_error: 'Internal Server Error',
  unavailable: 'Service Unavailable',
}

/** Verdict in a JSON body where a document was expected. Codes 2005 to 2010 were seen, their status was not. */
export function verdict(sandbox: Sandbox, code: 2005 | 2007 | 2009 | 2010): Sent {
  return json(sandbox.modes.idto.verdictStatus, { status: 'failed', code, message: VERDICTS[code] })
}

const VERDICTS = {
  2005: 'Consent was not given for this document',
  2007: 'Document is not issued in this DigiLocker account',
  2009: 'Document source is not available',
  2010: 'DigiLocker session has expired',
}

/** 404 that a second read on the same key met: upstream text with its full address, and about Aadhaar whatever was read. */
export function misleadingNotFound(): Sent {
  const upstream = 'https://digilocker.meripehchaan.gov.in/public/oauth2/3/xml/eaadhaar'
  return json(404, { detail: `404 Client Error: Not Found for url: ${upstream}` })
}

/** A success body in the envelope that the mode asks for; `status` and `code` always stay on top. */
export function success(
  sandbox: Sandbox,
  top: Record<string, unknown>,
  payload: Record<string, unknown>,
): Sent {
  const { envelope } = sandbox.modes.idto
  const body = envelope === 'flat' ? payload : { [envelope]: payload }
  return json(200, { status: 'success', ...top, ...body })
}
