import { type CalendarDate, toCompact, toDashed, toIso } from '../documents/calendar'
import { AADHAAR_ADDRESS, type DocumentType } from '../documents/layouts'
import {
  aadhaarBirthDate,
  documentXml,
  type IssuedItem,
  type Locker,
  toDocumentType,
} from '../documents/locker'
import { samplePdf } from '../documents/pdf'
import { SAMPLE_PHOTO } from '../documents/photo'
import type { Field, Values } from '../fields'
import { type Call, pause, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, type Journey, type Sandbox } from '../state'
import { failure, success } from './answers'
import { JOURNEY_FIELDS, readCommon } from './session-calls'

type Sent = Reply & { kind: 'send' }
type Read = (sandbox: Sandbox, locker: Locker, values: Values) => Sent

const LIST_MESSAGE = 'Issued files fetched.' // the vendor's samples, too, have one text for both calls

/** `issued-files`: everything in the locker as an array; empty when nothing was shared. */
export const issuedFiles = readCall(JOURNEY_FIELDS, (sandbox, locker) => {
  const items = locker.items.map((item) => toWire(sandbox, item))
  return success(sandbox, LIST_MESSAGE, sandbox.modes.deepvue.list === 'array' ? items : { items }, 'none')
})

const FILE_FIELDS = { ...JOURNEY_FIELDS, uri: { kind: 'string', required: true } } satisfies Record<
  string,
  Field
>

/** `file`: one document as one string of unstated encoding; what it holds is a mode. `invalid_uri` is upstream's word. */
export const file = readCall(FILE_FIELDS, (sandbox, locker, values) => {
  const found = locker.items.find((item) => item.uri === values.text('uri'))
  const type = found ? toDocumentType(found.doctype) : null
  if (!type || !locker.shared.has(type)) return failure(400, 'invalid_uri')
  const data = fileText(sandbox, locker, type)
  return data === null ? failure(400, 'invalid_uri') : success(sandbox, LIST_MESSAGE, data, 'none')
})

const AADHAAR_FIELDS = {
  ...JOURNEY_FIELDS,
  generate_pdf: { kind: 'boolean', required: false },
} satisfies Record<string, Field>

/** `eaadhaar`: parsed JSON without a signature; `data` is empty when Aadhaar was not shared (our assumption). */
export const eaadhaar = readCall(AADHAAR_FIELDS, (sandbox, locker, values) => {
  if (!locker.shared.has('ADHAR')) return success(sandbox, 'No Aadhaar data.', {})
  const { person } = locker
  const pdf = values.flag('generate_pdf') ? { document_pdf: samplePdf('ADHAR').toString('base64') } : {}
  return success(sandbox, 'Aadhaar fetched successfully.', {
    masked_uid: person.aadhaarNumber,
    proof_of_identity: { dob: birthDateText(sandbox, locker), gender: person.gender, name: person.name },
    proof_of_address: {
      care_of: person.careOf,
      house: AADHAAR_ADDRESS.house,
      street: AADHAAR_ADDRESS.street,
      locality: AADHAAR_ADDRESS.loc,
      vtc: AADHAAR_ADDRESS.vtc,
      district: AADHAAR_ADDRESS.dist,
      state: AADHAAR_ADDRESS.state,
      pincode: AADHAAR_ADDRESS.pc,
      country: AADHAAR_ADDRESS.country,
    },
    photo: SAMPLE_PHOTO,
    ...pdf,
  })
})

/** A read with what reads have in common: the usual judgement and a journey whose hour is not over. */
function readCall(fields: Record<string, Field>, answer: Read) {
  return async (sandbox: Sandbox, call: Call): Promise<Reply> => {
    const read = readCommon(sandbox, call, fields)
    if ('refused' in read) return read.refused
    const id = read.values.text('initial_deepvue_transaction_id')
    const journey = findJourney(sandbox, 'deepvue', id)
    if (!journey) return failure(404, 'Transaction not found')
    if (!journey.locker || !isOpen(journey)) return failure(400, 'invalid_token')
    await pause(sandbox.modes.deepvue.readLatencyMs)
    const reply = answer(sandbox, journey.locker, read.values)
    const slow = getPersona(journey.locker.person.personaId).reads === 'slow'
    return slow ? { ...reply, spreadMs: sandbox.modes.deepvue.slowMs } : reply
  }
}

function isOpen(journey: Journey): boolean {
  return journey.accessKey !== null && journey.accessEndsAt > Date.now()
}

function fileText(sandbox: Sandbox, locker: Locker, type: DocumentType): string | null {
  const { deepvue } = sandbox.modes
  if (deepvue.file === 'link') return `https://files.example.invalid/${type}`
  if (deepvue.file === 'base64_pdf') return samplePdf(type).toString('base64')
  const xml = documentXml(locker, type, deepvue)
  if (xml === null || deepvue.file === 'xml') return xml
  return Buffer.from(xml).toString('base64')
}

function birthDateText(sandbox: Sandbox, locker: Locker): string {
  const text = aadhaarBirthDate(locker.person)
  const date = locker.person.birthDate
  return text.includes('-') ? BIRTH_DATE[sandbox.modes.deepvue.birthDate](date) : text
}

const BIRTH_DATE: Record<Sandbox['modes']['deepvue']['birthDate'], (date: CalendarDate) => string> = {
  'DD-MM-YYYY': toDashed,
  'DD/MM/YYYY': (date) => toDashed(date).replaceAll('-', '/'),
  DDMMYYYY: toCompact,
  'YYYY-MM-DD': toIso,
}

function toWire(sandbox: Sandbox, item: IssuedItem): Record<string, unknown> {
  return { ...item, mime: sandbox.modes.deepvue.mime === 'array' ? item.mime : 'application/pdf' }
}
