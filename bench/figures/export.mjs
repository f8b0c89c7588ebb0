/** The export of the desk: a hundred thousand rows, read as fast as they come, in memory that does not grow with them. */

import { fork } from 'node:child_process'
import path from 'node:path'
import { onShutdown } from '../../scripts/lib/shutdown.mjs'

const ROWS = 100_000
const GOAL = { atMost: 1.25 }

/** In a process of its own, so that its memory is its alone: after the last row against after the first ten thousand. */
export async function measureExport(world) {
  await world.domain()
  const { large } = await world.desk()
  const env = {
    ...process.env,
    DATABASE_URL: large.appUrl,
    DATABASE_ADMIN_URL: large.ownerUrl,
    EXPORT_ROWS: String(Math.min(ROWS, large.cases)),
  }
  const child = fork(
    new URL('../export-rows.mjs', import.meta.url),
    [path.join(world.folder(), 'domain.mjs')],
    {
      env,
      execArgv: ['--expose-gc'],
    },
  )
  onShutdown(() => child.kill())
  const seen = await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code) => reject(new Error(`the export ended with ${code}`)))
  })
  const { rows, early, late, seconds } = seen
  const rate = `${(rows / seconds).toFixed(0)} a second`
  const figure = `export, memory after ${rows} rows : after ${seen.earlyRows}, ${rate}`
  return [{ figure, ours: late, baseline: early, ratio: late / early, unit: 'MiB', goal: GOAL }]
}
