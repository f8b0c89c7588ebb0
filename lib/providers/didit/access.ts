import 'server-only'
import { AppError } from '@/lib/errors'
import { orFault } from '../collect'
import { getCredential } from '../credentials'
import { CallFault } from '../faults'
import type { HttpClient, HttpRequest } from '../http'
import type { Connection } from '../types'
import { orRefused, TOKEN_REFUSED } from './replies'
import { createTokenStore } from './token'

// Two generations of credentials. A connection has one of them; never both in one request, never the other one after a refusal.

export type ApiVersion = 'v1' | 'v2' | 'v3'

export interface Access {
  version: ApiVersion
  /** Sends with the credentials of this connection. Throws CallFault, `provider_unauthorized` when they are refused. */
  call<T>(request: Omit<HttpRequest<T>, 'headers'>): Promise<T>
}

/** By token where a host gives them out, else by key. Throws `no_connection` when parts are missing or both are set. */
export function createAccess(connection: Connection, http: HttpClient, authHttp: HttpClient | null): Access {
  if (authHttp === null) return byKey(connection, http)
  if (!connection.credentials.apiKey) return byToken(connection, http, authHttp)
  throw new AppError('no_connection', `connection=${connection.id} why=two_credentials`)
}

function byKey(connection: Connection, http: HttpClient): Access {
  const key = { 'x-api-key': getCredential(connection, 'apiKey') }
  return {
    version: 'v3', // the one whose whole contract is public
    call: (request) =>
      http.call({ ...request, headers: toHeaders(request, key), read: orRefused(request.read, false) }),
  }
}

function byToken(connection: Connection, http: HttpClient, authHttp: HttpClient): Access {
  const tokens = createTokenStore(connection, authHttp)
  function send<T>(request: Omit<HttpRequest<T>, 'headers'>, token: string, isFirst: boolean): Promise<T> {
    const bearer = { Authorization: `Bearer ${token}` }
    return http.call({
      ...request,
      headers: toHeaders(request, bearer),
      read: orRefused(request.read, isFirst),
    })
  }
  return {
    version: toVersion(connection.credentials.apiVersion),
    /** A refused token is replaced once, as its page asks; a second refusal is about the account. */
    async call(request) {
      const token = await tokens.get()
      const first = await orFault(send(request, token, true))
      if (!(first instanceof CallFault)) return first
      if (first.why !== TOKEN_REFUSED) throw first
      tokens.drop(token)
      return send(request, await tokens.get(), false)
    },
  }
}

function toHeaders(
  { body }: Pick<HttpRequest<unknown>, 'body'>,
  credential: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return body === undefined ? credential : { ...credential, 'Content-Type': 'application/json' }
}

/** Their token pages know v1 and v2; v3 with a bearer stands on one variant of a page. */
function toVersion(setting: string | undefined): ApiVersion {
  return setting === 'v1' || setting === 'v3' ? setting : 'v2'
}
