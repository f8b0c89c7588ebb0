import 'server-only'
import type { LockerDocument } from '@/lib/documents/types'
import { getCredential } from '../credentials'
import { fault } from '../faults'
import type { HttpClient, HttpReply, HttpRequest } from '../http'
import { XML_LIMIT_BYTES } from '../payload'
import type { Connection } from '../types'
import { readCall, readInit } from './replies'
import { toAadhaarXml, toDocumentXml, toListed, toRedirection } from './transform'

// KwikID Verification API, DigiLocker v2. Source: doc.app.getkwikid.com/docs/API/VerificationAPIList (init,
// get-issued-files, get-aadhaar-xml-data, get-xml-pan-aadhaar-etc), read 2026-11-20.
const PREFIX = '/verification/v2/digilocker'
const XML_IN_JSON_LIMIT_BYTES = Math.ceil(XML_LIMIT_BYTES * 1.25) // quotes and line ends are escaped

/** The calls of one connection, one function each; bodies in, answers out. Throws CallFault on trouble. */
export function kwikidApi(connection: Connection, http: HttpClient) {
  const keys = {
    Authorization: `Bearer ${getCredential(connection, 'token')}`,
    'Content-Type': 'application/json',
  }

  /** Reads carry the bearer and the player's own token; sent once more at most: no retry storms, KwikID asks. */
  function readWith<T>(
    name: string,
    accessToken: string,
    more: Pick<HttpRequest<T>, 'read' | 'document' | 'maxBytes'> & { documentUri?: string },
  ): Promise<T> {
    const { documentUri, ...rest } = more
    const headers = {
      ...keys,
      AccessToken: accessToken,
      ...(documentUri === undefined ? {} : { DocumentURI: documentUri }),
    }
    const target = `${PREFIX}/${name}`
    return http.call({
      ...{ name, kind: 'start', method: 'POST', target, headers, body: {}, accept: 'json' },
      ...rest,
    })
  }

  return {
    /** Where the player goes. The link holds an API token: it is checked by its host, never read, kept or logged. */
    init(body: Readonly<Record<string, string>>): Promise<string> {
      const readLink = readInit(toRedirection)
      const read = (reply: HttpReply) => {
        const answer = readLink(reply)
        if (answer.kind === 'value') return answer.value
        throw fault(reply, 'provider_refused_request', 'start_refused')
      }
      const target = `${PREFIX}/init`
      return http.call({
        ...{ name: 'init', kind: 'start', method: 'POST', target, headers: keys, body, accept: 'json' },
        read,
      })
    },
    issuedFiles(accessToken: string, consented: readonly LockerDocument[]) {
      const read = readCall((value, reply) => toListed(value, reply, consented))
      return readWith('get_issued_files', accessToken, { read })
    },
    aadhaarXml(accessToken: string) {
      const more = { document: true, maxBytes: XML_IN_JSON_LIMIT_BYTES, read: readCall(toAadhaarXml) }
      return readWith('get_aadhaar_xml', accessToken, more)
    },
    documentXml(accessToken: string, type: LockerDocument, documentUri: string) {
      const read = readCall((value) => toDocumentXml(type, value))
      const more = { document: true, maxBytes: XML_IN_JSON_LIMIT_BYTES, documentUri, read }
      return readWith('get_document_xml', accessToken, more)
    },
  }
}

export type KwikidApi = ReturnType<typeof kwikidApi>
