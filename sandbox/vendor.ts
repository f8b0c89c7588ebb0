import type { Call, Reply } from './http'
import type { Vendor } from './modes'
import type { Journey, Sandbox } from './state'

export type Sent = Reply & { kind: 'send' }

/** Everything that this process knows about one vendor. A vendor is a folder that exports one of these. */
export interface Simulator {
  id: Vendor
  /** As pages print it. */
  name: string
  /** What an app is configured with, for the home page. */
  settings(origin: string): Record<string, string>
  /** Calls that exist in the modes now in force. */
  calls(sandbox: Sandbox): VendorCall[]
  pages: readonly VendorPage[]
  /**
   * Where the browser goes when the consent page is done: an address of the app, or a path of this vendor.
   * `error` are the parameters of a refusal; `changes` are a rule's wishes, for `changed()`.
   */
  returnTo(
    sandbox: Sandbox,
    journey: Journey,
    error: Record<string, string>,
    changes: Record<string, string | null>,
  ): string
  /** A refusal in the vendor's own words and shape, for faults, the rate limit and `down`. */
  refusal(sandbox: Sandbox, kind: Refusal): Sent
  /** Names under which answers carry the link that the player is sent to. */
  linkKeys: readonly string[]
  /** One delivery of this vendor; absent where the vendor has no webhooks. */
  webhook?(sandbox: Sandbox, journey: Journey, event: WebhookEvent): WebhookMessage
  /** How long after the player's decision the vendor knows the outcome; its webhook waits as long. */
  settlesAfterMs?(sandbox: Sandbox, journey: Journey): number
  /** What the consent page says where the vendor asks for something else than shared documents. */
  consentWords?: { question: string; lead: string }
}

export type Refusal = 'unauthorized' | 'forbidden' | 'rate_limited' | 'server_error' | 'unavailable'

export const REFUSAL_STATUS: Record<Refusal, number> = {
  unauthorized: 401,
  forbidden: 403,
  rate_limited: 429,
  server_error: 500,
  unavailable: 503,
}

/** One call of a vendor's API. */
export interface VendorCall {
  /** The name that rules and the log use; for most vendors the last part of the path. */
  call: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** A `{name}` stands for one segment; its decoded text is in `call.params`. Trailing slashes count. */
  path: string
  answer(sandbox: Sandbox, call: Call): Reply | Promise<Reply>
  /** Address (`addressOf`, or the return address itself) of the journey that this call speaks of, if any. */
  returnUrl(sandbox: Sandbox, call: Call): string | null
}

/** One page of a vendor, shown to the browser. */
export interface VendorPage {
  method: 'GET' | 'POST'
  path: string
  show(sandbox: Sandbox, call: Call): Reply
}

/** What a delivery is about and how it is spoilt. */
export interface WebhookEvent {
  /** `final`: as the journey ended. `in_progress`: something older. */
  kind: 'final' | 'in_progress'
  /** When the vendor says it sends this, on its own clock. */
  sentAt: Date
  /** Wrong signature, or wrong path token. */
  forged: boolean
  /** About a journey nobody has. */
  unknownReference: boolean
  /** Didit: only the weakest of its signatures. */
  scheme: 'all' | 'simple_only'
  /** Text that makes the body large; the signature covers it. */
  filler: string
}

export interface WebhookMessage {
  /** Path segments behind `/api/webhooks/<connection>`. */
  path?: string
  headers: Record<string, string>
  body: string
}

/** True for an absolute http or https address without credentials in it. */
export function isReturnAddress(text: string): boolean {
  const url = URL.parse(text)
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && !url.username && !url.password
}

/** False when this address is not on the vendor's list: by mode, or by the origins that the sandbox was given. */
export function isListed(sandbox: Sandbox, vendor: Vendor, returnUrl: string): boolean {
  if (sandbox.modes[vendor].unlistedReturn) return false
  if (!sandbox.returnOrigins) return true
  const origin = URL.parse(returnUrl)?.origin
  return origin !== undefined && sandbox.returnOrigins.includes(origin)
}

/** Now, on this vendor's clock. */
export function vendorNow(sandbox: Sandbox, vendor: Vendor): Date {
  return new Date(Date.now() + sandbox.modes[vendor].clockSkewSeconds * 1000)
}

/** The return address with parameters added; what stood in its query stays. */
export function withParams(returnUrl: string, params: Record<string, string>): string {
  const url = new URL(returnUrl)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url.href
}

/** Return parameters after a rule had its say: null leaves one out, text sets it. */
export function changed(
  params: Record<string, string>,
  changes: Record<string, string | null>,
): Record<string, string> {
  const entries = Object.entries({ ...params, ...changes })
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null))
}
