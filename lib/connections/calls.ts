import 'server-only'
import { db } from '@/db/client'
import { addMinutes, type MinuteOfCalls } from '@/db/queries/call-minutes'
import { errorName, log } from '@/lib/log'
import { stepOf, TIME_STEPS } from './call-times'

// How calls to vendors went, by the minute. A call only adds to numbers in memory; they are written every few seconds, all
// of them in one statement, so that no player waits for it. What a crash takes along is a few seconds of figures.

const WRITE_EVERY_MS = 5_000
const MINUTE_MS = 60_000

interface Waiting {
  minutes: Map<string, MinuteOfCalls>
  timer: NodeJS.Timeout | null
}

// On globalThis because the bundler may load this module twice in one process.
const holder = globalThis as { anteCalls?: Waiting }

function waiting(): Waiting {
  holder.anteCalls ??= { minutes: new Map(), timer: null }
  return holder.anteCalls
}

/** Counts one call that reached out to a vendor; `ms` is how long it took. Never waits, never throws. */
export function countCall(connectionId: string, { ms, isFailure }: { ms: number; isFailure: boolean }): void {
  const now = waiting()
  const minute = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS)
  const key = `${connectionId} ${minute.getTime()}`
  const row = now.minutes.get(key) ?? {
    connectionId,
    minute,
    calls: 0,
    failures: 0,
    times: Array<number>(TIME_STEPS).fill(0),
  }
  row.calls += 1
  row.failures += isFailure ? 1 : 0
  row.times[stepOf(ms)] = (row.times[stepOf(ms)] ?? 0) + 1
  now.minutes.set(key, row)
  now.timer ??= setTimeout(() => void writeCalls(), WRITE_EVERY_MS).unref()
}

/** Writes what was counted so far; also before a process ends. What cannot be written is dropped and logged. */
export async function writeCalls(): Promise<void> {
  const now = waiting()
  if (now.timer !== null) clearTimeout(now.timer)
  delete holder.anteCalls
  if (now.minutes.size === 0) return
  try {
    await addMinutes(db(), [...now.minutes.values()])
  } catch (error) {
    log.warn({ event: 'calls.unwritten', count: now.minutes.size, error: errorName(error) })
  }
}
