import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { closePool } from '@/db/client'
import { storeLockerCredentials } from '@/lib/connections/store-credentials'
import { isAppError } from '@/lib/errors'
import { errorName } from '@/lib/log'
import { CallFault } from '@/lib/providers/faults'

// The command behind `npm run hyperverge:credentials`. Whoever may run commands on the server is an operator.

const OPTIONS = { 'client-id': { type: 'string' }, 'secret-file': { type: 'string' } } as const

async function main(): Promise<number> {
  const given = readArguments()
  if (typeof given === 'string') return tell(given, 2)
  try {
    const console = { id: 'console', roles: ['operator'] } as const
    const stored = await storeLockerCredentials(console, given.connection, given)
    return tell(
      `Stored at HyperVerge: client ${stored.clientId}, secret ${stored.fingerprint}. Now try a start.`,
      0,
    )
  } catch (error) {
    if (error instanceof CallFault) return tell(`HyperVerge did not take them: ${error.detail}`, 1)
    if (isAppError(error)) return tell(`Nothing was stored: ${error.message}`, 2)
    // The message of any other error may quote what it was given.
    return tell(`The command failed (${errorName(error)}). Whether HyperVerge stored them is not known.`, 2)
  } finally {
    await closePool()
  }
}

function readArguments(): { connection: string; clientId: string; clientSecret: string } | string {
  try {
    const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
    const { 'client-id': clientId, 'secret-file': file } = values
    if (clientId === undefined || file === undefined)
      return 'Needed: --client-id <id> --secret-file <path>; see --help.'
    const clientSecret = readFileSync(file === '-' ? 0 : file, 'utf8').trim()
    return { connection: positionals[0] ?? 'hyperverge', clientId, clientSecret }
  } catch {
    return 'The arguments or the secret file cannot be read; see --help.'
  }
}

function tell(sentence: string, code: number): number {
  process.stdout.write(`${sentence}\n`)
  return code
}

process.exitCode = await main()
