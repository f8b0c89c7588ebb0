/** The one way a command ends: everything it started is stopped, in reverse order, whatever ends it. */
import { identityOf, isAlive, npmAncestors } from './process-identity.mjs'

// npm and the terminal both pass on the same Ctrl-C, so a repeat this soon is not a second one.
const SAME_SIGNAL_MS = 500
const WATCH_MS = 500

const cleanups = new Set()
let ending = null

/**
 * Registers how to stop something gently, and how to end it at once when the person insists.
 * Returns a function that takes the registration back.
 */
export function onShutdown(stop, kill = () => {}) {
  const cleanup = { stop, kill }
  cleanups.add(cleanup)
  return () => cleanups.delete(cleanup)
}

/** True from the moment the command began to end. */
export function isEnding() {
  return ending !== null
}

/** Stops everything that was registered, last one first, and exits. A second call waits for the first. */
export function shutdown(code) {
  ending ??= stopAll().then((clean) => process.exit(clean ? code : 1))
  return ending
}

/**
 * Ctrl-C, SIGTERM, a closed terminal and the death of the process that waits for us end the command
 * with `code`. A second signal kills what is left. `withParent` is for a command that only serves the
 * program which started it, and ends when that is gone.
 */
export function endOnSignals({ code = 0, message = '', withParent = false } = {}) {
  // Whoever read our output may be gone before us; that must not keep us from cleaning up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  let firstAt = 0
  const end = () => {
    if (firstAt === 0) {
      firstAt = performance.now()
      if (message) console.log(`\n${message}`)
      void shutdown(code)
    } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
      for (const cleanup of cleanups) cleanup.kill()
      process.exit(130)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
  const endOnce = () => firstAt === 0 && end()
  if (process.channel) {
    process.once('disconnect', endOnce)
    process.channel.unref()
  }
  // `npm start` told to end ends its shell, which tells nobody.
  watchProcesses(withParent ? [identityOf(process.ppid), ...npmAncestors()] : npmAncestors(), endOnce)
}

function watchProcesses(identities, onGone) {
  const watch = setInterval(() => {
    if (identities.every(isAlive)) return
    clearInterval(watch)
    onGone()
  }, WATCH_MS)
  watch.unref()
}

/** Runs a command's main function: an error is one message, and everything is stopped in the end. */
export async function main(work) {
  try {
    const code = await work()
    await shutdown(code ?? 0)
  } catch (error) {
    if (isEnding()) return
    console.error(error.expected ? error.message : error)
    await shutdown(1)
  }
}

/** An error that explains itself: its message is shown without a stack. */
export function expectedError(message) {
  return Object.assign(new Error(message), { expected: true })
}

async function stopAll() {
  let clean = true
  for (const cleanup of [...cleanups].reverse()) {
    try {
      await cleanup.stop()
    } catch (error) {
      console.error(`While stopping: ${error.message}`)
      clean = false
    }
  }
  return clean
}
