import 'server-only'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Db, db, tryLock } from '@/db/client'
import {
  type AnchoredHead,
  allowTime,
  type CheckpointRow,
  findAuditCheck,
  findCheckpoint,
  listCheckpointsAfter,
  type NewlyCovered,
  saveAuditCheck,
  streamHeadsOf,
  streamNewlyCovered,
} from '@/db/queries/checkpoints'
import { isSignedBytes, keyIdOf } from '@/lib/crypto/sign'
import { env } from '@/lib/env'
import { headLeaf, MerkleTree } from './merkle'

// What the desk shows as "verified up to checkpoint N": each checkpoint and the events that it newly covers are checked once,
// by a worker, from the database. It finds what was changed before it looked; what is changed afterwards, or by somebody who
// rules this database and this worker, is for the offline verifier (docs/audit.md).

const MINUTES = 10
const RUN_MS = 30_000
const BATCH = 50
const NO_PREVIOUS = '0'.repeat(64)

const Stated = z.object({ seq: z.number(), previous: z.string(), root: z.string(), heads: z.number() })

class Misfit extends Error {}

/**
 * Checks the checkpoints since the last time, for at most half a minute, and notes how far it came. What did not fit, like
 * `checkpoint 7: signature`, or null; the same is told again each time until it fits. Null too while another worker is at it.
 */
export async function checkNewCheckpoints(): Promise<string | null> {
  return tryLock('audit_check', run)
}

async function run(): Promise<string | null> {
  const endsAt = Date.now() + RUN_MS
  const state = await findAuditCheck(db())
  let [seq, events] = [state?.checkpointSeq ?? 0, state?.events ?? 0]
  let previous = seq === 0 ? null : await findCheckpoint(db(), seq)
  if (seq > 0 && previous === null) return note(seq, events, `checkpoint ${seq}: missing`)
  while (Date.now() < endsAt) {
    const next = await listCheckpointsAfter(db(), seq, BATCH)
    for (const checkpoint of next) {
      const answer = await check(checkpoint, previous)
      if (typeof answer === 'string') return note(seq, events, answer)
      seq = checkpoint.seq
      events += answer
      previous = checkpoint
    }
    if (next.length > 0) await note(seq, events, null)
    if (next.length < BATCH) break
  }
  return null
}

async function note(checkpointSeq: number, events: number, broken: string | null): Promise<string | null> {
  await saveAuditCheck(db(), { checkpointSeq, events, broken })
  return broken
}

/** How many events a checkpoint newly covers, or what does not fit. */
async function check(row: CheckpointRow, previous: CheckpointRow | null): Promise<number | string> {
  try {
    const stated = readStated(row, previous)
    const options = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const
    return await db().transaction((tx) => checkContent(tx, row.seq, stated), options)
  } catch (error) {
    if (error instanceof Misfit) return error.message
    throw error
  }
}

function readStated(row: CheckpointRow, previous: CheckpointRow | null): z.output<typeof Stated> {
  const fits = (what: string, is: boolean) => {
    if (!is) throw new Misfit(`checkpoint ${row.seq}: ${what}`)
  }
  const bytes = Buffer.from(row.record, 'utf8')
  fits('hash', createHash('sha256').update(bytes).digest().equals(row.hash))
  const { checkpointKey, previousCheckpointKeys } = env()
  const key = [checkpointKey, ...previousCheckpointKeys].find((one) => keyIdOf(one) === row.keyId)
  fits('unknown key', key !== undefined)
  if (key !== undefined) fits('signature', isSignedBytes(key, bytes, Buffer.from(row.signature, 'base64url')))
  const stated = Stated.safeParse(JSON.parse(row.record))
  if (!stated.success) throw new Misfit(`checkpoint ${row.seq}: form`)
  fits('number', stated.data.seq === row.seq && row.seq === (previous?.seq ?? 0) + 1)
  fits('previous', stated.data.previous === (previous?.hash.toString('hex') ?? NO_PREVIOUS))
  return stated.data
}

async function checkContent(tx: Db, seq: number, stated: z.output<typeof Stated>): Promise<number> {
  await allowTime(tx, MINUTES)
  const tree = new MerkleTree()
  const covered = streamNewlyCovered(tx, seq)
  let next = await covered.next()
  let events = 0
  for await (const head of streamHeadsOf(tx, seq, seq)) {
    tree.append(headLeaf(head.chainId, head.seq, head.head))
    const chain = new Chain(head)
    while (!next.done && next.value.chainId === head.chainId) {
      chain.append(next.value)
      events += 1
      next = await covered.next()
    }
    chain.end()
  }
  if (tree.size !== stated.heads) throw new Misfit(`checkpoint ${seq}: heads`)
  if (tree.root().toString('hex') !== stated.root) throw new Misfit(`checkpoint ${seq}: root`)
  return events
}

/** Hashes the new events of one chain, up to what the checkpoint says that its head is. */
class Chain {
  private at: { seq: number; hash: Buffer } | null = null

  constructor(private readonly head: AnchoredHead) {}

  append({ seq, record, hash, before }: NewlyCovered): void {
    const from = this.at ?? startOf(this.head.chainId, before)
    const number = Buffer.alloc(8)
    number.writeBigUInt64BE(BigInt(seq))
    const made = createHash('sha256').update(from.hash).update(number).update(record, 'utf8').digest()
    if (seq !== from.seq + 1 || !made.equals(hash))
      throw new Misfit(`chain ${this.head.chainId}: event ${seq}`)
    this.at = { seq, hash: made }
  }

  end(): void {
    const { chainId, seq, head } = this.head
    if (this.at?.seq !== seq || !this.at.hash.equals(head)) throw new Misfit(`chain ${chainId}: head ${seq}`)
  }
}

function startOf(chainId: string, before: { seq: number; head: Buffer } | null) {
  const id = Buffer.from(chainId.replaceAll('-', ''), 'hex')
  return before === null
    ? { seq: 0, hash: createHash('sha256').update(id).digest() }
    : { seq: before.seq, hash: before.head }
}
