import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CAPTURE, document, LOCKER, PASSED, TODAY } from '@/lib/checks/input.testing'
import type { DecisionInput } from '@/lib/checks/types'
import { DOCUMENT_TYPES, type DocumentRemark } from '@/lib/documents/types'
import { DEFAULT_POLICY } from './current'
import { decide } from './decide'
import { Policy } from './types'

const declined = (...warnings: string[]) => ({ ...PASSED, verdict: 'declined' as const, warnings })
const young = { birthDate: '2008-11-22' }
const initial = document('pan', { name: 'PARIKSHAN K NAMOONA' })
const approved = ['all_checks_passed']

describe('the shipped policy decides', () => {
  test.each<[string, DecisionInput, string, string[]]>([
    ['PAN and Aadhaar', LOCKER, 'approved', approved],
    ['a photo document with liveness', CAPTURE, 'approved', approved],
    [
      'no face comparison in the workflow',
      { ...CAPTURE, assurance: { ...PASSED, faceMatch: 'absent' } },
      'approved',
      approved,
    ],
    ['an initial on the PAN', { ...LOCKER, documents: [document('aadhaar'), initial] }, 'approved', approved],
    [
      'another gender on one document',
      { ...LOCKER, documents: [document('aadhaar', { gender: 'F' }), document('pan')] },
      'approved',
      approved,
    ],
    [
      'an expired licence beside a good Aadhaar',
      {
        ...LOCKER,
        documents: [...LOCKER.documents, document('driving_licence', { remarks: ['document_expired'] })],
      },
      'approved',
      approved,
    ],
    [
      'somebody else than named',
      { ...LOCKER, personMustMatch: true, stated: { name: 'Koi Aur', birthDate: '1992-02-29' } },
      'awaiting_reviewer',
      ['person_not_matched'],
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
      'a minor without PAN',
      { ...LOCKER, documents: [document('aadhaar', young)] },
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
      ['declined_for_good'],
    ],
    [
      'no liveness check at all',
      { ...CAPTURE, assurance: { ...PASSED, liveness: 'absent' } },
      'awaiting_reviewer',
      ['liveness_not_passed'],
    ],
    [
      'a photo document without the vendor’s findings',
      { ...CAPTURE, assurance: null },
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
      { ...CAPTURE, documents: [document('photo_document', { remarks: ['document_expired'] })] },
      'awaiting_reviewer',
      ['document_expired'],
    ],
    [
      'a photo document without a name',
      { ...CAPTURE, documents: [document('photo_document', { name: '' })] },
      'awaiting_reviewer',
      ['name_unusable'],
    ],
    [
      'a PAN changed after signing',
      {
        ...LOCKER,
        documents: [
          document('aadhaar', { signature: 'valid' }),
          document('pan', { signature: 'digest_mismatch' }),
        ],
      },
      'awaiting_reviewer',
      ['signature_invalid'],
    ],
    [
      'a PAN of a verified player',
      { ...LOCKER, duplicates: ['pan'] },
      'awaiting_reviewer',
      ['duplicate_person'],
    ],
    [
      'PAN and all else missing',
      { ...LOCKER, documents: [] },
      'resubmission_requested',
      ['pan_missing', 'aadhaar_or_licence_missing'],
    ],
    [
      'the PAN of somebody else',
      {
        ...LOCKER,
        documents: [document('aadhaar'), document('pan', { name: 'Koi Aur', birthDate: '1996-05-17' })],
      },
      'awaiting_reviewer',
      ['birth_date_differs', 'name_differs'],
    ],
  ])('%s', (_, input, status, reasons) => {
    expect(decide(input, DEFAULT_POLICY)).toMatchObject({ status, reasons, policyVersion: '3' })
  })

  test('the same input gives the same hash, and every part of it counts', () => {
    const hash = (input: DecisionInput, policy = DEFAULT_POLICY) =>
      decide(input, policy).inputHash.toString('hex')
    expect(hash(CAPTURE)).toBe(hash(structuredClone(CAPTURE)))
    const others = [
      hash({ ...CAPTURE, salt: '01' }),
      hash({ ...CAPTURE, today: '2026-11-22' }),
      hash({ ...CAPTURE, assurance: { ...PASSED, liveness: 'failed' } }),
      hash(CAPTURE, { ...DEFAULT_POLICY, ageYears: 19 }),
    ]
    expect(new Set([hash(CAPTURE), ...others]).size).toBe(5)
  })
})

