import 'server-only'
import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { dataKeys, keyRotations } from '../schema/data-keys'
import { textArray } from './index-locks'

// Keys in use and keys being replaced, across players: for the rotation and the check at start alone. Each statement
// changes one row, names the value it replaces and counts itself, so that a writer or an erasure that came first wins, nobody
// waits for more than one row, and a rotation that is killed has counted exactly what it did.

/** A column that holds values sealed with players' data keys; `owner` and `row` name the person and the row it is bound to. */
export interface SealedColumn {
  table: string
  column: string
  owner: 'id' | 'player_id'
  row: 'id' | 'verification_id'
}

/** A column of blind indexes that can be made anew from a sealed one; `extra` is what else its value is made of. */
export interface IndexedColumn {
  table: string
  column: string
  sealed: string
  owner: 'id' | 'player_id'
  row: 'id' | 'verification_id'
  extra: 'type' | 'connection_id' | null
}

export type RotationKind = 'wrapping' | 'data' | 'index'
export type Rotation = typeof keyRotations.$inferSelect
type RotationName = Pick<Rotation, 'kind' | 'target'>

const name = (text: string) => sql.identifier(text)
const keyIdOf = (column: SQL) => sql`split_part(${column}, '.', 1)`
/** Bytes 2 and 3 of a sealed value: the version of its data key, big endian, so that bytes compare as numbers do. */
const versionOf = (column: SQL) => sql`substring(${column} from 2 for 2)`
const versionBytes = (version: number) => sql`decode(${version.toString(16).padStart(4, '0')}, 'hex')`

/** Adds what `changed` returns to a rotation's count; all in one statement. The number of rows changed. */
async function counted(db: Db, { kind, target }: RotationName, changed: SQL): Promise<number> {
  const rows = await db.execute<{ changed: number }>(sql`
    with changed as (${changed}),
    counted as (
      update key_rotations set done = done + (select count(*) from changed)
      where kind = ${kind} and target = ${target} and exists (select 1 from changed)
    )
    select count(*)::int as changed from changed`)
  return rows[0]?.changed ?? 0
}

/** Begins a rotation, or opens the one of this name again where it stopped; one that was finished begins from the start. */
export async function beginRotation(db: Db, rotation: RotationName): Promise<Rotation> {
  const { kind, target } = rotation
  const [row] = await db
    .insert(keyRotations)
    .values({ kind, target })
    .onConflictDoUpdate({
      target: [keyRotations.kind, keyRotations.target],
      set: {
        cursor: sql`case when ${keyRotations.finishedAt} is null then ${keyRotations.cursor} end`,
        finishedAt: null,
      },
    })
    .returning()
  if (row === undefined) throw new Error('a rotation was not written')
  return row
}

/** The oldest rotation of this kind that is not finished, or null. */
export async function findUnfinished(db: Db, kind: RotationKind): Promise<Rotation | null> {
  const rows = await db
    .select()
    .from(keyRotations)
    .where(and(eq(keyRotations.kind, kind), isNull(keyRotations.finishedAt)))
    .orderBy(asc(keyRotations.startedAt))
    .limit(1)
  return rows[0] ?? null
}

/** How far a rotation came. */
export async function saveCursor(db: Db, rotation: RotationName, cursor: string): Promise<void> {
  await db.update(keyRotations).set({ cursor }).where(isRotation(rotation))
}

/** Ends a rotation; how much it did in all its runs. */
export async function finishRotation(db: Db, rotation: RotationName): Promise<number> {
  const rows = await db
    .update(keyRotations)
    .set({ finishedAt: sql`now()`, cursor: null })
    .where(isRotation(rotation))
    .returning({ done: keyRotations.done })
  return rows[0]?.done ?? 0
}

const isRotation = ({ kind, target }: RotationName) =>
  and(eq(keyRotations.kind, kind), eq(keyRotations.target, target))

