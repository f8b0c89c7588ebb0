import 'server-only'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'
import type { CopyPart } from '@/db/copy-rows'
import { isSameStructure, putUp, readStructure, takeDown } from '@/db/structure'
import { writeCheckpoint } from '@/lib/audit/checkpoint'
import { noticeText } from '@/lib/consent/notice'
import { canonicalJson } from '@/lib/crypto/sign'
import { env } from '@/lib/env'
import { BATCH_CASES } from './batch'
import { MOST_PEOPLE } from './people'
import { readSetting, type SeedRange } from './setting'
import { SEEDED_TABLES } from './tables'

// Invented cases for a demonstration or a benchmark, by COPY. One transaction takes indexes, references and guards down,
// writes, and puts them up again, which checks every row; so a seed that is killed leaves the database as it was.

const LOCK = 7_236_115
const LOCK_WAIT = '2s'
const SLICE_BYTES = 1 << 18
const DEFAULT_SEED = 1

export interface SeedWish {
  /** How many invented cases there are to be in the end. */
  cases: number
  /** Null for the seed that the database already has, else 1. */
  seed: number | null
  /** True to write beside cases that nobody invented. */
  besideOthers: boolean
}

export type SeedAnswer =
  | { kind: 'done'; added: number; cases: number; seed: number }
  | { kind: 'refused'; because: SeedRefusal }

export type SeedRefusal = 'production' | 'too_many' | 'others' | 'other_seed' | 'running' | 'in_use'

export interface SeedProgress {
  step: 'write' | 'check' | 'tidy' | 'anchor'
  /** Cases written, or the index that is built now. */
  what: string
}

/** Makes the rows of several ranges, perhaps in other threads; in any order. */
export type MakeBatches = (ranges: Iterable<SeedRange>) => AsyncIterable<CopyPart[]>

/**
 * Brings the database to `wish.cases` invented cases; those that are there already stay. Refuses in production and where
 * cases are that nobody invented. Blocks everybody else from these tables until it is done.
 */
export async function seedCases(
  wish: SeedWish,
  makeBatches: MakeBatches,
  onProgress: (now: SeedProgress) => void,
): Promise<SeedAnswer> {
  if (env().appEnv === 'production') return refuse('production')
  if (wish.cases > MOST_PEOPLE) return refuse('too_many')
  const owner = postgres(env().databaseAdminUrl, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: 'ante seed', statement_timeout: 0, TimeZone: 'UTC' },
  })
  try {
    const answer = await owner.begin((tx) => load(tx, wish, makeBatches, onProgress))
    if (answer.kind === 'done' && answer.added > 0) {
      onProgress({ step: 'tidy', what: '' })
      await owner.unsafe(`vacuum (analyze) ${SEEDED_TABLES.join(', ')}`)
      onProgress({ step: 'anchor', what: '' })
      await writeCheckpoint()
    }
    return answer
  } catch (error) {
    if ((error as { code?: unknown }).code === '55P03') return refuse('in_use')
    throw error
  } finally {
    await owner.end({ timeout: 5 })
  }
}

function refuse(because: SeedRefusal): SeedAnswer {
  return { kind: 'refused', because }
}

