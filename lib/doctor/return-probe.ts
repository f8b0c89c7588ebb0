import 'server-only'
import ipaddr from 'ipaddr.js'
import { isLoopback } from '@/lib/env'
import { isPublicAddress } from '@/lib/providers/addresses'
import { type Examination, type Outcome, ok, problem } from './examination'
import { resolveAll } from './transport'
import type { Surroundings, Target } from './types'

// Fourth probe: can a player come back? The address is built from APP_URL alone, never from a request (FL-12).

/** Names that no DNS outside a private network answers for (RFC 2606, RFC 6761, RFC 6762, RFC 8375, and common habit). */
const LOCAL_NAME =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|localdomain|invalid|test|example|home\.arpa)$/

/** `<APP_URL>/api/kyc/<connection>/callback`, with a handle where the vendor takes one; null when APP_URL is no origin. */
export function toReturnUrl(
  { connectionId }: Pick<Target, 'connectionId'>,
  { environment }: Pick<Surroundings, 'environment'>,
  exact: boolean,
): URL | null {
  const given = environment.APP_URL?.trim() || `http://localhost:${environment.PORT?.trim() || 3000}`
  const origin = URL.parse(given)
  if (origin === null || !/^https?:$/.test(origin.protocol)) return null
  return new URL(`/api/kyc/${connectionId}/callback${exact ? '' : '/doctor-0000000000000000'}`, origin)
}

/** https, public, not an address of a private network. A stub may send its players anywhere: then only remarked upon. */
export async function examineReturn({ target, surroundings, returnUrl }: Examination): Promise<Outcome> {
  if (returnUrl === null)
    return problem('return_not_public', ['APP_URL is no http or https address'], {
      found: 'cannot be built: APP_URL is no http or https address',
      returnExample: 'https://kyc.example.com',
    })
  const line = `return address: ${returnUrl.origin}${returnUrl.pathname.replace(/\/doctor-0+$/, '/…')}`
  const reason = await whyNotPublic(returnUrl, surroundings)
  if (target.sandbox) return ok(line, ...remark(reason, returnUrl))
  const found = `${returnUrl.origin} ${reason}`
  const words = { found, returnExample: 'such as https://kyc.example.com' }
  const insecure = returnUrl.protocol === 'http:' ? ['it is http, too'] : []
  if (reason !== null) return problem('return_not_public', [line, found, ...insecure], words)
  if (returnUrl.protocol === 'http:') return problem('return_not_https', [line])
  return ok(line, 'https, public host')
}

function remark(reason: string | null, { protocol, hostname }: URL): string[] {
  if (reason === null && protocol === 'https:') return ['https, public host']
  const why = reason ?? 'is not https'
  const own = isLoopback(hostname) ? '' : ' from this machine or its network'
  return [`${hostname} ${why}: fine for a stub${own}, not for the vendor itself`]
}

/** What keeps a player outside from reaching the host, in words that name it; null when nothing does. */
async function whyNotPublic(
  { hostname }: URL,
  { resolve = resolveAll }: Surroundings,
): Promise<string | null> {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (ipaddr.isValid(bare)) return isPublicAddress(bare) ? null : `is ${kindOf(bare)}`
  if (isLoopback(bare)) return 'is an address of this machine alone'
  if (!bare.includes('.') || LOCAL_NAME.test(bare)) return 'is a name of a private network'
  const addresses = await resolve(bare)
  if (addresses.length === 0) return 'is a name that DNS does not know'
  const inside = addresses.find((address) => !isPublicAddress(address))
  return inside === undefined ? null : `leads to ${inside}, ${kindOf(inside)}`
}

const KINDS: Readonly<Record<string, string>> = {
  loopback: 'an address of this machine alone',
  private: 'an address of a private network (LAN)',
  uniqueLocal: 'an address of a private network (LAN)',
  linkLocal: 'a link-local address of one network cable',
  carrierGradeNat: 'a shared address behind a provider',
  unspecified: 'no address at all',
}

function kindOf(address: string): string {
  return KINDS[ipaddr.parse(address).range()] ?? 'a reserved address'
}
