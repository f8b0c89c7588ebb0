/** Types of `audit-verify.mjs` for tests. */
import type { KeyObject } from 'node:crypto'

interface Bad {
  line?: number
  chain?: string
  seq?: number
  checkpoint?: number
  problem: string
}

export interface Verdict {
  ok: boolean
  first: Bad | null
  problems: Bad[]
  problemCount: number
  notes: string[]
  counts: { checkpoints: number; heads: number; chains: number; events: number; unanchored: number }
}

export function verifyLines(
  lines: AsyncIterable<string[]> | Iterable<string[]>,
  options?: { keys?: Map<string, KeyObject> | null },
): Promise<Verdict>
