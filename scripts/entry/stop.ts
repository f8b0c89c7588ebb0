import { errorName, log } from '@/lib/log'

/** Ends this process once on Ctrl-C, on SIGTERM and when whoever started it is gone. `name` is for the log. */
export function stopOnSignals(name: string, stop: () => Promise<void>): void {
  let stopping = false
  const once = async () => {
    if (stopping) return
    stopping = true
    await stop().catch((error: unknown) =>
      log.warn({ event: `${name}.stop_failed`, error: errorName(error) }),
    )
    process.exit(0)
  }
  process.on('SIGTERM', () => void once())
  process.on('SIGINT', () => void once())
  process.on('disconnect', () => void once())
}

/** Says which kind of error nobody caught, without its message, and ends: the launcher starts the process again. */
export function endOnCrash(name: string): void {
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(kind, (error: unknown) => {
      log.error({ event: `${name}.crashed`, state: kind, error: errorName(error) })
      process.exit(1)
    })
}
