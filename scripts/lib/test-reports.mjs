/** Counts of a test run, read from the reports that the test runners write. */

/** From Vitest's JSON report. A file that could not be loaded holds no failed test, but is one failure. */
export function countVitest(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !hasFailedTest(file),
  ).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** From Playwright's JSON report. A test that passed only on a retry counts as passed; `flaky` says how many. */
export function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected + flaky, failed: unexpected + report.errors.length, skipped, flaky }
}

function hasFailedTest(file) {
  return file.assertionResults.some((test) => test.status === 'failed')
}
