// What a document is to us, whoever carried it. Pure types: safe to import anywhere.

/** `photo_document` is any government document with a photo, captured on a vendor's own page together with a selfie. */
export const DOCUMENT_TYPES = ['aadhaar', 'pan', 'driving_licence', 'photo_document'] as const
export type DocumentType = (typeof DOCUMENT_TYPES)[number]
/** The documents that DigiLocker hands out. */
export type LockerDocument = Exclude<DocumentType, 'photo_document'>

/** Who vouches for a fact: the issuer's signature (checked by us), the vendor's word, or the player's. */
export const EVIDENCE_LEVELS = ['issuer_signed', 'provider_asserted', 'player_stated'] as const
export type EvidenceLevel = (typeof EVIDENCE_LEVELS)[number]

/** Why an issuer's signature is not believed; each names the step of docs/documents.md that stopped. */
export type SignatureProblem =
  | 'too_large'
  | 'dtd_forbidden'
  | 'xml_malformed'
  | 'root_unexpected'
  | 'type_unexpected'
  | 'signature_missing'
  | 'multiple_signatures'
  | 'signature_malformed'
  | 'reference_not_whole_document'
  | 'transform_not_allowed'
  | 'algorithm_not_allowed'
  | 'certificate_missing'
  | 'certificate_untrusted'
  | 'issuer_not_allowed'
  | 'certificate_expired'
  | 'certificate_revoked'
  | 'digest_mismatch'
  | 'signature_invalid'

/** `not_checked` where there is no XML, or no trust anchor for documents of this type. */
export type SignatureVerdict = 'valid' | 'not_checked' | SignatureProblem

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

/** Who vouches for a document, and what became of its signature. */
export interface Standing {
  evidence: EvidenceLevel
  signature: SignatureVerdict
  /** SHA-256 (hex) of the configured certificate whose key signed; null unless `signature` is `valid`. */
  anchorSha256: string | null
}

/** The vendor's word, where there is no signature to check. */
export const ASSERTED: Standing = {
  evidence: 'provider_asserted',
  signature: 'not_checked',
  anchorSha256: null,
}

export interface ReadDocument extends Standing {
  type: DocumentType
  facts: DocumentFacts
  remarks: DocumentRemark[]
  /**
   * PAN or licence number in normal form, for the blind index only; never stored in clear, never shown.
   * Always null for Aadhaar: four digits are no key.
   */
  numberNormalised: string | null
  issuedBy: string | null
}
