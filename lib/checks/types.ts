import { z } from 'zod'
import { DOCUMENT_TYPES, type DocumentType, EVIDENCE_LEVELS } from '@/lib/documents/types'
import type { NoteCode, ReasonCode } from './reasons'

// What a decision looks at, what it is asked, and what it answers. Pure: safe to import anywhere.

/** Every question, in the order in which its answer is stored. */
export const QUESTIONS = [
  'documents_present',
  'documents_fit',
  'pan_form',
  'licence_valid',
  'freshness',
  'signature',
  'age',
  'birth_dates_agree',
  'names_agree',
  'gender_agrees',
  'locker_agrees',
  'person_matches',
  'brought_home',
  'duplicate_person',
  'blocked_state',
  'vendor_verdict',
  'liveness',
] as const
export type Question = (typeof QUESTIONS)[number]

export const CHECK_OUTCOMES = ['pass', 'fail', 'unsure', 'not_applicable'] as const
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number]

export interface CheckResult {
  question: Question
  outcome: CheckOutcome
  /** Null when it passed, does not apply, or never decides. */
  reason: ReasonCode | null
  /** What is worth knowing although it does not stand in the way. */
  note: NoteCode | null
  /** The documents it looked at. */
  evidence: DocumentType[]
}

const Text = z.string().nullable()

/** One document with what the checks need of it, and no more: no number, no photo, no street. */
export const CheckedDocument = z.strictObject({
  type: z.enum(DOCUMENT_TYPES),
  name: Text,
  birthDate: Text,
  gender: z.enum(['M', 'F', 'T']).nullable(),
  state: Text,
  expiresOn: Text,
  evidence: z.enum(EVIDENCE_LEVELS),
  remarks: z.array(z.string()),
  /** `valid`, `not_checked`, or why the issuer's signature was not believed. */
  signature: z.string(),
  /** Date in India on which we fetched it, `YYYY-MM-DD`. */
  fetchedOn: z.string(),
})
export type CheckedDocument = z.output<typeof CheckedDocument>

/**
 * All that a decision depends on, beside the policy. Stored sealed with the decision, so that it can be made again;
 * another `stated` in the same input is a re-check.
 */
export const DecisionInput = z.strictObject({
  /** Random, 32 hex digits: keeps the stored hash of this input from being guessed. */
  salt: z.string(),
  /** Documents out of DigiLocker, or one photographed on a vendor's page. */
  way: z.enum(['digilocker', 'capture']),
  /** Today's date in India, `YYYY-MM-DD`. */
  today: z.string(),
  documents: z.array(CheckedDocument),
  /** Documents that arrived but could not be read. */
  unreadable: z.array(z.enum(DOCUMENT_TYPES)),
  /** What the signatures of those were found to be. */
  unreadableSignatures: z.array(z.string()),
  /** True when the player shared none of what was asked. */
  nothingShared: z.boolean(),
  /** The vendor said that this is a minor and gave no document because of it. */
  minorReported: z.boolean(),
  /** What the player wrote of themself, or null. */
  stated: z.strictObject({ name: z.string(), birthDate: z.string() }).nullable(),
  /** True where the vendor's hand-over passes through the browser: the stated person must be there and agree. */
  personMustMatch: z.boolean(),
  /** The locker account as the vendor describes it, or null. */
  locker: z.strictObject({ name: Text, birthDate: Text }).nullable(),
  /** False when no browser of the player brought the completion home. */
  bound: z.boolean(),
  /** What another verified player has too. Never a device, a browser or an address: households share those. */
  duplicates: z.array(z.enum(['pan', 'driving_licence', 'locker_account'])),
  /** What a capture vendor found; null for DigiLocker. */
  assurance: z
    .strictObject({
      verdict: z.enum(['approved', 'declined']),
      liveness: z.enum(['passed', 'failed', 'unsure', 'absent']),
      faceMatch: z.enum(['passed', 'failed', 'unsure', 'absent']),
      warnings: z.array(z.string()),
    })
    .nullable(),
})
export type DecisionInput = z.output<typeof DecisionInput>

/** The part of a policy that checks look at. */
export interface CheckRules {
  ageYears: number
  /** Below this age, 1 January needs a second document with the same date. */
  secondSourceBelowYears: number
  /** By way: any one of these sets of documents is enough. */
  evidenceSets: Readonly<Record<DecisionInput['way'], readonly (readonly DocumentType[])[]>>
  /** The least that counts as evidence, by document. */
  minEvidence: Readonly<Record<DocumentType, (typeof EVIDENCE_LEVELS)[number]>>
  /** Name outcomes that may pass; `close` only beside equal full birth dates. */
  namesThatPass: readonly ('match' | 'close')[]
  /** Codes of States where nobody may play. */
  blockedStates: readonly string[]
  /** A document fetched longer ago than this is no evidence any more. */
  fetchedWithinDays: number
}
