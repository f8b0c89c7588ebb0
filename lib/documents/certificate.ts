import 'server-only'
import type { Element } from '@xmldom/xmldom'
import { toIsoDate } from './dates'
import { readBirthDate, toGender, toLine, toPhoto, toText } from './facts'
import { maskLicence } from './mask'
import { compactNumber, compactPan, toPanNumber } from './numbers'
import type { DocumentFacts, DocumentRemark, EvidenceLevel, ReadDocument } from './types'
import { attributeOf, childrenOf, onlyChild } from './xml'

// PAN verification record and driving licence in DigiLocker's `Certificate` envelope (docs/documents.md). Of the
// person only what a check needs is read; `uid`, phone, religion and the rest never leave the parser.

/** Facts of a PAN record; null when name or number is missing. The number may stand in up to three places. */
export function readPan(root: Element, today: string, evidence: EvidenceLevel): ReadDocument | null {
  const content = onlyChild(root, 'CertificateData')
  const record = onlyChild(content, 'PANVerificationRecord') ?? onlyChild(content, 'PAN')
  const numbers = [
    attributeOf(record, 'num'),
    attributeOf(root, 'number'),
    record?.textContent?.trim() || null,
  ]
    .filter((number) => number !== null)
    .map(compactPan)
  const [number] = numbers
  const holder = readHolder(root, today)
  if (number === undefined || holder.facts.name === null) return null
  const { numberMasked, numberNormalised, remarks: formRemarks } = toPanNumber(number)
  const remarks = [...holder.remarks, ...toStatusRemarks(root)]
  if (new Set(numbers).size > 1) remarks.push('document_inconsistent')
  remarks.push(...formRemarks)
  return {
    type: 'pan',
    facts: {
      ...holder.facts,
      numberMasked,
      issuedOn: null,
      expiresOn: null,
    },
    evidence,
    signature: 'not_checked',
    anchorSha256: null,
    remarks,
    numberNormalised,
    issuedBy: toIssuer(root),
  }
}

/** Facts of a driving licence; null when name or number is missing. The last day of validity still counts. */
export function readLicence(root: Element, today: string, evidence: EvidenceLevel): ReadDocument | null {
  const number = compactNumber(attributeOf(root, 'number') ?? '')
  const holder = readHolder(root, today)
  if (number === '' || holder.facts.name === null) return null
  const classes = childrenOf(onlyChild(root, 'CertificateData'), 'DrivingLicense')
  const nested = classes.flatMap((entry) => childrenOf(onlyChild(entry, 'Categories'), 'Category'))
  const issuedOn = [root, ...classes, ...nested]
    .map((element) => toIsoDate(attributeOf(element, 'issueDate') ?? ''))
    .find((date) => date !== null)
  const expiry = attributeOf(root, 'expiryDate')
  const expiresOn = expiry === null ? null : toIsoDate(expiry)
  const remarks = [...holder.remarks, ...toStatusRemarks(root)]
  if (expiresOn !== null && expiresOn < today) remarks.push('document_expired')
  // A stated end that cannot be read is not "no end".
  if (expiry !== null && expiresOn === null) remarks.push('document_inconsistent')
  return {
    type: 'driving_licence',
    facts: { ...holder.facts, numberMasked: maskLicence(number), issuedOn: issuedOn ?? null, expiresOn },
    evidence,
    signature: 'not_checked',
    anchorSha256: null,
    remarks,
    numberNormalised: number,
    issuedBy: toIssuer(root),
  }
}

type HolderFacts = Omit<DocumentFacts, 'numberMasked' | 'issuedOn' | 'expiresOn'>

function readHolder(root: Element, today: string): { facts: HolderFacts; remarks: DocumentRemark[] } {
  const person = onlyChild(root, 'IssuedTo', 'Person')
  const place = childrenOf(person, 'Address')[0] ?? null
  const read = (name: string) => attributeOf(place, name)
  const born = readBirthDate(attributeOf(person, 'dob'), today)
  const facts = {
    name: toText(attributeOf(person, 'name')),
    birthDate: born.birthDate,
    gender: toGender(attributeOf(person, 'gender')),
    address: toLine(
      ['house', 'line1', 'line2', 'landmark', 'locality', 'vtc', 'district', 'state', 'pin'].map(read),
    ),
    state: toText(read('state')),
    photo: toPhoto(onlyChild(person, 'Photo')?.textContent),
  }
  return { facts, remarks: born.remarks }
}

/** `A` officially, `Active` met on licences; every other word means that the document does not stand. */
function toStatusRemarks(root: Element): DocumentRemark[] {
  const status = attributeOf(root, 'status')?.toUpperCase()
  return status === undefined || status === 'A' || status === 'ACTIVE' ? [] : ['document_not_active']
}

function toIssuer(root: Element): string | null {
  return toText(attributeOf(onlyChild(root, 'IssuedBy', 'Organization'), 'name'))
}