/** The database's own clock plus `ms`, RFC 3339 UTC. */
export async function timeIn(db: Db, ms: number): Promise<string> {
  const rows = await db.execute<{ at: string }>(sql`
    select to_char((now() + make_interval(secs => ${ms / 1000}::float8)) at time zone 'UTC',
                   'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`)
  return rows[0]?.at ?? ''
}

/** Milliseconds until `at` by the database's clock; 0 when it has come. */
export async function msUntil(db: Db, at: string): Promise<number> {
  const rows = await db.execute<{ ms: number }>(sql`
    select greatest(0, ceil(extract(epoch from ${at}::timestamptz - now()) * 1000))::int as ms`)
  return rows[0]?.ms ?? 0
}

export interface WrappedRow {
  playerId: string
  version: number
  wrapped: Buffer
  checkValue: Buffer
}

/** Data keys wrapped by another key than `writeId`, after a place `player id:version`, in that order. */
export async function listWrappedElsewhere(
  db: Db,
  writeId: string,
  after: string | null,
  limit: number,
): Promise<WrappedRow[]> {
  const [playerId, version] = after?.split(':') ?? []
  const behind =
    playerId === undefined
      ? sql`true`
      : sql`(${dataKeys.playerId}, ${dataKeys.version}) > (${playerId}::uuid, ${Number(version)}::int)`
  return db
    .select({
      playerId: dataKeys.playerId,
      version: dataKeys.version,
      wrapped: dataKeys.wrapped,
      checkValue: dataKeys.checkValue,
    })
    .from(dataKeys)
    .where(and(sql`${dataKeys.wrappingKeyId} <> ${writeId}`, behind))
    .orderBy(asc(dataKeys.playerId), asc(dataKeys.version))
    .limit(limit)
}

/** Replaces one wrapped key. False when it is no longer the one that was read: erased, or wrapped anew by somebody else. */
export async function replaceWrapped(
  db: Db,
  rotation: RotationName,
  old: WrappedRow,
  made: { wrapped: Buffer; wrappingKeyId: string },
): Promise<boolean> {
  const changed = await counted(
    db,
    rotation,
    sql`update data_keys set wrapped = ${made.wrapped}, wrapping_key_id = ${made.wrappingKeyId}
        where player_id = ${old.playerId}::uuid and version = ${old.version}::int and wrapped = ${old.wrapped}
        returning 1`,
  )
  return changed === 1
}

/** Players whose newest data key is older than `before`, after a player, in order of id. */
export async function listKeysBefore(
  db: Db,
  before: Date,
  after: string | null,
  limit: number,
): Promise<{ playerId: string; version: number }[]> {
  return db.execute<{ playerId: string; version: number }>(sql`
    select player_id as "playerId", max(version) as version from data_keys
    where ${after}::uuid is null or player_id > ${after}::uuid
    group by player_id having max(created_at) < ${before.toISOString()}::timestamptz
    order by player_id limit ${limit}::int`)
}

/**
 * Adds a version on top of `key.version - 1`. False when that is not the newest any more or the player was erased: the locks
 * make an erasure at the same time come wholly before or wholly after.
 */
export async function insertNextDataKey(
  db: Db,
  rotation: RotationName,
  playerId: string,
  key: { version: number; wrapped: Buffer; checkValue: Buffer; wrappingKeyId: string },
): Promise<boolean> {
  const changed = await counted(
    db,
    rotation,
    sql`insert into data_keys (player_id, version, wrapped, check_value, wrapping_key_id)
        select p.id, ${key.version}::int, ${key.wrapped}::bytea, ${key.checkValue}::bytea, ${key.wrappingKeyId}
        from players p join data_keys k on k.player_id = p.id and k.version = ${key.version - 1}::int
        where p.id = ${playerId}::uuid and p.erased_at is null
        for update of p, k
        on conflict do nothing returning 1`,
  )
  return changed === 1
}

/** Players that have more than one version of their data key, after a player, in order of id. */
export async function listPlayersWithOldKeys(db: Db, after: string | null, limit: number): Promise<string[]> {
  const rows = await db.execute<{ playerId: string }>(sql`
    select player_id as "playerId" from data_keys
    where ${after}::uuid is null or player_id > ${after}::uuid
    group by player_id having count(*) > 1 order by player_id limit ${limit}::int`)
  return rows.map(({ playerId }) => playerId)
}

