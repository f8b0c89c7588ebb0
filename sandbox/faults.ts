import { failure } from './deepvue/answers'
import { bytes, json, type Reply } from './http'
import { idtoUnauthorized } from './idto/answers'
import type { Vendor } from './modes'
import type { FaultRule } from './rules'

const FOREIGN_URL = 'https://phishing.example.invalid/consent'
const HUGE_BYTES = 12 * 1024 * 1024
const HOLD_MS = 10 * 60 * 1000

/** True when the fault changes an answer, so the call has to run first. */
export function needsAnswer(rule: FaultRule): boolean {
  return (
    rule.phase === 'after' ||
    ['foreign_url', 'javascript_url', 'truncated_json', 'delay'].includes(rule.fault)
  )
}

/** The spoilt answer. `answer` is what the call itself gave, when it ran. */
export function spoil(rule: FaultRule, vendor: Vendor, answer: Reply | null): Reply {
  switch (rule.fault) {
    case 'delay':
      return answer ?? json(rule.status ?? 200, {})
    case 'foreign_url':
      return withLink(answer, rule.location ?? FOREIGN_URL)
    case 'javascript_url':
      return withLink(answer, "javascript:alert('from the vendor')")
    case 'truncated_json':
      return truncated(answer, rule.status)
    case 'html':
      return bytes(rule.status ?? 502, 'text/html', '<html><body><h1>502 Bad Gateway</h1></body></html>')
    case 'redirect':
      return redirected(rule.status ?? 302, rule.location ?? FOREIGN_URL)
    case 'huge_body':
      return { kind: 'flood', status: rule.status ?? 200, bytes: rule.sizeBytes ?? HUGE_BYTES }
    case 'hang':
      return { kind: 'hang', holdMs: HOLD_MS }
    case 'disconnect':
      return { kind: 'disconnect' }
    case 'body':
      return custom(rule)
    default:
      return refusal(rule.fault, vendor, rule)
  }
}

type Refusal = 'unauthorized' | 'forbidden' | 'rate_limited' | 'server_error' | 'unavailable'

const STATUS: Record<Refusal, number> = {
  unauthorized: 401,
  forbidden: 403,
  rate_limited: 429,
  server_error: 500,
  unavailable: 503,
}

// Deepvue's texts are those of docs.deepvue.ai/errors. Of IDTO's only the 401 was seen; the others are assumed.
const DETAIL: Record<Vendor, Record<Refusal, string>> = {
  idto: {
    unauthorized: '',
    forbidden: 'This product is not enabled for the account',
    rate_limited: 'Too many requests',
    server_error: 'Internal Server Error',
    unavailable: 'Service Unavailable',
  },
  deepvue: {
    unauthorized: 'Could not validate credentials',
    forbidden: 'Not a valid token',
    rate_limited: 'Rate limit exceeded. Please retry after some time.',
    server_error: 'Internal Server Error',
    unavailable: 'Source Unavailable',
  },
}

/** A refusal in the vendor's own words; a rule's `body` replaces the words. */
function refusal(fault: Refusal, vendor: Vendor, rule: FaultRule): Reply {
  const status = rule.status ?? STATUS[fault]
  if (rule.body !== undefined) return custom({ ...rule, status })
  if (vendor === 'idto' && fault === 'unauthorized') return { ...idtoUnauthorized(), status }
  return failure(status, DETAIL[vendor][fault])
}

/** 429 in the vendor's own words. */
export function tooManyCalls(vendor: Vendor): Reply {
  return failure(STATUS.rate_limited, DETAIL[vendor].rate_limited)
}

function custom(rule: FaultRule): Reply {
  const text = typeof rule.body === 'string' ? rule.body : JSON.stringify(rule.body ?? {})
  const type = rule.contentType ?? (typeof rule.body === 'string' ? 'text/plain' : 'application/json')
  return bytes(rule.status ?? 200, type, text)
}

function redirected(status: number, location: string): Reply {
  return { kind: 'send', status, headers: { location }, body: Buffer.alloc(0) }
}

function truncated(answer: Reply | null, status: number | undefined): Reply {
  if (answer?.kind !== 'send') return bytes(status ?? 200, 'application/json', '{"status":"succ')
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2))
  return { ...answer, status: status ?? answer.status, body: half }
}

function withLink(answer: Reply | null, link: string): Reply {
  if (answer?.kind !== 'send' || answer.status >= 300) return answer ?? json(200, {})
  const body = JSON.parse(answer.body.toString('utf8'), (key, value: unknown) =>
    key === 'url' || key === 'authorization_url' ? link : value,
  ) as unknown
  return { ...answer, body: Buffer.from(JSON.stringify(body)) }
}
