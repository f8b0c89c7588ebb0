import { expect, test } from 'vitest'
import { toRuns } from './pdf'

test('text is cut where its script changes, and what no font draws is shown as a question mark', () => {
  expect(toRuns('पैन (PAN) no 1')).toEqual([
    { script: 'devanagari', text: 'पैन ' },
    { script: 'latin', text: '(PAN) no 1' },
  ])
  expect(toRuns('Ravi 李')).toEqual([{ script: 'latin', text: 'Ravi ?' }])
  expect(toRuns('')).toEqual([{ script: 'latin', text: ' ' }])
})
