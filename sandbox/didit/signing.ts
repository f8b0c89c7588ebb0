import { createHmac } from 'node:crypto'

/** A value that Didit signs. `bigint` is for whole numbers that a double cannot hold. */
export type Signable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Signable[]
  | { [name: string]: Signable | undefined }

/** The body exactly as it is sent: canonical, and every character outside printable ASCII escaped. */
export function toSentBody(value: Signable): string {
  const toEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return toCanonical(value).replace(/[\u007f-\uffff]/g, toEscape)
}

/**
 * Canonical JSON as the vendor's service writes it: keys by code point, no spaces, whole floats as integers, and
 * characters as they are. Source: fixture generator in Didit's WordPress plugin (sheet, 10.4 and 10.5).
 */
export function toCanonical(value: Signable): string {
  if (Array.isArray(value)) return `[${value.map(toCanonical).join(',')}]`
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return toNumberText(value)
  if (value === null || typeof value !== 'object') return String(value)
  const entries = Object.entries(value).filter((entry): entry is [string, Signable] => entry[1] !== undefined)
  const sorted = entries.sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  return `{${sorted.map(([name, inner]) => `${JSON.stringify(name)}:${toCanonical(inner)}`).join(',')}}`
}

/** Numbers as Python prints them: no `1e+22`, and the exponent form below 0.0001. */
function toNumberText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('not JSON')
  if (Number.isInteger(value)) return BigInt(value).toString()
  if (Math.abs(value) >= 0.0001) return String(value)
  const [digits = '', power = ''] = value.toExponential().split('e-')
  return `${digits}e-${power.padStart(2, '0')}`
}

/** `X-Signature`: over the body as sent. `X-Signature-V2`: over the canonical text. Both lower-case hex. */
export function hmacHex(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex')
}

/** What `X-Signature-Simple` is over: four values of the body; missing is empty, null is Python's `None`. */
export function toSimpleText(body: { [name: string]: Signable | undefined }): string {
  const names = ['timestamp', 'session_id', 'status', 'webhook_type']
  return names.map((name) => (body[name] === null ? 'None' : String(body[name] ?? ''))).join(':')
}
