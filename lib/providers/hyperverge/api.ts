import 'server-only'
import type { LockerDocument } from '@/lib/documents/types'
import { getCredential } from '../credentials'
import { CallFault, fault, faultOfStatus } from '../faults'
import type { HttpClient, HttpReply, HttpRequest } from '../http'
import { XML_LIMIT_BYTES } from '../payload'
import type { Connection } from '../types'
import { readEnvelope } from './replies'
import {
  type CertificateType,
  toAadhaar,
  toConsentUrl,
  toFetched,
  toIssued,
  toListedDocument,
  toTransactionId,
} from './transform'

// HyperVerge DigiLocker APIs (family A), ind-verify.hyperverge.co. Source: their documentation pages and the PDF export of
// February 2026; the shape of `result` partly from integrators' code. Read 2026-11-20. issuedDocuments and fetchDocuments are
// asked only for what docDetails does not find. Not used: fetchAllDocuments (more than was agreed), pullParameters (would pull
// a document into the locker), accountStatus (wants a full Aadhaar number), webhook registration (its fields are not
// published: done by hand).
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
    body: Readonly<Record<string, unknown>>,
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
    /**
     * The consented documents that the locker lists, the rest dropped; empty for an answer in a shape that is not known.
     * Documented: path, `referenceId`, types and URIs in the answer. Assumed: the names of all its fields.
     */
    issuedDocuments({ verificationId, ref }: Journey, consented: readonly LockerDocument[]) {
      const read = lightly(readEnvelope((result) => toIssued(result, consented)))
      return post('issuedDocuments', verificationId, { referenceId: ref }, { kind: 'read', read })
    },
    /**
     * One document by the `uri` of the list. Documented: path, that documents not issued yet are issued by it, hence no
     * `params`. Seen with an integrator: the fields and the answer. Assumed: that a listed `uri` will do as `docId`.
     */
    fetchDocuments({ verificationId, ref }: Journey, type: CertificateType, uri: string) {
      const body = { referenceId: ref, docs: [{ docId: uri, file: 'no' }] }
      const read = lightly(readEnvelope((result, reply) => toFetched(type, uri, result, reply)))
      const more = { kind: 'read', document: true, maxBytes: REPLY_LIMIT_BYTES, read } as const
      return post('fetchDocuments', verificationId, body, more)
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

/**
 * For calls that may fail, their shapes being assumed: a bad answer is neither asked again nor held against the connection,
 * so that a missing PAN never shuts the door for everybody.
 */
function lightly<T>(read: (reply: HttpReply) => T) {
  return (reply: HttpReply): T => {
    try {
      return read(reply)
    } catch (error) {
      throw error instanceof CallFault ? fault(reply, error.code, error.why) : error
    }
  }
}
