import { errorName, log } from '@/lib/log'

/**
 * Takes over whatever else would print: the console, warnings and writes of libraries. They hold messages, and messages
 * quote values (LG-04). Of an error its class is logged, of the rest that something was said, and how much. The log itself
 * writes to the file descriptor and is not touched.
 */
export function routeOutput(): void {
  console.error = sayClass('error')
  console.warn = sayClass('warn')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => log.warn({ event: 'process.warning', error: errorName(warning) }))
  routeStream(process.stdout, 'stdout')
  routeStream(process.stderr, 'stderr')
}

function sayClass(level: 'warn' | 'error') {
  return (...args: unknown[]) => {
    const error = args.find((arg) => arg instanceof Error)
    log[level]({ event: 'console', error: error === undefined ? 'message' : errorName(error) })
  }
}

function routeStream(stream: NodeJS.WriteStream, name: string): void {
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    log.info({ event: 'output', code: name, count: chunk.length })
    const done = rest.find((one) => typeof one === 'function')
    if (done !== undefined) process.nextTick(done as () => void)
    return true
  }
  stream.write = write as NodeJS.WriteStream['write']
}
