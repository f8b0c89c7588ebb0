import 'server-only'
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../client'

// Numbers of the desk are read from `analytics_days` alone, whatever the number of attempts.

/**
 * Takes up to `limit` deltas away and adds them to the roll-up, in one statement: it happens whole or not at all, and beside
 * another fold each delta is taken by one of them. How many were taken.
 */
export async function foldDeltas(db: Db, limit: number): Promise<number> {
  const rows = await db.execute(sql`
    with taken as (
      delete from analytics_deltas
      where ctid = any (array(select ctid from analytics_deltas limit ${limit}::int for update skip locked))
      returning day, measure, key, connection_id, policy_version, sandbox, amount),
    folded as (
      insert into analytics_days as d (day, measure, key, connection_id, policy_version, sandbox, amount)
      select day, measure, key, connection_id, policy_version, sandbox, sum(amount)
      from taken group by 1, 2, 3, 4, 5, 6 having sum(amount) <> 0 order by 1, 2, 3, 4, 5, 6
      on conflict (day, measure, key, connection_id, policy_version, sandbox)
      do update set amount = d.amount + excluded.amount)
    select count(*)::int as taken from taken`)
  return (rows[0] as { taken: number } | undefined)?.taken ?? 0
}

/** Notes that everything written before `at` is in the roll-up. */
export async function noteFold(db: Db, at: Date): Promise<void> {
  await db.execute(sql`
    insert into analytics_folds (id, folded_at) values (1, ${at.toISOString()}::timestamptz)
    on conflict (id) do update set folded_at = greatest(analytics_folds.folded_at, excluded.folded_at)`)
}

/** Up to when everything is in the roll-up; null before the first fold. */
export async function findFoldedAt(db: Db): Promise<Date | null> {
  const rows = await db.execute<{ ms: string }>(
    sql`select trunc(extract(epoch from folded_at) * 1000)::text as ms from analytics_folds`,
  )
  return rows[0] === undefined ? null : new Date(Number(rows[0].ms))
}

/** Which attempts are counted. Days are `YYYY-MM-DD` in India, both included; null is any. */
export interface AnalyticsSelection {
  from: string
  to: string
  connectionId: string | null
  policyVersion: string | null
  sandbox: boolean
}

/** Sums over the whole range, by measure and key. */
export async function sumTotals(
  db: Db,
  selection: AnalyticsSelection,
): Promise<{ measure: string; key: string; amount: number }[]> {
  const rows = await db.execute<{ measure: string; key: string; amount: string }>(sql`
    select measure, key, sum(amount)::text as amount from analytics_days
    where ${chosen(selection)} group by 1, 2 having sum(amount) <> 0 order by 1, 2`)
  return rows.map((row) => ({ ...row, amount: Number(row.amount) }))
}

/** How many attempts stand in each state, by the day on which they began. */
export async function sumDays(
  db: Db,
  selection: AnalyticsSelection,
): Promise<{ day: string; status: string; amount: number }[]> {
  const rows = await db.execute<{ day: string; status: string; amount: string }>(sql`
    select day::text as day, key as status, sum(amount)::text as amount from analytics_days
    where measure = 'state' and ${chosen(selection)} group by 1, 2 having sum(amount) <> 0 order by 1, 2`)
  return rows.map((row) => ({ ...row, amount: Number(row.amount) }))
}

export interface StepSum {
  connectionId: string
  policyVersion: string
  step: string
  amount: number
}

/** How many attempts got to which step and no further, by connection and policy version. */
export async function sumSteps(db: Db, selection: AnalyticsSelection): Promise<StepSum[]> {
  const rows = await db.execute<Record<string, string>>(sql`
    select connection_id, policy_version, key, sum(amount)::text as amount from analytics_days
    where measure = 'step' and ${chosen(selection)} group by 1, 2, 3 having sum(amount) <> 0 order by 1, 2, 3`)
  return rows.map((row) => ({
    connectionId: row.connection_id ?? '',
    policyVersion: row.policy_version ?? '',
    step: row.key ?? '',
    amount: Number(row.amount),
  }))
}

/** Connections and policy versions that there are numbers of, for the choices above them. */
export async function listDimensions(
  db: Db,
  from: string,
  to: string,
): Promise<{ connections: string[]; policies: string[] }> {
  const rows = await db.execute<{ connections: string[] | null; policies: string[] | null }>(sql`
    select array_agg(distinct connection_id) filter (where connection_id <> '') as connections,
      array_agg(distinct policy_version) filter (where policy_version <> '') as policies
    from analytics_days where measure = 'state' and day between ${from}::date and ${to}::date`)
  return { connections: rows[0]?.connections ?? [], policies: rows[0]?.policies ?? [] }
}

function chosen({ from, to, connectionId, policyVersion, sandbox }: AnalyticsSelection): SQL {
  const parts = [
    sql`day between ${from}::date and ${to}::date`,
    sql`sandbox = ${sandbox}`,
    ...(connectionId === null ? [] : [sql`connection_id = ${connectionId}`]),
    ...(policyVersion === null ? [] : [sql`policy_version = ${policyVersion}`]),
  ]
  return sql.join(parts, sql` and `)
}
