import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run bench                            all figures, in some six minutes
npm run bench -- --only audit,sealing    some of: webhook, script-size, desk-script, status-latency, callback,
                                         vendor-call, audit, audit-verify, sealing, document, refused-sign-in,
                                         queue-sql, queue-growth, export, claim-next
npm run bench -- --cases 1000000         invented cases of the larger desk, 50000 without it; a million takes a quarter
                                         of an hour and 20 GB
npm run bench -- --check                 ends with 1 when a goal is missed

Every figure is a ratio against a baseline that is measured in the same run, so that it says the same on a fast and on a
slow machine. Builds the app if its sources changed, uses a database of its own on the embedded PostgreSQL, reaches
nothing but this machine, and stops and removes all of it in the end, also on Ctrl-C.
`,
)
const { runBench } = await import('../bench/run.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130, message: 'Stopping' })
await main(() => runBench(process.argv.slice(2)))
