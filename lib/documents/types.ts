// What a document is to us, whoever carried it. Pure types: safe to import anywhere.

/** `photo_document` is any government document with a photo, captured on a vendor's own page together with a selfie. */
export const DOCUMENT_TYPES = ['aadhaar', 'pan', 'driving_licence', 'photo_document'] as const
export type DocumentType = (typeof DOCUMENT_TYPES)[number]
/** The documents that DigiLocker hands out. */
export type LockerDocument = Exclude<DocumentType, 'photo_document'>

/** Who vouches for a fact: the issuer's signature (checked by us), the vendor's word, or the player's. */
export const EVIDENCE_LEVELS = ['issuer_signed', 'provider_asserted', 'player_stated'] as const
export type EvidenceLevel = (typeof EVIDENCE_LEVELS)[number]

/**
 * Facts read from one document. Dates keep what the document says, in one spelling:
 * `YYYY-MM-DD`, or `YYYY` when only the year is known; null when unusable or absent.
 */
export interface DocumentFacts {
  name: string | null
  birthDate: string | null
  gender: 'M' | 'F' | 'T' | null
  /** Masked for showing: `XXXX XXXX 1234`, `XXXXXX000Z`, `XXXXXXXXXXX0000`. Null when the document carries none. */
  numberMasked: string | null
  address: string | null
  state: string | null
  issuedOn: string | null
  expiresOn: string | null
  /** base64 JPEG or PNG, or null. */
  photo: string | null
}

/** A remark about the document's content that a check or a person must know; codes as in `docs/providers.md`. */
export type DocumentRemark =
  | 'dob_year_only'
  | 'dob_possibly_default'
  | 'dob_unusable'
  | 'kyc_not_successful'
  | 'aadhaar_unmasked'
  | 'document_not_active'
  | 'document_expired'
  | 'document_inconsistent'
  | 'pan_not_individual'
  | 'pan_malformed'

export interface ReadDocument {
  type: DocumentType
  facts: DocumentFacts
  evidence: EvidenceLevel
  /** `valid`, `not_checked`, or why the issuer's signature was not believed. */
  signature: string
  /** SHA-256 of the configured certificate that signed; null when none did. */
  anchorSha256: string | null
  remarks: DocumentRemark[]
  /**
   * PAN or licence number in normal form, for the blind index only; never stored in clear, never shown.
   * Always null for Aadhaar: four digits are no key.
   */
  numberNormalised: string | null
  issuedBy: string | null
}
