import 'server-only'
import { type Db, db } from '@/db/client'
import {
  allowTime,
  readMoment,
  streamChains,
  streamCheckpoints,
  streamEvents,
  streamHeads,
} from '@/db/queries/checkpoints'
import { chainLine, checkpointLine, EXPORT_FORMAT, eventLine, headLine, line } from './lines'
import { publishedKeys } from './published-keys'

export interface ExportCounts {
  checkpoints: number
  heads: number
  chains: number
  events: number
}

const MINUTES = 60
const CHUNK_LENGTH = 1 << 16

/**
 * Writes the whole audit log as JSON lines from one snapshot of the database: format, public keys, checkpoints, then chain
 * by chain its head, its anchored heads and its events, and a last line with the counts. Memory stays flat: `write` gets
 * pieces of about 64 kB and is waited for.
 */
export async function exportAudit(write: (text: string) => Promise<void>): Promise<ExportCounts> {
  const options = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const
  return db().transaction((tx) => writeAll(tx, buffered(write)), options)
}

async function writeAll(tx: Db, out: Output): Promise<ExportCounts> {
  await allowTime(tx, MINUTES)
  const { at } = await readMoment(tx)
  const counts = { checkpoints: 0, heads: 0, chains: 0, events: 0 }
  await out.put(line({ kind: 'export', format: EXPORT_FORMAT, at: at.toISOString() }))
  await out.put(line({ kind: 'keys', keys: publishedKeys() }))
  for await (const row of streamCheckpoints(tx)) {
    counts.checkpoints += 1
    await out.put(checkpointLine(row))
  }
  await writeChains(tx, out, counts)
  await out.put(line({ kind: 'end', ...counts }))
  await out.flush()
  return counts
}

/** Three readers in step: a chain whose head row, events or anchors are missing is written with what is there. */
async function writeChains(tx: Db, out: Output, counts: ExportCounts): Promise<void> {
  const chains = await peekable(streamChains(tx))
  const heads = await peekable(streamHeads(tx))
  const events = await peekable(streamEvents(tx))
  for (;;) {
    const ids = [chains, heads, events].flatMap(({ next }) => (next === null ? [] : [next.chainId])).sort()
    const [id] = ids
    if (id === undefined) return
    for (; chains.next?.chainId === id; counts.chains += 1) await out.put(chainLine(await chains.take()))
    for (; heads.next?.chainId === id; counts.heads += 1) await out.put(headLine(await heads.take()))
    for (; events.next?.chainId === id; counts.events += 1) await out.put(eventLine(await events.take()))
  }
}

interface Peekable<T> {
  readonly next: T | null
  take(): Promise<T>
}

async function peekable<T>(rows: AsyncGenerator<T>): Promise<Peekable<T>> {
  const advance = async () => {
    const { value, done } = await rows.next()
    return done === true ? null : (value as T)
  }
  let next = await advance()
  return {
    get next() {
      return next
    },
    take: async () => {
      const taken = next as T
      next = await advance()
      return taken
    },
  }
}

interface Output {
  put(text: string): Promise<void>
  flush(): Promise<void>
}

function buffered(write: (text: string) => Promise<void>): Output {
  let pending = ''
  const flush = async () => {
    const text = pending
    pending = ''
    if (text !== '') await write(text)
  }
  return {
    flush,
    put: async (text) => {
      pending += text
      if (pending.length >= CHUNK_LENGTH) await flush()
    },
  }
}
