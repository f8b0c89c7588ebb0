import type { DocumentType } from '@/lib/documents/types'
import { DEFAULT_POLICY } from '@/lib/policy/current'
import type { CheckedDocument, DecisionInput } from './types'

// An adult with agreeing documents, to be changed by each test. Invented.

export const TODAY = '2026-11-21'
export const RULES = DEFAULT_POLICY

export function document(type: DocumentType, facts: Partial<CheckedDocument> = {}): CheckedDocument {
  return {
    type,
    name: 'Parikshan Kumar Namoona',
    birthDate: '1992-02-29',
    gender: 'M',
    state: null,
    expiresOn: null,
    evidence: 'provider_asserted',
    remarks: [],
    signature: 'not_checked',
    fetchedOn: TODAY,
    ...facts,
  }
}

export const LOCKER: DecisionInput = {
  salt: '00',
  way: 'digilocker',
  today: TODAY,
  documents: [document('aadhaar'), document('pan')],
  unreadable: [],
  unreadableSignatures: [],
  nothingShared: false,
  minorReported: false,
  stated: null,
  personMustMatch: false,
  locker: null,
  bound: true,
  duplicates: [],
  assurance: null,
}

export const PASSED: NonNullable<DecisionInput['assurance']> = {
  verdict: 'approved',
  liveness: 'passed',
  faceMatch: 'passed',
  warnings: [],
}

export const CAPTURE: DecisionInput = {
  ...LOCKER,
  way: 'capture',
  documents: [document('photo_document')],
  assurance: PASSED,
}
