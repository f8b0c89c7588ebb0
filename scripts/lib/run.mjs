/** Runs one program to its end and keeps what it printed. */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { isEnding, onShutdown } from './shutdown.mjs'

const KILL_AFTER_MS = 10_000

/**
 * Returns `{ code, stdout, stderr, output }`; `code` is 1 when the program was killed or did not start.
 * With `logFile` the output is written there as it comes; with `show` it is not kept but goes to the terminal,
 * and the program has a channel to this process whose closing tells it to end.
 * `endSignal` is what the program gets when the command ends before it.
 */
export async function run(
  command,
  args,
  { env = process.env, logFile, show = false, endSignal = 'SIGTERM' } = {},
) {
  const stdio = show ? ['ignore', 'inherit', 'inherit', 'ipc'] : ['ignore', 'pipe', 'pipe']
  const child = spawn(command, args, { env, stdio, detached: process.platform !== 'win32' })
  const kept = show ? null : keepOutput(child, logFile)
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, error }))
    child.once('close', (code) => resolve({ code: code ?? 1 }))
  })
  const forget = onShutdown(
    () => stopGroup(child, endSignal, ended),
    () => signalGroup(child, 'SIGKILL'),
  )
  const { code, error } = await ended
  forget()
  kept?.close()
  if (isEnding()) await new Promise(() => {}) // the command is ending; nothing may go on from here
  const text = kept?.text ?? { stdout: '', stderr: '', output: '' }
  return error ? { ...text, code, output: `${text.output}${error.message}\n` } : { ...text, code }
}

/** The last lines of a text, for showing why something failed. */
export function tail(text, lines = 60) {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}

/** Signals a child and everything it started. */
export function signalGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // already gone
  }
}

/** Asks a child's group to end, and kills it after ten seconds. `ended` resolves when the child is gone. */
export async function stopGroup(child, signal, ended) {
  signalGroup(child, signal)
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS)
  await ended
  clearTimeout(kill)
}

function keepOutput(child, logFile) {
  const text = { stdout: '', stderr: '', output: '' }
  const log = logFile ? createWriteStream(logFile, { mode: 0o600 }) : null
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      text[name] += chunk
      text.output += chunk
      log?.write(chunk)
    })
  }
  return { text, close: () => log?.end() }
}
