import { createHmac } from 'node:crypto'
import type { DocumentType } from '../documents/layouts'
import {
  documentXml,
  type IssuedItem,
  type Locker,
  profileBirthDate,
  toDocumentType,
} from '../documents/locker'
import { bytes, type Call, json, pause, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, type Journey, type Sandbox } from '../state'
import { type Sent, vendorNow } from '../vendor'
import { DIGILOCKER_SECRET, failure } from './answers'

type Read = (sandbox: Sandbox, locker: Locker, call: Call, journey: Journey) => Sent

/** `GET /public/oauth2/1/user`: the profile; the specification asks for one call per token, so a second one is refused here. */
export const user = readCall((_sandbox, { person, shared }, _call, journey) => {
  if (journey.facts.profiled) return failure(429, 'unexpected_error')
  journey.facts.profiled = 'yes'
  return json(200, {
    digilockerid: person.lockerId,
    name: person.name,
    dob: profileBirthDate(person),
    gender: person.gender,
    eaadhaar: shared.has('ADHAR') ? 'Y' : 'N',
    mobile: person.mobile,
  })
})

/** `GET /public/oauth2/2/files/issued`: everything in the locker, more than was asked for. */
export const issued = readCall((sandbox, locker) => {
  if (locker.shared.size === 0) return failure(403, 'insufficient_scope')
  return json(200, { items: locker.items.map((item) => toWire(sandbox, item)), resource: 'TEST' })
})

/** `GET /public/oauth2/1/xml/{uri}`: one shared document, signed by its issuer, with the `hmac` of exactly these bytes. */
export const xml = readCall((sandbox, locker, call) => {
  const item = locker.items.find(({ uri }) => uri === call.params.uri)
  const type = item ? toDocumentType(item.doctype) : null
  if (!type) return failure(404, 'invalid_uri')
  return locker.shared.has(type) ? document(sandbox, locker, type) : failure(403, 'insufficient_scope')
})

/** `GET /public/oauth2/3/xml/eaadhaar`. */
export const eaadhaar = readCall((sandbox, locker) =>
  locker.shared.has('ADHAR') ? document(sandbox, locker, 'ADHAR') : failure(404, 'aadhaar_not_linked'),
)

function document(sandbox: Sandbox, locker: Locker, type: DocumentType): Sent {
  const text = documentXml(locker, type, sandbox.modes.digilocker)
  if (text === null) return failure(404, 'invalid_uri')
  const reply = bytes(200, 'application/xml', text)
  const { hmac } = sandbox.modes.digilocker
  if (hmac === 'missing') return reply
  const key = hmac === 'right' ? DIGILOCKER_SECRET : 'another secret'
  return {
    ...reply,
    headers: { ...reply.headers, hmac: createHmac('sha256', key).update(reply.body).digest('base64') },
  }
}

/** A read with what all reads have in common: a living bearer. */
function readCall(answer: Read) {
  return async (sandbox: Sandbox, call: Call): Promise<Reply> => {
    const journey = journeyOf(sandbox, call)
    if (!journey?.locker) return failure(401, 'invalid_token')
    await pause(sandbox.modes.digilocker.readLatencyMs)
    const reply = answer(sandbox, journey.locker, call, journey)
    const slow = getPersona(journey.locker.person.personaId).reads === 'slow'
    return slow ? { ...reply, spreadMs: sandbox.modes.digilocker.slowMs } : reply
  }
}

/** The journey whose token this call carries; null when it ended, was revoked, or never was. */
export function journeyOf(sandbox: Sandbox, call: Call): Journey | null {
  const token = /^Bearer ([0-9a-f]{64})$/.exec(call.headers.authorization ?? '')?.[1]
  const journey = token === undefined ? null : findJourney(sandbox, 'digilocker', token)
  if (!journey || journey.accessKey !== token) return null
  return journey.accessEndsAt > Date.now() ? journey : null
}

function toWire(sandbox: Sandbox, item: IssuedItem): Record<string, unknown> {
  const mime = sandbox.modes.digilocker.mime === 'array' ? item.mime : 'application/xml'
  return { ...item, date: vendorNow(sandbox, 'digilocker').toISOString(), mime }
}
