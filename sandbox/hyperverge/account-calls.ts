import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Call, Reply } from '../http'
import type { Sandbox } from '../state'
import { failure, readBody, refuseCaller, success } from './answers'

const Pair = z.strictObject({ clientId: z.string(), clientSecret: z.string() })

/**
 * `updateCredentials`: stores the DigiLocker pair of this account, the last one wins, and echoes the secret in
 * clear as the vendor does. 404 is its answer to a pair it does not accept; an empty one is not accepted here.
 */
export function updateCredentials(sandbox: Sandbox, call: Call): Reply {
  const read = readBody(sandbox, call, Pair)
  if ('refused' in read) return read.refused
  const { clientId, clientSecret } = read.body
  const isUsable = clientId.trim() !== '' && clientSecret.trim() !== ''
  if (!isUsable || sandbox.modes.hyperverge.pair === 'refused') return failure(sandbox, 404, 'Not Found')
  sandbox.stored.hyperverge = {
    clientId,
    clientSecretSha256: createHash('sha256').update(clientSecret).digest('hex'),
  }
  return success(sandbox, { DigiLocker: { clientId, clientSecret } })
}

/** `GET …/health/…`: known from an integrator only; path as seen, answer assumed. */
export function health(sandbox: Sandbox, call: Call): Reply {
  return refuseCaller(sandbox, call) ?? success(sandbox, { status: 'up' })
}
