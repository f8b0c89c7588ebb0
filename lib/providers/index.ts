import 'server-only'
import { AppError } from '@/lib/errors'
import { isTestHost } from '@/lib/vendor-settings'
import type { AddressRule } from './addresses'
import type { Breaker } from './breaker'
import { DEEPVUE_CAPABILITIES, deepvue } from './deepvue/provider'
import { DIDIT_CAPABILITIES, didit } from './didit/provider'
import { DIGILOCKER_CAPABILITIES, digilocker } from './digilocker/provider'
import { createHttpClient, type HttpClient, type HttpOptions } from './http'
import { HYPERVERGE_CAPABILITIES, hyperverge } from './hyperverge/provider'
import { IDTO_CAPABILITIES, idto } from './idto/provider'
import { KWIKID_CAPABILITIES, kwikid } from './kwikid/provider'
import { checkRedirect } from './redirect'
import type { Capabilities, Connection, Provider, ProviderFactory, Vendor } from './types'

export const CAPABILITIES: Readonly<Record<Vendor, Capabilities>> = {
  idto: IDTO_CAPABILITIES,
  deepvue: DEEPVUE_CAPABILITIES,
  kwikid: KWIKID_CAPABILITIES,
  hyperverge: HYPERVERGE_CAPABILITIES,
  didit: DIDIT_CAPABILITIES,
  digilocker: DIGILOCKER_CAPABILITIES,
}

const FACTORIES: Readonly<Record<Vendor, ProviderFactory>> = {
  idto,
  deepvue,
  kwikid,
  hyperverge,
  didit,
  digilocker,
}

export interface ProviderOptions extends HttpOptions {
  /** Breaker of `connection.authUrl`, apart from that of the base URL; default: one in this process. */
  authBreaker?: Breaker
}

/**
 * The provider behind `connection`. Make one per connection and keep it for the life of the process: sockets, slots and
 * the breaker live in it. `start` only answers addresses that `isAllowedRedirect` accepts (else `provider_bad_response`).
 * Throws `no_connection` when credentials are missing or a sandbox is offered in production (FL-17), and
 * `provider_blocked_address` when the base URL or the auth URL may not be called.
 */
export function createProvider(connection: Connection, options: ProviderOptions): Provider {
  const isTest = connection.sandbox || isTestHost(connection.vendor, connection.baseUrl.hostname)
  if (options.production && isTest) {
    throw new AppError('no_connection', `connection=${connection.id} why=sandbox_in_production`)
  }
  const http = createHttpClient(connection, options)
  const provider = FACTORIES[connection.vendor](connection, http, createAuthClient(connection, options))
  return {
    connection,
    capabilities: provider.capabilities,
    readReturn: (query) => provider.readReturn(query),
    collect: (...given) => provider.collect(...given),
    ...(provider.readStatus && { readStatus: provider.readStatus.bind(provider) }),
    ...(provider.revoke && { revoke: provider.revoke.bind(provider) }),
    ...(provider.readWebhook && { readWebhook: provider.readWebhook.bind(provider) }),
    async start(request) {
      const started = await provider.start(request)
      const authorizationUrl = isAllowedRedirect(started.authorizationUrl, connection, options)
      if (authorizationUrl !== null) return { ...started, authorizationUrl }
      throw new AppError('provider_bad_response', `connection=${connection.id} why=redirect_not_listed`)
    },
  }
}

/** A second client for the host that gives out tokens: own sockets, own slots, own breaker. */
function createAuthClient({ id, authUrl }: Connection, options: ProviderOptions): HttpClient | null {
  if (authUrl === null) return null
  const { breaker: _, authBreaker, ...rest } = options
  const own = authBreaker === undefined ? rest : { ...rest, breaker: authBreaker }
  return createHttpClient({ id, baseUrl: authUrl }, own)
}

/** The address in normal form when a player of this connection may be sent there (FL-12), else null. */
export function isAllowedRedirect(url: string, connection: Connection, rule: AddressRule): string | null {
  return checkRedirect(url, connection, CAPABILITIES[connection.vendor].browserHosts, rule)
}
