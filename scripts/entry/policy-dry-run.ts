import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { closePool } from '@/db/client'
import { SettingsError } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { DEFAULT_POLICY } from '@/lib/policy/current'
import { type DryRun, dryRun, type Flip } from '@/lib/policy/dry-run'
import { Policy } from '@/lib/policy/types'

// The command behind `npm run policy:dry-run`. Ends with 0 when nothing would change, 1 when something would, 2 when it cannot run.

const LAST = 1000
const OPTIONS = { last: { type: 'string' }, json: { type: 'boolean' } } as const
const Last = z.coerce.number().int().min(1).max(100_000)

class CannotRun extends Error {}

async function main(): Promise<number> {
  const { policy, last, json } = readArguments()
  try {
    const run = await dryRun(policy, last)
    print(json ? JSON.stringify(run) : toText(policy, run))
    return run.flips.length === 0 ? 0 : 1
  } finally {
    await closePool()
  }
}

function readArguments(): { policy: Policy; last: number; json: boolean } {
  const { values, positionals } = parse()
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0)
    throw new CannotRun('Needed: one policy file, or "shipped"; see --help.')
  const last = Last.safeParse(values.last ?? LAST)
  if (!last.success) throw new CannotRun('--last: expected a number from 1 to 100000.')
  const policy = file === 'shipped' ? DEFAULT_POLICY : readPolicy(file)
  return { policy, last: last.data, json: values.json ?? false }
}

function parse() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true })
  } catch {
    throw new CannotRun('Only a file, --last N and --json are understood; see --help.')
  }
}

function readPolicy(file: string): Policy {
  const parsed = Policy.safeParse(readJson(file))
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the top'}: ${message}`)
  throw new CannotRun(`This is no decision policy (docs/policy.md):\n${lines.join('\n')}`)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new CannotRun(`${file}: not a file of readable JSON.`)
  }
}

function toText(policy: Policy, { decided, skipped, flips }: DryRun): string {
  const lines = flips.map(toLine)
  const left = skipped === 0 ? '' : `, ${skipped} could not be opened any more`
  const sum = `Policy ${policy.version}: ${decided} decisions made again, ${flips.length} would change${left}.`
  return [...lines, ...(lines.length > 0 ? [''] : []), sum].join('\n')
}

function toLine({ reference, from, to, checks, reasonsBefore, reasonsAfter }: Flip): string {
  const reasons = `${reasonsBefore.join(' ')} → ${reasonsAfter.join(' ')}`
  return `${reference}  ${from} → ${to}  ${checks.join(', ') || 'rules'}  (${reasons})`
}

function print(text: string) {
  process.stdout.write(`${text}\n`)
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${toSentence(error)}\n`)
  process.exitCode = 2
}

/** Any other error may quote a value in its message: only its name is told. */
function toSentence(error: unknown): string {
  if (error instanceof CannotRun) return error.message
  if (error instanceof SettingsError) return error.problems.join('\n')
  if (isAppError(error)) return `The dry run failed: ${error.code}`
  return `The dry run failed: ${error instanceof Error ? error.name : 'something'}`
}
