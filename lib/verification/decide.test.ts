import { describe, expect, test } from 'vitest'
import { ASSERTED, type DocumentType, type ReadDocument } from '@/lib/documents/types'
import type { CaptureAssurance } from '@/lib/providers/types'
import { type DecisionInput, decide, isPersonStated } from './decide'

const TODAY = '2026-11-21'

function document(type: DocumentType, facts: Partial<ReadDocument['facts']> = {}): ReadDocument {
  return {
    type,
    facts: {
      name: 'Parikshan Namoona',
      birthDate: '1992-02-29',
      gender: 'M',
      numberMasked: null,
      address: null,
      state: null,
      issuedOn: null,
      expiresOn: null,
      photo: null,
      ...facts,
    },
    ...ASSERTED,
    remarks: [],
    numberNormalised: null,
    issuedBy: null,
  }
}

const LOCKER: DecisionInput = {
  way: 'digilocker',
  documents: [document('aadhaar'), document('pan')],
  minorReported: false,
  person: 'not_asked',
  bound: true,
  assurance: null,
  unreadable: [],
  unreadableSignatures: [],
  nothingShared: false,
  today: TODAY,
}
const PASSED: CaptureAssurance = {
  verdict: 'approved',
  liveness: 'passed',
  faceMatch: 'passed',
  warnings: [],
}
const CAPTURE: DecisionInput = {
  ...LOCKER,
  way: 'capture',
  documents: [document('photo_document')],
  assurance: PASSED,
}
const declined = (...warnings: string[]): CaptureAssurance => ({ ...PASSED, verdict: 'declined', warnings })
const young = { birthDate: '2008-11-22' }

describe('a rule decides', () => {
  test.each<[string, DecisionInput, string, string[]]>([
    ['PAN and Aadhaar', LOCKER, 'approved', ['all_checks_passed']],
    ['a photo document with liveness', CAPTURE, 'approved', ['all_checks_passed']],
    [
      'no face comparison in the workflow',
      { ...CAPTURE, assurance: { ...PASSED, faceMatch: 'absent' } },
      'approved',
      ['all_checks_passed'],
    ],
    [
      'somebody else than named',
      { ...LOCKER, person: 'differs' },
      'awaiting_reviewer',
      ['person_not_matched'],
    ],
    ['the person that was named', { ...LOCKER, person: 'agrees' }, 'approved', ['all_checks_passed']],
    [
      'documents that their issuers signed',
      {
        ...LOCKER,
        documents: LOCKER.documents.map((one) => ({
          ...one,
          evidence: 'issuer_signed',
          signature: 'valid',
          anchorSha256: 'aa',
        })),
      },
      'approved',
      ['all_checks_passed'],
    ],
    [
      'one document changed after signing, beside two good ones',
      {
        ...LOCKER,
        documents: [...LOCKER.documents, { ...document('driving_licence'), signature: 'digest_mismatch' }],
      },
      'awaiting_reviewer',
      ['signature_not_valid'],
    ],
    [
      'a wrapped one that cannot be read, beside two good ones',
      {
        ...LOCKER,
        unreadable: ['driving_licence'],
        unreadableSignatures: ['reference_not_whole_document'],
      },
      'awaiting_reviewer',
      ['signature_not_valid'],
    ],
    [
      'a completion nobody brought home',
      { ...LOCKER, bound: false },
      'awaiting_reviewer',
      ['finished_elsewhere'],
    ],
    [
      'a photo document finished elsewhere',
      { ...CAPTURE, bound: false },
      'awaiting_reviewer',
      ['finished_elsewhere'],
    ],
    [
      'a minor whom the vendor names so',
      { ...LOCKER, documents: [], minorReported: true },
      'rejected',
      ['under_age'],
    ],
    [
      'a minor on one document, an adult on another',
      { ...LOCKER, minorReported: true },
      'awaiting_reviewer',
      ['age_not_proven'],
    ],
    [
      'a minor at the camera',
      { ...CAPTURE, documents: [document('photo_document', young)] },
      'rejected',
      ['under_age'],
    ],
    [
      'a verdict that another photo may change',
      { ...CAPTURE, assurance: declined('DOCUMENT_EXPIRED') },
      'resubmission_requested',
      ['declined_by_vendor'],
    ],
    [
      'a forged portrait',
      { ...CAPTURE, assurance: declined('PORTRAIT_MANIPULATION_DETECTED') },
      'rejected',
      ['declined_by_vendor'],
    ],
    [
      'no liveness check at all',
      { ...CAPTURE, assurance: { ...PASSED, liveness: 'absent' } },
      'awaiting_reviewer',
      ['liveness_not_passed'],
    ],
    [
      'an unsure face',
      { ...CAPTURE, assurance: { ...PASSED, faceMatch: 'unsure' } },
      'awaiting_reviewer',
      ['liveness_not_passed'],
    ],
    [
      'approved without a document',
      { ...CAPTURE, documents: [], nothingShared: true },
      'resubmission_requested',
      ['nothing_shared'],
    ],
    [
      'a photo document that ran out',
      { ...CAPTURE, documents: [{ ...document('photo_document'), remarks: ['document_expired'] }] },
      'awaiting_reviewer',
      ['document_not_valid'],
    ],
    [
      'a photo document without a name',
      { ...CAPTURE, documents: [document('photo_document', { name: '' })] },
      'awaiting_reviewer',
      ['name_unusable'],
    ],
  ])('%s', (_, input, status, reasons) => {
    expect(decide(input)).toMatchObject({ status, reasons })
  })

  test('the input hash changes with what the vendor found', () => {
    const hash = (input: DecisionInput) => decide(input).inputHash.toString('hex')
    expect(hash(CAPTURE)).not.toBe(hash({ ...CAPTURE, assurance: { ...PASSED, liveness: 'failed' } }))
    expect(hash(CAPTURE)).toBe(hash({ ...CAPTURE }))
  })
})

describe('the person that was named', () => {
  const stated = { name: 'Parikshan  NAMOONA', birthDate: '1992-02-29' }
  test.each<[string, ReadDocument[], boolean]>([
    ['agrees in spelling and date', [document('aadhaar'), document('pan')], true],
    ['agrees by the year where only that is known', [document('aadhaar', { birthDate: '1992' })], true],
    [
      'differs in one name of two documents',
      [document('aadhaar'), document('pan', { name: 'Somebody Else' })],
      false,
    ],
    ['differs in the date', [document('aadhaar', { birthDate: '1992-02-28' })], false],
    ['is nobody when nothing was read', [], false],
    ['is nobody without a date', [document('aadhaar', { birthDate: null })], false],
    ['is nobody without a name', [document('aadhaar', { name: null })], false],
  ])('%s', (_, documents, agrees) => {
    expect(isPersonStated(documents, stated)).toBe(agrees)
  })
})
