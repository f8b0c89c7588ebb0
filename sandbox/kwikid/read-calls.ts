import { documentXml, type IssuedItem, type Locker, toDocumentType } from '../documents/locker'
import { readFields } from '../fields'
import { type Call, json, pause, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, type Journey, type Sandbox } from '../state'
import type { Sent } from '../vendor'
import { detailedError, refuseCaller, textError } from './answers'

type Read = (sandbox: Sandbox, locker: Locker, call: Call) => Sent

const RENEWAL = 'Aadhaar data has expired. Ask the resident to renew it in DigiLocker and to share it again.'

/** `get_issued_files`: everything in the locker. Source: doc.app.getkwikid.com, get-issued-files. */
export const getIssuedFiles = readCall((sandbox, locker) =>
  json(200, { issued_files: { items: locker.items.map((item) => toWire(sandbox, item)) } }),
)

/**
 * `get_aadhaar_xml`: the signed e-Aadhaar, or 200 and a sentence when it must be renewed (get-aadhaar-xml-data;
 * the body of that answer is assumed). That an Aadhaar nobody shared is upstream's `aadhaar_not_available` is assumed.
 */
export const getAadhaarXml = readCall((sandbox, locker) => {
  if (sandbox.modes.kwikid.aadhaarRenewal) return json(200, { message: RENEWAL })
  const xml = locker.shared.has('ADHAR') ? documentXml(locker, 'ADHAR', sandbox.modes.kwikid) : null
  return xml === null ? textError(400, 'aadhaar_not_available') : json(200, { aadhaar_xml: xml })
})

/** `get_document_xml`: one document, named by the header `DocumentURI`. `invalid_uri` is upstream's word. */
export const getDocumentXml = readCall((sandbox, locker, call) => {
  const uri = call.headers.documenturi
  if (typeof uri !== 'string' || !uri) return detailedError(400, 'DocumentURI header is required')
  if (sandbox.modes.kwikid.noXml) return json(200, { document_xml: '' })
  const type = toDocumentType(locker.items.find((item) => item.uri === uri)?.doctype ?? '')
  const xml = type && locker.shared.has(type) ? documentXml(locker, type, sandbox.modes.kwikid) : null
  return xml === null ? textError(400, 'invalid_uri') : json(200, { document_xml: xml })
})

/** A read with what reads have in common: bearer, the player's token, and a body of `{}` or none. */
function readCall(answer: Read) {
  return async (sandbox: Sandbox, call: Call): Promise<Reply> => {
    const refused = refuseCaller(sandbox, call) ?? refuseBody(call)
    if (refused) return refused
    const token = call.headers.accesstoken
    if (typeof token !== 'string' || !token) return detailedError(400, 'AccessToken header is required')
    const journey = journeyOf(sandbox, token)
    if (!journey?.locker) return detailedError(401, 'invalid_token')
    await pause(sandbox.modes.kwikid.readLatencyMs)
    const reply = answer(sandbox, journey.locker, call)
    const slow = getPersona(journey.locker.person.personaId).reads === 'slow'
    return slow ? { ...reply, spreadMs: sandbox.modes.kwikid.slowMs } : reply
  }
}

function refuseBody(call: Call): Sent | null {
  if (call.body.length === 0) return null
  const read = readFields(call.headers['content-type'], call.body, {})
  return 'issues' in read ? detailedError(400, 'Bad Request', { issues: read.issues }) : null
}

/** The journey that this token of a player opens; null once its hour is over. */
export function journeyOf(sandbox: Sandbox, token: string): Journey | null {
  const journey = findJourney(sandbox, 'kwikid', token)
  if (!journey || journey.accessKey !== token) return null
  return journey.accessEndsAt > Date.now() ? journey : null
}

function toWire(sandbox: Sandbox, item: IssuedItem): Record<string, unknown> {
  return { ...item, mime: sandbox.modes.kwikid.mime === 'array' ? item.mime : 'application/xml' }
}
