import type { DocumentType } from '../documents/layouts'
import {
  documentXml,
  type IssuedItem,
  type Locker,
  profileBirthDate,
  toDocumentType,
} from '../documents/locker'
import { samplePdf } from '../documents/pdf'
import { SAMPLE_PHOTO } from '../documents/photo'
import { type Field, readFields, type Values } from '../fields'
import { bytes, type Call, json, pause, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, type Journey, type Sandbox } from '../state'
import { misleadingNotFound, refuseCaller, verdict } from './answers'

const KEY_ONLY = { reference_key: { kind: 'string', required: true } } satisfies Record<string, Field>
const KEY_AND_URI = { ...KEY_ONLY, uri: { kind: 'string', required: true } } satisfies Record<string, Field>

type Sent = Reply & { kind: 'send' }
type Read = (sandbox: Sandbox, locker: Locker, values: Values) => Sent

/** `user_details`: the profile. Its `reference_key` is DigiLocker's own and opens nothing here. */
export const userDetails = readCall(KEY_ONLY, (_sandbox, { person, shared }) =>
  json(200, {
    status: 'success',
    user: {
      digilockerid: person.lockerId,
      name: person.name,
      dob: profileBirthDate(person),
      gender: person.gender,
      eaadhaar: shared.size > 0 ? 'Y' : 'N',
      reference_key: `upstream-${person.lockerId.slice(0, 8)}`,
      mobile: person.mobile,
      picture: SAMPLE_PHOTO,
      email: '',
    },
  }),
)

/** `issued_docs`: everything in the locker, more than was asked for. */
export const issuedDocs = readCall(KEY_ONLY, (sandbox, locker) =>
  json(200, { status: 'success', issued_docs: { items: locker.items.map((item) => toWire(sandbox, item)) } }),
)

/** `fetch_aadhaar`: the signed e-Aadhaar as XML text. */
export const fetchAadhaar = readCall(KEY_ONLY, (sandbox, locker) => xmlOf(sandbox, locker, 'ADHAR'))

/** `fetch_pan`: the signed PAN record as XML text. */
export const fetchPan = readCall(KEY_ONLY, (sandbox, locker) => xmlOf(sandbox, locker, 'PANCR'))

/** `get_issued_docs_xml`: any shared document by the `uri` of the list. */
export const getIssuedDocsXml = readCall(KEY_AND_URI, (sandbox, locker, values) => {
  const found = findByUri(sandbox, locker, values.text('uri'))
  return 'refused' in found ? found.refused : xmlOf(sandbox, locker, found.type)
})

/** `get_issued_docs`: the same as PDF bytes. */
export const getIssuedDocs = readCall(KEY_AND_URI, (sandbox, locker, values) => {
  const found = findByUri(sandbox, locker, values.text('uri'))
  if ('refused' in found) return found.refused
  return bytes(200, 'application/pdf', samplePdf(found.type))
})

/**
 * A read with all that reads have in common: credentials, fields, a living key, and one read at a time.
 * A second one on the same key meets the misleading 404 that an integrator met.
 */
function readCall(fields: Record<string, Field>, answer: Read) {
  return async (sandbox: Sandbox, call: Call): Promise<Reply> => {
    const refused = refuseCaller(sandbox, call)
    if (refused) return refused
    const read = readFields(call.headers['content-type'], call.body, fields)
    if ('issues' in read) return json(422, { detail: read.issues })
    const journey = journeyOf(sandbox, read.values.text('reference_key'))
    if (!journey?.locker) return verdict(sandbox, 2010)
    if (journey.reading) return misleadingNotFound()
    journey.reading = true
    await pause(sandbox.modes.idto.readLatencyMs)
    const reply = answer(sandbox, journey.locker, read.values)
    const settled = () => {
      journey.reading = false
    }
    const slow = getPersona(journey.locker.person.personaId).reads === 'slow'
    return { ...reply, settled, ...(slow ? { spreadMs: sandbox.modes.idto.slowMs } : {}) }
  }
}

function journeyOf(sandbox: Sandbox, referenceKey: string): Journey | null {
  const journey = findJourney(sandbox, 'idto', referenceKey)
  if (!journey || journey.accessKey !== referenceKey) return null
  return journey.accessEndsAt > Date.now() ? journey : null
}

function xmlOf(sandbox: Sandbox, locker: Locker, type: DocumentType): Sent {
  if (!locker.shared.has(type)) return verdict(sandbox, 2005)
  const xml = documentXml(locker, type, sandbox.modes.idto)
  if (xml === null) return verdict(sandbox, 2007)
  return sandbox.modes.idto.wrapXml ? json(200, { xml }) : bytes(200, 'application/xml', xml)
}

function findByUri(
  sandbox: Sandbox,
  locker: Locker,
  uri: string,
): { type: DocumentType } | { refused: Sent } {
  const item = locker.items.find((entry) => entry.uri === uri)
  if (!item) return { refused: verdict(sandbox, 2007) }
  if (!locker.shared.has(item.doctype)) return { refused: verdict(sandbox, 2005) }
  const type = toDocumentType(item.doctype)
  return type ? { type } : { refused: verdict(sandbox, 2009) }
}

function toWire(sandbox: Sandbox, item: IssuedItem): Record<string, unknown> {
  const { mime, panCode } = sandbox.modes.idto
  return {
    ...item,
    doctype: item.doctype === 'PANCR' ? panCode : item.doctype,
    mime: mime === 'array' ? item.mime : 'application/pdf',
  }
}
