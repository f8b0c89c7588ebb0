import { createHmac } from 'node:crypto'
import type { DocumentType } from '../documents/layouts'
import { documentXml, type IssuedItem, profileBirthDate, toDocumentType } from '../documents/locker'
import { samplePdf } from '../documents/pdf'
import { SAMPLE_PHOTO } from '../documents/photo'
import { bytes, type Call, json, pause, type Reply } from '../http'
import { getPersona } from '../personas'
import { newToken, type Sandbox } from '../state'
import type { Sent } from '../vendor'
import { DIGILOCKER_SECRET, failure } from './answers'
import { aadhaarFlag, findItem, type Granted, isGranted, journeyOf, mayReadDocuments } from './grant'

type Read = (sandbox: Sandbox, journey: Granted, call: Call) => Sent

const LISTED_AT = '2024-01-01T00:00:00Z'
const WRONG_SECRET = 'not-the-client-secret'

/**
 * `GET /public/oauth2/1/user`: the account, no signed document. The specification asks for one call per token; that a
 * second one is refused, and as a dead token, is assumed.
 */
export const user = readCall((sandbox, journey) => {
  const isRepeated = journey.facts.profiled === journey.accessKey
  if (isRepeated && sandbox.modes.digilocker.profileCalls === 'once') return failure(sandbox, 'invalid_token')
  journey.facts.profiled = journey.accessKey ?? ''
  const { person } = journey.locker
  return json(200, {
    digilockerid: person.lockerId,
    name: person.name,
    dob: profileBirthDate(person),
    gender: person.gender,
    eaadhaar: aadhaarFlag(sandbox, journey),
    reference_key: newToken(16),
    mobile: person.mobile,
    email: '',
    picture: SAMPLE_PHOTO,
  })
})

/** `GET /public/oauth2/2/files/issued`: everything in the locker, more than was asked for. */
export const issued = readCall((sandbox, journey) => {
  const items = listItems(sandbox, journey)
  return 'refused' in items ? items.refused : json(200, { items: items.items, resource: 'TEST' })
})

/** The older twin under `/1/`; that it lacks `resource` is assumed. */
export const issuedV1 = readCall((sandbox, journey) => {
  const items = listItems(sandbox, journey)
  return 'refused' in items ? items.refused : json(200, items)
})

/** `GET /public/oauth2/1/xml/{uri}`: one document, signed by its issuer. */
export const xml = readCall((sandbox, journey, call) => {
  const found = findShared(sandbox, journey, call)
  if ('refused' in found) return found.refused
  return xmlOf(sandbox, journey, found.type)
})

/** `GET /public/oauth2/1/file/{uri}`: the same as PDF. An e-Aadhaar is never one (SOP); its refusal is assumed. */
export const file = readCall((sandbox, journey, call) => {
  const found = findShared(sandbox, journey, call)
  if ('refused' in found) return found.refused
  if (found.type === 'ADHAR') return failure(sandbox, 'invalid_uri')
  return sealed(sandbox, bytes(200, 'application/pdf', samplePdf(found.type)))
})

/** `GET /public/oauth2/3/xml/eaadhaar`. */
export const eaadhaar = readCall((sandbox, journey) => {
  const { aadhaarError, documentError } = sandbox.modes.digilocker
  const error = aadhaarError ?? documentError
  if (error !== null) return failure(sandbox, error)
  if (!isGranted(sandbox, journey, 'ADHAR')) return failure(sandbox, 'insufficient_scope')
  return xmlOf(sandbox, journey, 'ADHAR')
})

/** A download without a document in its address (API1). */
export const uriMissing = readCall((sandbox) => failure(sandbox, 'uri_missing'))

function listItems(
  sandbox: Sandbox,
  journey: Granted,
): { items: Record<string, unknown>[] } | { refused: Sent } {
  const { listError, listsAadhaar } = sandbox.modes.digilocker
  if (listError !== null) return { refused: failure(sandbox, listError) }
  if (!mayReadDocuments(sandbox, journey)) return { refused: failure(sandbox, 'insufficient_scope') }
  const items = journey.locker.items.filter(({ doctype }) => listsAadhaar || doctype !== 'ADHAR')
  return { items: items.map((item) => toWire(sandbox, item)) }
}

function toWire(sandbox: Sandbox, item: IssuedItem): Record<string, unknown> {
  const { mime, pdfOnly } = sandbox.modes.digilocker
  const xmlType = 'application/xml'
  const both = item.doctype === 'ADHAR' ? [xmlType] : ['application/pdf', xmlType]
  const types = pdfOnly.includes(item.doctype) ? ['application/pdf'] : both
  return { ...item, date: LISTED_AT, mime: mime === 'array' ? types : types.at(-1) }
}

function findShared(
  sandbox: Sandbox,
  journey: Granted,
  call: Call,
): { type: DocumentType } | { refused: Sent } {
  const { documentError } = sandbox.modes.digilocker
  if (documentError !== null) return { refused: failure(sandbox, documentError) }
  const item = findItem(journey, call.params.uri ?? '')
  if (!item) return { refused: failure(sandbox, 'invalid_uri') }
  const type = toDocumentType(item.doctype)
  const isReadable = type !== null && mayReadDocuments(sandbox, journey) && isGranted(sandbox, journey, type)
  return isReadable ? { type } : { refused: failure(sandbox, 'insufficient_scope') }
}

function xmlOf(sandbox: Sandbox, { locker }: Granted, type: DocumentType): Sent {
  const isPdfOnly = sandbox.modes.digilocker.pdfOnly.includes(type)
  const text = isPdfOnly ? null : documentXml(locker, type, sandbox.modes.digilocker)
  if (text !== null) return sealed(sandbox, bytes(200, 'application/xml', text))
  return failure(sandbox, type === 'ADHAR' ? 'aadhaar_not_available' : 'invalid_uri')
}

/** With the `hmac` header: base64 of HMAC-SHA256 over exactly these bytes, key is the client secret (V24). */
function sealed(sandbox: Sandbox, reply: Sent): Sent {
  const { hmac } = sandbox.modes.digilocker
  if (hmac === 'missing') return reply
  const key = hmac === 'right' ? DIGILOCKER_SECRET : WRONG_SECRET
  const value = createHmac('sha256', key).update(reply.body).digest('base64')
  return { ...reply, headers: { ...reply.headers, hmac: value } }
}

/** A call with what calls with a bearer have in common: a living token, a moment, a slow day. */
export function readCall(answer: Read) {
  return async (sandbox: Sandbox, call: Call): Promise<Reply> => {
    const journey = journeyOf(sandbox, call)
    if (!journey) return failure(sandbox, 'invalid_token')
    await pause(sandbox.modes.digilocker.readLatencyMs)
    const reply = answer(sandbox, journey, call)
    const slow = getPersona(journey.locker.person.personaId).reads === 'slow'
    return slow ? { ...reply, spreadMs: sandbox.modes.digilocker.slowMs } : reply
  }
}
