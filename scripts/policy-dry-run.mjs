import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run policy:dry-run -- <file> [--last N] [--json]

Makes the newest decisions of rules again with the policy of <file> and lists those that come out otherwise: reference,
from, to, and which check it is. Changes nothing and prints no person's values. "shipped" instead of a file takes the
policy that comes with the software.

--last N     how many decisions; default: 1000
--json       one JSON object on the last line instead of text: npm run -s policy:dry-run -- policy.json --json

Exit: 0 nothing would change, 1 something would, 2 it cannot run.
`,
  { failure: 2 },
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(async () => {
  try {
    return await runProgram('policy-dry-run', process.argv.slice(2))
  } catch (error) {
    console.error(error.expected ? error.message : error)
    return 2
  }
})
