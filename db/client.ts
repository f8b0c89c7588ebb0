import 'server-only'
import type { PgDatabase } from 'drizzle-orm/pg-core'
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { env } from '@/lib/env'

/** The pool or an open transaction: queries take it first and do not care which. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>

const POOL_SIZE = 20
/** For statements that are planned anew: few, so that slow filters never take the connections of players. */
const PLANNING_POOL_SIZE = 5
const CONNECT_SECONDS = 5
const CLOSE_SECONDS = 5

interface Pool {
  sql: postgres.Sql
  db: Db
  /** Ends all connections, after at most so many seconds. */
  close: (seconds?: number) => Promise<void>
}

// Kept on globalThis because the bundler may load this module twice in one process.
const holder = globalThis as { antePool?: Pool }

/** The process's pool, opened at first use. */
export function db(): Db {
  holder.antePool ??= openPool(env().databaseUrl)
  return holder.antePool.db
}

const TRANSACTION_TRIES = 4

/**
 * Runs `work` in a transaction and again from the start when PostgreSQL ended it for a deadlock or a serialisation
 * conflict (40P01, 40001). `work` must hold no effect outside the transaction.
 */
export async function transact<T>(work: (tx: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db().transaction(work)
    } catch (error) {
      if (attempt === TRANSACTION_TRIES || !hasSqlState(error, '40P01', '40001')) throw error
    }
  }
}

/**
 * Runs `work` while holding a lock by this name across all processes, or answers null at once when somebody else holds it.
 * The lock lives on a connection of its own, so that no transaction stays open across slow work; it ends with that
 * connection, whatever happens to this process.
 */
export async function tryLock<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  holder.antePool ??= openPool(env().databaseUrl)
  const connection = await holder.antePool.sql.reserve()
  try {
    const rows = await connection<
      { locked: boolean }[]
    >`select pg_try_advisory_lock(hashtextextended(${name}, 0)) as locked`
    if (!rows[0]?.locked) return null
    try {
      return await work()
    } finally {
      await connection`select pg_advisory_unlock(hashtextextended(${name}, 0))`
    }
  } finally {
    connection.release()
  }
}

/** True when `error`, or what caused it, carries one of these codes. */
export function hasSqlState(error: unknown, ...states: string[]): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && states.includes(code)) return true
  }
  return false
}

/** A pool for `url`. `onQuery` sees each statement's text (tests count round trips with it). */
export function openPool(url: string, onQuery?: (text: string) => void): Pool {
  const open = (max: number, settings: Record<string, string>) =>
    postgres(url, {
      max,
      connect_timeout: CONNECT_SECONDS,
      idle_timeout: 60,
      onnotice: () => {},
      connection: { application_name: 'ante', statement_timeout: 15_000, TimeZone: 'UTC', ...settings },
      ...(onQuery === undefined ? {} : { debug: (_connection: number, text: string) => onQuery(text) }),
    })
  const sql = open(POOL_SIZE, {})
  const planning = open(PLANNING_POOL_SIZE, { plan_cache_mode: 'force_custom_plan' })
  const db = drizzle(preparing(sql))
  planners.set(db, drizzle(preparing(planning)))
  const close = async (timeout = CLOSE_SECONDS) => {
    await Promise.all([sql.end({ timeout }), planning.end({ timeout })])
  }
  return { sql, db, close }
}

const planners = new WeakMap<Db, Db>()

/**
 * For a statement whose best plan depends on its values: the same database over connections where PostgreSQL plans a
 * prepared statement for its values each time. Elsewhere it gets one plan for all values after a few calls, and then looks
 * for a reason that nobody has as if one in two hundred had it. A transaction stays what it is.
 */
export function planningAnew(at: Db): Db {
  return planners.get(at) ?? at
}

/** Ends the process's pool; used on shutdown. */
export async function closePool(): Promise<void> {
  await holder.antePool?.close()
  delete holder.antePool
}

/** A dedicated listener on the process's pool. Calls back with each payload until `stop()`. */
export async function listen(
  channel: string,
  onPayload: (payload: string) => void,
): Promise<() => Promise<void>> {
  holder.antePool ??= openPool(env().databaseUrl)
  const { unlisten } = await holder.antePool.sql.listen(channel, onPayload)
  return unlisten
}

/** Wakes listeners after a commit. A hint only: losing it costs a poll interval, so failure is ignored. */
export function notify(channel: string, payload: string): void {
  holder.antePool ??= openPool(env().databaseUrl)
  holder.antePool.sql.notify(channel, payload).catch(() => {})
}

/** True when PostgreSQL cannot be reached or is shutting down, as opposed to a wrong statement. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return hasSqlState(error, ...UNAVAILABLE)
}

const UNAVAILABLE = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '08006',
  '08001',
  '53300', // too_many_connections
]

/**
 * Drizzle sends through `unsafe` and tells the driver not to prepare: two network round trips and a parse for
 * each statement. Preparing by text makes it one. Statement texts are few and fixed; lists travel as arrays.
 */
function preparing<T extends postgres.Sql | postgres.TransactionSql>(sql: T): T {
  return new Proxy(sql, {
    get(target, key, receiver) {
      if (key === 'unsafe')
        return (text: string, values?: never[], options?: postgres.UnsafeQueryOptions) =>
          target.unsafe(text, values, { ...options, prepare: true })
      if (key === 'begin' || key === 'savepoint') {
        const run = Reflect.get(target, key, receiver) as (...args: unknown[]) => unknown
        return (...args: unknown[]) => {
          const work = args.pop() as (tx: postgres.TransactionSql) => unknown
          return run.call(target, ...args, (tx: postgres.TransactionSql) => work(preparing(tx)))
        }
      }
      return Reflect.get(target, key, receiver)
    },
  })
}
