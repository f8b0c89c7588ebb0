import { parseArgs } from 'node:util'
import { closePool, db, isDatabaseUnavailable } from '@/db/client'
import { SettingsError } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { listMissingKeys, toSentence } from '@/lib/keys/configured'
import { reportKeys } from '@/lib/keys/report'
import { type Rotated, type RotationWish, rotateKeys } from '@/lib/keys/rotate'
import { toProgressLine, toText } from '@/lib/keys/text'
import type { Progress, Report } from '@/lib/keys/types'
import { errorName } from '@/lib/log'

// The command behind `npm run keys:rotate`. Whoever may run commands on the server is an operator.

const OPTIONS = {
  data: { type: 'boolean' },
  settle: { type: 'string' },
  'dry-run': { type: 'boolean' },
  check: { type: 'boolean' },
  json: { type: 'boolean' },
} as const
const TELL_EVERY_MS = 2000
const MINUTE_MS = 60_000

interface Arguments extends RotationWish {
  look: boolean
  check: boolean
  json: boolean
}

async function main(): Promise<number> {
  const given = readArguments()
  if (given === null) return tell('The arguments cannot be read; see --help.', 2)
  if (given.check) return check(given.json)
  const operator = { id: 'console', roles: ['operator'] } as const
  const rotated = given.look ? null : await rotateKeys(operator, given, given.json ? () => {} : progress())
  const report = await reportKeys()
  if (given.json) print(JSON.stringify({ rotated, ...report }))
  else print(toText(report, rotated))
  return rotated === null || (isWhole(rotated) && !isLeft(report)) ? 0 : 1
}

const isWhole = ({ wrapping, index, data }: Rotated) =>
  wrapping.stuck + index.stuck + (data?.stuck ?? 0) === 0 && (data?.left ?? 0) === 0

/** A process that still writes with an old key leaves work for the next rotation. */
const isLeft = ({ keys }: Report) =>
  keys.some(({ writes, places }) => !writes && places.some(({ way }) => way === 'by_rotation'))

/** One line per key that stored values need and no setting names. */
async function check(json: boolean): Promise<number> {
  const missing = await listMissingKeys(db())
  if (json) print(JSON.stringify({ missing }))
  else print(missing.length === 0 ? 'Every key in use is configured.' : missing.map(toSentence).join('\n'))
  return missing.length === 0 ? 0 : 1
}

function readArguments(): Arguments | null {
  try {
    const { values } = parseArgs({ options: OPTIONS })
    const minutes = values.settle === undefined ? null : Number(values.settle)
    if (minutes !== null && !(minutes >= 0 && minutes <= 24 * 60)) return null
    return {
      dataKeys: values.data ?? false,
      ...(minutes === null ? {} : { settleMs: minutes * MINUTE_MS }),
      look: values['dry-run'] ?? false,
      check: values.check ?? false,
      json: values.json ?? false,
    }
  } catch {
    return null
  }
}

/** Prints at most every two seconds, and whenever the step changes. */
function progress(): (now: Progress) => void {
  let last = { step: '', at: 0 }
  return (now) => {
    if (now.step === last.step && Date.now() - last.at < TELL_EVERY_MS) return
    last = { step: now.step, at: Date.now() }
    process.stderr.write(`${toProgressLine(now)}\n`)
  }
}

function print(text: string) {
  process.stdout.write(`${text}\n`)
}

function tell(sentence: string, code: number): number {
  process.stderr.write(`${sentence}\n`)
  return code
}

/** A foreign error may quote a value in its message: only its name is told. */
function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.problems.join('\n')
  if (isAppError(error, 'state_conflict'))
    return 'Another rotation is running; it does the work of this one too.'
  if (isAppError(error)) return `Nothing was rotated: ${error.detail}. See docs/keys.md`
  if (isDatabaseUnavailable(error)) return 'The database cannot be reached; run this again to go on.'
  return `The rotation stopped (${errorName(error)}); run this again to go on.`
}

try {
  process.exitCode = await main()
} catch (error) {
  process.exitCode = tell(explain(error), 2)
} finally {
  await closePool()
}
