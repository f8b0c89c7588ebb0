import { expect, test } from 'vitest'
import shipped from './default.json'
import { diffLines, diffPolicies } from './diff'
import { Policy } from './types'

const SHIPPED = Policy.parse(shipped)

test('a policy does not differ from itself, nor from one whose sets are in another order', () => {
  expect(diffPolicies(SHIPPED, SHIPPED)).toEqual([])
  const [first = [], second = []] = SHIPPED.evidenceSets.digilocker
  const turned = {
    ...SHIPPED,
    namesThatPass: SHIPPED.namesThatPass.toReversed(),
    evidenceSets: { ...SHIPPED.evidenceSets, digilocker: [second.toReversed(), first] },
  }
  expect(diffPolicies(SHIPPED, turned)).toEqual([])
})

test('every part of a policy has its own kind of difference', () => {
  const [age, blocked, ...rest] = SHIPPED.rules
  if (age === undefined || blocked === undefined) throw new Error('no rules')
  const after: Policy = {
    ...SHIPPED,
    version: '4',
    ageYears: 21,
    secondSourceBelowYears: 25,
    evidenceSets: { ...SHIPPED.evidenceSets, digilocker: [['pan', 'aadhaar'], ['aadhaar']] },
    minEvidence: { ...SHIPPED.minEvidence, pan: 'issuer_signed' },
    namesThatPass: ['match'],
    blockedStates: ['TN'],
    fetchedWithinDays: 3,
    fourEyes: [],
    rules: [age, ...rest.toReversed(), { question: 'names_agree', outcome: 'fail', verdict: 'reject' }],
  }
  expect(diffPolicies(SHIPPED, after).map(({ kind, before, after: to }) => [kind, before, to])).toEqual([
    ['version', '3', '4'],
    ['ageYears', '18', '21'],
    ['secondSourceBelowYears', '21', '25'],
    ['set_removed', 'driving_licence + pan', ''],
    ['set_added', '', 'aadhaar'],
    ['minEvidence', 'provider_asserted', 'issuer_signed'],
    ['namesThatPass', 'close + match', 'match'],
    ['state_added', '', 'TN'],
    ['fetchedWithinDays', '7', '3'],
    ['fourEyes', 'duplicate_person', '–'],
    ['rule_removed', 'blocked_state fail → reject', ''],
    ['rule_added', '', 'names_agree fail → reject'],
    ['rules_reordered', expect.any(String), expect.any(String)],
  ])
})

test('lines: what stays, goes and comes, and putting it together again gives both texts', () => {
  const [before, after] = ['a\nb\nc\nd', 'a\nc\nx\nd\ne']
  const lines = diffLines(before, after)
  const side = (skip: string) => lines.flatMap(({ sign, line }) => (sign === skip ? [] : line)).join('\n')
  expect(side('+')).toBe(before)
  expect(side('-')).toBe(after)
  expect(lines.map(({ sign }) => sign).join('')).toBe(' - + +')
})
