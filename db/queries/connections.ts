import 'server-only'
import { eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { connectionDays, connectionHealth } from '../schema/connections'

export interface HealthRow {
  state: 'closed' | 'open'
  cause: 'faults' | 'unauthorized' | null
  faults: number
  openUntil: Date | null
}

/** The breaker rows of these hosts, by id; absent ones are closed. */
export async function findHealth(db: Db, ids: string[]): Promise<Map<string, HealthRow>> {
  const rows = await db
    .select({
      id: connectionHealth.id,
      state: connectionHealth.state,
      cause: connectionHealth.cause,
      faults: connectionHealth.faults,
      openUntil: connectionHealth.openUntil,
    })
    .from(connectionHealth)
    .where(inArray(connectionHealth.id, ids))
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}

/** A breaker row with what people want to know. */
export interface HealthDetail extends HealthRow {
  openedAt: Date | null
  lastFaultAt: Date | null
  /** Our code and reason, `provider_unavailable server_error`. */
  lastFault: string | null
}

/** The breaker rows of these hosts for a page, by id. */
export async function listHealth(db: Db, ids: string[]): Promise<Map<string, HealthDetail>> {
  const { id, state, cause, faults, openUntil, openedAt, lastFaultAt, lastFault } = connectionHealth
  const rows = await db
    .select({ id, state, cause, faults, openUntil, openedAt, lastFaultAt, lastFault })
    .from(connectionHealth)
    .where(inArray(id, ids))
  return new Map(rows.map(({ id: host, ...row }) => [host, row]))
}

/** Starts counted today (in India), by connection. */
export async function countStarts(db: Db): Promise<Map<string, number>> {
  const { connectionId, day, starts } = connectionDays
  const rows = await db
    .select({ connectionId, starts })
    .from(connectionDays)
    .where(eq(day, sql`(now() at time zone 'Asia/Kolkata')::date`))
  return new Map(rows.map((row) => [row.connectionId, row.starts]))
}

export interface Fault {
  id: string
  cause: 'faults' | 'unauthorized'
  /** Faults in a row that open it; ignored for refused credentials, which open at once. */
  limit: number
  openMs: number
  /** Our code and reason. */
  fault: string
}

/** Counts a fault; opens at the limit, or again when it is open already. The row afterwards, and whether this call opened it. */
export async function countFault(db: Db, one: Fault): Promise<HealthRow & { opened: boolean }> {
  const until = sql`now() + make_interval(secs => ${one.openMs / 1000})`
  const opensFirst = one.cause === 'unauthorized' || one.limit <= 1
  const opens = sql`(h.state = 'open' or ${one.cause} = 'unauthorized' or h.faults + 1 >= ${one.limit}::int)`
  const rows = await db.execute<{
    state: 'closed' | 'open'
    cause: 'faults' | 'unauthorized' | null
    faults: number
    open_until: string | null
    opened: boolean | null
  }>(sql`
    insert into connection_health as h (id, state, cause, faults, opened_at, open_until, last_fault_at, last_fault)
    values (${one.id}, ${opensFirst ? 'open' : 'closed'}, ${one.cause}, 1,
            ${opensFirst ? sql`now()` : sql`null`}, ${opensFirst ? until : sql`null`}, now(), ${one.fault})
    on conflict (id) do update set
      faults = h.faults + 1,
      cause = ${one.cause},
      state = case when ${opens} then 'open' else 'closed' end,
      opened_at = case when h.state = 'open' then h.opened_at when ${opens} then now() end,
      open_until = case when ${opens} then ${until} end,
      trial_until = null, last_fault_at = now(), last_fault = ${one.fault}, updated_at = now()
    returning state, cause, faults, open_until, opened_at = now() as opened`)
  const row = rows[0]
  if (row === undefined) throw new Error('no health row')
  const openUntil = row.open_until === null ? null : new Date(row.open_until)
  return { state: row.state, cause: row.cause, faults: row.faults, openUntil, opened: row.opened === true }
}

/** Closes it and forgets the faults. True when it was open. */
export async function closeHealth(db: Db, id: string): Promise<boolean> {
  const rows = await db.execute<{ was: string }>(sql`
    with before as (select id, state from connection_health where id = ${id} for update)
    update connection_health h
    set state = 'closed', cause = null, faults = 0, opened_at = null, open_until = null, trial_until = null, updated_at = now()
    from before where h.id = before.id and (h.faults > 0 or h.state = 'open')
    returning before.state as was`)
  return rows[0]?.was === 'open'
}

/** Takes the one trial of a breaker whose time is over, for `leaseMs`. False when it is not, or somebody else has it. */
export async function takeTrial(db: Db, id: string, leaseMs: number): Promise<boolean> {
  const rows = await db.execute(sql`
    update connection_health set trial_until = now() + make_interval(secs => ${leaseMs / 1000})
    where id = ${id} and state = 'open' and open_until <= now() and (trial_until is null or trial_until <= now())
    returning id`)
  return rows.length === 1
}

/** Gives a trial back that learned nothing. */
export async function returnTrial(db: Db, id: string): Promise<void> {
  await db.execute(sql`update connection_health set trial_until = null where id = ${id}`)
}

/** Counts a start of today (in India) below `cap`. Null when the day is spent, else whether 80 % was reached just now. */
export async function reserveStart(
  db: Db,
  connectionId: string,
  cap: number,
): Promise<{ warn: boolean } | null> {
  const mark = Math.ceil(cap * 0.8)
  const rows = await db.execute<{ warn: boolean }>(sql`
    insert into connection_days as d (connection_id, day, starts, warned)
    values (${connectionId}, (now() at time zone 'Asia/Kolkata')::date, 1, 1 >= ${mark}::int)
    on conflict (connection_id, day) do update
      set starts = d.starts + 1, warned = d.warned or d.starts + 1 >= ${mark}::int
      where d.starts < ${cap}::int
    returning starts = ${mark}::int as warn`)
  return rows[0] === undefined ? null : { warn: rows[0].warn }
}

/** Takes a counted start back: the vendor was never asked. */
export async function releaseStart(db: Db, connectionId: string): Promise<void> {
  await db.execute(sql`
    update connection_days set starts = starts - 1
    where connection_id = ${connectionId} and day = (now() at time zone 'Asia/Kolkata')::date and starts > 0`)
}

/** Notes an alert; true when it should be told now, which is at most once in `everyMs`. */
export async function noteAlert(db: Db, kind: string, subject: string, everyMs: number): Promise<boolean> {
  const rows = await db.execute<{ tell: boolean }>(sql`
    insert into alerts as a (kind, subject, told_at) values (${kind}, ${subject}, now())
    on conflict (kind, subject) do update set
      count = a.count + 1, last_at = now(),
      told_at = case when a.told_at is null or a.told_at <= now() - make_interval(secs => ${everyMs / 1000})
                     then now() else a.told_at end
    returning told_at = now() as tell`)
  return rows[0]?.tell ?? false
}