describe('another policy', () => {
  const away = { ...LOCKER, documents: [document('aadhaar', { state: 'Tamil Nadu' }), document('pan')] }

  test('blocks States', () => {
    const policy = { ...DEFAULT_POLICY, blockedStates: ['TN'] }
    expect(decide(away, policy)).toMatchObject({ status: 'rejected', reasons: ['state_blocked'] })
    expect(decide(LOCKER, policy)).toMatchObject({ status: 'awaiting_reviewer', reasons: ['state_unknown'] })
  })

  test('lets a finding pass where that is allowed', () => {
    const waived = { question: 'blocked_state', outcome: 'unsure', verdict: 'approve' } as const
    const policy = Policy.parse({
      ...DEFAULT_POLICY,
      blockedStates: ['TN'],
      rules: [...DEFAULT_POLICY.rules, waived],
    })
    expect(decide(LOCKER, policy).status).toBe('approved')
    expect(decide({ ...LOCKER, bound: false }, policy)).toMatchObject({
      status: 'awaiting_reviewer',
      reasons: ['finished_elsewhere'],
    })
  })

  test('asks again where the shipped one asks a person; a person sees all findings', () => {
    const rule = (verdict: 'resubmission' | 'review') =>
      ({ question: 'names_agree', outcome: 'fail', verdict }) as const
    const input = {
      ...LOCKER,
      bound: false,
      documents: [document('aadhaar'), document('pan', { name: 'Koi Aur' })],
    }
    const under = (verdict: 'resubmission' | 'review') =>
      decide(input, Policy.parse({ ...DEFAULT_POLICY, rules: [...DEFAULT_POLICY.rules, rule(verdict)] }))
    expect(under('resubmission')).toMatchObject({
      status: 'resubmission_requested',
      reasons: ['name_differs'],
    })
    expect(under('review')).toMatchObject({
      status: 'awaiting_reviewer',
      reasons: ['name_differs', 'finished_elsewhere'],
    })
  })

  const [first, ...rest] = DEFAULT_POLICY.rules
  test.each<[string, unknown, RegExp]>([
    ['under 18', { ...DEFAULT_POLICY, ageYears: 16 }, /ageYears/],
    ['a word nobody knows', { ...DEFAULT_POLICY, agelimit: 18 }, /agelimit/],
    ['no rules', { ...DEFAULT_POLICY, rules: [] }, /rules/],
    ['age not first', { ...DEFAULT_POLICY, rules: [...rest, first] }, /first rule/],
    [
      'age, but only for one reason',
      { ...DEFAULT_POLICY, rules: [{ ...first, reason: 'below_age_limit' }] },
      /first rule/,
    ],
    [
      'approving what must not be',
      { ...DEFAULT_POLICY, rules: [first, { question: 'signature', outcome: 'fail', verdict: 'approve' }] },
      /approve is possible/,
    ],
    [
      'approving unbound',
      {
        ...DEFAULT_POLICY,
        rules: [first, { question: 'brought_home', outcome: 'unsure', verdict: 'approve' }],
      },
      /approve is possible/,
    ],
    ['a State nobody knows', { ...DEFAULT_POLICY, blockedStates: ['ZZ'] }, /State code/],
    ['names that never match', { ...DEFAULT_POLICY, namesThatPass: ['close'] }, /match has to be/],
    [
      'a photo out of DigiLocker',
      {
        ...DEFAULT_POLICY,
        evidenceSets: { digilocker: [['photo_document']], capture: [['photo_document']] },
      },
      /photo_document/,
    ],
    [
      'no evidence at all',
      { ...DEFAULT_POLICY, evidenceSets: { digilocker: [[]], capture: [['photo_document']] } },
      /digilocker/,
    ],
    [
      'the player’s word as evidence',
      { ...DEFAULT_POLICY, minEvidence: { ...DEFAULT_POLICY.minEvidence, pan: 'player_stated' } },
      /minEvidence/,
    ],
  ])('is refused: %s', (_, content, expected) => {
    const parsed = Policy.safeParse(content)
    expect(parsed.success).toBe(false)
    expect(JSON.stringify(parsed.error?.issues)).toMatch(expected)
  })
})

