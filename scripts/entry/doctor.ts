import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { diagnose } from '@/lib/doctor/diagnose'
import { CannotExamine, chooseTargets, isBuiltInSandbox } from '@/lib/doctor/targets'
import { toSummary, toText } from '@/lib/doctor/text'
import type { Report, Target } from '@/lib/doctor/types'

// The command behind `npm run doctor`. Ends with 0 when all is well, 1 when there is a problem, 2 when it cannot run.

const SANDBOX_WITHIN_MS = 20_000
const SANDBOX = fileURLToPath(new URL('./sandbox.mjs', import.meta.url))

async function main(): Promise<number> {
  const { name, json } = readArguments()
  const { targets, stop, started } = await prepare(name)
  try {
    if (started && !json) print('No sandbox was running, so one was started for this examination.\n')
    const reports: Report[] = []
    for (const target of targets) {
      const report = await diagnose(target, { environment: process.env, now: () => new Date() })
      reports.push(report)
      if (!json) print(`${toText(report)}\n`)
    }
    const healthy = reports.every((report) => report.healthy)
    if (json) print(JSON.stringify({ healthy, reports }))
    else if (reports.length > 1) print(`${toSummary(reports)}\n`)
    return healthy ? 0 : 1
  } finally {
    stop()
  }
}

function readArguments(): { name: string | null; json: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: 'boolean' } },
      allowPositionals: true,
    })
    if (positionals.length > 1) throw new CannotExamine('One connection at a time, or none for all of them.')
    return { name: positionals[0] ?? null, json: values.json ?? false }
  } catch (error) {
    if (error instanceof CannotExamine) throw error
    throw new CannotExamine('Only a connection and --json are understood; see --help.')
  }
}

interface Prepared {
  targets: Target[]
  stop: () => void
  started: boolean
}

/** The targets; a sandbox that is due and not there runs for as long as this command does. */
async function prepare(name: string | null): Promise<Prepared> {
  const targets = chooseTargets(process.env, name)
  const [first] = targets.filter(isBuiltInSandbox)
  const base = first?.settings.BASE_URL?.value
  if (base === undefined || (await isListening(base))) return { targets, stop: () => {}, started: false }
  const { port, stop } = await startSandbox()
  return { targets: chooseTargets({ ...process.env, SANDBOX_PORT: port }, name), stop, started: true }
}

async function isListening(base: string): Promise<boolean> {
  return fetch(new URL('/healthz', base), { redirect: 'manual', signal: AbortSignal.timeout(2000) }).then(
    () => true,
    () => false,
  )
}

function startSandbox(): Promise<{ port: string; stop: () => void }> {
  const child = spawn(process.execPath, [SANDBOX], {
    env: { ...process.env, SANDBOX_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const stop = () => void child.kill()
  return new Promise((resolve, reject) => {
    const fail = () => {
      stop()
      reject(new CannotExamine('The sandbox could not be started.'))
    }
    const timer = setTimeout(fail, SANDBOX_WITHIN_MS)
    child.once('error', fail)
    child.once('exit', fail)
    child.once('message', (message: { listening: string }) => {
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve({ port: new URL(message.listening).port, stop })
    })
  })
}

function print(text: string) {
  process.stdout.write(`${text}\n`)
}

try {
  process.exitCode = await main()
} catch (error) {
  // Any other error may quote a header in its message: only its name is told.
  const what = error instanceof Error ? error.name : 'something'
  process.stderr.write(`${error instanceof CannotExamine ? error.message : `The doctor failed: ${what}`}\n`)
  process.exitCode = 2
}
