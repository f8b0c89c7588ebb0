import 'server-only'
import { env, isLoopback } from '@/lib/env'
import { log } from '@/lib/log'
import { CAPABILITIES, createProvider } from '@/lib/providers'
import type { AddressRule } from '@/lib/providers/addresses'
import type { Connection, Provider } from '@/lib/providers/types'
import { beforeVendorCall } from '@/lib/vendor-guard'
import { sandboxCredentials, VENDOR_SETTINGS, VENDORS } from '@/lib/vendor-settings'
import { countCall } from './calls'
import { sharedBreaker } from './health'
import { createPace } from './pace'

// The configured accounts, in order of use, and one long-lived provider for each.

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
  const turn = createPace(connection)
  const made = createProvider(connection, {
    ...httpRule(),
    breaker: sharedBreaker(connection.id, connection.id),
    authBreaker: sharedBreaker(`${connection.id}:auth`, connection.id),
    // The turn first: a consent withdrawn while we waited must still stop the call.
    pace: async () => {
      await turn()
      await beforeVendorCall()
    },
    log: ({ connection: id, call, status, ms, outcome, why }) => {
      countCall(id, { ms, isFailure: outcome !== 'ok' })
      log.info({
        event: 'vendor.call',
        connection: id,
        call,
        ms: Math.round(ms),
        code: outcome,
        ...(status === null ? {} : { status }),
        ...(why === null ? {} : { state: why }),
      })
    },
  })
  providers.set(connection.id, made)
  return made
}

/** Where calls may go (OU-01): outside production also the exact loopback origins of the settings. */
export function httpRule(): AddressRule {
  return { production: env().appEnv === 'production', allowedLoopbackOrigins: loopbackOrigins() }
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
  const bases = loaded().connections.flatMap(({ baseUrl, authUrl }) =>
    authUrl === null ? [baseUrl] : [baseUrl, authUrl],
  )
  return [...new Set(bases.filter((base) => isLoopback(base.hostname)).map((base) => base.origin))]
}

function readConnections(): Connection[] {
  const { connections: configured, usesSandbox } = env()
  if (usesSandbox) return sandboxConnections()
  return configured.map((one) => ({ ...one, sandbox: one.sandbox || isLoopback(one.baseUrl.hostname) }))
}

/** Every vendor on the built-in sandbox; KYC_CONNECTIONS only says who comes first. */
function sandboxConnections(): Connection[] {
  const { sandboxPort, connectionOrder } = env()
  const first = VENDORS.filter((vendor) => connectionOrder?.includes(vendor))
  const sorted = first.sort((a, b) => (connectionOrder?.indexOf(a) ?? 0) - (connectionOrder?.indexOf(b) ?? 0))
  return [...sorted, ...VENDORS.filter((vendor) => !sorted.includes(vendor))].map((vendor) => ({
    id: vendor,
    vendor,
    displayName: VENDOR_SETTINGS[vendor].displayName,
    baseUrl: new URL(`http://localhost:${sandboxPort}`),
    authUrl: null,
    credentials: sandboxCredentials(vendor),
    sandbox: true,
    allowedHosts: [],
  }))
}
