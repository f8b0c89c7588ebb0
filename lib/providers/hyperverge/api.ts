import 'server-only'
import { getCredential } from '../credentials'
import { fault, faultOfStatus } from '../faults'
import type { HttpClient, HttpReply, HttpRequest } from '../http'
import { XML_LIMIT_BYTES } from '../payload'
import type { Connection } from '../types'
import { readEnvelope } from './replies'
import { type CertificateType, toAadhaar, toConsentUrl, toListedDocument, toTransactionId } from './transform'

// HyperVerge DigiLocker APIs (family A), ind-verify.hyperverge.co. Source: their documentation pages and the PDF export of
// February 2026; the shape of `result` partly from integrators' code. Read 2026-11-20. Not used: fetchAllDocuments and
// issuedDocuments (more than was agreed), accountStatus (wants a full Aadhaar number), webhook registration (its fields are
// not published: done by hand).
const PREFIX = '/api/digilocker'
const REPLY_LIMIT_BYTES = Math.ceil((XML_LIMIT_BYTES * 4) / 3) + 1024 * 1024 // base64 of the largest XML, beside a photo
const FILE_HOSTS = ['*.hyperverge.co']

export interface Journey {
  verificationId: string
  ref: string
}

/** Header names as we send them; their pages spell them in several ways. */
export function toKeys(connection: Connection) {
  return {
    appId: getCredential(connection, 'appId'),
    appKey: getCredential(connection, 'appKey'),
    'Content-Type': 'application/json',
  }
}

/** The calls of one connection, one function each; bodies in, answers out. Throws CallFault on trouble. */
export function hypervergeApi(connection: Connection, http: HttpClient) {
  const keys = toKeys(connection)

  function post<T>(
    name: string,
    verificationId: string,
    body: Readonly<Record<string, string>>,
    more: Pick<HttpRequest<T>, 'kind' | 'read' | 'document' | 'maxBytes'>,
  ): Promise<T> {
    const headers = { ...keys, transactionId: toTransactionId(verificationId) }
    const target = `${PREFIX}/${name}`
    return http.call({ name, method: 'POST', target, headers, body, accept: 'json', ...more })
  }

  return {
    /** The consent link. Never repeated: what a second call with one reference does is not documented. */
    start({ verificationId, ref }: Journey, redirectUrl: string): Promise<string> {
      const read = (reply: HttpReply) => {
        const answer = readEnvelope(toConsentUrl)(reply)
        if (answer.kind === 'value') return answer.value
        throw fault(reply, 'provider_refused_request', 'start_refused')
      }
      const body = { referenceId: ref, redirectURL: redirectUrl }
      return post('start', verificationId, body, { kind: 'exchange', read })
    },
    eAadhaarDetails({ verificationId, ref }: Journey) {
      const switches = { aadhaarFile: 'no', blockMinors: 'yes', returnCreatedTimeStamp: 'yes' }
      const more = { kind: 'read', document: true, read: readEnvelope(toAadhaar) } as const
      return post('eAadhaarDetails', verificationId, { referenceId: ref, ...switches }, more)
    },
    /** One document per call, so that an error is about that document. */
    docDetails({ verificationId, ref }: Journey, type: CertificateType) {
      const wanted = type === 'pan' ? { pan: 'yes', panXMLFile: 'yes' } : { dl: 'yes', dlXMLFile: 'yes' }
      const read = readEnvelope((result, reply) => toListedDocument(type, result, reply))
      const more = { kind: 'read', document: true, maxBytes: REPLY_LIMIT_BYTES, read } as const
      return post('docDetails', verificationId, { referenceId: ref, ...wanted, blockMinors: 'yes' }, more)
    },
    /** The issuer's XML behind a link; their storage lives on hosts of their own, others must be allowed by the operator. */
    file(url: string): Promise<Uint8Array> {
      const read = (reply: HttpReply) => {
        const trouble = faultOfStatus(reply)
        if (trouble !== null) throw trouble
        return reply.bytes
      }
      const hosts = [...FILE_HOSTS, ...connection.allowedHosts]
      return http.file({ name: 'xml_file', url, hosts, accept: 'xml', read })
    },
  }
}

export type HypervergeApi = ReturnType<typeof hypervergeApi>