/** Those of `columns` that hold a value of this player sealed with a version below `newest`. */
export async function listColumnsBelow(
  db: Db,
  columns: readonly SealedColumn[],
  playerId: string,
  newest: number,
): Promise<SealedColumn[]> {
  const looks = columns.map(
    (at, place) => sql`select ${sql.raw(String(place))} as place where ${existsBelow(at, playerId, newest)}`,
  )
  const rows = await db.execute<{ place: number }>(sql.join(looks, sql` union all `))
  return columns.filter((_, place) => rows.some((row) => row.place === place))
}

const existsBelow = (at: SealedColumn, playerId: string, newest: number) => sql`exists (
  select 1 from ${name(at.table)} where ${name(at.owner)} = ${playerId}::uuid and ${isBelow(at, newest)})`

/** Values of one player's column sealed with a version below `newest`, after a row, in order of row id. */
export async function listSealedBelow(
  db: Db,
  at: SealedColumn,
  playerId: string,
  newest: number,
  after: string | null,
  limit: number,
): Promise<{ rowId: string; sealed: Buffer }[]> {
  return db.execute<{ rowId: string; sealed: Buffer }>(sql`
    select ${name(at.row)} as "rowId", ${name(at.column)} as sealed from ${name(at.table)}
    where ${name(at.owner)} = ${playerId}::uuid and ${isBelow(at, newest)}
      and (${after}::uuid is null or ${name(at.row)} > ${after}::uuid)
    order by ${name(at.row)} limit ${limit}::int`)
}

const isBelow = (at: SealedColumn, newest: number) =>
  sql`${name(at.column)} is not null and ${versionOf(sql`${name(at.column)}`)} < ${versionBytes(newest)}`

/** Replaces one sealed value. False when it is no longer the one that was read. */
export async function replaceSealed(
  db: Db,
  rotation: RotationName,
  at: SealedColumn,
  playerId: string,
  row: { rowId: string; sealed: Buffer },
  made: Buffer,
): Promise<boolean> {
  const changed = await counted(
    db,
    rotation,
    sql`update ${name(at.table)} set ${name(at.column)} = ${made}
        where ${name(at.owner)} = ${playerId}::uuid and ${name(at.row)} = ${row.rowId}::uuid
          and ${name(at.column)} = ${row.sealed}
        returning 1`,
  )
  return changed === 1
}

/** Removes the versions below a player's newest if none of `columns` uses one. False when one does. */
export async function deleteUnusedKeys(
  db: Db,
  columns: readonly SealedColumn[],
  playerId: string,
  newest: number,
): Promise<boolean> {
  const unused = columns.map((at) => sql`not ${existsBelow(at, playerId, newest)}`)
  const gone = await db.execute(sql`
    delete from data_keys where player_id = ${playerId}::uuid and version < ${newest}::int
      and ${sql.join(unused, sql` and `)}
    returning 1`)
  return gone.length > 0
}

export interface IndexedRow {
  playerId: string
  rowId: string
  index: string
  sealed: Buffer
  extra: string | null
}

/** Blind indexes under another key than `writeId` whose sealed value is there, after a row, in order of person and row. */
export async function listIndexedElsewhere(
  db: Db,
  at: IndexedColumn,
  writeId: string,
  after: { playerId: string; rowId: string } | null,
  limit: number,
): Promise<IndexedRow[]> {
  const behind =
    after === null
      ? sql`true`
      : sql`(${name(at.owner)}, ${name(at.row)}) > (${after.playerId}::uuid, ${after.rowId}::uuid)`
  return db.execute<{
    playerId: string
    rowId: string
    index: string
    sealed: Buffer
    extra: string | null
  }>(sql`
    select ${name(at.owner)} as "playerId", ${name(at.row)} as "rowId", ${name(at.column)} as index,
           ${name(at.sealed)} as sealed, ${at.extra === null ? sql`null` : name(at.extra)} as extra
    from ${name(at.table)}
    where ${name(at.column)} is not null and ${name(at.sealed)} is not null
      and ${keyIdOf(sql`${name(at.column)}`)} <> ${writeId} and ${behind}
    order by ${name(at.owner)}, ${name(at.row)} limit ${limit}::int`)
}

