import { expect, test } from 'vitest'
import { STATE_CODES, toStateCode } from './states'

test.each<[string, string | null]>([
  ['Karnataka', 'KA'],
  ['Jammu & Kashmir', 'JK'],
  ['Jammu and Kashmir', 'JK'],
  ['Pondicherry', 'PY'],
  ['Uttaranchal', 'UK'],
  ['Orissa', 'OD'],
  ['Andaman & Nicobar', 'AN'],
  ['NCT OF DELHI', 'DL'],
  ['Dadra & Nagar Haveli', 'DD'],
  ['TS', 'TG'],
  ['ka', 'KA'],
  ['Erewhon', null],
  ['', null],
  ['कर्नाटक', null],
])('%j is %s', (text, code) => {
  expect(toStateCode(text)).toBe(code)
})

test('there are 36 of them', () => {
  expect(STATE_CODES).toHaveLength(36)
})
