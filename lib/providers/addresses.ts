import 'server-only'
import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { CallFault } from './faults'

/** Which addresses may be called (OU-01). */
export interface AddressRule {
  production: boolean
  /** Exact origins such as `http://127.0.0.1:4100`; ignored in production and for anything but loopback. */
  allowedLoopbackOrigins: readonly string[]
}

/** All addresses of a host name, as text. Injected in tests to play a rebinding name. */
export type Resolve = (hostname: string) => Promise<string[]>

/** True when the rule lets this exact origin through although it is loopback. Never in production. */
export function isAllowedLoopback(url: URL, rule: AddressRule): boolean {
  if (rule.production || !isLoopbackHost(url.hostname)) return false
  return rule.allowedLoopbackOrigins.some((origin) => URL.parse(origin)?.origin === url.origin)
}

/**
 * Refuses a target before any name is resolved: not https, user info, an address literal in whatever spelling (a
 * vendor is a name; the URL parser has already turned decimal, octal and hex forms into dotted ones), or a name
 * without a dot. Throws `provider_blocked_address`.
 */
export function checkTarget(url: URL, rule: AddressRule): void {
  if (url.username !== '' || url.password !== '') throw blocked('user_info')
  if (isAllowedLoopback(url, rule)) return
  if (url.protocol !== 'https:') throw blocked('not_https')
  if (isAddressLiteral(url.hostname)) throw blocked('address_literal')
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(url.hostname)) throw blocked('host_not_a_name')
  if (/(^|\.)(localhost|local|internal|localdomain)$/.test(url.hostname)) throw blocked('local_name')
}

/** True for `localhost` and for an address literal inside the loopback ranges. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''))
}

function isAddressLiteral(hostname: string): boolean {
  return ipaddr.isValid(hostname.replace(/^\[|\]$/g, ''))
}

/** Routed like public addresses, and yet the inside of a cloud: Azure's host for metadata, keys and DNS. */
const CLOUD_ADDRESSES: readonly string[] = ['168.63.129.16']

/**
 * True for a globally routed unicast address; private, loopback, link-local, metadata, shared, mapped, translated,
 * documentation and reserved ranges are not. IPv6 only inside 2000::/3.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast' || CLOUD_ADDRESSES.includes(parsed.toString())) return false
  return parsed instanceof ipaddr.IPv6 ? parsed.match(ipaddr.IPv6.parse('2000::'), 3) : true
}

function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback'
}

/**
 * A `lookup` for the connector: resolves once, checks every address, and hands the checked ones on, so that the socket
 * cannot go anywhere else and a name cannot change in between. One bad address refuses the name as a whole.
 */
export function guardedLookup(target: URL, rule: AddressRule, resolve: Resolve = resolveAll): LookupFunction {
  const isFine = isAllowedLoopback(target, rule) ? isLoopbackAddress : isPublicAddress
  return (hostname, options, callback) => {
    resolveChecked(hostname, resolve, isFine).then(
      (found) => {
        const [first] = found
        if (options.all || first === undefined) return callback(null, found)
        return callback(null, first.address, first.family)
      },
      (error: unknown) => callback(error instanceof Error ? error : blocked('unresolved'), []),
    )
  }
}

async function resolveChecked(hostname: string, resolve: Resolve, isFine: (address: string) => boolean) {
  const addresses = await resolve(hostname)
  if (addresses.length === 0) throw unresolved()
  if (!addresses.every(isFine)) throw blocked('address_not_public')
  return addresses.map((address) => ({ address, family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4 }))
}

async function resolveAll(hostname: string): Promise<string[]> {
  const found = await systemLookup(hostname, { all: true }).catch(() => [])
  return found.map((entry) => entry.address)
}

function unresolved(): CallFault {
  return new CallFault({
    code: 'provider_unavailable',
    why: 'name_not_found',
    retry: true,
    breaker: 'counts',
    sent: false,
  })
}

function blocked(why: string): CallFault {
  return new CallFault({ code: 'provider_blocked_address', why, sent: false })
}
