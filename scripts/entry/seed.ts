import { on } from 'node:events'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { closePool, isDatabaseUnavailable } from '@/db/client'
import type { CopyPart } from '@/db/copy-rows'
import { SettingsError } from '@/lib/env'
import { errorName } from '@/lib/log'
import { type SeedProgress, type SeedRefusal, type SeedWish, seedCases } from '@/lib/seed/seed'
import type { SeedRange } from '@/lib/seed/setting'

// The command behind `npm run db:seed`. Exit: 0 done, 1 refused, 2 cannot run.

const OPTIONS = {
  cases: { type: 'string' },
  seed: { type: 'string' },
  'beside-others': { type: 'boolean' },
} as const
const Cases = z.coerce.number().int().min(1).max(100_000_000)
const Seed = z.coerce.number().int().min(1).max(1_000_000)
const TELL_EVERY_MS = 2000
const THREADS = Math.min(4, Math.max(1, availableParallelism()))
const RANGES_AHEAD = 2

const REFUSALS: Record<SeedRefusal, string> = {
  production: 'Nothing was written: APP_ENV is production, which takes no invented cases.',
  too_many: 'Nothing was written: so many invented people would share their numbers; ask for fewer.',
  others:
    'Nothing was written: this database holds players that nobody invented. --beside-others writes beside them all the same.',
  other_seed: 'Nothing was written: this database was seeded with another number; leave --seed away.',
  running: 'Nothing was written: another seed is running on this database.',
  in_use: 'Nothing was written: the tables are in use; stop web and worker and try again.',
}

async function main(): Promise<number> {
  const wish = readWish()
  if (wish === null) return tell('Needed: --cases N, a whole number; see --help.', 2)
  const started = Date.now()
  const answer = await seedCases(wish, inThreads, progress(wish.cases))
  if (answer.kind === 'refused') return tell(REFUSALS[answer.because], 1)
  const { added, cases, seed } = answer
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  const sentence = added === 0 ? 'nothing was to be done' : `${added} of them new, in ${seconds} s`
  process.stdout.write(`${cases} invented cases of seed ${seed}, ${sentence}.\n`)
  return 0
}

function readWish(): SeedWish | null {
  try {
    const { values } = parseArgs({ options: OPTIONS })
    const seed = values.seed === undefined ? null : Seed.parse(values.seed)
    return { cases: Cases.parse(values.cases), seed, besideOthers: values['beside-others'] ?? false }
  } catch {
    return null
  }
}

/** Every thread has its next range at hand before it is done with one: none waits while rows are sent to the database. */
async function* inThreads(ranges: Iterable<SeedRange>): AsyncIterable<CopyPart[]> {
  const file = new URL('./seed-batches.mjs', import.meta.url)
  const threads = Array.from({ length: THREADS }, () => new Worker(file))
  const makers = threads.map((thread) => ({ thread, made: on(thread, 'message') }))
  const source = ranges[Symbol.iterator]()
  const pending: { maker: (typeof makers)[number]; parts: Promise<CopyPart[]> }[] = []
  const give = (maker: (typeof makers)[number]) => {
    const { value, done } = source.next()
    if (done === true) return
    const parts = maker.made.next().then(({ value }) => (value as [CopyPart[]])[0])
    parts.catch(() => {}) // told where it is awaited
    maker.thread.postMessage(value)
    pending.push({ maker, parts })
  }
  try {
    for (let ahead = 0; ahead < RANGES_AHEAD; ahead += 1) for (const maker of makers) give(maker)
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const parts = await next.parts
      give(next.maker)
      yield parts
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}

/** Prints at most every two seconds, and whenever the step changes. */
function progress(cases: number): (now: SeedProgress) => void {
  let last = { step: '', at: 0 }
  const started = Date.now()
  return ({ step, what }) => {
    if (step === last.step && Date.now() - last.at < TELL_EVERY_MS) return
    last = { step, at: Date.now() }
    const words = {
      write: `${what} of ${cases} cases written`,
      check: `building ${what}`,
      tidy: 'tidying up',
      anchor: 'signing a checkpoint',
    }
    process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s  ${words[step]}\n`)
  }
}

function tell(sentence: string, code: number): number {
  process.stderr.write(`${sentence}\n`)
  return code
}

/** A foreign error may quote a value in its message: only its name is told. */
function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.problems.join('\n')
  if (isDatabaseUnavailable(error)) return 'The database cannot be reached. Nothing was written.'
  return `The seed stopped (${errorName(error)}). Nothing was written.`
}

try {
  process.exitCode = await main()
} catch (error) {
  process.exitCode = tell(explain(error), 2)
} finally {
  await closePool()
}
