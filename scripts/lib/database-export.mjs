/** The audit log of this instance's database as the lines of an export, for the verifier. */
import { spawn } from 'node:child_process'
import { bootstrap } from './bootstrap.mjs'

/** Starts the export; returns its `output` and how to `close()`, which throws when the export failed. */
export async function openDatabaseExport(scriptUrl) {
  await bootstrap(scriptUrl, '', { failure: 2 })
  const { bundleEntries } = await import('./build.mjs')
  const { prepareEnvironment } = await import('./environment.mjs')
  const { expectedError, onShutdown } = await import('./shutdown.mjs')
  process.env.NODE_ENV = 'production'
  await bundleEntries()
  const database = await prepareEnvironment()
  const child = spawn(process.execPath, ['dist/audit-export.mjs', '-'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const forget = onShutdown(() => child.kill())
  const ended = new Promise((resolve) => child.once('close', resolve))
  let closing = null
  const close = async () => {
    child.stdout.destroy()
    const code = await ended
    forget()
    await database.stop()
    if (code !== 0) throw expectedError('The database could not be read.')
  }
  return { output: child.stdout, close: () => (closing ??= close()) }
}
