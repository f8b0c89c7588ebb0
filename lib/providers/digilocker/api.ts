import 'server-only'
import type { LockerDocument } from '@/lib/documents/types'
import { getCredential } from '../credentials'
import { fault, faultOfStatus } from '../faults'
import type { HttpClient, HttpReply, HttpRequest } from '../http'
import type { Connection } from '../types'
import { readJson, readXml } from './replies'
import { toAccountDetails, toExchanged, toListed } from './transform'

// DigiLocker as an authorized partner. Sources: the "Authorized Partner API Specification" (official, of 2021), a digest of the
// requester specification 2.4, read 2026-11-20. Host and versions differ from call to call, so one table. Left out: uploads,
// PDFs, the second token version (its id_token cannot be verified: no keys are published), refresh, and the pull of a document
// into the locker, which wants the document's number from the player.
const PATH = {
  token: '/public/oauth2/1/token',
  revoke: '/public/oauth2/1/revoke',
  account: '/public/oauth2/1/user',
  issued: '/public/oauth2/2/files/issued',
  eaadhaar: '/public/oauth2/3/xml/eaadhaar', // `/2/` in the file of 2021
} as const

const REVOKE_MS = 3_000 // ours: the player waits, and nothing depends on it

export interface Exchange {
  code: string
  verifier: string
  redirectUri: string
}

/** The calls of one connection, one function each; answers out. Throws CallFault on trouble. */
export function digilockerApi(connection: Connection, http: HttpClient) {
  const clientId = getCredential(connection, 'clientId')
  const clientSecret = getCredential(connection, 'clientSecret')
  // Basic and not the form: it keeps the secret out of logs of bodies. Both are documented.
  const basic = { Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` }

  function post<T>(name: 'token' | 'revoke', more: Pick<HttpRequest<T>, 'form' | 'read' | 'timeoutMs'>) {
    const target = PATH[name]
    return http.call({
      name,
      kind: 'exchange',
      method: 'POST',
      target,
      headers: basic,
      accept: 'json',
      ...more,
    })
  }

  function get<T>(
    name: string,
    token: string,
    more: Pick<HttpRequest<T>, 'kind' | 'target' | 'accept' | 'document' | 'read'>,
  ) {
    return http.call({ name, method: 'GET', headers: { Authorization: `Bearer ${token}` }, ...more })
  }

  function getDocument(name: string, token: string, target: string) {
    const read = readXml(clientSecret)
    return get(name, token, { kind: 'read', target, accept: 'xml', document: true, read })
  }

  return {
    /** Single use: never repeated, whatever happens. */
    token({ code, verifier, redirectUri }: Exchange) {
      const grant = { grant_type: 'authorization_code', code, code_verifier: verifier }
      const read = readJson('exchange_refused', (value, reply) => toExchanged(value, reply, http.now()))
      return post('token', { form: { ...grant, redirect_uri: redirectUri }, read })
    },
    /** One call per token, as the specification asks: so it is not repeated either. */
    account(token: string) {
      const read = readJson('session_ended', toAccountDetails)
      return get('account', token, { kind: 'exchange', target: PATH.account, accept: 'json', read })
    },
    issued(token: string, consented: readonly LockerDocument[]) {
      const read = readJson('session_ended', (value, reply) => toListed(value, reply, consented))
      return get('issued', token, { kind: 'read', target: PATH.issued, accept: 'json', read })
    },
    eaadhaar: (token: string) => getDocument('eaadhaar', token, PATH.eaadhaar),
    xml: (token: string, uri: string) => getDocument('xml', token, toXmlPath(uri)),
    /** Ends the token and others of the same grant. Its failure says nothing about our keys or their health. */
    revoke(token: string) {
      const read = (reply: HttpReply) => {
        const trouble = faultOfStatus(reply)
        if (trouble !== null) throw fault(reply, trouble.code, 'revoke_refused')
      }
      return post('revoke', { form: { token, token_type_hint: 'access_token' }, timeoutMs: REVOKE_MS, read })
    },
  }
}

/** The file of 2021 shows a path parameter, the digest a literal `/uri`: percent-encoded, in this place alone (assumed). */
export function toXmlPath(uri: string): string {
  return `/public/oauth2/1/xml/${encodeURIComponent(uri)}`
}

export type DigilockerApi = ReturnType<typeof digilockerApi>
