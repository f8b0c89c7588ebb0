import 'server-only'
import { canonicalJson } from '@/lib/crypto/sign'
import { sha256 } from '@/lib/crypto/tokens'
import { isAdult } from '@/lib/documents/dates'
import { namesAgreeExactly, normaliseName } from '@/lib/documents/names'
import type { DocumentRemark, DocumentType, ReadDocument, SignatureVerdict } from '@/lib/documents/types'
import type { CaptureAssurance, Way } from '@/lib/providers/types'
import type { ReasonCode } from './types'

// The first decision rule. Pure: the same input gives the same answer, and the input hash says which input it was.

export const POLICY_VERSION = '3'

export interface CheckResult {
  question:
    | 'documents_present'
    | 'documents_valid'
    | 'signature'
    | 'age'
    | 'birth_dates_agree'
    | 'names_agree'
    | 'person_matches'
    | 'brought_home'
    | 'vendor_verdict'
    | 'liveness'
  outcome: 'pass' | 'fail' | 'unsure' | 'not_applicable'
  reason: ReasonCode | null
}

export interface DecisionInput {
  /** Documents out of DigiLocker, or one photographed on a vendor's page. */
  way: Way
  /** The vendor said that this is a minor and gave no document because of it. */
  minorReported: boolean
  /** Whether the person in the documents is the one that the player named; asked only where the vendor needs it. */
  person: 'not_asked' | 'agrees' | 'differs'
  /** False when no browser of the player brought the completion home. */
  bound: boolean
  /** What a capture vendor found; null for DigiLocker. */
  assurance: CaptureAssurance | null
  documents: readonly ReadDocument[]
  /** Documents that arrived but could not be read. */
  unreadable: readonly DocumentType[]
  /** What was found of the signatures of those. */
  unreadableSignatures: readonly SignatureVerdict[]
  /** True when the player shared none of what was asked. */
  nothingShared: boolean
  /** Today's date in India, `YYYY-MM-DD`. */
  today: string
}

export interface Decision {
  status: 'approved' | 'rejected' | 'resubmission_requested' | 'awaiting_reviewer'
  reasons: ReasonCode[]
  checks: CheckResult[]
  policyVersion: string
  /** SHA-256 over policy version, date and what the checks found; no person's values. */
  inputHash: Buffer
}

/** Remarks that make a document unfit for a rule; a person looks at it. */
const UNFIT: readonly DocumentRemark[] = [
  'kyc_not_successful',
  'aadhaar_unmasked',
  'document_not_active',
  'document_expired',
  'document_inconsistent',
  'pan_not_individual',
  'pan_malformed',
]

const VAGUE_DATE: readonly DocumentRemark[] = ['dob_year_only', 'dob_unusable']

/** Findings of a capture vendor after which another try makes no sense. */
const HARD_WARNINGS =
  /^(LIVENESS_FACE_ATTACK|PORTRAIT_MANIPULATION_DETECTED|FACE_IN_BLOCKLIST|ID_DOCUMENT_IN_BLOCKLIST|DUPLICATED_FACE)$/

/**
 * Under 18 by every document that tells: rejected. PAN or both of Aadhaar and licence missing (or the one photo document):
 * resubmission. All there, valid, 18 or over, birth dates and names in agreement, and for a photo document the vendor's
 * verdict and liveness passed: approved. Never approved: XML whose issuer's signature should be there and does not hold (FL-16), a person other than the one named, and a completion that no
 * browser of the player brought home. Anything else: a person decides.
 */
export function decide(input: DecisionInput): Decision {
  const checks = [
    documentsPresent(input),
    documentsValid(input),
    signature(input),
    age(input),
    birthDatesAgree(input),
    namesAgree(input),
    personMatches(input),
    broughtHome(input),
    ...(input.assurance === null ? [] : [vendorVerdict(input.assurance), liveness(input.assurance)]),
  ]
  const { status, reasons } = conclude(checks, input)
  const inputHash = sha256(canonicalJson({ policy: POLICY_VERSION, today: input.today, checks }))
  return { status, reasons, checks, policyVersion: POLICY_VERSION, inputHash }
}

function conclude(checks: CheckResult[], input: DecisionInput): Pick<Decision, 'status' | 'reasons'> {
  const found = (question: CheckResult['question']) => checks.find((check) => check.question === question)
  if (found('age')?.reason === 'under_age') return { status: 'rejected', reasons: ['under_age'] }
  if (found('vendor_verdict')?.outcome === 'fail') {
    const isHopeless = input.assurance?.warnings.some((code) => HARD_WARNINGS.test(code)) ?? false
    return { status: isHopeless ? 'rejected' : 'resubmission_requested', reasons: ['declined_by_vendor'] }
  }
  if (found('documents_present')?.outcome === 'fail')
    return {
      status: 'resubmission_requested',
      reasons: input.nothingShared ? ['nothing_shared'] : missingReasons(input),
    }
  const open = checks.flatMap((check) => (check.reason === null ? [] : [check.reason]))
  if (open.length === 0) return { status: 'approved', reasons: ['all_checks_passed'] }
  return { status: 'awaiting_reviewer', reasons: [...new Set(open)] }
}

const arrived = (input: DecisionInput, type: DocumentType) =>
  input.documents.some((document) => document.type === type) || input.unreadable.includes(type)

function missingReasons(input: DecisionInput): ReasonCode[] {
  if (input.way === 'capture') return arrived(input, 'photo_document') ? [] : ['nothing_shared']
  const reasons: ReasonCode[] = []
  if (!arrived(input, 'pan')) reasons.push('pan_missing')
  if (!arrived(input, 'aadhaar') && !arrived(input, 'driving_licence'))
    reasons.push('aadhaar_or_licence_missing')
  return reasons
}

