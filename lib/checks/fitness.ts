import 'server-only'
import { type DocumentRemark, type DocumentType, EVIDENCE_LEVELS } from '@/lib/documents/types'
import type { ReasonCode } from './reasons'
import type { CheckedDocument, CheckRules, DecisionInput } from './types'

// Whether one document may serve as evidence, and which set of documents is enough.

const DAY_MS = 86_400_000

/** A remark that makes a document unfit, as the reason it becomes. */
const UNFIT: Partial<Record<DocumentRemark, ReasonCode>> = {
  aadhaar_unmasked: 'aadhaar_unmasked',
  document_not_active: 'document_not_valid',
  document_inconsistent: 'document_not_valid',
  pan_not_individual: 'pan_not_individual',
  pan_malformed: 'pan_malformed',
}

/** Why this document is no evidence, or null when it is. */
export function unfitReason(
  document: CheckedDocument,
  input: DecisionInput,
  rules: CheckRules,
): ReasonCode | null {
  if (isStale(document, input, rules)) return 'document_stale'
  const [worst] = document.remarks.flatMap((remark) => UNFIT[remark as DocumentRemark] ?? [])
  if (worst !== undefined) return worst
  if (isExpired(document, input)) return 'document_expired'
  const least = rules.minEvidence[document.type]
  const isTooWeak = EVIDENCE_LEVELS.indexOf(document.evidence) > EVIDENCE_LEVELS.indexOf(least)
  return isTooWeak ? 'evidence_too_weak' : null
}

/** Not fetched now, a negative answer, or an Aadhaar copy past its `ttl`. */
export function isStale(document: CheckedDocument, input: DecisionInput, rules: CheckRules): boolean {
  const { type, remarks, fetchedOn } = document
  if (remarks.includes('kyc_not_successful')) return true
  if (type === 'aadhaar' && remarks.includes('document_expired')) return true
  const ageDays = (Date.parse(input.today) - Date.parse(fetchedOn)) / DAY_MS
  return !(ageDays >= 0 && ageDays <= rules.fetchedWithinDays)
}

/** Past its last day, by its reader's word then or by its date now: a decision made again days later has another today. */
export function isExpired({ remarks, expiresOn }: CheckedDocument, { today }: DecisionInput): boolean {
  return remarks.includes('document_expired') || (expiresOn !== null && expiresOn < today)
}

/** The first set of the policy whose documents are all here and fit, or null. */
export function fitSet(input: DecisionInput, rules: CheckRules): readonly DocumentType[] | null {
  const isFit = (type: DocumentType) =>
    input.documents.some((one) => one.type === type && unfitReason(one, input, rules) === null)
  return rules.evidenceSets[input.way].find((set) => set.every(isFit)) ?? null
}

/** Types that arrived, readable or not. */
export function arrivedTypes(input: DecisionInput): DocumentType[] {
  return [...new Set([...input.documents.map(({ type }) => type), ...input.unreadable])]
}

/** Types of the documents that were read. */
export function readTypes(input: DecisionInput): DocumentType[] {
  return input.documents.map(({ type }) => type)
}
