import 'server-only'
import pino from 'pino'
import { redact } from '@/lib/redact'

// One logger. Only the fields below leave the process; everything else is dropped by construction, and what they hold
// passes the redactor as a second net (LG-04).

interface LogFields {
  event: string
  requestId?: string
  connection?: string
  call?: string
  code?: string
  status?: number
  ms?: number
  count?: number
  verification?: string
  path?: string
  state?: string
  /** Class and code of an unexpected error, never its message: drivers quote values in messages. */
  error?: string
}

const options: pino.LoggerOptions = {
  level: process.env.LOG_LEVEL ?? 'info',
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
}
// Standard output, or the file that LOG_FILE names.
const logger = pino(options, pino.destination({ dest: process.env.LOG_FILE ?? 1, sync: true }))

const FIELDS = [
  'event',
  'requestId',
  'connection',
  'call',
  'code',
  'status',
  'ms',
  'count',
  'verification',
  'path',
  'state',
  'error',
] as const

/** More than anything of ours has to say. */
const LONGEST_CHARACTERS = 2000
/** Our counts, milliseconds and statuses stay below it; phone and Aadhaar numbers do not. */
const LARGEST = 1e9

function allowed(fields: LogFields): Record<string, string | number> {
  return Object.fromEntries(
    FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [[name, clean(fields[name])]])),
  )
}

function clean(value: unknown): string | number {
  if (typeof value === 'number') return Math.abs(value) < LARGEST ? value : '[number]'
  if (typeof value !== 'string') return '[not text]'
  return value.length > LONGEST_CHARACTERS ? '[long text]' : redact(value)
}

/** Writes one JSON line with allow-listed fields. Paths carry no query. */
export const log = {
  info: (fields: LogFields) => logger.info(allowed(fields)),
  warn: (fields: LogFields) => logger.warn(allowed(fields)),
  error: (fields: LogFields) => logger.error(allowed(fields)),
}

/** What may be said of an unexpected error: its class, and the first short code along its causes (SQLSTATE, errno). */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && /^[\w.-]{1,40}$/.test(code)) return `${className(error)}:${code}`
  }
  return className(error)
}

/** A name may be set to anything. */
function className({ name }: Error): string {
  return typeof name === 'string' && /^[A-Za-z]\w{0,60}$/.test(name) ? name : 'Error'
}
