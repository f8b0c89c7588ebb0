import { parseArgs } from 'node:util'
import { closePool } from '@/db/client'
import { isAppError } from '@/lib/errors'
import { replayErasures } from '@/lib/rights/replay'

// The command behind `npm run erasures:replay`. Ends with 0 when ledger and database agree, 1 when they cannot be brought to.

async function main(): Promise<number> {
  const trustAll = readTrust()
  if (trustAll === null) return tell('Only --trust-all is understood; see --help.', 2)
  try {
    const { erased, added } = await replayErasures({ trustAll })
    return tell(`${erased} erased again, ${added} entries added to the ledger.`, 0)
  } catch (error) {
    if (isAppError(error)) return tell(`Nothing was erased: ${error.detail}.`, 1)
    throw error
  } finally {
    await closePool()
  }
}

function readTrust(): boolean | null {
  try {
    return parseArgs({ options: { 'trust-all': { type: 'boolean' } } }).values['trust-all'] ?? false
  } catch {
    return null
  }
}

function tell(sentence: string, code: number): number {
  process.stdout.write(`${sentence}\n`)
  return code
}

process.exitCode = await main()