/**
 * Replaces one blind index. False when it is no longer the one that was read. Throws a unique violation (23505) when another
 * row has the new one. A delivery that waits and names the old index learns the new one with it.
 */
export async function replaceIndex(
  db: Db,
  rotation: RotationName,
  at: IndexedColumn,
  row: IndexedRow,
  made: string,
): Promise<boolean> {
  const changed = await counted(
    db,
    rotation,
    sql`update ${name(at.table)} set ${name(at.column)} = ${made}
        where ${name(at.owner)} = ${row.playerId}::uuid and ${name(at.row)} = ${row.rowId}::uuid
          and ${name(at.column)} = ${row.index}
        returning 1`,
  )
  return changed === 1
}

/** Lets deliveries that wait and name a session by its old index find it by the new one too. */
export async function widenWaitingDeliveries(db: Db, old: string, made: string): Promise<void> {
  await db.execute(sql`
    update webhook_inbox set reference_indexes = array_append(reference_indexes, ${made})
    where state = 'waiting' and reference_indexes @> ${textArray([old])}
      and not reference_indexes @> ${textArray([made])}`)
}

/** Where each key id is looked for when a process starts: small indexes of migration 0005_keys, in the same words. */
const IDS_IN_USE = {
  wrapping: [{ table: 'data_keys', id: sql`wrapping_key_id`, where: sql`true` }],
  index: [
    { table: 'players', id: sql`split_part(email_index, '.', 1)`, where: sql`email_index is not null` },
    { table: 'documents', id: sql`split_part(number_index, '.', 1)`, where: sql`number_index is not null` },
    {
      table: 'provider_sessions',
      id: sql`split_part(subject_index, '.', 1)`,
      where: sql`subject_index is not null`,
    },
    {
      table: 'provider_sessions',
      id: sql`split_part(reference_index, '.', 1)`,
      where: sql`reference_index is not null and session_sealed is not null`,
    },
    { table: 'name_keys', id: sql`split_part(key, '.', 1)`, where: sql`true` },
  ],
}

/** Ids of the keys that stored values need, from a few index look-ups however many rows there are. */
export async function listKeyIdsInUse(db: Db, kind: 'wrapping' | 'index'): Promise<string[]> {
  const found = new Set<string>()
  for (const { table, id, where } of IDS_IN_USE[kind]) {
    const first = sql`select ${id} as id from ${name(table)} where ${where}`
    const rows = await db.execute<{ id: string }>(sql`
      with recursive ids as (
        (${first} order by 1 limit 1)
        union all
        select (${first} and ${id} > ids.id order by 1 limit 1) from ids where ids.id is not null
      )
      select id from ids where id is not null`)
    for (const row of rows) found.add(row.id)
  }
  return [...found].sort()
}

/** A few data keys that this key wraps. */
export async function sampleWrappedBy(db: Db, id: string, limit: number): Promise<WrappedRow[]> {
  return db
    .select({
      playerId: dataKeys.playerId,
      version: dataKeys.version,
      wrapped: dataKeys.wrapped,
      checkValue: dataKeys.checkValue,
    })
    .from(dataKeys)
    .where(eq(dataKeys.wrappingKeyId, id))
    .limit(limit)
}

/** A few sealed addresses with their blind index under this key. */
export async function sampleAddresses(
  db: Db,
  id: string,
  limit: number,
): Promise<{ playerId: string; index: string; sealed: Buffer }[]> {
  return db.execute<{ playerId: string; index: string; sealed: Buffer }>(sql`
    select id as "playerId", email_index as index, email_sealed as sealed from players
    where email_index is not null and email_sealed is not null and split_part(email_index, '.', 1) = ${id}
    limit ${limit}::int`)
}

