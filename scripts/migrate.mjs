import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run db:migrate

Brings the database to the newest schema, with DATABASE_ADMIN_URL if it is set, else with DATABASE_URL.
Without either it starts the embedded PostgreSQL.
`,
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(() => runProgram('migrate', process.argv.slice(2)))
