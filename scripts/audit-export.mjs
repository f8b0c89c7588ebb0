import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run audit:export -- FILE

Writes the whole audit log to FILE as JSON lines, from one snapshot of the database: public keys, signed checkpoints, and
chain by chain heads and events. It holds ids, codes and salted hashes, no person's values. An auditor checks it with
scripts/audit-verify.mjs alone. An existing FILE is replaced when the new one is whole. Memory stays flat.
`,
  { failure: 2 },
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(() => runProgram('audit-export', process.argv.slice(2)))
