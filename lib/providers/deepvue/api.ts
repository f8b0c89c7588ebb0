import 'server-only'
import type { DocumentType, LockerDocument } from '@/lib/documents/types'
import { getCredential } from '../credentials'
import { fault, sparingBreaker } from '../faults'
import type { HttpClient, HttpReply, HttpRequest } from '../http'
import { PDF_LIMIT_BYTES, toJson } from '../payload'
import type { Connection } from '../types'
import { readEnvelope } from './replies'
import { type Session, toAadhaar, toAccess, toFile, toIssued, toSession } from './transform'

// Deepvue DigiLocker API v1. Source: docs.deepvue.ai/reference/digilocker-kyc/digilocker/*, read 2026-11-20. Their
// authentication page says that id and secret are enough here; an older page lists a bearer as well: not sent.
const PREFIX = '/v1/kyc/digilocker'
const FILE_LIMIT_BYTES = Math.ceil((PDF_LIMIT_BYTES * 4) / 3) + 64 * 1024 // base64 of the largest PDF, in its envelope

export interface Journey {
  ref: string
  purpose: string
}

/** The calls of one connection, one function each; bodies in, answers out. Throws CallFault on trouble. */
export function deepvueApi(connection: Connection, http: HttpClient) {
  const keys = {
    'x-api-key': getCredential(connection, 'apiKey'), // the client *secret*, in spite of the name
    'client-id': getCredential(connection, 'clientId'),
    'Content-Type': 'application/json',
  }

  function post<T>(
    name: string,
    body: Readonly<Record<string, unknown>>,
    more: Pick<HttpRequest<T>, 'kind' | 'read' | 'document' | 'maxBytes'>,
  ): Promise<T> {
    return http.call({
      name,
      method: 'POST',
      target: `${PREFIX}/${name}`,
      headers: keys,
      body,
      accept: 'json',
      ...more,
    })
  }

  const toBody = ({ ref, purpose }: Journey) => ({
    consent: 'Y',
    purpose,
    initial_deepvue_transaction_id: ref,
  })

  return {
    /** The journey key and the link. A verdict makes no sense here and is `provider_refused_request`. */
    initiateSession(body: Readonly<Record<string, unknown>>): Promise<Session> {
      const read = (reply: HttpReply) => {
        const answer = readEnvelope((data) => toSession(toJson(reply.bytes), data, reply))(reply)
        if (answer.kind === 'value') return answer.value
        throw fault(reply, 'provider_refused_request', 'start_refused')
      }
      return post('initiate-session', body, { kind: 'start', read })
    },
    accessToken(journey: Journey, code: string) {
      const read = sparingBreaker(readEnvelope((data) => toAccess(journey.ref, data, http.now())))
      return post('access-token', { ...toBody(journey), digilocker_code: code }, { kind: 'exchange', read })
    },
    eaadhaar(journey: Journey) {
      const body = { ...toBody(journey), generate_pdf: false }
      return post('eaadhaar', body, { kind: 'read', document: true, read: readEnvelope(toAadhaar) })
    },
    issuedFiles(journey: Journey, consented: readonly LockerDocument[]) {
      const read = readEnvelope((data, reply) => toIssued(data, reply, consented))
      return post('issued-files', toBody(journey), { kind: 'read', read })
    },
    file(journey: Journey, type: DocumentType, uri: string) {
      const read = readEnvelope((data, reply) => toFile(type, data, reply))
      const more = { kind: 'read', document: true, maxBytes: FILE_LIMIT_BYTES, read } as const
      return post('file', { ...toBody(journey), uri }, more)
    },
  }
}

export type DeepvueApi = ReturnType<typeof deepvueApi>
