import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run doctor [-- <connection>] [--json]

Examines a connection to a vendor from its settings to its keys and says in one sentence what is wrong: settings, DNS and
certificate, clock, return address, keys, and a dry start where a stub takes the vendor's place. It stops at the first
problem that explains the rest. It opens no session at a vendor, sends no personal data and prints no secret.
Nobody has to run the app for it, and no database is needed.

connection   one connection, such as idto; default: all of them. With no vendor configured, each vendor on the sandbox,
             which is started for this examination if it is not running.
--json       one JSON object on the last line instead of text: npm run -s doctor -- --json

Exit: 0 healthy, 1 a problem, 2 it cannot run.
`,
  { failure: 2 },
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(async () => {
  try {
    return await runProgram('doctor', process.argv.slice(2), { database: false })
  } catch (error) {
    console.error(error.expected ? error.message : error)
    return 2
  }
})
