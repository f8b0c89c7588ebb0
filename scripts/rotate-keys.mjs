import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run keys:rotate [-- --data] [--settle <minutes>] [--dry-run] [--check] [--json]

Brings everything under the first key of DATA_KEYS and of INDEX_KEY while the app serves, and says which old ids are still
used and when each may be removed from the settings. Stopping it is safe at any point; run it again to go on. docs/keys.md
says what to do before and after.

--data       also gives every player a new data key and seals their values with it. Waits twice 15 minutes, so that requests
             and jobs under way end first.
--settle     another number of minutes for that; 0 only while web and workers are stopped.
--dry-run    changes nothing, only says how things stand.
--check      only says whether every key in use is configured; exit 1 when one is missing.
--json       one JSON object on the last line: npm run -s keys:rotate -- --json

Exit: 0 done, 1 something is left, 2 it cannot run.
`,
  { failure: 2 },
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(async () => {
  try {
    return await runProgram('rotate-keys', process.argv.slice(2))
  } catch (error) {
    console.error(error.expected ? error.message : error)
    return 2
  }
})
