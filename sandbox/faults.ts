import { bytes, json, type Reply } from './http'
import type { Vendor } from './modes'
import type { FaultRule } from './rules'
import type { Sandbox } from './state'
import { REFUSAL_STATUS, type Refusal } from './vendor'

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
export function spoil(sandbox: Sandbox, vendor: Vendor, rule: FaultRule, answer: Reply | null): Reply {
  const { linkKeys } = sandbox.vendors[vendor]
  switch (rule.fault) {
    case 'delay':
      return answer ?? json(rule.status ?? 200, {})
    case 'foreign_url':
      return withLink(answer, linkKeys, rule.location ?? FOREIGN_URL)
    case 'javascript_url':
      return withLink(answer, linkKeys, "javascript:alert('from the vendor')")
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
      return refusal(sandbox, vendor, rule.fault, rule)
  }
}

/** A refusal in the vendor's own words; a rule's `status` and `body` replace them. */
function refusal(sandbox: Sandbox, vendor: Vendor, kind: Refusal, rule: FaultRule): Reply {
  const status = rule.status ?? REFUSAL_STATUS[kind]
  if (rule.body !== undefined) return custom({ ...rule, status })
  return { ...sandbox.vendors[vendor].refusal(sandbox, kind), status }
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

function withLink(answer: Reply | null, linkKeys: readonly string[], link: string): Reply {
  if (answer?.kind !== 'send' || answer.status >= 300) return answer ?? json(200, {})
  const body = JSON.parse(answer.body.toString('utf8'), (key, value: unknown) =>
    linkKeys.includes(key) ? link : value,
  ) as unknown
  return { ...answer, body: Buffer.from(JSON.stringify(body)) }
}
