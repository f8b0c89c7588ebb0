import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { openFreshDatabase } from './testing/database'

const database = await openFreshDatabase()
const { db, hasSqlState, isDatabaseUnavailable, openPool, transact } = await import('./client')
const { findPlayerByEmail } = await import('./queries/players')

describe('the pool', () => {
  test('sends statements prepared by name, so that each costs one round trip', async () => {
    await db().transaction(async (tx) => {
      for (let n = 0; n < 3; n += 1) await findPlayerByEmail(tx, ['i1.nobody'])
      const rows = await tx.execute<{ statement: string }>(sql`select statement from pg_prepared_statements`)
      expect(rows.filter((row) => row.statement.includes('"players"'))).toHaveLength(1)
    })
  })

  test('tells an unreachable database from a wrong statement', async () => {
    const nowhere = openPool('postgres://nobody@127.0.0.1:1/none')
    const gone = await nowhere.db.execute(sql`select 1`).catch((error: unknown) => error)
    expect(isDatabaseUnavailable(gone)).toBe(true)
    await nowhere.close()
    const wrong = await db()
      .execute(sql`select no_such_column`)
      .catch((error: unknown) => error)
    expect(isDatabaseUnavailable(wrong)).toBe(false)
    expect(hasSqlState(wrong, '42703')).toBe(true)
  })

  test('runs a transaction again that lost a deadlock', async () => {
    const key = (n: number) => sql`select pg_advisory_xact_lock(${n})`
    const both = (first: number, second: number) => {
      let runs = 0
      return transact(async (tx) => {
        runs += 1
        await tx.execute(key(first))
        await tx.execute(sql`select pg_sleep(0.2)`)
        await tx.execute(key(second))
        return runs
      })
    }
    const runs = await Promise.all([both(1, 2), both(2, 1)])
    expect(Math.max(...runs)).toBeGreaterThan(1)
  })

  test('connects as a role without rights on the audit tables', () => {
    expect(new URL(database.appUrl).username).not.toBe(new URL(database.ownerUrl).username)
  })
})
