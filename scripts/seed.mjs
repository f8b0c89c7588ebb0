import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run db:seed -- --cases N [--seed S] [--beside-others]

Fills a database with invented cases, for a demonstration or a benchmark: N of them in the end, those of an earlier run
counted. Stop web and worker first. Everything is one transaction, so a seed that is stopped has written nothing.

--cases           1 to 11,881,376; a million takes 15 GB, and minutes by the dozen on a busy machine
--seed            another number makes other people; the same one makes the same people again
--beside-others   also where players are that nobody invented

Refuses when APP_ENV is production. Exit: 0 done, 1 refused, 2 it cannot run.
`,
  { failure: 2 },
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(async () => {
  try {
    const migrated = await runProgram('migrate', [])
    return migrated === 0 ? await runProgram('seed', process.argv.slice(2)) : 2
  } catch (error) {
    console.error(error.expected ? error.message : error)
    return 2
  }
})
