import 'server-only'
import { env, isLoopback } from '@/lib/env'
import { log } from '@/lib/log'
import { CAPABILITIES, createProvider } from '@/lib/providers'
import type { Connection, Provider, Vendor } from '@/lib/providers/types'
import { beforeVendorCall } from '@/lib/vendor-guard'

// The configured accounts, in order of use, and one long-lived provider for each.

const DISPLAY_NAMES: Readonly<Record<Vendor, string>> = { idto: 'IDTO', deepvue: 'Deepvue' }
const SANDBOX_CREDENTIALS: Readonly<Record<Vendor, Connection['credentials']>> = {
  idto: { apiKey: 'sandbox-idto-key', clientId: 'sandbox-idto-client' },
  deepvue: { apiKey: 'sandbox-deepvue-secret', clientId: 'sandbox-deepvue-client' },
}
const VENDOR_ORDER: readonly Vendor[] = ['idto', 'deepvue']

let cached: { connections: Connection[]; providers: Map<string, Provider> } | null = null

function loaded() {
  cached ??= { connections: readConnections(), providers: new Map() }
  return cached
}

/** Configured connections in order of use; with no vendor configured, every vendor on the built-in sandbox. */
export function connections(): readonly Connection[] {
  return loaded().connections
}

/** Forgets providers with their sockets and breakers; the next use makes them anew. For tests. */
export function forgetProviders(): void {
  cached = null
}

/** The connection with this id, or null. */
export function findConnection(id: string): Connection | null {
  return loaded().connections.find((connection) => connection.id === id) ?? null
}

/** The provider behind a connection, made once per process: sockets, slots and breaker live in it. */
export function providerOf(connection: Connection): Provider {
  const { providers } = loaded()
  const known = providers.get(connection.id)
  if (known !== undefined) return known
  const made = createProvider(connection, {
    production: env().appEnv === 'production',
    allowedLoopbackOrigins: loopbackOrigins(),
    pace: beforeVendorCall,
    log: ({ connection: id, call, status, ms, outcome, why }) =>
      log.info({
        event: 'vendor.call',
        connection: id,
        call,
        ms: Math.round(ms),
        code: outcome,
        ...(status === null ? {} : { status }),
        ...(why === null ? {} : { state: why }),
      }),
  })
  providers.set(connection.id, made)
  return made
}

/**
 * Hosts that a browser may pass between our start and the last page of a vendor, as sources of `form-action`:
 * Chromium checks each hop of a redirect that follows a form.
 */
export function formActionSources(): string[] {
  const hosts = loaded().connections.flatMap((connection) => [
    ...CAPABILITIES[connection.vendor].browserHosts.map((host) => `https://${host}`),
    ...connection.allowedHosts.map((host) => `https://${host}`),
  ])
  return [...new Set([...hosts, ...loopbackOrigins()])]
}

function loopbackOrigins(): string[] {
  if (env().appEnv === 'production') return []
  const bases = readConnections().map((connection) => connection.baseUrl)
  return [...new Set(bases.filter((base) => isLoopback(base.hostname)).map((base) => base.origin))]
}

function readConnections(): Connection[] {
  const { vendors, usesSandbox, sandboxPort, connectionOrder } = env()
  const order = orderOf(connectionOrder, usesSandbox)
  return order.flatMap((vendor): Connection[] => {
    const base = { id: vendor, vendor, displayName: DISPLAY_NAMES[vendor] }
    if (usesSandbox) {
      const baseUrl = new URL(`http://localhost:${sandboxPort}`)
      return [{ ...base, baseUrl, credentials: SANDBOX_CREDENTIALS[vendor], sandbox: true, allowedHosts: [] }]
    }
    const settings = vendors[vendor]
    if (settings === null) return []
    const { baseUrl, apiKey, clientId, allowedHosts } = settings
    return [
      {
        ...base,
        baseUrl,
        credentials: { apiKey, clientId },
        sandbox: isLoopback(baseUrl.hostname),
        allowedHosts,
      },
    ]
  })
}

/** With real vendors KYC_CONNECTIONS is the list; on the sandbox it only says who comes first. */
function orderOf(configured: readonly string[] | null, usesSandbox: boolean): Vendor[] {
  const named = VENDOR_ORDER.filter((vendor) => configured?.includes(vendor) ?? false)
  const sorted = named.sort((a, b) => (configured?.indexOf(a) ?? 0) - (configured?.indexOf(b) ?? 0))
  if (configured !== null && !usesSandbox) return sorted
  return [...sorted, ...VENDOR_ORDER.filter((vendor) => !sorted.includes(vendor))]
}
