import 'server-only'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { installJobs } from '@/lib/jobs'

const LOCK = 7_236_114

/**
 * Brings a database up to this build: tables, guards, job queues and the app role's rights. Safe to run again and beside
 * another run, which waits. `ownerUrl` may create; `appRole` is the role that the app connects as.
 */
export async function migrateDatabase(ownerUrl: string, appRole: string, folder: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await sql`select pg_advisory_lock(${LOCK})`
    await migrate(drizzle(sql), {
      migrationsFolder: folder,
      migrationsSchema: 'public',
      migrationsTable: 'schema_migrations',
    })
    await installJobs(ownerUrl)
    await sql.begin((tx) => grant(tx, appRole)) // at once: there is no moment with more rights than meant
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Gives the app's role what it needs: data to read and write, the audit log to read and, by its function, to append. */
async function grant(sql: postgres.TransactionSql, role: string) {
  const [owner] = await sql<{ same: boolean }[]>`select current_user = ${role} as same`
  if (owner?.same === true) return
  await sql`grant usage on schema public, pgboss to ${sql(role)}`
  await sql`grant select, insert, update, delete on all tables in schema public to ${sql(role)}`
  await sql`grant select, insert, update, delete on all tables in schema pgboss to ${sql(role)}`
  await sql`grant usage, select on all sequences in schema pgboss to ${sql(role)}`
  await sql`grant execute on all functions in schema pgboss to ${sql(role)}`
  await sql`revoke insert, update, delete, truncate
    on audit_events, audit_chains, status_moves, schema_migrations from ${sql(role)}`
  await sql`revoke update, delete, truncate
    on checkpoints, checkpoint_heads, erasures, notices, policies, policy_publications from ${sql(role)}`
  await sql`revoke execute on function append_audit_event(uuid, text) from public`
  await sql`grant execute on function append_audit_event(uuid, text) to ${sql(role)}`
}
