import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// LG-03: what is recorded is written down for auditors, and nothing is written down that is not recorded.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (name: string) => readFileSync(`${ROOT}${name}`, 'utf8')
const wordsOf = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]).sort()

const declared = wordsOf(
  /export type AuditAction =([\s\S]*?)\n\n/.exec(read('lib/audit/audit.ts'))?.[1] ?? '',
  /'([a-z_.]+)'/g,
)

test('docs/audit.md lists exactly the actions that may be recorded', () => {
  const rows = read('docs/audit.md')
    .split('\n')
    .filter((line) => /^\| `[a-z_]+[._]/.test(line))
  const listed = wordsOf(rows.map((row) => row.split('|')[1]).join(), /`([a-z_]+\.[a-z_]+|sign_out)`/g)
  expect(declared.length).toBeGreaterThan(25)
  expect(listed).toEqual(declared)
})

test.each([
  ['sign-in tries', ['sign_in.code_sent', 'sign_in.refused', 'sign_in.succeeded']],
  ['refused returns and news', ['return.refused', 'return.code_reused', 'webhook.too_late']],
  ['reading of identity data', ['document.read', 'verification.exchange_begun']],
  ['configuration', ['connection.credentials_stored']],
])('%s are among them', (_name, actions) => {
  expect(declared).toEqual(expect.arrayContaining(actions))
})
