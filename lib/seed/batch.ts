import 'server-only'
import type { CopyPart } from '@/db/copy-rows'
import { addCase } from './case-rows'
import { readSetting, type SeedRange, type SeedSetting } from './setting'
import { finishTables, newTables } from './tables'

/**
 * Cases made at a time: some 64 MB of rows. Every COPY waits some 40 ms for its last small packet, whatever its size, and
 * there is one for each table.
 */
export const BATCH_CASES = 8000

let last: SeedSetting | null = null

/** The rows of these cases, ready for COPY. Pure but for keys, nonces and the settings of this process. */
export function makeBatch(range: SeedRange): CopyPart[] {
  const { seed, untilMs, first, count, run } = range
  if (last?.seed !== seed || last.untilMs !== untilMs) last = readSetting({ seed, untilMs })
  const tables = newTables()
  for (let index = first; index < first + count; index += 1) addCase(tables, last, index, run)
  return finishTables(tables)
}
