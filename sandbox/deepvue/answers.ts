import { type Call, json, type Reply } from '../http'
import { newToken } from '../state'

/** Test credentials. `x-api-key` carries the client secret: the vendor's naming, not ours. */
export const DEEPVUE_SECRET = 'sandbox-deepvue-secret'
export const DEEPVUE_CLIENT = 'sandbox-deepvue-client'

type Sent = Reply & { kind: 'send' }

/** An error as Deepvue writes it: only `detail`, a string or an array. Source: docs.deepvue.ai/errors. */
export function failure(status: number, detail: unknown): Sent {
  return json(status, { detail })
}

/**
 * Null when both headers are right. A bearer is judged first: DigiLocker calls need none, and a foreign one is
 * no credential here. The texts are among those the vendor lists for 401; which one belongs to which mistake
 * is our assumption.
 */
export function refuseCaller(call: Call): Sent | null {
  if (/^bearer\b/i.test(call.headers.authorization ?? '')) {
    return failure(401, 'Could not validate credentials')
  }
  const secret = call.headers['x-api-key']
  const client = call.headers['client-id']
  if (!secret || !client) return failure(401, 'Not authenticated')
  if (client !== DEEPVUE_CLIENT) return failure(401, 'Invalid client_id')
  return secret === DEEPVUE_SECRET ? null : failure(401, 'Invalid client_id or client_secret, access Denied')
}

/**
 * Success envelope of the calls after the first. Every call has a transaction id of its own; `timestamp` is
 * null in the published samples of the list and the download.
 */
export function success(message: string, data: unknown, timestamp: number | null = Date.now()): Sent {
  return json(200, {
    code: 200,
    timestamp,
    transaction_id: newToken(16),
    sub_code: 'SUCCESS',
    message,
    data,
  })
}
