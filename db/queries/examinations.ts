import 'server-only'
import { sql } from 'drizzle-orm'
import type { Db } from '../client'
import { connectionExaminations } from '../schema/connections'

export interface ExaminationRow {
  connectionId: string
  examinedAt: Date
  begunBy: string
  /** As it was stored; its reader checks the shape. */
  report: unknown
}

/** The newest finished examination of each connection. */
export async function listExaminations(db: Db): Promise<ExaminationRow[]> {
  const { connectionId, examinedAt, begunBy, report } = connectionExaminations
  const rows = await db.select({ connectionId, examinedAt, begunBy, report }).from(connectionExaminations)
  return rows.flatMap(({ examinedAt: at, ...row }) => (at === null ? [] : [{ ...row, examinedAt: at }]))
}

/** Takes the next scheduled examination of a connection; false when one was begun less than `everyMs` ago, by anybody. */
export async function takeExamination(db: Db, connectionId: string, everyMs: number): Promise<boolean> {
  const rows = await db.execute(sql`
    insert into connection_examinations as e (connection_id, begun_by) values (${connectionId}, 'worker')
    on conflict (connection_id) do update set begun_at = now()
      where e.begun_at <= now() - make_interval(secs => ${everyMs / 1000})
    returning 1`)
  return rows.length === 1
}

/** Keeps the report of an examination in place of the one before. */
export async function saveExamination(
  db: Db,
  one: { connectionId: string; begunBy: string; healthy: boolean; report: unknown },
): Promise<void> {
  const { connectionId, begunBy, healthy, report } = one
  const kept = { begunBy, healthy, report, begunAt: sql`now()`, examinedAt: sql`now()` }
  await db
    .insert(connectionExaminations)
    .values({ connectionId, ...kept })
    .onConflictDoUpdate({ target: connectionExaminations.connectionId, set: kept })
}
