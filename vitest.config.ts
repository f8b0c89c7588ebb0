import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))
const resolve = { alias: { '@': root.replace(/\/$/, ''), 'server-only': `${root}db/testing/empty.ts` } }
const exclude = ['**/node_modules/**', '**/.next/**', '**/dist/**', '**/.data/**', 'e2e/**']

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: { name: 'unit', include: ['**/*.test.{ts,mjs}'], exclude: [...exclude, '**/*.db.test.ts'] },
      },
      {
        resolve,
        test: {
          name: 'database',
          include: ['**/*.db.test.ts'],
          exclude,
          globalSetup: ['./db/testing/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
