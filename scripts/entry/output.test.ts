import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { bundleScript } from '@/db/testing/process'

// A process of its own, as web and worker begin: whatever a library prints or throws, its words do not come out.

const SECRET = 'AAAPN0000A of Sanika Namoona'
const SCRIPT = `
  import { routeOutput } from '@/scripts/entry/output'
  import { endOnCrash } from '@/scripts/entry/stop'
  routeOutput()
  endOnCrash('probe')
  const said = ${JSON.stringify(SECRET)}
  const error = Object.assign(new Error(said), { code: '23505', detail: said, cause: new Error(said) })
  const speak = {
    console() {
      for (const name of ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'group', 'count', 'timeLog'])
        { console[name](said); console[name](error) }
      console.table([said])
      console.assert(false, said)
    },
    streams() {
      process.stdout.write(said)
      process.stderr.write(Buffer.from(said), () => console.log(said))
    },
    warning() { process.emitWarning(said); process.emitWarning(error) },
    thrown() { setTimeout(() => { throw error }) },
    rejected() { void Promise.reject(error) },
    text() { void Promise.reject(said) },
  }
  const word = process.argv[2]
  if (word === 'main') throw error
  speak[word]()
`

const file = await bundleScript(SCRIPT)
const run = promisify(execFile)

async function said(word: string): Promise<{ out: string; code: number }> {
  const env = { ...process.env, LOG_LEVEL: 'info', LOG_FILE: undefined, NODE_OPTIONS: '' }
  const { stdout, stderr, code } = await run(process.execPath, [file, word], { env }).then(
    (done) => ({ ...done, code: 0 }),
    (failed: { stdout: string; stderr: string; code: number }) => failed,
  )
  return { out: stdout + stderr, code }
}

test.each([
  ['console', '"event":"output"', 0],
  ['streams', '"event":"output","code":"stderr","count":28', 0],
  ['warning', '"event":"process.warning"', 0],
  ['thrown', '"event":"probe.crashed"', 1],
  ['rejected', '"error":"Error:23505"', 1],
  ['text', '"error":"string"', 1],
  ['main', '"event":"probe.crashed"', 1],
])('%s', async (word, event, exit) => {
  const { out, code } = await said(word)
  expect(code).toBe(exit)
  expect(out).toContain(event)
  expect(out).not.toMatch(/AAAPN|Sanika/)
  for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event')
})