async function load(
  tx: postgres.TransactionSql,
  wish: SeedWish,
  makeBatches: MakeBatches,
  onProgress: (now: SeedProgress) => void,
): Promise<SeedAnswer> {
  const [lock] = await tx<{ locked: boolean }[]>`select pg_try_advisory_xact_lock(${LOCK}) as locked`
  if (lock?.locked !== true) return refuse('running')
  const known = await findSeeded(tx)
  const seed = wish.seed ?? known.seed ?? DEFAULT_SEED
  if (known.seed !== null && known.seed !== seed) return refuse('other_seed')
  if (known.seed === null && !wish.besideOthers && (await hasPlayers(tx))) return refuse('others')
  const added = wish.cases - known.cases
  if (added <= 0) return { kind: 'done', added: 0, cases: known.cases, seed }
  await tx.unsafe(`set local lock_timeout = '${LOCK_WAIT}'`)
  await tx.unsafe(`lock table ${SEEDED_TABLES.join(', ')} in access exclusive mode`)
  await tx.unsafe(`set local maintenance_work_mem = '512MB'`)
  const untilMs = Date.now()
  await writeShared(tx, { seed, untilMs })
  const structure = await readStructure(tx, SEEDED_TABLES)
  await takeDown(tx, structure)
  const fresh = await emptyTables(tx)
  let written = 0
  for await (const parts of makeBatches(toRanges({ seed, untilMs, first: known.cases, count: added }))) {
    for (const part of parts) await copy(tx, part, fresh.has(part.table))
    written += parts.find(({ table }) => table === 'players')?.rows ?? 0
    onProgress({ step: 'write', what: String(written) })
  }
  if (written !== added) throw new Error(`${written} cases were written, not ${added}`)
  await tx.unsafe(`analyze ${SEEDED_TABLES.join(', ')}`) // so that references are checked by a good plan
  await putUp(tx, structure, (what) => onProgress({ step: 'check', what }))
  if (!isSameStructure(structure, await readStructure(tx, SEEDED_TABLES)))
    throw new Error('indexes, references or guards are not as they were')
  await countStarts(tx)
  await tx`select recount_attempts()` // the triggers that count were down
  await tx`insert into seeds (first, count, seed, until_at) values (${known.cases}, ${added}, ${seed}, ${new Date(untilMs)})`
  return { kind: 'done', added, cases: wish.cases, seed }
}

async function findSeeded(tx: postgres.TransactionSql): Promise<{ seed: number | null; cases: number }> {
  const [row] = await tx<{ seed: number | null; cases: number }[]>`
    select min(seed) as seed, coalesce(sum(count), 0)::int as cases from seeds`
  return row ?? { seed: null, cases: 0 }
}

async function hasPlayers(tx: postgres.TransactionSql): Promise<boolean> {
  const rows = await tx`select 1 from players limit 1`
  return rows.length > 0
}

/** What all cases name: the notices they agreed to and the policy that decided. */
async function writeShared(tx: postgres.TransactionSql, at: Pick<SeedRange, 'seed' | 'untilMs'>) {
  const { ways, policy, policySha256 } = readSetting(at)
  for (const { notice } of ways)
    await tx`insert into notices (sha256, version, locale, content)
      values (${notice.sha256}, ${notice.version}, ${notice.locale}, ${noticeText(notice)}) on conflict do nothing`
  await tx`insert into policies (sha256, version, content, origin)
    values (${policySha256}, ${policy.policy.version}, ${canonicalJson(policy.policy)}, ${policy.origin})
    on conflict do nothing`
}

function* toRanges({ first, count, ...shared }: Omit<SeedRange, 'run'>): Iterable<SeedRange> {
  for (let at = 0; at < count; at += BATCH_CASES)
    yield { ...shared, first: first + at, count: Math.min(BATCH_CASES, count - at), run: { first, count } }
}

/**
 * Those of the tables that hold nothing, emptied once more: rows written to a table that was emptied in the same
 * transaction need no second look by VACUUM. Nobody else can have written meanwhile: the tables are locked.
 */
async function emptyTables(tx: postgres.TransactionSql): Promise<Set<string>> {
  const empty: string[] = []
  for (const table of SEEDED_TABLES)
    if ((await tx.unsafe(`select 1 from ${table} limit 1`)).length === 0) empty.push(table)
  if (empty.length > 0) await tx.unsafe(`truncate ${empty.join(', ')}`)
  return new Set(empty)
}

async function copy(tx: postgres.TransactionSql, part: CopyPart, isFresh: boolean): Promise<void> {
  const options = isFresh ? 'format binary, freeze' : 'format binary'
  const columns = part.columns.map((name) => `"${name}"`).join(', ')
  const stream = await tx.unsafe(`copy ${part.table} (${columns}) from stdin with (${options})`).writable()
  await pipeline(Readable.from(slices(part.bytes), { objectMode: false }), stream)
}

function* slices(bytes: Uint8Array): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const end = Math.min(at + SLICE_BYTES, bytes.length)
    yield Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at)
  }
}

/** Journeys a day, as the start of each would have counted them; days in India. */
async function countStarts(tx: postgres.TransactionSql): Promise<void> {
  await tx`
    insert into connection_days (connection_id, day, starts)
    select connection_id, (started_at at time zone 'Asia/Kolkata')::date, count(*)
    from verifications where started_at is not null group by 1, 2
    on conflict (connection_id, day) do update set starts = greatest(connection_days.starts, excluded.starts)`
}
