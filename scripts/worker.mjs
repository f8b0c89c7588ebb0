import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run worker

Runs the background jobs alone, beside a web process that runs elsewhere. \`npm start\` runs both.
`,
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals()
await main(() => runProgram('worker', process.argv.slice(2)))