/** How often one key is used in one place; `until` is when the last of these uses is over by itself. */
export interface KeyUse {
  id: string
  uses: number
  until: Date | null
}

/** Data keys by the id of their wrapping key. */
export async function countWrappings(db: Db): Promise<KeyUse[]> {
  return uses(db, sql`select wrapping_key_id as id, null::timestamptz as until from data_keys`)
}

/** Blind indexes of a column by key id: those that can be made anew (`sealed`), or those that cannot. */
export async function countIndexes(db: Db, at: IndexedColumn, sealed: boolean): Promise<KeyUse[]> {
  const there = sealed ? sql`is not null` : sql`is null`
  return uses(
    db,
    sql`select ${keyIdOf(sql`${name(at.column)}`)} as id, null::timestamptz as until from ${name(at.table)}
        where ${name(at.column)} is not null and ${name(at.sealed)} ${there}`,
  )
}

/** Words of names by the key they are indexed under. */
export async function countNameKeys(db: Db): Promise<KeyUse[]> {
  return uses(db, sql`select split_part(key, '.', 1) as id, null::timestamptz as until from name_keys`)
}

/** Adds to a rotation's count what a transaction has done. */
export async function addDone(tx: Db, rotation: RotationName, done: number): Promise<void> {
  await tx
    .update(keyRotations)
    .set({ done: sql`${keyRotations.done} + ${done}::int` })
    .where(isRotation(rotation))
}

/** References of finished sessions, by which a late delivery still finds its attempt for `days`. */
export async function countFinishedReferences(db: Db, days: number): Promise<KeyUse[]> {
  return uses(
    db,
    sql`select split_part(reference_index, '.', 1) as id,
               coalesce(finished_at, created_at) + make_interval(days => ${days}::int) as until
        from provider_sessions where reference_index is not null and session_sealed is null
          and coalesce(finished_at, created_at) > now() - make_interval(days => ${days}::int)`,
  )
}

/** Return codes of the last `days` that are known under this key and not under `writeId`. */
export async function countReturnCodes(db: Db, writeId: string, days: number): Promise<KeyUse[]> {
  return uses(
    db,
    sql`select split_part(r.fingerprint, '.', 1) as id, r.created_at + make_interval(days => ${days}::int) as until
        from return_codes r
        where r.created_at > now() - make_interval(days => ${days}::int)
          and not exists (select 1 from return_codes twin where twin.verification_id = r.verification_id
                          and split_part(twin.fingerprint, '.', 1) = ${writeId})`,
  )
}

/** Counters of the rate limiter that are still running, by the key of their address. */
export async function countRateLimits(db: Db): Promise<KeyUse[]> {
  return uses(
    db,
    sql`select split_part(split_part(key, ':', 2), '.', 1) as id, expire as until from rate_limits
        where expire > now() and position('.' in key) > 0`,
  )
}

/** Sign-in codes that can still be typed. */
export async function countSignInCodes(db: Db): Promise<KeyUse[]> {
  return uses(
    db,
    sql`select split_part(email_index, '.', 1) as id, expires_at as until from sign_in_codes
        where expires_at > now() and used_at is null`,
  )
}

/** Players, and how many of them have more than one version of their data key. */
export async function countDataKeys(db: Db): Promise<{ players: number; withOldVersions: number }> {
  const rows = await db.execute<{ players: number; withOldVersions: number }>(sql`
    select count(*)::int as players, count(*) filter (where versions > 1)::int as "withOldVersions"
    from (select count(*) as versions from data_keys group by player_id) as counts`)
  return rows[0] ?? { players: 0, withOldVersions: 0 }
}

async function uses(db: Db, rows: SQL): Promise<KeyUse[]> {
  const found = await db.execute<{ id: string; uses: number; until: string | null }>(sql`
    select id, count(*)::int as uses, max(until)::text as until from (${rows}) as used group by id order by id`)
  return found.map((row) => ({ ...row, until: row.until === null ? null : new Date(row.until) }))
}
