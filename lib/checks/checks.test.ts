import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { todayInIndia } from '@/lib/documents/dates'
import type { DocumentRemark } from '@/lib/documents/types'
import { age } from './age'
import { birthDatesAgree } from './birth-dates-agree'
import { blockedState } from './blocked-state'
import { documentsFit } from './documents-fit'
import { documentsPresent } from './documents-present'
import { duplicatePerson } from './duplicate-person'
import { freshness } from './freshness'
import { genderAgrees } from './gender-agrees'
import { CAPTURE, document, LOCKER, PASSED, RULES, TODAY } from './input.testing'
import { licenceValid } from './licence-valid'
import { lockerAgrees } from './locker-agrees'
import { namesAgree } from './names-agree'
import { panForm } from './pan-form'
import { personMatches } from './person-matches'
import { runChecks } from './run-checks'
import { signature } from './signature'
import { type CheckedDocument, DecisionInput, type DecisionInput as Input, QUESTIONS } from './types'

const withDocuments = (...documents: CheckedDocument[]): Input => ({ ...LOCKER, documents })
const remarked = (...remarks: DocumentRemark[]) => ({ remarks })
const answer = ({ outcome, reason }: { outcome: string; reason: string | null }) => [outcome, reason]

describe('documents', () => {
  test.each<[string, Input, string[]]>([
    ['PAN and Aadhaar are enough', LOCKER, []],
    ['PAN and licence are enough', withDocuments(document('pan'), document('driving_licence')), []],
    ['no PAN', withDocuments(document('aadhaar')), ['pan_missing']],
    ['PAN alone', withDocuments(document('pan')), ['aadhaar_or_licence_missing']],
    ['none of them', withDocuments(), ['pan_missing', 'aadhaar_or_licence_missing']],
    ['nothing shared', { ...withDocuments(), nothingShared: true }, ['nothing_shared']],
    ['an unreadable one has arrived', { ...withDocuments(document('aadhaar')), unreadable: ['pan'] }, []],
  ])('present: %s', (_, input, reasons) => {
    const found = documentsPresent(input, RULES)
    expect(found.flatMap(({ reason }) => reason ?? [])).toEqual(reasons)
    expect(found.every(({ outcome }) => outcome === (reasons.length > 0 ? 'fail' : 'pass'))).toBe(true)
  })

  test('present: a policy with one set names what is missing of it', () => {
    const rules = {
      ...RULES,
      evidenceSets: { ...RULES.evidenceSets, digilocker: [['aadhaar', 'driving_licence'] as const] },
    }
    const found = documentsPresent(withDocuments(document('pan')), rules)
    expect(found.map(({ reason }) => reason)).toEqual(['aadhaar_missing', 'licence_missing'])
  })

  const expired = document('driving_licence', remarked('document_expired'))
  test.each<[string, Input, [string, string | null]]>([
    ['both fit', LOCKER, ['pass', null]],
    ['an expired licence beside a good Aadhaar', withDocuments(...LOCKER.documents, expired), ['pass', null]],
    [
      'an expired licence that is needed',
      withDocuments(document('pan'), expired),
      ['fail', 'document_expired'],
    ],
    [
      'a licence that was good when it was fetched and has run out since',
      withDocuments(document('pan'), document('driving_licence', { expiresOn: '2026-11-20' })),
      ['fail', 'document_expired'],
    ],
    [
      'a licence on its last day',
      withDocuments(document('pan'), document('driving_licence', { expiresOn: TODAY })),
      ['pass', null],
    ],
    [
      'unmasked Aadhaar',
      withDocuments(document('pan'), document('aadhaar', remarked('aadhaar_unmasked'))),
      ['fail', 'aadhaar_unmasked'],
    ],
    [
      'unmasked Aadhaar beside a licence',
      withDocuments(
        document('pan'),
        document('aadhaar', remarked('aadhaar_unmasked')),
        document('driving_licence'),
      ),
      ['fail', 'aadhaar_unmasked'],
    ],
    [
      'revoked PAN',
      withDocuments(document('aadhaar'), document('pan', remarked('document_not_active'))),
      ['fail', 'document_not_valid'],
    ],
    [
      'unreadable PAN',
      { ...withDocuments(document('aadhaar')), unreadable: ['pan'] },
      ['unsure', 'document_unreadable'],
    ],
    [
      'the player’s word alone',
      withDocuments(document('aadhaar', { evidence: 'player_stated' }), document('pan')),
      ['fail', 'evidence_too_weak'],
    ],
  ])('fit: %s', (_, input, expected) => {
    expect(answer(documentsFit(input, RULES))).toEqual(expected)
  })

  test('fit: a policy may want the issuer’s signature', () => {
    const rules = { ...RULES, minEvidence: { ...RULES.minEvidence, pan: 'issuer_signed' as const } }
    expect(answer(documentsFit(LOCKER, rules))).toEqual(['fail', 'evidence_too_weak'])
    const signed = withDocuments(document('aadhaar'), document('pan', { evidence: 'issuer_signed' }))
    expect(answer(documentsFit(signed, rules))).toEqual(['pass', null])
  })

  test.each<[string, DocumentRemark[], [string, string | null]]>([
    ['of a person', [], ['pass', null]],
    ['of a company', ['pan_not_individual'], ['fail', 'pan_not_individual']],
    ['of another form', ['pan_malformed'], ['fail', 'pan_malformed']],
  ])('PAN %s', (_, remarks, expected) => {
    expect(answer(panForm(withDocuments(document('pan', { remarks }))))).toEqual(expected)
  })

  test('an expired licence is a remark and no reason', () => {
    expect(licenceValid(withDocuments(expired))).toMatchObject({ reason: null, note: 'licence_expired' })
    expect(licenceValid(LOCKER).outcome).toBe('not_applicable')
  })

  test.each<[string, Partial<CheckedDocument>, [string, string | null]]>([
    ['fetched now', {}, ['pass', null]],
    ['fetched eight days ago', { fetchedOn: '2026-11-13' }, ['fail', 'document_stale']],
    ['fetched seven days ago', { fetchedOn: '2026-11-14' }, ['pass', null]],
    ['fetched tomorrow', { fetchedOn: '2026-11-22' }, ['fail', 'document_stale']],
    ['fetched who knows when', { fetchedOn: '' }, ['fail', 'document_stale']],
    ['past its ttl', remarked('document_expired'), ['fail', 'document_stale']],
    ['answered with ret N', remarked('kyc_not_successful'), ['fail', 'document_stale']],
  ])('freshness of an Aadhaar %s', (_, facts, expected) => {
    const input = withDocuments(document('aadhaar', facts), document('pan'))
    expect(answer(freshness(input, RULES))).toEqual(expected)
    expect(answer(documentsFit(input, RULES))).toEqual(expected)
    const beside = withDocuments(...input.documents, document('driving_licence'))
    expect(answer(freshness(beside, RULES))).toEqual(['pass', null])
  })

  test.each<[string, string[], [string, string | null]]>([
    ['none checked', ['not_checked', 'not_checked'], ['not_applicable', null]],
    ['all hold', ['valid', 'valid'], ['pass', null]],
    ['one holds, one has none to check', ['valid', 'not_checked'], ['pass', null]],
    ['one changed', ['valid', 'digest_mismatch'], ['fail', 'signature_invalid']],
    ['one missing', ['signature_missing', 'valid'], ['fail', 'signature_missing']],
    ['one missing, one changed', ['signature_missing', 'digest_mismatch'], ['fail', 'signature_invalid']],
    ['a word nobody knows', ['valid', 'maybe'], ['fail', 'signature_invalid']],
  ])('signatures: %s', (_, [first = '', second = ''], expected) => {
    const documents = [document('aadhaar', { signature: first }), document('pan', { signature: second })]
    expect(answer(signature({ ...LOCKER, documents }))).toEqual(expected)
  })

  test('a forgery that could not even be read stands beside two good documents', () => {
    const documents = [document('aadhaar', { signature: 'valid' }), document('pan', { signature: 'valid' })]
    const input = { ...LOCKER, documents, unreadableSignatures: ['digest_mismatch'] }
    expect(answer(signature(input))).toEqual(['fail', 'signature_invalid'])
    expect(answer(signature({ ...input, unreadableSignatures: ['not_checked'] }))).toEqual(['pass', null])
  })
})

