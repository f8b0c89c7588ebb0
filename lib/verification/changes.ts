import 'server-only'
import { EventEmitter } from 'node:events'
import { listen, notify } from '@/db/client'

// "This verification changed", from whichever process changed it. A hint beside polling: a lost one costs a second.

const CHANNEL = 'verification_changed'
const POLL_MS = 1000
const holder = globalThis as { anteChanges?: { emitter: EventEmitter; ready: Promise<unknown> } }

/** Tells every process that a verification changed; call it after the commit. */
export function announceChange(verificationId: string): void {
  notify(CHANNEL, verificationId)
}

/**
 * Calls `look` now, after each announced change and once a second, until it answers something or `timeoutMs` is over;
 * then null. Ends early when `signal` aborts.
 */
export async function waitForChange<T>(
  verificationId: string,
  timeoutMs: number,
  look: () => Promise<T | null>,
  signal?: AbortSignal,
): Promise<T | null> {
  const { emitter } = changes()
  const end = Date.now() + timeoutMs
  for (;;) {
    const wake = nextWake(emitter, verificationId, Math.max(0, Math.min(POLL_MS, end - Date.now())), signal)
    const seen = await look().catch((error: unknown) => {
      wake.cancel()
      throw error
    })
    if (seen !== null || Date.now() >= end || signal?.aborted) {
      wake.cancel()
      return seen
    }
    await wake.woken
  }
}

/** Registered before looking, so that a change between look and wait is not missed. */
function nextWake(emitter: EventEmitter, id: string, ms: number, signal: AbortSignal | undefined) {
  let done = () => {}
  const woken = new Promise<void>((resolve) => {
    const timer = setTimeout(() => done(), ms)
    done = () => {
      clearTimeout(timer)
      emitter.off(id, done)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    emitter.once(id, done)
    signal?.addEventListener('abort', done, { once: true })
  })
  return { woken, cancel: () => done() }
}

function changes() {
  if (holder.anteChanges === undefined) {
    const emitter = new EventEmitter().setMaxListeners(0)
    // The driver subscribes again by itself after a lost connection; while it is away, polling does the work.
    const ready = listen(CHANNEL, (payload) => emitter.emit(payload)).catch(() => {
      delete holder.anteChanges
    })
    holder.anteChanges = { emitter, ready }
  }
  return holder.anteChanges
}
