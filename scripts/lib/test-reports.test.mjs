import { expect, test } from 'vitest'
import { countPlaywright, countVitest } from './test-reports.mjs'

test('a file that does not load is one failure', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
  ]
  const report = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults }
  expect(countVitest(report)).toEqual({ passed: 1, failed: 2, skipped: 3 })
})

test('errors outside tests are failures, retried tests are passed and flaky', () => {
  const report = { stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] }
  expect(countPlaywright(report)).toEqual({ passed: 4, failed: 2, skipped: 2, flaky: 1 })
})
