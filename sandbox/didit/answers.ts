import type { z } from 'zod'
import { bytes, type Call, json } from '../http'
import type { Sandbox } from '../state'
import { REFUSAL_STATUS, type Refusal, type Sent, vendorNow } from '../vendor'
import { isLivingToken } from './token'

/** Test credentials; a real key looks different and is refused here. */
export const DIDIT_KEY = 'sandbox-didit-key'
export const DIDIT_WORKFLOW = '00000000-0000-4000-8000-00000000d1d1'

/** Paths of three generations exist side by side. */
export type Version = 'v1' | 'v2' | 'v3'

const NOT_PROVIDED = 'Authentication credentials were not provided.'
const NO_PERMISSION = 'You do not have permission to perform this action.'

/** The ordinary error: one text. The words are those of the vendor's framework, assumed. */
export function detail(status: number, text: string): Sent {
  return json(status, { detail: text })
}

/** HTML page that answers an id which is no uuid (documented), or a crash (assumed). */
export function htmlPage(status: number, title: string): Sent {
  const page = `<!doctype html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`
  return bytes(status, 'text/html; charset=utf-8', page)
}

/**
 * Null when the caller may call this generation. Documented: `x-api-key` on v3, where a missing, wrong or foreign
 * key is 403 and never 401; a bearer on v1 and v2; the key on v2 as well. Assumed: the status of a wrong bearer, and
 * that both at once are refused, so that an app that sends both is noticed.
 */
export function refuseCaller(sandbox: Sandbox, call: Call, version: Version): Sent | null {
  const key = call.headers['x-api-key']
  const authorization = call.headers.authorization
  if (key !== undefined && authorization !== undefined) {
    return detail(403, 'Send one kind of credentials, not two.')
  }
  const takesBearer = version !== 'v3' || sandbox.modes.didit.v3Bearer
  if (authorization !== undefined && takesBearer) return refuseBearer(sandbox, authorization)
  if (version === 'v1') return detail(tokenStatus(sandbox), NOT_PROVIDED)
  if (key === undefined) return detail(403, NOT_PROVIDED)
  return key === DIDIT_KEY ? refuseAccount(sandbox) : detail(403, 'Invalid API key.')
}

function refuseBearer(sandbox: Sandbox, authorization: string): Sent | null {
  const token = /^Bearer (\S+)$/.exec(authorization)?.[1] ?? ''
  const isGood = isLivingToken(token, vendorNow(sandbox, 'didit'))
  return isGood ? refuseAccount(sandbox) : detail(tokenStatus(sandbox), 'Token is invalid or expired.')
}

function tokenStatus(sandbox: Sandbox): number {
  return Number(sandbox.modes.didit.staleTokenStatus)
}

/**
 * A right key of an application that may not call: a key of another application is refused as a wrong one, one
 * without the permission in the second documented text; that a switched-off application meets the first is assumed.
 */
function refuseAccount(sandbox: Sandbox): Sent | null {
  const { account } = sandbox.modes.didit
  if (account === 'active') return null
  return detail(403, account === 'no_product' ? NO_PERMISSION : 'Invalid API key.')
}

/** Refusals in the documented shapes; a 401 exists in the token generation only, 500 and 503 are assumed. */
export function diditRefusal(sandbox: Sandbox, kind: Refusal): Sent {
  if (kind === 'rate_limited') return rateLimited(sandbox)
  if (kind === 'server_error') return htmlPage(500, 'Server Error (500)')
  return detail(REFUSAL_STATUS[kind], DETAIL[kind])
}

const DETAIL = {
  unauthorized: 'Token is invalid or expired.',
  forbidden: NO_PERMISSION,
  unavailable: 'Service temporarily unavailable, try again later.',
}

function rateLimited(sandbox: Sandbox): Sent {
  const reply = detail(429, 'Request was throttled. Expected available in 2 seconds.')
  const resetAt = Math.ceil(vendorNow(sandbox, 'didit').getTime() / 1000) + 2
  const limits = {
    'retry-after': '2',
    'x-ratelimit-limit': '600',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(resetAt),
  }
  return { ...reply, headers: { ...reply.headers, ...limits } }
}

type Complaints = { [field: string]: string[] | Complaints }

/** A body that fits the schema, else the 400 with an array of texts per field (documented), 415 for another type (assumed). */
export function readBody<Schema extends z.ZodType>(
  call: Call,
  schema: Schema,
): { body: z.output<Schema> } | { refused: Sent } {
  const type = call.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    return { refused: detail(415, `Unsupported media type "${type.slice(0, 80)}" in request.`) }
  }
  const value = parsed(call.body)
  if (value === undefined) return { refused: detail(400, 'JSON parse error') }
  const read = schema.safeParse(value)
  return read.success ? { body: read.data } : { refused: json(400, toComplaints(read.error.issues)) }
}

/** Complaints as the vendor's framework nests them; an unknown field is one too, more strictly than there. */
function toComplaints(issues: z.core.$ZodIssue[]): Complaints {
  const complaints: Complaints = {}
  for (const issue of issues) {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : null
    const paths = unknown ? unknown.map((name) => [...issue.path, name]) : [issue.path]
    for (const path of paths)
      addComplaint(complaints, path.map(String), unknown ? 'Unknown field.' : issue.message)
  }
  return complaints
}

function addComplaint(complaints: Complaints, [first = 'non_field_errors', ...rest]: string[], text: string) {
  const known = complaints[first]
  if (rest.length === 0) {
    complaints[first] = [...(Array.isArray(known) ? known : []), text]
    return
  }
  const inner = known && !Array.isArray(known) ? known : {}
  complaints[first] = inner
  addComplaint(inner, rest, text)
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}
