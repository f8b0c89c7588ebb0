import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Bundles `source` (TypeScript that may import `@/…`) into a file that a process of its own can run. */
export async function bundleScript(source: string): Promise<string> {
  const folder = path.join(ROOT, 'node_modules/.cache/ante')
  mkdirSync(folder, { recursive: true })
  const outfile = path.join(mkdtempSync(path.join(folder, 'script-')), 'script.mjs')
  await build({
    stdin: { contents: source, resolveDir: ROOT, sourcefile: 'script.ts', loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    plugins: [insideProject],
    logLevel: 'error',
  })
  return outfile
}

/** Our own modules are bundled, packages stay outside. */
const insideProject: Plugin = {
  name: 'inside-project',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^@\// }, ({ path: name }) =>
      resolve(`./${name.slice(2)}`, { resolveDir: ROOT, kind: 'import-statement' }),
    )
    onResolve({ filter: /^server-only$/ }, () => ({ path: path.join(ROOT, 'db/testing/empty.ts') }))
  },
}

/** Runs a bundled script with this process's settings; its standard output. Rejects when it fails. */
export function runScript(file: string, args: string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.execPath, [file, ...args], { env: process.env })
    let out = ''
    let trouble = ''
    child.stdout?.on('data', (chunk) => {
      out += chunk
    })
    child.stderr?.on('data', (chunk) => {
      trouble += chunk
    })
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`exit ${code}: ${trouble}`))))
  })
}
