import 'server-only'
import type { NoteCode, ReasonCode } from '@/lib/checks/reasons'
import type { CheckOutcome, CheckRules, DecisionInput, Question } from '@/lib/checks/types'
import { compareNames } from '@/lib/documents/names'
import type { DocumentType } from '@/lib/documents/types'

// A check with what it asked for and what it found, in our own codes: never a value of the person.

/** A code with what belongs into its sentence: numbers, documents, our words. */
export interface Measure {
  code: string
  value: string
}

export interface CheckView {
  question: Question
  outcome: CheckOutcome
  reason: ReasonCode | null
  note: NoteCode | null
  /** The documents it looked at. */
  evidence: DocumentType[]
  /** What the policy asks for; null where there is no number or list behind it. */
  threshold: Measure | null
  /** What was there; null where the reason says it all, or the input is no longer kept. */
  found: Measure | null
}

/** The stored answer of one check. */
export interface StoredCheck {
  question: string
  outcome: CheckOutcome
  reason: string | null
  note: string | null
  evidence: string[]
}

/** A stored answer with threshold and finding. `input` is null when it is no longer kept. */
export function toCheckView(stored: StoredCheck, rules: CheckRules, input: DecisionInput | null): CheckView {
  const question = stored.question as Question // written by the checks alone, as are the codes beside it
  return {
    question,
    outcome: stored.outcome,
    reason: stored.reason as ReasonCode | null,
    note: stored.note as NoteCode | null,
    evidence: stored.evidence as DocumentType[],
    threshold: thresholdOf(question, rules, input),
    found: input === null ? null : foundBy(question, input),
  }
}

function thresholdOf(question: Question, rules: CheckRules, input: DecisionInput | null): Measure | null {
  switch (question) {
    case 'age':
      return { code: 'age_years', value: String(rules.ageYears) }
    case 'names_agree':
    case 'person_matches':
    case 'locker_agrees':
      return { code: 'names_that_pass', value: rules.namesThatPass.join(' ') }
    case 'freshness':
      return { code: 'fetched_within_days', value: String(rules.fetchedWithinDays) }
    case 'documents_present':
      return {
        code: 'evidence_sets',
        value: rules.evidenceSets[input?.way ?? 'digilocker'].map((set) => set.join('+')).join(' '),
      }
    case 'blocked_state':
      return { code: 'blocked_states', value: rules.blockedStates.join(' ') }
    default:
      return null
  }
}

function foundBy(question: Question, input: DecisionInput): Measure | null {
  switch (question) {
    case 'names_agree':
      return likeness(input.documents.map(({ name }) => name))
    case 'person_matches':
      return likeness([input.stated?.name ?? null, ...input.documents.map(({ name }) => name)], 1)
    case 'locker_agrees':
      return input.locker === null
        ? null
        : likeness([input.locker.name, ...input.documents.map(({ name }) => name)], 1)
    case 'documents_present':
      return { code: 'documents', value: input.documents.map(({ type }) => type).join('+') }
    case 'signature':
      return {
        code: 'signatures',
        value: input.documents.map(({ type, signature }) => `${type}:${signature}`).join(' '),
      }
    case 'duplicate_person':
      return { code: 'duplicates', value: input.duplicates.join(' ') }
    case 'age':
    case 'birth_dates_agree':
      return {
        code: 'date_precision',
        value: input.documents.map(({ type, birthDate }) => `${type}:${precisionOf(birthDate)}`).join(' '),
      }
    default:
      return null
  }
}

function precisionOf(birthDate: string | null): string {
  if (birthDate === null) return 'none'
  return birthDate.length === 10 ? 'day' : 'year'
}

const LEAST_LIKE = ['unusable', 'mismatch', 'review', 'close', 'match'] as const

/** The faintest likeness among all pairs, or of the first `from` names with the rest. */
function likeness(names: readonly (string | null)[], from = names.length): Measure | null {
  const pairs = names
    .slice(0, from)
    .flatMap((one, place) => names.slice(place + 1).map((two) => compareNames(one, two)))
  const least = LEAST_LIKE.flatMap((outcome) => pairs.filter((pair) => pair.outcome === outcome))[0]
  return least === undefined ? null : { code: 'name_likeness', value: `${least.outcome} ${least.kind}` }
}
