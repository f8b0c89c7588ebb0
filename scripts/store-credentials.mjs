import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run hyperverge:credentials -- [connection] --client-id <id> --secret-file <path>

Hands HyperVerge the DigiLocker partner client id and secret that it is to use for this account. They replace what is
stored there, and journeys under way may break: choose a quiet hour. The secret is read from the file, or from standard
input when --secret-file is "-"; it is never an argument, is kept nowhere and printed nowhere.

connection      a HyperVerge connection; default: hyperverge
`,
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(() => runProgram('store-credentials', process.argv.slice(2)))
