import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Call, json, type Reply } from '../http'
import { newToken, type Sandbox } from '../state'
import { type Sent, vendorNow } from '../vendor'

/** Test credentials of the token generation. */
export const DIDIT_CLIENT = 'sandbox-didit-client'
export const DIDIT_SECRET = 'sandbox-didit-secret'

const SAMPLE_FACTOR = 10 // the vendor's sample: `exp` ten days ahead, `expires_in` one day

/**
 * `POST /auth/v2/token/`. Documented: Basic header over the plain pair, form body, `client_credentials` alone, 401
 * with `detail`, 400, the fields of the answer. Assumed: that a field which is not known is refused, and every text.
 */
export function token(sandbox: Sandbox, call: Call): Reply {
  sandbox.stored.didit.token_calls = String(Number(sandbox.stored.didit.token_calls ?? 0) + 1)
  if (!isPair(call.headers.authorization)) return refusal(sandbox, 401, 'Invalid client credentials.')
  const { account } = sandbox.modes.didit
  if (account === 'inactive' || account === 'other_environment') {
    return refusal(sandbox, 401, 'Invalid client credentials.')
  }
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(call.headers['content-type'] ?? '')) {
    return refusal(sandbox, 400, 'The body must be form encoded.')
  }
  const form = [...new URLSearchParams(call.body.toString('utf8'))]
  const [[name, value] = []] = form
  if (form.length !== 1 || name !== 'grant_type' || value !== 'client_credentials') {
    return refusal(sandbox, 400, 'grant_type must be client_credentials, and alone.')
  }
  return json(200, grant(sandbox))
}

function grant(sandbox: Sandbox): Record<string, unknown> {
  const { tokenLifeSeconds, tokenExpiry } = sandbox.modes.didit
  const iat = Math.floor(vendorNow(sandbox, 'didit').getTime() / 1000)
  const exp = iat + tokenLifeSeconds * (tokenExpiry === 'contradicts' ? SAMPLE_FACTOR : 1)
  return {
    iss: sandbox.origin,
    iat,
    sub: '00000000-0000-4000-8000-0000000000aa',
    client_id: DIDIT_CLIENT,
    organization_id: '00000000-0000-4000-8000-0000000000bb',
    ...(tokenExpiry === 'absent' ? {} : { expires_in: tokenLifeSeconds, exp }),
    access_token: toToken(iat + tokenLifeSeconds),
  }
}

/** Opaque to an app. It holds its own end, so that it outlives a reset and a restart of the sandbox. */
function toToken(endsAtSeconds: number): string {
  const claim = `${endsAtSeconds}.${newToken(12)}`
  return `${claim}.${seal(claim)}`
}

/** True for a token of this vendor, by the vendor's clock. */
export function isLivingToken(text: string, now: Date): boolean {
  const [endsAt = '', nonce = '', given = ''] = text.split('.')
  const expected = Buffer.from(seal(`${endsAt}.${nonce}`))
  const bytes = Buffer.from(given)
  const isOurs = bytes.length === expected.length && timingSafeEqual(bytes, expected)
  return isOurs && now.getTime() < Number(endsAt) * 1000
}

function seal(claim: string): string {
  return createHmac('sha256', DIDIT_SECRET).update(claim).digest('base64url')
}

/** The pair as the vendor reads it: joined and encoded, not form-encoded first. */
function isPair(authorization: string | undefined): boolean {
  const right = Buffer.from(`${DIDIT_CLIENT}:${DIDIT_SECRET}`).toString('base64')
  return authorization === `Basic ${right}`
}

function refusal(sandbox: Sandbox, status: number, text: string): Sent {
  return json(status, { [sandbox.modes.didit.tokenErrorKey]: text })
}
