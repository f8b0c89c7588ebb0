import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
node scripts/e2e-stack.mjs

The app as the browser tests use it: built programs, a database of its own, on E2E_APP_PORT (4300) with the
sandbox on E2E_SANDBOX_PORT (4310). Addresses and process ids are written to .data/test/e2e.json. Ends on
SIGTERM and Ctrl-C and then drops its database. The build must be there: \`npm run build\`.
`,
)
const { rmSync, writeFileSync } = await import('node:fs')
const { requireFreePort } = await import('./lib/processes.mjs')
const { endOnSignals, main, onShutdown } = await import('./lib/shutdown.mjs')
const { startStack } = await import('./lib/stack.mjs')

const HANDLES = '.data/test/e2e.json'

endOnSignals({ withParent: true })
await main(async () => {
  rmSync(HANDLES, { force: true }) // a run that was killed left it
  const { E2E_APP_PORT: appPort = '4300', E2E_SANDBOX_PORT: sandboxPort = '4310' } = process.env
  const env = { LIMITS_FILE: 'e2e/limits.json', MAILBOX_DIR: '.data/test/mailbox' }
  await requireFreePort({ port: Number(appPort), setting: 'E2E_APP_PORT' })
  await requireFreePort({ port: Number(sandboxPort), setting: 'E2E_SANDBOX_PORT' })
  const stack = await startStack({
    name: 'e2e',
    env,
    appPort: Number(appPort),
    sandboxPort: Number(sandboxPort),
  })
  const { processes, stop: _, ...urls } = stack
  const pids = Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, pid]))
  writeFileSync(HANDLES, `${JSON.stringify({ ...urls, pids }, null, 2)}\n`, { mode: 0o600 })
  onShutdown(() => rmSync(HANDLES, { force: true }))
  console.log(`Ready at ${stack.appUrl}`)
  await new Promise(() => {}) // until a signal
})
