import 'server-only'
import { sql } from 'drizzle-orm'
import { type Db as BossDb, fromDrizzle, PgBoss } from 'pg-boss'
import { z } from 'zod'
import { type Db, db, notify } from '@/db/client'
import { env } from '@/lib/env'
import { errorName, log } from '@/lib/log'
import { redact } from '@/lib/redact'

// Background work, kept in PostgreSQL by pg-boss and sent inside the transaction of the change that needs it. Jobs hold
// ids alone.

/** A job about one attempt of one player. */
export const VerificationJob = z.strictObject({ playerId: z.uuid(), verificationId: z.uuid() })
export type VerificationJob = z.output<typeof VerificationJob>
/** A job about one stored delivery of a vendor. */
export const DeliveryJob = z.strictObject({ connectionId: z.string(), deliveryId: z.string() })
export type DeliveryJob = z.output<typeof DeliveryJob>
/** A job about one access at a vendor that is to be ended. */
export const RevocationJob = z.strictObject({ revocationId: z.uuid() })
export type RevocationJob = z.output<typeof RevocationJob>
/** A job about one request of one player. */
export const RequestJob = z.strictObject({ playerId: z.uuid(), requestId: z.uuid() })
export type RequestJob = z.output<typeof RequestJob>
/** A job about one decision of staff that takes effect. */
export const DecisionJob = z.strictObject({
  playerId: z.uuid(),
  verificationId: z.uuid(),
  decisionId: z.uuid(),
})
export type DecisionJob = z.output<typeof DecisionJob>
/** A job about one act of staff on many cases. */
export const BulkJob = z.strictObject({ bulkId: z.uuid() })
export type BulkJob = z.output<typeof BulkJob>

export const COLLECT_QUEUE = 'collect'
export const RESULT_MAIL_QUEUE = 'result_mail'
export const WEBHOOK_QUEUE = 'webhook'
export const REVOKE_QUEUE = 'revoke'
export const REQUEST_MAIL_QUEUE = 'request_mail'
export const DECISION_QUEUE = 'decision'
export const BULK_QUEUE = 'bulk'
/** Channel that wakes workers after a commit; polling is the truth. */
export const WAKE_CHANNEL = 'jobs_waiting'
const SCHEMA = 'pgboss'

/**
 * How a job is tried: a worker that dies misses its heartbeat (10 s, the least the library takes) and the job is given to
 * another one, at most five times. Mail waits longer between tries.
 */
const QUEUES = {
  [COLLECT_QUEUE]: {
    retryLimit: 5,
    retryDelay: 1,
    heartbeatSeconds: 10,
    expireInSeconds: 600,
    deleteAfterSeconds: 86_400,
  },
  [WEBHOOK_QUEUE]: {
    retryLimit: 8,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 120,
    deleteAfterSeconds: 86_400,
  },
  [RESULT_MAIL_QUEUE]: {
    retryLimit: 8,
    retryDelay: 30,
    retryBackoff: true,
    expireInSeconds: 120,
    deleteAfterSeconds: 86_400,
  },
  [REVOKE_QUEUE]: {
    retryLimit: 8,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 120,
    deleteAfterSeconds: 86_400,
  },
  [REQUEST_MAIL_QUEUE]: {
    retryLimit: 8,
    retryDelay: 30,
    retryBackoff: true,
    expireInSeconds: 120,
    deleteAfterSeconds: 86_400,
  },
  [DECISION_QUEUE]: { retryLimit: 5, retryDelay: 1, expireInSeconds: 60, deleteAfterSeconds: 86_400 },
  [BULK_QUEUE]: { retryLimit: 5, retryDelay: 1, expireInSeconds: 600, deleteAfterSeconds: 86_400 },
}

const holder = globalThis as { anteBoss?: Promise<PgBoss> }

interface Jobs {
  [COLLECT_QUEUE]: VerificationJob
  [RESULT_MAIL_QUEUE]: VerificationJob
  [WEBHOOK_QUEUE]: DeliveryJob
  [REVOKE_QUEUE]: RevocationJob
  [REQUEST_MAIL_QUEUE]: RequestJob
  [DECISION_QUEUE]: DecisionJob
  [BULK_QUEUE]: BulkJob
}

/** Queues a job; it exists only if the transaction `tx` commits, and is not begun before `afterSeconds` are over. */
export async function queueJob<Q extends keyof Jobs>(
  tx: Db,
  queue: Q,
  job: Jobs[Q],
  { afterSeconds = 0 } = {},
): Promise<void> {
  const boss = await sender()
  const startAfter = afterSeconds === 0 ? {} : { startAfter: afterSeconds }
  await boss.send(queue, job, { db: fromDrizzle(tx, sql), ...startAfter })
}

/** Tells workers that a job was committed. A hint: losing it costs one polling interval. */
export function wakeWorkers(): void {
  notify(WAKE_CHANNEL, '')
}

/** Opens the sending side ahead of the first request. */
export async function warmJobs(): Promise<void> {
  const boss = await sender()
  await boss.getQueue(COLLECT_QUEUE)
}

/** The working side: its own small pool, supervision every few seconds. The caller stops it. */
export async function startBoss(onError: (error: unknown) => void): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: env().databaseUrl,
    schema: SCHEMA,
    max: 4,
    migrate: false,
    createSchema: false,
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    reindex: false,
    monitorVacuum: false,
    application_name: 'ante-jobs',
  })
  boss.on('error', onError)
  await boss.start()
  return boss
}

/** What a failed job may be recognised by. */
const JobIds = z
  .object({ verificationId: z.uuid().optional(), connectionId: z.string().optional() })
  .catch({})

/**
 * A queue's handler around `work`. The library keeps what a handler returns or throws in its table, where a mail server's
 * answer or a query's parameters have no place: only the class of the error reaches it.
 */
export function quietly<J extends { data: unknown }>(queue: string, work: (job: J) => Promise<unknown>) {
  return async ([job]: J[]): Promise<void> => {
    if (job === undefined) return
    try {
      await work(job)
    } catch (error) {
      const { verificationId: verification, connectionId: connection } = JobIds.parse(job.data)
      const ids = { ...(verification && { verification }), ...(connection && { connection }) }
      log.error({ event: 'job.failed', code: queue, ...ids, error: errorName(error) })
      throw new Error(redact(errorName(error)))
    }
  }
}

/** Creates the library's schema and our queues; run by migrations with the owner's role. */
export async function installJobs(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    schema: SCHEMA,
    max: 1,
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => {})
  await boss.start()
  try {
    for (const [name, options] of Object.entries(QUEUES)) {
      if ((await boss.getQueue(name)) === null) await boss.createQueue(name, options)
      else await boss.updateQueue(name, options)
    }
  } finally {
    await boss.stop({ graceful: false })
  }
}

function sender(): Promise<PgBoss> {
  holder.anteBoss ??= openSender().catch((error: unknown) => {
    delete holder.anteBoss
    throw error
  })
  return holder.anteBoss
}

async function openSender(): Promise<PgBoss> {
  const pool: BossDb = fromDrizzle(db(), sql)
  const boss = new PgBoss({ db: pool, schema: SCHEMA, migrate: false, supervise: false, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  return boss
}
