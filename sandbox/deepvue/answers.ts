import { type Call, json } from '../http'
import { newToken, type Sandbox } from '../state'
import { REFUSAL_STATUS, type Refusal, type Sent, vendorNow } from '../vendor'

/** Test credentials. `x-api-key` carries the client secret: the vendor's naming, not ours. */
export const DEEPVUE_SECRET = 'sandbox-deepvue-secret'
export const DEEPVUE_CLIENT = 'sandbox-deepvue-client'

/** An error as Deepvue writes it: only `detail`, a string or an array. Source: docs.deepvue.ai/errors. */
export function failure(status: number, detail: unknown): Sent {
  return json(status, { detail })
}

/**
 * Null when both headers are right. A bearer is judged first: DigiLocker calls need none, and a foreign one is
 * no credential here. The texts are among those the vendor lists for 401; which one belongs to which mistake
 * is our assumption.
 */
export function refuseCaller(sandbox: Sandbox, call: Call): Sent | null {
  if (/^bearer\b/i.test(call.headers.authorization ?? '')) {
    return failure(401, 'Could not validate credentials')
  }
  const secret = call.headers['x-api-key']
  const client = call.headers['client-id']
  if (!secret || !client) return failure(401, 'Not authenticated')
  if (client !== DEEPVUE_CLIENT) return failure(401, 'Invalid client_id')
  if (secret !== DEEPVUE_SECRET) return failure(401, 'Invalid client_id or client_secret, access Denied')
  return refuseAccount(sandbox)
}

/**
 * A right pair of an account that may not call: the texts are the vendor's (docs.deepvue.ai/errors). It has one
 * host, so that a pair of another environment is an unknown client is assumed.
 */
function refuseAccount(sandbox: Sandbox): Sent | null {
  const { account } = sandbox.modes.deepvue
  if (account === 'inactive') return failure(400, 'Inactive client_id')
  if (account === 'no_product') return failure(403, 'Not a valid token')
  return account === 'active' ? null : failure(401, 'Invalid client_id')
}

/** Refusals in the texts of docs.deepvue.ai/errors. */
export function deepvueRefusal(_sandbox: Sandbox, kind: Refusal): Sent {
  return failure(REFUSAL_STATUS[kind], DETAIL[kind])
}

const DETAIL: Record<Refusal, string> = {
  unauthorized: 'Could not validate credentials',
  forbidden: 'Not a valid token',
  rate_limited: 'Rate limit exceeded. Please retry after some time.',
  server_error: 'Internal Server Error',
  unavailable: 'Source Unavailable',
}

/**
 * Success envelope of the calls after the first. Every call has a transaction id of its own; `timestamp` is
 * null in the published samples of the list and the download.
 */
export function success(
  sandbox: Sandbox,
  message: string,
  data: unknown,
  stamp: 'now' | 'none' = 'now',
): Sent {
  return json(200, {
    code: 200,
    timestamp: stamp === 'now' ? vendorNow(sandbox, 'deepvue').getTime() : null,
    transaction_id: newToken(16),
    sub_code: 'SUCCESS',
    message,
    data,
  })
}
