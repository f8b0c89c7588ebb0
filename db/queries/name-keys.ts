import 'server-only'
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { nameKeys } from '../schema/desk'
import { textArray } from './index-locks'

export type NewNameKey = typeof nameKeys.$inferInsert

/** Writes by what a name is found; one that the attempt has already stays. */
export async function insertNameKeys(tx: Db, rows: NewNameKey[]): Promise<void> {
  if (rows.length > 0) await tx.insert(nameKeys).values(rows).onConflictDoNothing()
}

/** Of a word as common as this only the newest are looked at when others are looked for beside it. */
const WALK = 5_000

export interface NameMatches {
  rows: { playerId: string; id: string }[]
  /** More may match than were looked at. */
  isCut: boolean
}

/**
 * Attempts in which every one of `words` stands, newest first, at most `limit`. Each word is given by its blind indexes
 * under every key. Walks along the rarest word and asks for the others row by row, so that neither a common word nor a
 * million cases cost more than a few thousand look-ups.
 */
export async function searchNames(
  db: Db,
  words: readonly (readonly string[])[],
  limit: number,
): Promise<NameMatches> {
  const counted = await Promise.all(words.map(async (word) => ({ word, count: await countKey(db, word) })))
  const [rarest, ...others] = counted.sort((one, two) => one.count - two.count)
  if (rarest === undefined || rarest.count === 0) return { rows: [], isCut: false }
  const rows = await db.execute<{ playerId: string; id: string }>(
    namesPage(
      rarest.word,
      others.map(({ word }) => word),
      limit + 1,
    ),
  )
  const isTooCommon = rarest.count > WALK && others.length > 0
  return { rows: rows.slice(0, limit), isCut: rows.length > limit || isTooCommon }
}

/** The statement of such a search, for `explain` in tests and benchmarks too. */
export function namesPage(
  word: readonly string[],
  others: readonly (readonly string[])[],
  limit: number,
): SQL {
  // One ordered walk per key: a list of keys in one condition would have to be sorted as a whole.
  const walks = word.map(
    (key) => sql`(select player_id, verification_id, created_at from name_keys where key = ${key}
      order by created_at desc, verification_id desc ${atMost(WALK)})`,
  )
  const beside = others.map(
    // A scalar, not EXISTS: asked row by row, so that the walk may stop early and no common word is ever read whole.
    (other) => sql`(
      select true from name_keys o where o.player_id = k.player_id and o.verification_id = k.verification_id
        and o.key = any(${textArray(other)}) limit 1)`,
  )
  return sql`
    select k.player_id as "playerId", k.verification_id as id from (${sql.join(walks, sql` union all `)}) k
    where ${beside.length === 0 ? sql`true` : sql.join(beside, sql` and `)}
    order by k.created_at desc, k.verification_id desc ${atMost(limit)}`
}

/** In place: of a parameter the planner would think that a tenth of the table is wanted. */
const atMost = (rows: number) => sql.raw(`limit ${Math.trunc(rows)}`)

async function countKey(db: Db, word: readonly string[]): Promise<number> {
  const rows = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from name_keys where key = any(${textArray(word)}) ${atMost(WALK + 1)}) capped`)
  return rows[0]?.count ?? 0
}

/** Attempts whose name is indexed under another key than `writeId`, or not at all, after an attempt, in order of player. */
export async function listNamesElsewhere(
  db: Db,
  writeId: string,
  after: { playerId: string; rowId: string } | null,
  limit: number,
): Promise<{ playerId: string; verificationId: string }[]> {
  const behind =
    after === null ? sql`true` : sql`(v.player_id, v.id) > (${after.playerId}::uuid, ${after.rowId}::uuid)`
  return db.execute<{ playerId: string; verificationId: string }>(sql`
    select v.player_id as "playerId", v.id as "verificationId" from verifications v
    where ${behind} and exists (
      select 1 from documents d join facts f on f.player_id = d.player_id and f.document_id = d.id and f.name = 'name'
      where d.player_id = v.player_id and d.verification_id = v.id)
    and not exists (
      select 1 from name_keys k where k.player_id = v.player_id and k.verification_id = v.id
        and split_part(k.key, '.', 1) = ${writeId})
    order by v.player_id, v.id limit ${limit}::int`)
}

/** Sealed names in one attempt with when it was begun. */
export async function listSealedNames(
  db: Db,
  playerId: string,
  verificationId: string,
): Promise<{ documentId: string; factId: string; valueSealed: Buffer; createdAt: Date }[]> {
  const rows = await db.execute<{
    documentId: string
    factId: string
    valueSealed: Buffer
    createdAt: string
  }>(sql`
    select d.id as "documentId", f.id as "factId", f.value_sealed as "valueSealed", v.created_at::text as "createdAt"
    from verifications v
    join documents d on d.player_id = v.player_id and d.verification_id = v.id
    join facts f on f.player_id = d.player_id and f.document_id = d.id and f.name = 'name'
    where v.player_id = ${playerId}::uuid and v.id = ${verificationId}::uuid
    order by d.type for update of d`)
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }))
}

/** Replaces by what the names of one attempt are found. */
export async function replaceNameKeys(
  tx: Db,
  playerId: string,
  verificationId: string,
  rows: NewNameKey[],
): Promise<void> {
  await tx.execute(
    sql`delete from name_keys where player_id = ${playerId}::uuid and verification_id = ${verificationId}::uuid`,
  )
  await insertNameKeys(tx, rows)
}
