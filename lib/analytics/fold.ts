import 'server-only'
import { transact } from '@/db/client'
import { foldDeltas, noteFold } from '@/db/queries/analytics'

const BATCH = 10_000
const BATCHES = 100

/**
 * Adds what was appended since the last time to the roll-ups; how many deltas. Each batch is one statement, so that a fold
 * that is killed has counted all of a batch or nothing of it, and two at once share the work.
 */
export async function foldAnalytics(): Promise<number> {
  const began = new Date()
  let folded = 0
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const taken = await transact((tx) => foldDeltas(tx, BATCH))
    folded += taken
    if (taken === BATCH) continue
    await transact((tx) => noteFold(tx, began))
    break
  }
  return folded
}
