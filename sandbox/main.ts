import { startSandbox } from './server'

const DEFAULT_PORT = 4010
const DEFAULT_SEED = 1
const DISTINCT_PERSONS = 26 ** 4

const port = readNumber('SANDBOX_PORT', DEFAULT_PORT)
const seed = readNumber('SANDBOX_SEED', DEFAULT_SEED)
if (process.env.APP_ENV === 'production') {
  fail('The sandbox never runs in production. Unset APP_ENV or set it to development.')
}

try {
  const sandbox = await startSandbox({ port, seed, firstNumber: firstNumber(), ...origins() })
  process.stdout.write(`Sandbox on ${sandbox.url}\n`)
  process.send?.({ listening: sandbox.url })
  const stop = () => void sandbox.close().then(() => process.exit(0))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)
  process.once('disconnect', stop)
} catch (error) {
  fail(`The sandbox could not listen on port ${port}: ${error instanceof Error ? error.message : error}`)
}

/**
 * Without SANDBOX_SEED every start shows other people: a database that outlives the sandbox would else meet
 * the same numbers on two accounts. With it, the first person is always the same one.
 */
function firstNumber(): number {
  return process.env.SANDBOX_SEED ? 1 : Math.floor(Date.now() / 1000) % DISTINCT_PERSONS
}

function origins(): { returnOrigins?: string[] } {
  const listed = process.env.SANDBOX_RETURN_ORIGINS?.split(',').map((origin) => origin.trim())
  return listed ? { returnOrigins: listed } : {}
}

function readNumber(name: string, fallback: number): number {
  const text = process.env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0)
    fail(`${name} must be a whole number, found a text of ${text.length} characters.`)
  return value
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
