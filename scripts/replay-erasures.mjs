import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run erasures:replay -- [--trust-all]

After an older backup was restored: erases again everybody whom the ledger (ERASURE_LEDGER) names and the database has. Web and
worker do the same before they serve anybody; this command says what it did, and is the way on when they refuse.

--trust-all     acts on entries too that are not signed by the present CHECKPOINT_KEY. Look at them first.
`,
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(() => runProgram('replay-erasures', process.argv.slice(2)))
