/** Makes our own functions importable here, in the way in which the programs of `dist/` are made. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../scripts/lib/bootstrap.mjs'
import { expectedError } from '../scripts/lib/shutdown.mjs'

/** Bundles `domain.ts` into `folder`, which lies inside the project so that packages are found, and imports it. */
export async function bundleDomain(folder) {
  const { build, stop } = await import('esbuild')
  const outfile = path.join(folder, 'domain.mjs')
  try {
    await build({
      absWorkingDir: projectRoot,
      entryPoints: ['bench/domain.ts'],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      packages: 'external',
      conditions: ['react-server'],
      alias: { 'server-only': path.join(projectRoot, 'node_modules/server-only/empty.js') },
      logLevel: 'error',
    })
  } catch {
    throw expectedError('The functions to measure could not be bundled.') // esbuild has said why
  } finally {
    await stop()
  }
  return import(pathToFileURL(outfile).href)
}
