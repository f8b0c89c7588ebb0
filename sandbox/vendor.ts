import type { Call, Reply } from './http'
import type { Vendor } from './modes'
import type { Sandbox } from './state'

/** One call of a vendor's API. */
export interface VendorCall {
  vendor: Vendor
  /** Last part of the path, the name that rules and the log use. */
  call: string
  path: string
  answer(sandbox: Sandbox, call: Call): Reply | Promise<Reply>
  /** The return address of the journey that this body speaks of, when it speaks of one. */
  returnUrl(sandbox: Sandbox, body: Record<string, unknown>): string | null
}

/** True for an absolute http or https address without credentials in it. */
export function isReturnAddress(text: string): boolean {
  const url = URL.parse(text)
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && !url.username && !url.password
}

/** False when the sandbox was given a list of origins and this address is not on it. */
export function isListed(sandbox: Sandbox, returnUrl: string): boolean {
  if (!sandbox.returnOrigins) return true
  const origin = URL.parse(returnUrl)?.origin
  return origin !== undefined && sandbox.returnOrigins.includes(origin)
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
