import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm test                            everything a change must pass
npm test -- --only types,unit       only some steps

Steps: lock, types, lint, knip (dead code), build, unit (with database tests), postgres15 (database tests on the
oldest supported PostgreSQL), browser. Their output is kept in .data/test/logs/.
`,
)
const { endOnSignals, main } = await import('./lib/shutdown.mjs')
const { runTests } = await import('./lib/test-run.mjs')

endOnSignals({ code: 130, message: 'Stopping the tests' })
await main(() => runTests(process.argv.slice(2)))
