import 'server-only'
import type { ProviderFields } from '@/lib/providers/types'
import { readAadhaarFields } from './aadhaar'
import { toIsoDate } from './dates'
import { readBirthDate, toGender, toPhoto, toText } from './facts'
import { maskFullAadhaar, maskLicence } from './mask'
import { compactNumber, toPanNumber } from './numbers'
import type { DocumentFacts, DocumentRemark, DocumentType, ReadDocument } from './types'

// What a vendor says about a document in JSON of its own. Always somebody's word: never signed, and what it leaves out
// is unknown rather than fine.

type Reading = (fields: ProviderFields, today: string) => ReadDocument | null

const READINGS: Readonly<Record<DocumentType, Reading>> = {
  aadhaar: readAadhaarFields,
  pan: readPanFields,
  driving_licence: readLicenceFields,
  photo_document: readPhotoFields,
}

/** Facts and remarks of one document, number masked by its type. Null when name or number is missing. */
export function readFields(type: DocumentType, fields: ProviderFields, today: string): ReadDocument | null {
  const document = READINGS[type](fields, today)
  if (document !== null && fields.inDoubt === true) document.remarks.push('document_not_active')
  return document
}

function readPanFields(fields: ProviderFields, today: string): ReadDocument | null {
  const holder = readHolder(fields, today)
  if (!fields.number?.trim() || holder.facts.name === null) return null
  const { numberMasked, numberNormalised, remarks } = toPanNumber(fields.number)
  const facts = { ...holder.facts, numberMasked, issuedOn: null, expiresOn: null }
  return toReadDocument('pan', facts, [...holder.remarks, ...remarks], numberNormalised)
}

function readLicenceFields(fields: ProviderFields, today: string): ReadDocument | null {
  const document = readDated('driving_licence', fields, today)
  return document === null ? null : { ...document, numberNormalised: compactNumber(fields.number ?? '') }
}

/** Twelve digits in any field are taken for an Aadhaar number: some vendors read the back of the card. */
function readPhotoFields(fields: ProviderFields, today: string): ReadDocument | null {
  const document = readDated('photo_document', fields, today)
  const texts = [fields.kind, fields.number, fields.name, fields.address]
  const holdsTwelve = texts.some((text) => text !== null && maskFullAadhaar(text) !== text)
  if (document !== null && holdsTwelve) document.remarks.push('aadhaar_unmasked')
  return document
}

/** A document with a life of its own. The last day counts; no stated end is no statement, an unreadable one is a remark. */
function readDated(
  type: 'driving_licence' | 'photo_document',
  fields: ProviderFields,
  today: string,
): ReadDocument | null {
  const holder = readHolder(fields, today)
  const number = compactNumber(fields.number ?? '')
  if (number === '' || holder.facts.name === null) return null
  const expiry = fields.expiresOn?.trim() || null
  const expiresOn = expiry === null ? null : toIsoDate(expiry)
  const remarks = [...holder.remarks]
  if (expiresOn !== null && expiresOn < today) remarks.push('document_expired')
  if (expiry !== null && expiresOn === null) remarks.push('document_inconsistent')
  const issuedOn = toIsoDate(fields.issuedOn ?? '')
  const facts = { ...holder.facts, numberMasked: maskLicence(number), issuedOn, expiresOn }
  return toReadDocument(type, facts, remarks, null)
}

type HolderFacts = Omit<DocumentFacts, 'numberMasked' | 'issuedOn' | 'expiresOn'>

function readHolder(fields: ProviderFields, today: string) {
  const born = readBirthDate(fields.birthDate, today)
  const facts: HolderFacts = {
    name: toText(fields.name),
    birthDate: born.birthDate,
    gender: toGender(fields.gender),
    address: toText(fields.address),
    state: toText(fields.state),
    photo: toPhoto(fields.photo),
  }
  return { facts, remarks: born.remarks }
}

function toReadDocument(
  type: DocumentType,
  facts: DocumentFacts,
  remarks: DocumentRemark[],
  numberNormalised: string | null,
): ReadDocument {
  return {
    type,
    facts,
    evidence: 'provider_asserted',
    signature: 'not_checked',
    anchorSha256: null,
    remarks,
    numberNormalised,
    issuedBy: null,
  }
}
