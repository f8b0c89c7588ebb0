import 'server-only'
import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { badResponse, CallFault, fault } from '../faults'
import type { HttpClient, HttpReply } from '../http'
import { parseReply } from '../payload'
import type { Connection } from '../types'
import { toKeys } from './api'
import { readEnvelope } from './replies'

// `updateCredentials`: hands HyperVerge the DigiLocker partner's client id and secret, for the first time or in place of what
// is stored; one pair per appId. Source: HyperVerge's page of that name, read 2026-11-20. An operator's call, never part of
// a player's journey: consents that are under way may break. 200 says *stored*, not *works*.

export interface DigilockerPair {
  clientId: string
  clientSecret: string
}

const WireUpdated = z.object({ DigiLocker: z.object({ clientId: z.string() }) })

/**
 * Stores the pair and answers the client id that HyperVerge confirms. Their reply repeats the secret: it is read for the id
 * alone and dropped. Throws `bad_request` for a pair that cannot be one, `provider_unauthorized` when our own keys are
 * refused, `provider_refused_request` (`digilocker_pair_refused`) when the pair is, or the account has no DigiLocker product,
 * `provider_bad_response` when another id is confirmed. A 500 is tried once more by itself; more tries do not help.
 */
export async function updateCredentials(
  connection: Connection,
  http: HttpClient,
  { clientId, clientSecret }: DigilockerPair,
): Promise<{ clientId: string }> {
  if (![clientId, clientSecret].every(isPlausible)) {
    throw new AppError('bad_request', `connection=${connection.id} why=digilocker_pair_shape`)
  }
  const name = 'updateCredentials'
  const readId = readEnvelope((result, reply) => parseReply(WireUpdated, result, reply).DigiLocker.clientId)
  const read = (reply: HttpReply) => {
    const answer = orPairRefused(() => readId(reply), reply)
    if (answer.kind !== 'value') throw fault(reply, 'provider_refused_request', 'update_refused')
    if (answer.value !== clientId) throw badResponse(reply, 'client_id_differs')
    return { clientId }
  }
  return http.call({
    ...{ name, kind: 'start', method: 'POST', target: `/api/digilocker/${name}`, accept: 'json' },
    headers: toKeys(connection),
    body: { clientId, clientSecret },
    read,
  })
}

/** Documented: 404 asks for a valid client id and secret. */
function orPairRefused<T>(work: () => T, reply: HttpReply): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CallFault) || error.httpStatus !== 404) throw error
    throw fault(reply, 'provider_refused_request', 'digilocker_pair_refused')
  }
}

function isPlausible(text: string): boolean {
  return /^[\x21-\x7e]{1,512}$/.test(text)
}
