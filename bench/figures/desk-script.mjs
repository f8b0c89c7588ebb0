/** Script that the queue page of the build names, compressed, against what every page of the framework names. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { projectRoot } from '../../scripts/lib/bootstrap.mjs'

const PAGE = '/admin/(desk)/queue/page'
const GOAL = { oursAtMost: 180 }

/** Read from the build, since a page of the desk is only for somebody who has signed in; prefetched ones are not in it. */
export async function measureDeskScript(_world, build = path.join(projectRoot, '.next')) {
  const manifest = path.join(build, `server/app${PAGE}_client-reference-manifest.js`)
  if (!existsSync(manifest)) throw new Error(`the build has no ${PAGE}`)
  const { rootMainFiles } = JSON.parse(readFileSync(path.join(build, 'build-manifest.json'), 'utf8'))
  const { entryJSFiles } = readManifest(manifest)
  const own = Object.values(entryJSFiles).flat()
  const size = (files) =>
    [...new Set(files)].reduce(
      (sum, file) => sum + gzipSync(readFileSync(path.join(build, file))).length,
      0,
    ) / 1024
  const [ours, baseline] = [size([...rootMainFiles, ...own]), size(rootMainFiles)]
  const figure = 'script of the queue page, gzip : of the framework alone'
  return [{ figure, ours, baseline, ratio: ours / baseline, unit: 'KiB', goal: GOAL }]
}

/** The file is a script that puts one object under its page's name. */
function readManifest(file) {
  const scope = {}
  new Function('globalThis', readFileSync(file, 'utf8'))(scope)
  return scope.__RSC_MANIFEST[PAGE]
}
