import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))
const resolve = { alias: { '@': root.replace(/\/$/, ''), 'server-only': `${root}db/testing/empty.ts` } }
const exclude = ['**/node_modules/**', '**/.next/**', '**/dist/**', '**/.data/**', 'e2e/**']

const maxWorkers = 2 // for all alike: projects that differ run one after the other

const database = {
  include: ['**/*.db.test.ts'],
  globalSetup: ['./db/testing/global-setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  maxWorkers,
}
/** They start programs, wait, walk one vendor after another, or knock at every door: their statements are those of the others, in half of all the time. */
const WITHOUT_SQL_OF_THEIR_OWN = [
  'app/admin/**/*.db.test.ts',
  'lib/audit/verify.db.test.ts',
  'lib/connections/shared.db.test.ts',
  'lib/keys/{command,online}.db.test.ts',
  'lib/policy/{command,policy}.db.test.ts',
  'lib/rights/verify-receipt.db.test.ts',
  'lib/staff/sign-in.db.test.ts',
  'lib/verification/{answer-mismatch,canary,crash,hints,person,personas-*,recheck,tries,vendors}.db.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,mjs}'],
          exclude: [...exclude, '**/*.db.test.ts'],
          testTimeout: 20_000, // a busy machine is no fault
          maxWorkers,
        },
      },
      { resolve, test: { ...database, name: 'database', exclude } },
      // The oldest PostgreSQL that we support.
      { resolve, test: { ...database, name: 'oldest', exclude: [...exclude, ...WITHOUT_SQL_OF_THEIR_OWN] } },
    ],
  },
})
