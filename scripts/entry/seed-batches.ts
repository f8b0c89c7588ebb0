import { parentPort } from 'node:worker_threads'
import { makeBatch } from '@/lib/seed/batch'
import type { SeedRange } from '@/lib/seed/setting'

// A thread of `npm run db:seed`: makes the rows of one range after another.

parentPort?.on('message', (range: SeedRange) => {
  const parts = makeBatch(range)
  parentPort?.postMessage(
    parts,
    parts.map(({ bytes }) => bytes.buffer as ArrayBuffer),
  )
})
