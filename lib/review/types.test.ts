import { describe, expect, test } from 'vitest'
import { REASON_CODES } from '@/lib/checks/reasons'
import { areFitting, isNeverApproved, reasonsFor } from './reasons'
import { SavedViewForm } from './saved-views'
import {
  AnswerForm,
  BULK_LIMIT,
  BulkForm,
  BulkPreviewForm,
  DecisionForm,
  ReversalForm,
  readConflict,
  SecondLookForm,
  TAG,
} from './types'

// What the desk accepts of a page, and which reasons go with which verdict.

const ID = '00000000-0000-4000-8000-000000000000'

describe('forms of the desk', () => {
  const decision = { id: ID, version: 1, verdict: 'reject', reasons: ['name_differs'] }
  const bulk = { act: { kind: 'tag', tag: 'vip' }, items: [{ id: ID, version: 1 }] }
  const forms = [
    [DecisionForm, decision],
    [BulkForm, bulk],
    [BulkPreviewForm, { act: bulk.act, ids: [ID] }],
    [ReversalForm, { id: ID, act: 'reopen', reasons: [] }],
    [SecondLookForm, { id: ID, verdict: 'approve', reasons: [] }],
    [AnswerForm, { id: ID, state: 'granted' }],
  ] as const

  test.each(forms)('%# take what they name and refuse any field more', (schema, form) => {
    expect(schema.safeParse(form).success).toBe(true)
    for (const extra of [{ madeBy: ID }, { status: 'approved' }, { effectiveAt: '2020-01-01' }])
      expect(schema.safeParse({ ...form, ...extra }).success).toBe(false)
  })

  test('nobody approves in bulk, and nothing is hidden deeper', () => {
    const items = bulk.items
    expect(BulkForm.safeParse({ act: { kind: 'approve', reasons: [] }, items }).success).toBe(false)
    expect(BulkForm.safeParse({ act: { ...bulk.act, kind2: 'approve' }, items }).success).toBe(false)
    expect(BulkForm.safeParse({ act: bulk.act, items: [{ ...items[0], force: true }] }).success).toBe(false)
  })

  test('words that stay in clear hold no number of a person', () => {
    for (const word of ['0123-4567-8901', '012345678901', 'pan-abcde1234f', '9-1-9876543210'])
      expect(TAG.safeParse(word).success, word).toBe(false)
    for (const word of ['vip', 'bank-letter', 'week-47-2026', 'case-12345678'])
      expect(TAG.safeParse(word).success, word).toBe(true)
    for (const name of ['0123 4567 8901', '०१२३ ४५६७ ८९०१', 'ABCDE 1234 F', 'tel. +91 98765 43210'])
      expect(SavedViewForm.safeParse({ name, filter: '' }).success, name).toBe(false)
    expect(SavedViewForm.safeParse({ name: 'From 2026-11-20', filter: '' }).success).toBe(true)
  })

  test(`a bulk act is about at most ${BULK_LIMIT} cases, and rejects with one reason`, () => {
    const items = (count: number) => Array.from({ length: count }, () => ({ id: ID, version: 1 }))
    expect(BulkForm.safeParse({ act: bulk.act, items: items(BULK_LIMIT) }).success).toBe(true)
    expect(BulkForm.safeParse({ act: bulk.act, items: items(BULK_LIMIT + 1) }).success).toBe(false)
    for (const reasons of [[], ['name_differs', 'age_not_proven'], ['no_such_reason']])
      expect(BulkForm.safeParse({ act: { kind: 'reject', reasons }, items: items(1) }).success).toBe(false)
  })
})

describe('reasons of a verdict', () => {
  test('those that were found come first, in their order, and each once', () => {
    const ranked = reasonsFor('reject', [
      'name_unclear',
      'all_checks_passed',
      'age_not_proven',
      'name_unclear',
    ])
    expect(ranked.slice(0, 2)).toEqual(['name_unclear', 'age_not_proven'])
    expect(new Set(ranked).size).toBe(ranked.length)
  })

  test('a document is not asked for again where that helps nobody', () => {
    expect(areFitting('resubmission', ['name_unclear'])).toBe(true)
    for (const code of ['under_age', 'duplicate_person', 'superseded'] as const)
      expect(areFitting('resubmission', [code])).toBe(false)
  })

  test('nobody is rejected because all was well, nor without a reason', () => {
    expect(areFitting('reject', ['all_checks_passed'])).toBe(false)
    expect(areFitting('reject', [])).toBe(false)
    expect(areFitting('approve', [])).toBe(true)
    for (const code of REASON_CODES) expect(areFitting('approve', [code])).toBe(code === 'approved_by_person')
  })

  test('age is not for a person to waive', () => {
    expect(isNeverApproved(['name_differs', 'under_age'])).toBe(true)
    expect(isNeverApproved(['name_differs'])).toBe(false)
  })
})

test('a conflict is read back as it was told, and anything else is nothing', () => {
  const told = {
    why: 'decided',
    verdict: 'reject',
    by: ID,
    at: '2026-11-21T10:00:00.000Z',
    effectiveAt: null,
  } as const
  expect(readConflict(JSON.stringify(told))).toEqual(told)
  for (const other of [undefined, '', 'moved on', '{"why":"other"}']) expect(readConflict(other)).toBeNull()
})
