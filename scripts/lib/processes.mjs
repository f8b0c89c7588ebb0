/** The processes of a running app: started, waited for, restarted after a crash and stopped together. */
import { spawn } from 'node:child_process'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { signalGroup, stopGroup } from './run.mjs'
import { expectedError, onShutdown } from './shutdown.mjs'

const READY_WITHIN_MS = 120_000
const POLL_MS = 100
const FIRST_PAUSE_MS = 500
const CRASHES_ALLOWED = 5
const CRASH_WINDOW_MS = 60_000

/**
 * Starts a Node program as a child that is stopped with this command and resolves when it is ready.
 *
 * `readyUrl` is polled until it answers 200; without it the child counts as ready at once. The child has a
 * channel to this process and must end when that closes, so that it never outlives us. With `onGiveUp` a
 * crashed child is started again after a growing pause, until it crashed five times in a minute.
 *
 * Returns a handle: `name`, `pid`, `kill(signal)` (sends it as is; the child is not started again),
 * `stop()` (SIGTERM, after ten seconds SIGKILL), `restart()` (stop if needed, start, wait until ready).
 */
export async function startProcess({ name, args, env = process.env, readyUrl, onGiveUp }) {
  let child = null
  let crashes = []
  let wanted = false

  const launch = () => {
    child = spawnChild(args, env)
    void child.ended.then((how) => {
      if (wanted && onGiveUp) void recover(how)
    })
    return child
  }

  const recover = async (how) => {
    crashes = [...crashes.filter((at) => at > Date.now() - CRASH_WINDOW_MS), Date.now()]
    if (crashes.length >= CRASHES_ALLOWED) {
      wanted = false
      return onGiveUp(`${name} ${how}, for the ${crashes.length}th time in a minute.`)
    }
    const pauseMs = FIRST_PAUSE_MS * 2 ** (crashes.length - 1)
    console.error(`${name} ${how}; starting it again in ${pauseMs / 1000} s`)
    await sleep(pauseMs)
    if (wanted) launch()
  }

  const start = async () => {
    const started = launch()
    wanted = false // until it was ready once, a crash is a failed start
    if (readyUrl) await waitUntilReady(name, readyUrl, started)
    wanted = true
  }

  const stop = async () => {
    wanted = false
    await stopGroup(child.process, 'SIGTERM', child.ended)
  }

  const killNow = () => signalGroup(child.process, 'SIGKILL')
  const forget = onShutdown(stop, killNow)
  await start()

  return {
    name,
    get pid() {
      return child.process.pid
    },
    async kill(signal = 'SIGKILL') {
      wanted = false
      signalGroup(child.process, signal)
      if (signal === 'SIGKILL') await child.ended
    },
    async restart() {
      await stop()
      await start()
    },
    async stop() {
      await stop()
      forget()
    },
  }
}

/** Refuses to go on when somebody else listens on a port; `setting` is the variable that names the port. */
export async function requireFreePort({ port, host = 'localhost', setting }) {
  const problem = (await isAnswering(port)) ? 'EADDRINUSE' : await tryListening(port, host)
  if (!problem) return
  const reasons = {
    EADDRINUSE: `port ${port} is in use by another program. Stop that one, or choose another port with ${setting}.`,
    EACCES: `this user may not listen on port ${port}. Choose another port with ${setting}.`,
  }
  throw expectedError(`${setting}: ${reasons[problem] ?? `cannot listen on ${host}:${port} (${problem}).`}`)
}

/** In a group of its own, so that Ctrl-C reaches it through us only, once and in order. */
function spawnChild(args, env) {
  const child = spawn(process.execPath, args, {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  })
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(`did not start (${error.message})`))
    child.once('exit', (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : `stopped with exit code ${code}`),
    )
  })
  return { process: child, ended }
}

async function waitUntilReady(name, url, child) {
  let ended = null
  void child.ended.then((how) => {
    ended = how
  })
  for (const deadline = Date.now() + READY_WITHIN_MS; !ended; await sleep(POLL_MS)) {
    if (await answersOk(url)) return
    if (Date.now() > deadline) {
      await stopGroup(child.process, 'SIGTERM', child.ended)
      throw expectedError(`${name} was not ready in ${READY_WITHIN_MS / 1000} s (${url}).`)
    }
  }
  throw expectedError(`${name} ${ended} before it was ready.`)
}

async function answersOk(url) {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    await response.body?.cancel()
    return response.status === 200
  } catch {
    return false
  }
}

function isAnswering(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: 'localhost', timeout: 1000 })
    const finish = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
    socket.once('timeout', () => finish(false))
  })
}

function tryListening(port, host) {
  return new Promise((resolve) => {
    const server = net.createServer().once('error', (error) => resolve(error.code))
    server.listen({ port, host }, () => server.close(() => resolve(null)))
  })
}
