/** The emptiest page of the same framework, made, built and served in this run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { projectRoot } from '../../scripts/lib/bootstrap.mjs'
import { startProcess } from '../../scripts/lib/processes.mjs'
import { run, tail } from '../../scripts/lib/run.mjs'
import { expectedError } from '../../scripts/lib/shutdown.mjs'
import { freePort } from '../world.mjs'

const FILES = {
  'package.json': '{ "private": true, "type": "module" }\n',
  'next.config.mjs': 'export default { poweredByHeader: false }\n',
  'app/layout.jsx': `export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
`,
  'app/page.jsx': `export const dynamic = 'force-dynamic'

export default function Page() {
  return <main />
}
`,
}

/** Returns `{ url, stop }`. The folder lies inside the project, where the same packages are found. */
export async function startEmptyApp(world) {
  const dir = path.join(world.folder(), 'empty-app')
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
    writeFileSync(path.join(dir, name), text)
  }
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', EMPTY_APP_DIR: dir }
  const next = path.join(projectRoot, 'node_modules/next/dist/bin/next')
  const { code, output } = await run(process.execPath, [next, 'build', dir], { env })
  if (code !== 0) throw expectedError(`${tail(output)}\nThe empty page could not be built.`)
  const port = await freePort()
  const url = `http://localhost:${port}/`
  const args = [path.join(projectRoot, 'bench/empty-app/serve.mjs')]
  const server = await startProcess({
    name: 'empty-app',
    args,
    env: { ...env, PORT: String(port) },
    readyUrl: url,
  })
  return { url, stop: () => server.stop() }
}
