import 'server-only'
import type { Element } from '@xmldom/xmldom'
import type { ProviderFields } from '@/lib/providers/types'
import { readBirthDate, toGender, toLine, toPhoto, toText } from './facts'
import { containsFullAadhaar, maskAadhaar } from './mask'
import type { DocumentRemark, EvidenceLevel, ReadDocument } from './types'
import { attributeOf, onlyChild } from './xml'

// e-Aadhaar: `Certificate/CertificateData/KycRes` (current) or `KycRes` as root (2021); offline e-KYC as a third layout.
// Fields as in docs/documents.md.

export const AADHAAR_ROOTS = ['Certificate', 'KycRes', 'OfflinePaperlessKyc'] as const

interface Aadhaar {
  name: string | null
  birthDate: string | null
  gender: string | null
  number: string | null
  address: string | null
  state: string | null
  photo: string | null
  remarks: DocumentRemark[]
}

/** Facts of an e-Aadhaar tree, number masked; null when name or number is missing and the record claims success. */
export function readAadhaarXml(root: Element, today: string, evidence: EvidenceLevel): ReadDocument | null {
  const record = root.localName === 'Certificate' ? onlyChild(root, 'CertificateData', 'KycRes') : root
  if (record === null) return null
  const isOffline = record.localName === 'OfflinePaperlessKyc'
  const user = onlyChild(record, 'UidData')
  const identity = onlyChild(user, 'Poi')
  const place = onlyChild(user, 'Poa')
  const read = (name: string) => attributeOf(place, name)
  const referenceId = isOffline ? attributeOf(record, 'referenceId') : null
  const aadhaar = {
    name: attributeOf(identity, 'name'),
    birthDate: attributeOf(identity, 'dob'),
    gender: attributeOf(identity, 'gender'),
    number: isOffline ? toMaskedReference(referenceId) : attributeOf(user, 'uid'),
    address: toLine([
      ...['house', 'street', 'lm', 'landmark', 'loc', 'vtc', 'po', 'subdist', 'dist', 'state', 'pc'].map(
        read,
      ),
    ]),
    state: read('state'),
    photo: onlyChild(user, 'Pht')?.textContent ?? null,
    remarks: isOffline ? [] : toRecordRemarks(record, today),
  }
  return toReadDocument(aadhaar, today, evidence)
}

/** Facts from a vendor's own JSON; always somebody's word, never signed. Null when name or number is missing. */
export function readAadhaarFields(fields: ProviderFields, today: string): ReadDocument | null {
  return toReadDocument({ ...fields, remarks: [] }, today, 'provider_asserted')
}

function toReadDocument(aadhaar: Aadhaar, today: string, evidence: EvidenceLevel): ReadDocument | null {
  const numberMasked = aadhaar.number === null ? null : maskAadhaar(aadhaar.number)
  const isRefused = aadhaar.remarks.includes('kyc_not_successful')
  if (!isRefused && (toText(aadhaar.name) === null || numberMasked === null)) return null
  const born = readBirthDate(aadhaar.birthDate, today)
  const remarks = [...aadhaar.remarks, ...born.remarks]
  // UIDAI writes 1 January when only an age was known at enrolment.
  if (born.birthDate?.endsWith('-01-01')) remarks.push('dob_possibly_default')
  if (aadhaar.number !== null && containsFullAadhaar(`uid=${aadhaar.number}`))
    remarks.push('aadhaar_unmasked')
  return {
    type: 'aadhaar',
    facts: {
      name: toText(aadhaar.name),
      birthDate: born.birthDate,
      gender: toGender(aadhaar.gender),
      numberMasked,
      address: toText(aadhaar.address),
      state: toText(aadhaar.state),
      issuedOn: null,
      expiresOn: null,
      photo: toPhoto(aadhaar.photo),
    },
    evidence,
    signature: 'not_checked',
    anchorSha256: null,
    remarks,
    numberNormalised: null,
    issuedBy: null,
  }
}

/** `ret` other than `Y` is a negative answer; after `ttl` the copy must not be relied on. */
function toRecordRemarks(record: Element, today: string): DocumentRemark[] {
  const remarks: DocumentRemark[] = []
  if (attributeOf(record, 'ret')?.toUpperCase() !== 'Y') remarks.push('kyc_not_successful')
  const until = /^\d{4}-\d{2}-\d{2}/.exec(attributeOf(record, 'ttl') ?? '')?.[0]
  if (until !== undefined && until < today) remarks.push('document_expired')
  return remarks
}

/** The offline reference begins with the last four digits of the number. */
function toMaskedReference(referenceId: string | null): string | null {
  const last4 = /^\d{4}/.exec(referenceId ?? '')?.[0]
  return last4 === undefined ? null : `xxxxxxxx${last4}`
}
