import 'server-only'
import { AppError } from '@/lib/errors'
import type { AddressRule } from './addresses'
import { DEEPVUE_CAPABILITIES, deepvue } from './deepvue/provider'
import { createHttpClient, type HttpOptions } from './http'
import { IDTO_CAPABILITIES, idto } from './idto/provider'
import { checkRedirect } from './redirect'
import type { Capabilities, Connection, Provider, ProviderFactory, Vendor } from './types'

export const CAPABILITIES: Readonly<Record<Vendor, Capabilities>> = {
  idto: IDTO_CAPABILITIES,
  deepvue: DEEPVUE_CAPABILITIES,
}

const FACTORIES: Readonly<Record<Vendor, ProviderFactory>> = { idto, deepvue }

/**
 * The provider behind `connection`. Make one per connection and keep it for the life of the process: sockets, slots and
 * the breaker live in it. `start` only answers addresses that `isAllowedRedirect` accepts (else `provider_bad_response`).
 * Throws `no_connection` when credentials are missing or a sandbox is offered in production (FL-17), and
 * `provider_blocked_address` when the base URL may not be called.
 */
export function createProvider(connection: Connection, options: HttpOptions): Provider {
  if (options.production && connection.sandbox) {
    throw new AppError('no_connection', `connection=${connection.id} why=sandbox_in_production`)
  }
  const provider = FACTORIES[connection.vendor](connection, createHttpClient(connection, options))
  return {
    connection,
    capabilities: provider.capabilities,
    readReturn: (query) => provider.readReturn(query),
    collect: (...given) => provider.collect(...given),
    async start(request) {
      const started = await provider.start(request)
      const authorizationUrl = isAllowedRedirect(started.authorizationUrl, connection, options)
      if (authorizationUrl !== null) return { ...started, authorizationUrl }
      throw new AppError('provider_bad_response', `connection=${connection.id} why=redirect_not_listed`)
    },
  }
}

/** The address in normal form when a player of this connection may be sent there (FL-12), else null. */
export function isAllowedRedirect(url: string, connection: Connection, rule: AddressRule): string | null {
  return checkRedirect(url, connection, CAPABILITIES[connection.vendor].browserHosts, rule)
}