describe('age', () => {
  const born = (birthDate: string | null, remarks: DocumentRemark[] = []) => ({ birthDate, remarks })
  const both = (birthDate: string, today: string) => ({
    ...withDocuments(document('aadhaar', { birthDate }), document('pan', { birthDate })),
    today,
  })

  test.each<[string, string, string, [string, string | null]]>([
    ['a second before midnight in India', '2008-11-20', '2026-11-19T18:29:59Z', ['fail', 'under_age']],
    ['at midnight in India', '2008-11-20', '2026-11-19T18:30:00Z', ['pass', null]],
    ['17 years and 364 days', '2008-11-21', '2026-11-20T12:00:00Z', ['fail', 'under_age']],
    ['29 February, the day before', '2008-02-29', '2026-02-28T12:00:00Z', ['fail', 'under_age']],
    ['29 February, on 1 March', '2008-02-29', '2026-02-28T18:30:00Z', ['pass', null]],
    ['29 February, in a leap year', '2008-02-29', '2028-02-28T18:30:00Z', ['pass', null]],
    ['29 February 1992', '1992-02-29', '2026-11-20T00:00:00Z', ['pass', null]],
  ])('%s', (_, birthDate, now, expected) => {
    expect(answer(age(both(birthDate, todayInIndia(new Date(now))), RULES))).toEqual(expected)
  })

  test.each<[string, Input, [string, string | null]]>([
    [
      'a year alone, the youngest not 18 yet',
      withDocuments(
        document('aadhaar', born('2008', ['dob_year_only'])),
        document('pan', born(null, ['dob_unusable'])),
      ),
      ['unsure', 'age_not_proven'],
    ],
    [
      'a year alone, long ago',
      withDocuments(document('aadhaar', born('1980', ['dob_year_only'])), document('pan')),
      ['unsure', 'age_not_proven'],
    ],
    [
      'a masked date',
      withDocuments(document('aadhaar', born(null, ['dob_unusable'])), document('pan')),
      ['unsure', 'age_not_proven'],
    ],
    [
      'no date at all',
      withDocuments(document('aadhaar', born(null)), document('pan', born(null))),
      ['unsure', 'age_not_proven'],
    ],
    [
      'one says minor, one adult',
      withDocuments(document('aadhaar', born('2010-01-02')), document('pan')),
      ['unsure', 'age_not_proven'],
    ],
    [
      'a minor by the vendor’s word, no document',
      { ...withDocuments(), minorReported: true },
      ['fail', 'under_age'],
    ],
    [
      'a minor by the vendor’s word, an adult by a document',
      { ...LOCKER, minorReported: true },
      ['unsure', 'age_not_proven'],
    ],
    [
      '1 January, 19 years, one document',
      withDocuments(document('aadhaar', born('2007-01-01')), document('pan', born(null))),
      ['unsure', 'birth_date_default'],
    ],
    [
      '1 January, 19 years, the same on a second',
      withDocuments(document('aadhaar', born('2007-01-01')), document('pan', born('2007-01-01'))),
      ['pass', null],
    ],
    [
      '1 January, 19 years, another date on the second',
      withDocuments(document('aadhaar', born('2007-01-01')), document('pan', born('2007-03-01'))),
      ['unsure', 'birth_date_default'],
    ],
    [
      '1 January, turns 21 that day',
      { ...withDocuments(document('aadhaar', born('2006-01-01'))), today: '2027-01-01' },
      ['pass', null],
    ],
    [
      '1 January, the day before that',
      { ...withDocuments(document('aadhaar', born('2006-01-01'))), today: '2026-12-31' },
      ['unsure', 'birth_date_default'],
    ],
  ])('%s', (_, input, expected) => {
    expect(answer(age(input, RULES))).toEqual(expected)
  })

  test('a higher limit of the policy', () => {
    const rules = { ...RULES, ageYears: 21 }
    expect(answer(age(both('2005-11-22', TODAY), rules))).toEqual(['fail', 'below_age_limit'])
    expect(answer(age(both('2005-11-21', TODAY), rules))).toEqual(['pass', null])
    expect(answer(age(both('2008-11-22', TODAY), rules))).toEqual(['fail', 'under_age'])
    const torn = withDocuments(document('aadhaar'), document('pan', born('2006-05-05')))
    expect(answer(age(torn, rules))).toEqual(['unsure', 'age_not_proven'])
  })

  test('who may play one day may play every later day', { timeout: 30_000 }, () => {
    const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
    const iso = (date: Date) => date.toISOString().slice(0, 10)
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 9000 }),
        fc.integer({ min: 0, max: 400 }),
        (birth, first, later) => {
          const at = (days: number) => iso(new Date(birth.getTime() + days * 86_400_000))
          const passes = (days: number) => age(both(iso(birth), at(days)), RULES).outcome === 'pass'
          fc.pre(passes(first))
          expect(passes(first + later)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('one person on all documents', () => {
  const named = (aadhaar: string | null, pan: string | null, panDate = '1992-02-29') =>
    withDocuments(document('aadhaar', { name: aadhaar }), document('pan', { name: pan, birthDate: panDate }))
  const FULL = 'Parikshan Kumar Namoona'

  test.each<[string, Input, string, string | null, string | null]>([
    ['the same', named(FULL, 'NAMOONA PARIKSHAN KUMAR'), 'pass', null, null],
    ['an initial on the PAN', named(FULL, 'PARIKSHAN K NAMOONA'), 'pass', null, 'name_initial_on_pan'],
    [
      'an initial on the Aadhaar',
      named('Parikshan K Namoona', FULL),
      'pass',
      null,
      'name_initial_on_aadhaar',
    ],
    ['a word missing', named(FULL, 'Parikshan Namoona'), 'pass', null, 'name_word_missing'],
    ['another spelling', named(FULL, 'Parixan Kumar Namuna'), 'pass', null, 'name_spelling'],
    [
      'an initial, another birth date',
      named(FULL, 'PARIKSHAN K NAMOONA', '1992-03-01'),
      'unsure',
      'name_unclear',
      null,
    ],
    ['an initial, a year alone', named(FULL, 'PARIKSHAN K NAMOONA', '1992'), 'unsure', 'name_unclear', null],
    ['two initials', named(FULL, 'P K NAMOONA'), 'unsure', 'name_unclear', null],
    ['somebody else', named(FULL, 'Kalpanik Kumar Namoona'), 'fail', 'name_differs', null],
    ['no name', named(FULL, null), 'unsure', 'name_unusable', null],
    ['Devanagari', named(FULL, 'परीक्षण कुमार नमूना'), 'unsure', 'name_unusable', null],
    [
      'one document with a name in Devanagari',
      withDocuments(document('pan', { name: 'परीक्षण' })),
      'unsure',
      'name_unusable',
      null,
    ],
    ['one document', withDocuments(document('pan')), 'pass', null, null],
  ])('names: %s', (_, input, outcome, reason, note) => {
    expect(namesAgree(input, RULES)).toMatchObject({ outcome, reason, note })
  })

  test('names: a policy may want equal words', () => {
    const rules = { ...RULES, namesThatPass: ['match'] as const }
    expect(answer(namesAgree(named(FULL, 'PARIKSHAN K NAMOONA'), rules))).toEqual(['unsure', 'name_unclear'])
  })

  test.each<[string, (string | null)[], [string, string | null]]>([
    ['equal', ['1992-02-29', '1992-02-29'], ['pass', null]],
    ['a day apart', ['1992-02-29', '1992-03-01'], ['fail', 'birth_date_differs']],
    ['a year that contains it', ['1992', '1992-03-01'], ['pass', null]],
    ['one only', ['1992-02-29', null], ['not_applicable', null]],
  ])('birth dates: %s', (_, [first = null, second = null], expected) => {
    const input = withDocuments(
      document('aadhaar', { birthDate: first }),
      document('pan', { birthDate: second }),
    )
    expect(answer(birthDatesAgree(input))).toEqual(expected)
  })

  test('gender is a remark and never a reason', () => {
    const input = withDocuments(document('aadhaar', { gender: 'T' }), document('driving_licence'))
    expect(genderAgrees(input)).toMatchObject({ outcome: 'unsure', reason: null, note: 'gender_differs' })
    expect(genderAgrees(withDocuments(document('aadhaar'), document('pan', { gender: null }))).outcome).toBe(
      'not_applicable',
    )
  })

  test.each<[string, Input['locker'], [string, string | null]]>([
    ['unknown', null, ['not_applicable', null]],
    ['the same', { name: 'PARIKSHAN KUMAR NAMOONA', birthDate: '1992-02-29' }, ['pass', null]],
    ['the same, no date', { name: 'PARIKSHAN KUMAR NAMOONA', birthDate: null }, ['pass', null]],
    ['another name', { name: 'Koi Aur', birthDate: '1992-02-29' }, ['unsure', 'locker_differs']],
    ['another date', { name: FULL, birthDate: '1993-02-28' }, ['unsure', 'locker_differs']],
  ])('locker account: %s', (_, locker, expected) => {
    expect(answer(lockerAgrees({ ...LOCKER, locker }, RULES))).toEqual(expected)
  })

  const stated = { name: 'Parikshan  Kumar NAMOONA', birthDate: '1992-02-29' }
  const said = (...documents: CheckedDocument[]): Input => ({
    ...LOCKER,
    documents,
    stated,
    personMustMatch: true,
  })
  test.each<[string, Input, [string, string | null]]>([
    ['agrees', said(...LOCKER.documents), ['pass', null]],
    [
      'agrees by the year where only that is known',
      said(document('aadhaar', { birthDate: '1992' })),
      ['pass', null],
    ],
    ['agrees but for an initial', said(document('aadhaar', { name: 'Parikshan K Namoona' })), ['pass', null]],
    [
      'is somebody else on one of two',
      said(document('aadhaar'), document('pan', { name: 'Somebody Else' })),
      ['unsure', 'person_not_matched'],
    ],
    [
      'was born on another day',
      said(document('aadhaar', { birthDate: '1992-02-28' })),
      ['unsure', 'person_not_matched'],
    ],
    ['is nobody when nothing was read', said(), ['not_applicable', null]],
    [
      'is nobody without a date',
      said(document('aadhaar', { birthDate: null })),
      ['unsure', 'person_not_matched'],
    ],
    [
      'is nobody by an empty date',
      { ...said(document('aadhaar')), stated: { ...stated, birthDate: '' } },
      ['unsure', 'person_not_matched'],
    ],
    ['is nobody without a name', said(document('aadhaar', { name: null })), ['unsure', 'person_not_matched']],
    [
      'was never named, and had to be',
      { ...LOCKER, personMustMatch: true },
      ['unsure', 'person_not_matched'],
    ],
    ['was never named, and need not be', LOCKER, ['not_applicable', null]],
    [
      'was named to another vendor',
      { ...LOCKER, stated: { name: 'Koi Aur', birthDate: '1992-02-29' } },
      ['unsure', 'person_not_matched'],
    ],
  ])('the person that was named %s', (_, input, expected) => {
    expect(answer(personMatches(input, RULES))).toEqual(expected)
  })

  test('a number of somebody verified goes to a person, whichever number it is', () => {
    for (const kind of ['pan', 'driving_licence', 'locker_account'] as const)
      expect(answer(duplicatePerson({ ...LOCKER, duplicates: [kind] }))).toEqual([
        'unsure',
        'duplicate_person',
      ])
    expect(answer(duplicatePerson(LOCKER))).toEqual(['pass', null])
    const seen = { ...CAPTURE, assurance: { ...PASSED, warnings: ['POSSIBLE_DUPLICATED_USER'] } }
    expect(answer(duplicatePerson(seen))).toEqual(['unsure', 'duplicate_person'])
  })

  test('an input has no place for a device, a browser or an address, by which families would be one person', () => {
    expect(DecisionInput.safeParse(LOCKER).success).toBe(true)
    for (const key of ['device', 'browser', 'ip', 'address'])
      expect(DecisionInput.safeParse({ ...LOCKER, [key]: 'x' }).success).toBe(false)
  })
})

describe('blocked States', () => {
  const rules = { ...RULES, blockedStates: ['TN', 'OD', 'DL'] }
  const at = (...states: (string | null)[]) =>
    withDocuments(
      ...states.map((state, place) => document(place === 0 ? 'aadhaar' : 'driving_licence', { state })),
    )
  test.each<[string, Input, [string, string | null]]>([
    ['elsewhere', at('Karnataka'), ['pass', null]],
    ['Tamil Nadu', at('Tamil Nadu'), ['fail', 'state_blocked']],
    ['an old spelling', at('ORISSA'), ['fail', 'state_blocked']],
    ['another form of the name', at('N.C.T. of Delhi'), ['fail', 'state_blocked']],
    ['a code', at('TN'), ['fail', 'state_blocked']],
    ['one of two addresses', at('Tamil Nadu', 'Karnataka'), ['unsure', 'state_blocked']],
    ['a name nobody knows', at('Erewhon'), ['unsure', 'state_unknown']],
    ['a known and an unknown one', at('Karnataka', 'Erewhon'), ['unsure', 'state_unknown']],
    ['no address', at(null), ['unsure', 'state_unknown']],
  ])('%s', (_, input, expected) => {
    expect(answer(blockedState(input, rules))).toEqual(expected)
    expect(blockedState(input, RULES).outcome).toBe('not_applicable')
  })
})

test('every question is answered, in the order of the list', () => {
  expect([...new Set(runChecks(LOCKER, RULES).map(({ question }) => question))]).toEqual([...QUESTIONS])
})
