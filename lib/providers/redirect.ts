import 'server-only'
import { type AddressRule, isAllowedLoopback, isLoopbackHost } from './addresses'

/**
 * The normalised address when a browser may be sent there (FL-12), else null: https and a host of the vendor's own
 * list (default port) or of the connection's (any port, or the one written there); `*.` stands for subdomains. Outside
 * production also http, to an exact loopback origin of the settings or a loopback host of the connection's list. User
 * info and other schemes are refused.
 */
export function checkRedirect(
  text: string,
  connection: { allowedHosts: readonly string[] },
  vendorHosts: readonly string[],
  rule: AddressRule,
): string | null {
  if (text.length > 4096 || /[\s\\\p{Cc}]/u.test(text) || !/^https?:\/\//i.test(text)) return null
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '') return null
  if (isAllowedLoopback(url, rule)) return url.href
  const isListed = connection.allowedHosts.some((pattern) => matches(url, pattern))
  if (isLoopbackHost(url.hostname)) return isListed && !rule.production ? url.href : null
  if (url.protocol !== 'https:') return null
  return isListed || (url.port === '' && vendorHosts.some((pattern) => matches(url, pattern)))
    ? url.href
    : null
}

/** `pattern` is `host`, `host:port` or `*.host`; without a port any will do. */
function matches(url: URL, pattern: string): boolean {
  const [, stars = '', host = '', port] =
    /^(\*\.)?([^:*\s]+|\[[\da-f:]+\])(?::(\d+))?$/i.exec(pattern.toLowerCase()) ?? []
  if (host === '' || (port !== undefined && port !== (url.port || '443'))) return false
  return stars === '' ? url.hostname === host : url.hostname.endsWith(`.${host}`)
}
