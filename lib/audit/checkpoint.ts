import 'server-only'
import { createHash } from 'node:crypto'
import { type Db, db, tryLock } from '@/db/client'
import {
  allowTime,
  type CheckpointRow,
  findLastCheckpoint,
  insertCheckpoint,
  insertGrownHeads,
  readMoment,
  streamGrownHeads,
} from '@/db/queries/checkpoints'
import { canonicalJson, keyIdOf, signJson } from '@/lib/crypto/sign'
import { env } from '@/lib/env'
import { headLeaf, MerkleTree } from './merkle'

const HOUR_MS = 3_600_000
const MINUTES = 10
const NO_PREVIOUS = '0'.repeat(64)

/** What a checkpoint states and signs, as canonical JSON (docs/audit.md). */
export interface CheckpointRecord {
  schema: 'ante-checkpoint/1'
  seq: number
  /** UTC, by the database's clock. Only told: nothing hangs on it. */
  at: string
  /** Hash of the checkpoint before, hex; zeros for the first one. */
  previous: string
  /** Merkle root over `heads` heads: chains that have grown since the checkpoint before. */
  root: string
  heads: number
  /** All chains and events anchored so far. */
  chains: number
  events: number
  /** Number of the oldest transaction that was open: the next checkpoint looks again from there on. */
  cutoff: number
}

/**
 * Writes a signed checkpoint over every chain that has grown, in one transaction. Null when there is nothing to say (no
 * chain has grown and the last one is younger than an hour) or when another process is at it. `at` is the time to state,
 * the database's without it.
 */
export async function writeCheckpoint(at?: Date): Promise<CheckpointRecord | null> {
  return tryLock('audit_checkpoint', () =>
    db().transaction((tx) => anchor(tx, at), { isolationLevel: 'repeatable read' }),
  )
}

async function anchor(tx: Db, statedAt: Date | undefined): Promise<CheckpointRecord | null> {
  await allowTime(tx, MINUTES)
  const moment = await readMoment(tx)
  const at = statedAt ?? moment.at
  const last = await findLast(tx)
  const since = last === null || needsWholeLook(last.record, at, moment.cutoff) ? null : last.row.cutoff
  const grown = await readGrown(tx, since)
  if (grown.heads === 0 && last !== null && !isHourApart(last.record, at)) return null
  const record: CheckpointRecord = {
    schema: 'ante-checkpoint/1',
    seq: (last?.record.seq ?? 0) + 1,
    at: at.toISOString(),
    previous: last?.row.hash.toString('hex') ?? NO_PREVIOUS,
    root: grown.root,
    heads: grown.heads,
    chains: (last?.record.chains ?? 0) + grown.newChains,
    events: (last?.record.events ?? 0) + grown.newEvents,
    cutoff: moment.cutoff,
  }
  await insertCheckpoint(tx, signed(record))
  const kept = await insertGrownHeads(tx, record.seq, since)
  if (kept !== grown.heads) throw new Error('the heads of a checkpoint changed while it was written')
  return record
}

async function findLast(tx: Db): Promise<{ row: CheckpointRow; record: CheckpointRecord } | null> {
  const row = await findLastCheckpoint(tx)
  return row === null ? null : { row, record: JSON.parse(row.record) as CheckpointRecord }
}

/**
 * Once a day all chains are looked at, and whenever transaction numbers have gone back, which they do only when the data
 * was moved to another server: then the numbers of before say nothing about now.
 */
function needsWholeLook(last: CheckpointRecord, at: Date, cutoff: number): boolean {
  return cutoff < last.cutoff || at.toISOString().slice(0, 10) !== last.at.slice(0, 10)
}

/** Either way, so that a clock that was set back keeps no quiet hour unsigned. */
function isHourApart(last: CheckpointRecord, at: Date): boolean {
  return Math.abs(at.getTime() - Date.parse(last.at)) >= HOUR_MS
}

async function readGrown(tx: Db, since: number | null) {
  const tree = new MerkleTree()
  let newChains = 0
  let newEvents = 0
  for await (const { chainId, seq, head, anchored } of streamGrownHeads(tx, since)) {
    tree.append(headLeaf(chainId, seq, head))
    newChains += anchored === 0 ? 1 : 0
    newEvents += seq - anchored
  }
  const heads = tree.size
  return { heads, newChains, newEvents, root: tree.root().toString('hex') }
}

function signed(record: CheckpointRecord): CheckpointRow {
  const { checkpointKey } = env()
  const text = canonicalJson(record)
  return {
    seq: record.seq,
    record: text,
    hash: createHash('sha256').update(text, 'utf8').digest(),
    signature: signJson(checkpointKey, record).value,
    keyId: keyIdOf(checkpointKey),
    cutoff: record.cutoff,
  }
}
