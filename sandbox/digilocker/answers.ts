import { type Call, json } from '../http'
import type { Sandbox } from '../state'
import { REFUSAL_STATUS, type Refusal, type Sent } from '../vendor'

/** Test credentials. The secret is also the key of the documents' `hmac`. */
export const DIGILOCKER_CLIENT = 'SANDBOXDL'
export const DIGILOCKER_SECRET = 'sandbox-digilocker-secret'

/** An error as DigiLocker writes it: a word and a text (API1). The word decides. */
export function failure(status: number, error: string): Sent {
  return json(status, { error, error_description: `TEST: ${error.replaceAll('_', ' ')}` })
}

/** The status of back-end trouble: 500 in the file of 2021, 530 in the digest of 2.4. */
export function troubleStatus(sandbox: Sandbox): number {
  return sandbox.modes.digilocker.statuses === 'API1' ? 500 : 530
}

/** Refusals of faults, the rate limit and `down`. No source shows a 429; assumed. */
export function digilockerRefusal(_sandbox: Sandbox, kind: Refusal): Sent {
  return failure(REFUSAL_STATUS[kind], WORDS[kind])
}

const WORDS: Record<Refusal, string> = {
  unauthorized: 'invalid_client',
  forbidden: 'insufficient_scope',
  rate_limited: 'rate_limit_exceeded',
  server_error: 'unexpected_error',
  unavailable: 'unexpected_error',
}

/** Null when id and secret are right, by HTTP Basic or in the form; both are documented (API1, V24). */
export function refuseClient(sandbox: Sandbox, call: Call, form: URLSearchParams): Sent | null {
  const [id, secret] = toBasic(call.headers.authorization) ?? [
    form.get('client_id'),
    form.get('client_secret'),
  ]
  if (id !== DIGILOCKER_CLIENT || secret !== DIGILOCKER_SECRET) return failure(401, 'invalid_client')
  return refuseAccount(sandbox)
}

/** A right pair of an account that may not call; an account unused for three months is switched off (SOP). Words assumed. */
function refuseAccount(sandbox: Sandbox): Sent | null {
  const { account } = sandbox.modes.digilocker
  if (account === 'active') return null
  return account === 'no_product' ? failure(403, 'unauthorized_client') : failure(401, 'invalid_client')
}

function toBasic(header: string | undefined): [string, string] | null {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? '')?.[1]
  if (encoded === undefined) return null
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return [id, rest.join(':')]
}
