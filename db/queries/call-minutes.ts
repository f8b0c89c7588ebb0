import 'server-only'
import { sql } from 'drizzle-orm'
import type { Db } from '../client'

/** What was counted in one minute; `times` are the counts of lib/connections/call-times.ts. */
export interface MinuteOfCalls {
  connectionId: string
  /** Its beginning. */
  minute: Date
  calls: number
  failures: number
  times: number[]
}

/** Adds these to what other processes counted in the same minutes, in one statement. */
export async function addMinutes(db: Db, minutes: readonly MinuteOfCalls[]): Promise<void> {
  const rows = minutes
    .map((row) => ({ ...row, minute: row.minute.toISOString() }))
    .sort((a, b) => (a.connectionId + a.minute).localeCompare(b.connectionId + b.minute)) // one order for all: no deadlock
  await db.execute(sql`
    insert into connection_minutes as m (connection_id, minute, calls, failures, times)
    select "connectionId", minute, calls, failures, times
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as given("connectionId" text, minute timestamptz, calls int, failures int, times int[])
    on conflict (connection_id, minute) do update set
      calls = m.calls + excluded.calls,
      failures = m.failures + excluded.failures,
      times = (select array_agg(coalesce(a, 0) + coalesce(b, 0) order by place)
               from unnest(m.times, excluded.times) with ordinality as both_times(a, b, place))`)
}

/** Sums over a window. */
export interface CallSums {
  calls: number
  failures: number
  times: number[]
}

/** Sums per connection since `since`; connections without a call are absent. `steps` is how many counts a row of times has. */
export async function sumCalls(db: Db, since: Date, steps: number): Promise<Map<string, CallSums>> {
  const times = sql.join(
    Array.from(
      { length: steps },
      (_, place) => sql`coalesce(sum(times[${sql.raw(String(place + 1))}]), 0)::int`,
    ),
    sql`, `,
  )
  const rows = await db.execute<{
    connection_id: string
    calls: number
    failures: number
    times: number[]
  }>(sql`
    select connection_id, sum(calls)::int as calls, sum(failures)::int as failures, array[${times}] as times
    from connection_minutes where minute >= ${since.toISOString()}::timestamptz
    group by connection_id`)
  return new Map(rows.map(({ connection_id, ...sums }) => [connection_id, sums]))
}

/** Forgets minutes that are over `days` old. How many. */
export async function deleteOldMinutes(db: Db, days: number): Promise<number> {
  const rows = await db.execute(sql`
    delete from connection_minutes where minute < now() - make_interval(days => ${days}::int) returning 1`)
  return rows.length
}
