import { z } from 'zod'
import { type Call, json } from '../http'
import type { Sandbox } from '../state'
import { REFUSAL_STATUS, type Refusal, type Sent } from '../vendor'

/** Test credentials; a real pair looks different and is refused here. */
export const HYPERVERGE_APP = 'sandbox-hyperverge-app'
export const HYPERVERGE_KEY = 'sandbox-hyperverge-key'

/** Random part of the webhook address: the only thing that proves who sends. */
export const HYPERVERGE_WEBHOOK_TOKEN = 'sandbox-hyperverge-webhook-token-4f1d9c7e2ab8'

/** `yes` and `no` are texts with this vendor; a real boolean is refused. */
export const YesNo = z.enum(['yes', 'no'])

const BAD_PAIR = 'Missing/Invalid credentials'

/** An answer of this family: `statusCode` is a string in its samples. */
export function success(sandbox: Sandbox, result: unknown): Sent {
  return json(200, { status: 'success', statusCode: statusCode(sandbox, 200), result })
}

/** A failure: `error` is a text, or an object with a code. Both occur in this family. */
export function failure(
  sandbox: Sandbox,
  status: number,
  error: string | { code: string; message: string },
): Sent {
  return json(status, { status: 'failure', statusCode: statusCode(sandbox, status), error })
}

/** Null when the pair is right. Names of headers ignore case, as HTTP does. */
export function refuseCaller(sandbox: Sandbox, call: Call): Sent | null {
  const right = call.headers.appid === HYPERVERGE_APP && call.headers.appkey === HYPERVERGE_KEY
  return right ? refuseAccount(sandbox) : failure(sandbox, 401, BAD_PAIR)
}

/**
 * A right pair of an account that may not call. All assumed: 404 for a product that is off is our reading of the
 * vendor's "resource not found", and an inactive or foreign pair is told nothing more than a wrong one.
 */
function refuseAccount(sandbox: Sandbox): Sent | null {
  const { account } = sandbox.modes.hyperverge
  if (account === 'active') return null
  return failure(
    sandbox,
    account === 'no_product' ? 404 : 401,
    account === 'no_product' ? 'Not Found' : BAD_PAIR,
  )
}

/**
 * The body when caller and body are right, else the refusal. Unknown fields are refused, more strictly than the
 * vendor may be; 400 with `code` and `message` was seen by an integrator, the code's name is assumed.
 */
export function readBody<Schema extends z.ZodType>(
  sandbox: Sandbox,
  call: Call,
  schema: Schema,
): { body: z.output<Schema> } | { refused: Sent } {
  const refused = refuseCaller(sandbox, call)
  if (refused) return { refused }
  if (!/^application\/json\s*(;|$)/i.test(call.headers['content-type'] ?? '')) {
    return { refused: invalid(sandbox, 'content-type must be application/json') }
  }
  const read = schema.safeParse(parsed(call.body))
  return read.success ? { body: read.data } : { refused: invalid(sandbox, z.prettifyError(read.error)) }
}

/** 400 of a call that is wrong in itself. */
export function invalid(sandbox: Sandbox, message: string): Sent {
  return failure(sandbox, 400, { code: 'ER_VALIDATION', message })
}

/** Refusals in HyperVerge's words; 403 and 503 are assumed. */
export function hypervergeRefusal(sandbox: Sandbox, kind: Refusal): Sent {
  return failure(sandbox, REFUSAL_STATUS[kind], REFUSALS[kind])
}

const REFUSALS: Record<Refusal, string | { code: string; message: string }> = {
  unauthorized: BAD_PAIR,
  forbidden: 'Forbidden',
  rate_limited: 'Rate limit exceeded',
  server_error: { code: 'ER_SERVER', message: 'Internal Server Error' },
  unavailable: 'Server Busy',
}

function statusCode(sandbox: Sandbox, status: number): string | number {
  return sandbox.modes.hyperverge.statusCode === 'string' ? String(status) : status
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return null
  }
}
