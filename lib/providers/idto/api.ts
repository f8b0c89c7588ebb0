import 'server-only'
import type { LockerDocument } from '@/lib/documents/types'
import { getCredential } from '../credentials'
import { fault, sparingBreaker } from '../faults'
import type { HttpClient, HttpReply, HttpRequest } from '../http'
import type { ListedDocument } from '../issued-list'
import type { Connection } from '../types'
import type { Answer } from '../upstream'
import { isRouteMissing, readDocumentBytes, readJson } from './replies'
import { toAccount, toAuthorizationUrl, toListed, toReference } from './transform'

// IDTO raw API. Source: idtoai.readme.io reference (initiate_session, get_reference), the public source of IDTO's
// dashboard (the reads), integrators' code (headers); read 2026-11-20. `verify_account` is left out: it costs credits
// and hands over a phone number.
const PREFIX = '/verify/digilocker'

/** The raw calls of one connection, one function each; bodies in, answers out. Throws CallFault on trouble. */
export function idtoApi(connection: Connection, http: HttpClient) {
  const keys = {
    'X-API-KEY': getCredential(connection, 'apiKey'),
    'X-Client-ID': getCredential(connection, 'clientId'),
    'Content-Type': 'application/json',
  }

  function post<T>(
    name: string,
    body: Readonly<Record<string, unknown>>,
    more: Pick<HttpRequest<T>, 'kind' | 'accept' | 'read' | 'document'>,
  ): Promise<T> {
    return http.call({ name, method: 'POST', target: `${PREFIX}/${name}`, headers: keys, body, ...more })
  }

  function readXml(name: string, body: Readonly<Record<string, unknown>>) {
    return post(name, body, { kind: 'read', accept: 'xml', document: true, read: readDocumentBytes('xml') })
  }

  return {
    /** The consent link. A verdict makes no sense here and is `provider_refused_request`. */
    initiateSession(body: Readonly<Record<string, unknown>>): Promise<string> {
      const readLink = readJson((value, reply) => toAuthorizationUrl(value, reply))
      const read = (reply: HttpReply) => {
        const answer = readLink(reply)
        if (answer.kind === 'value') return answer.value
        throw fault(reply, 'provider_refused_request', 'start_refused')
      }
      return post('initiate_session', body, { kind: 'start', accept: 'json', read })
    },
    getReference(code: string, verifier: string) {
      const body = { code, code_verifier: verifier }
      const read = sparingBreaker(readJson((value, reply) => toReference(value, reply, http.now())))
      return post('get_reference', body, { kind: 'exchange', accept: 'json', read })
    },
    userDetails(key: string) {
      return post(
        'user_details',
        { reference_key: key },
        { kind: 'read', accept: 'json', read: readJson(toAccount) },
      )
    },
    issuedDocs(key: string, consented: readonly LockerDocument[]) {
      const readList = readJson((value, reply) => toListed(value, reply, consented))
      const read = (reply: HttpReply): Answer<ListedDocument[]> =>
        isRouteMissing(reply) ? { kind: 'verdict', verdict: { about: 'route' } } : readList(reply)
      return post('issued_docs', { reference_key: key }, { kind: 'read', accept: 'json', read })
    },
    fetchAadhaar: (key: string) => readXml('fetch_aadhaar', { reference_key: key }),
    /** `variant` chooses between the dashboard's path and the one that an integrator uses. */
    fetchPan: (key: string, variant: 'fetch_pan' | 'fetch_pan/xml') =>
      readXml(variant, { reference_key: key }),
    issuedXml: (key: string, uri: string) => readXml('get_issued_docs_xml', { reference_key: key, uri }),
    issuedPdf(key: string, uri: string) {
      const read = readDocumentBytes('pdf')
      return post(
        'get_issued_docs',
        { reference_key: key, uri },
        { kind: 'read', accept: 'pdf', document: true, read },
      )
    },
  }
}

export type IdtoApi = ReturnType<typeof idtoApi>
