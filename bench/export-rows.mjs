/** A process that exports from a database of invented cases and tells its parent how much memory it took. */
import { pathToFileURL } from 'node:url'

const LOOK_EVERY = 2_000
const EARLY = 10_000

const { exportRows, close } = await import(pathToFileURL(process.argv[2]).href)
const wanted = Number(process.env.EXPORT_ROWS)
const looks = []
let seen = 0
let next = LOOK_EVERY
const started = performance.now()
for await (const rows of exportRows(wanted)) {
  seen += rows
  if (seen < next) continue
  next += LOOK_EVERY
  global.gc()
  looks.push({ seen, mib: process.memoryUsage().rss / 1024 / 1024 })
}
const early = looks.filter(({ seen: at }) => at <= EARLY)
const most = (list) => Math.max(...list.map(({ mib }) => mib))
const answer = {
  rows: seen,
  earlyRows: EARLY,
  early: most(early),
  late: most(looks),
  seconds: (performance.now() - started) / 1000,
}
await close()
process.send(answer, () => process.exit(0))
