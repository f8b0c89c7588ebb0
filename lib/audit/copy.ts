import 'server-only'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { db, tryLock } from '@/db/client'
import {
  type CheckpointRow,
  findCheckpoint,
  listCheckpointsAfter,
  streamHeadsOf,
} from '@/db/queries/checkpoints'
import { checkpointLine, headLine } from './lines'

/** Checkpoints in one file; at one a minute a file holds an hour. */
const PER_FILE = 60
const FILE = /^checkpoints-(\d{12})-(\d{12})\.jsonl$/
const CHUNK_LENGTH = 1 << 16

/** `differs`: the last copied checkpoint is not the one in the database, which was rewritten, cut or restored. */
export type CopyResult =
  | { kind: 'copied'; count: number }
  | { kind: 'differs'; seq: number }
  | { kind: 'busy' }

/**
 * Copies checkpoints with their heads that are not in `folder` yet, each file whole or not at all and never touched again.
 * One process at a time. Throws what the file system throws.
 */
export async function copyCheckpoints(folder: string): Promise<CopyResult> {
  return (await tryLock('audit_copy', () => copyNew(folder))) ?? { kind: 'busy' }
}

async function copyNew(folder: string): Promise<CopyResult> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const last = await readLastCopied(folder)
  if (last !== null && (await findCheckpoint(db(), last.seq))?.hash.toString('hex') !== last.hash)
    return { kind: 'differs', seq: last.seq }
  let copied = last?.seq ?? 0
  for (let count = 0; ; ) {
    const rows = await listCheckpointsAfter(db(), copied, PER_FILE)
    if (rows.length === 0) return { kind: 'copied', count }
    await writeCopy(folder, rows)
    copied = rows.at(-1)?.seq ?? copied
    count += rows.length
  }
}

async function readLastCopied(folder: string): Promise<{ seq: number; hash: string } | null> {
  const files = (await readdir(folder)).filter((name) => FILE.test(name)).sort()
  const name = files.at(-1)
  if (name === undefined) return null
  const lines = (await readFile(path.join(folder, name), 'utf8')).trimEnd().split('\n')
  const found = lines.findLast((text) => text.startsWith('{"kind":"checkpoint"'))
  if (found === undefined) throw new Error('a copied file holds no checkpoint')
  const { seq, hash } = JSON.parse(found) as { seq: number; hash: string }
  return { seq, hash }
}

/** Draft, fsync, rename, fsync of the folder: after a crash there is the whole file or none. */
async function writeCopy(folder: string, rows: CheckpointRow[]): Promise<void> {
  const [first, last] = [rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? 0]
  const pad = (seq: number) => String(seq).padStart(12, '0')
  const target = path.join(folder, `checkpoints-${pad(first)}-${pad(last)}.jsonl`)
  const draft = `${target}.draft`
  await rm(draft, { force: true })
  const file = await open(draft, 'wx', 0o600)
  try {
    await writeLines(file, rows, first, last)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, target)
  await syncFolder(folder)
}

async function writeLines(
  file: FileHandle,
  rows: CheckpointRow[],
  first: number,
  last: number,
): Promise<void> {
  let pending = rows.map(checkpointLine).join('')
  await db().transaction(
    async (tx) => {
      for await (const head of streamHeadsOf(tx, first, last)) {
        pending += headLine(head)
        if (pending.length < CHUNK_LENGTH) continue
        await file.writeFile(pending)
        pending = ''
      }
    },
    { accessMode: 'read only' },
  )
  await file.writeFile(pending)
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // a folder cannot be opened there
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