function documentsPresent(input: DecisionInput): CheckResult {
  const missing = missingReasons(input)
  const question = 'documents_present'
  return missing.length === 0
    ? { question, outcome: 'pass', reason: null }
    : { question, outcome: 'fail', reason: missing[0] ?? null }
}

/** Needed documents must be fit; an expired licence beside a good Aadhaar changes nothing. */
function documentsValid(input: DecisionInput): CheckResult {
  const question = 'documents_valid'
  const isFit = (type: DocumentType) =>
    input.documents.some((one) => one.type === type && !one.remarks.some((remark) => UNFIT.includes(remark)))
  const isEnough =
    input.way === 'capture'
      ? isFit('photo_document')
      : isFit('pan') && (isFit('aadhaar') || isFit('driving_licence'))
  if (isEnough) return { question, outcome: 'pass', reason: null }
  return input.unreadable.length > 0
    ? { question, outcome: 'unsure', reason: 'document_unreadable' }
    : { question, outcome: 'fail', reason: 'document_not_valid' }
}

/** FL-16: one document that is not what its issuer signed is enough, whatever the others say. */
function signature(input: DecisionInput): CheckResult {
  const question = 'signature'
  const all = [...input.documents.map((one) => one.signature), ...input.unreadableSignatures]
  const verdicts = all.filter((verdict) => verdict !== 'not_checked')
  if (verdicts.some((verdict) => verdict !== 'valid'))
    return { question, outcome: 'fail', reason: 'signature_not_valid' }
  return { question, outcome: verdicts.length === 0 ? 'not_applicable' : 'pass', reason: null }
}

/**
 * One document that proves adulthood suffices when none says otherwise. A year alone or an unusable date never passes by
 * rule (FL-16); the dates' agreement is a question of its own.
 */
function age(input: DecisionInput): CheckResult {
  const question = 'age'
  const answers = input.documents.flatMap(({ facts }) =>
    facts.birthDate === null ? [] : [isAdult(facts.birthDate, input.today)],
  )
  if (input.minorReported && !answers.includes('yes'))
    return { question, outcome: 'fail', reason: 'under_age' }
  if (answers.length > 0 && answers.every((answer) => answer === 'no'))
    return { question, outcome: 'fail', reason: 'under_age' }
  const vague = input.documents.some(({ remarks }) => remarks.some((remark) => VAGUE_DATE.includes(remark)))
  const proven = !vague && !input.minorReported && answers.includes('yes') && !answers.includes('no')
  return proven
    ? { question, outcome: 'pass', reason: null }
    : { question, outcome: 'unsure', reason: 'age_not_proven' }
}

function birthDatesAgree(input: DecisionInput): CheckResult {
  const question = 'birth_dates_agree'
  const dates = input.documents.flatMap(({ facts }) => (facts.birthDate === null ? [] : [facts.birthDate]))
  if (dates.length < 2) return { question, outcome: 'not_applicable', reason: null }
  // A year alone agrees with any date of that year.
  const agree = dates.every((a) => dates.every((b) => a.startsWith(b) || b.startsWith(a)))
  return agree
    ? { question, outcome: 'pass', reason: null }
    : { question, outcome: 'fail', reason: 'birth_date_differs' }
}

function namesAgree(input: DecisionInput): CheckResult {
  const question = 'names_agree'
  const names = input.documents.map(({ facts }) => facts.name ?? '')
  if (names.some((name) => normaliseName(name) === ''))
    return { question, outcome: 'unsure', reason: 'name_unusable' }
  const [first = '', ...others] = names
  return others.every((name) => namesAgreeExactly(first, name))
    ? { question, outcome: 'pass', reason: null }
    : { question, outcome: 'fail', reason: 'name_differs' }
}

function personMatches({ person }: DecisionInput): CheckResult {
  const question = 'person_matches'
  if (person === 'not_asked') return { question, outcome: 'not_applicable', reason: null }
  return person === 'agrees'
    ? { question, outcome: 'pass', reason: null }
    : { question, outcome: 'unsure', reason: 'person_not_matched' }
}

/** FL-05: somebody else may have finished it, led there by a link. */
function broughtHome({ bound }: DecisionInput): CheckResult {
  const question = 'brought_home'
  return bound
    ? { question, outcome: 'pass', reason: null }
    : { question, outcome: 'unsure', reason: 'finished_elsewhere' }
}

function vendorVerdict({ verdict }: CaptureAssurance): CheckResult {
  const question = 'vendor_verdict'
  return verdict === 'approved'
    ? { question, outcome: 'pass', reason: null }
    : { question, outcome: 'fail', reason: 'declined_by_vendor' }
}

function liveness({ liveness: live, faceMatch }: CaptureAssurance): CheckResult {
  const question = 'liveness'
  const passed = live === 'passed' && (faceMatch === 'passed' || faceMatch === 'absent')
  return passed
    ? { question, outcome: 'pass', reason: null }
    : { question, outcome: 'unsure', reason: 'liveness_not_passed' }
}

/** True when name and birth date of every document are those that the player stated. */
export function isPersonStated(
  documents: readonly ReadDocument[],
  stated: { name: string; birthDate: string },
): boolean {
  const names = documents.map(({ facts }) => facts.name ?? '')
  const dates = documents.flatMap(({ facts }) => (facts.birthDate === null ? [] : [facts.birthDate]))
  return (
    names.length > 0 &&
    names.every((name) => normaliseName(name) !== '' && namesAgreeExactly(name, stated.name)) &&
    dates.length > 0 &&
    dates.every((date) => stated.birthDate.startsWith(date))
  )
}