const REMARKS: DocumentRemark[] = [
  'dob_year_only',
  'dob_possibly_default',
  'dob_unusable',
  'kyc_not_successful',
  'aadhaar_unmasked',
  'document_not_active',
  'document_expired',
  'document_inconsistent',
  'pan_not_individual',
  'pan_malformed',
]
const anyDocument = fc.record({
  type: fc.constantFrom(...DOCUMENT_TYPES),
  name: fc.option(
    fc.oneof(
      fc.constantFrom('Parikshan Kumar Namoona', 'Parikshan K Namoona', 'Koi Aur'),
      fc.string({ unit: 'binary' }),
    ),
  ),
  birthDate: fc.option(fc.constantFrom('1992-02-29', '1992', '2009-01-01', '2006-01-01')),
  gender: fc.option(fc.constantFrom('M' as const, 'F' as const, 'T' as const)),
  state: fc.option(fc.constantFrom('Karnataka', 'Tamil Nadu', 'Erewhon')),
  expiresOn: fc.constant(null),
  evidence: fc.constantFrom('issuer_signed' as const, 'provider_asserted' as const, 'player_stated' as const),
  remarks: fc.subarray(REMARKS, { maxLength: 2 }),
  signature: fc.constantFrom('valid', 'not_checked', 'digest_mismatch', 'signature_missing'),
  fetchedOn: fc.constantFrom(TODAY, '2026-01-01'),
})
const anyInput: fc.Arbitrary<DecisionInput> = fc.record({
  salt: fc.constant('00'),
  way: fc.constantFrom('digilocker' as const, 'capture' as const),
  today: fc.constant(TODAY),
  documents: fc.oneof(
    fc.constant(LOCKER.documents),
    fc.constant(CAPTURE.documents),
    fc.array(anyDocument, { maxLength: 4 }),
  ),
  unreadable: fc.subarray([...DOCUMENT_TYPES], { maxLength: 1 }),
  unreadableSignatures: fc.subarray(['valid', 'not_checked', 'digest_mismatch', 'signature_missing'], {
    maxLength: 1,
  }),
  nothingShared: fc.boolean(),
  minorReported: fc.boolean(),
  stated: fc.option(
    fc.constantFrom(
      { name: 'Parikshan Kumar Namoona', birthDate: '1992-02-29' },
      { name: 'X', birthDate: '' },
    ),
  ),
  personMustMatch: fc.boolean(),
  locker: fc.option(fc.constant({ name: 'Parikshan Kumar Namoona', birthDate: null })),
  bound: fc.boolean(),
  duplicates: fc.subarray(['pan' as const, 'locker_account' as const], { maxLength: 1 }),
  assurance: fc.option(fc.constantFrom(PASSED, { ...PASSED, liveness: 'failed' as const }, declined('X'))),
})

describe('whatever comes in', { timeout: 30_000 }, () => {
  test('never crashes, and is never approved while a finding stands', () => {
    let seen = 0
    fc.assert(
      fc.property(anyInput, (input) => {
        const { status, checks, reasons } = decide(input, DEFAULT_POLICY)
        expect(reasons.length).toBeGreaterThan(0)
        if (status !== 'approved') return
        seen += 1
        const remarks = ['licence_valid', 'gender_agrees']
        const asked = checks.filter(({ question }) => !remarks.includes(question))
        expect(asked.every(({ outcome }) => outcome === 'pass' || outcome === 'not_applicable')).toBe(true)
        for (const question of [
          'documents_present',
          'documents_fit',
          'age',
          'names_agree',
          'brought_home',
          'freshness',
        ])
          expect(asked.find((check) => check.question === question)?.outcome).toBe('pass')
        expect(input.bound && input.duplicates.length === 0 && !input.minorReported).toBe(true)
        if (input.way === 'capture') expect(input.assurance?.liveness).toBe('passed')
      }),
      { numRuns: 2000, seed: 4 },
    )
    expect(seen).toBeGreaterThan(0)
  })

  test('the order in which documents came changes nothing', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const turned = { ...input, documents: input.documents.toReversed() }
        const [one, two] = [decide(input, DEFAULT_POLICY), decide(turned, DEFAULT_POLICY)]
        expect(two.status).toBe(one.status)
      }),
      { numRuns: 1000 },
    )
  })
})
