import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { closePool, listen } from '@/db/client'
import { foldAnalytics } from '@/lib/analytics/fold'
import { writeCheckpoint } from '@/lib/audit/checkpoint'
import { keepCopies, watchCheckpoints, watchLog } from '@/lib/audit/watch'
import { raiseAlert } from '@/lib/connections/alerts'
import { writeCalls } from '@/lib/connections/calls'
import { examineDue } from '@/lib/connections/examinations'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import {
  BULK_QUEUE,
  BulkJob,
  COLLECT_QUEUE,
  DECISION_QUEUE,
  DecisionJob,
  DeliveryJob,
  quietly,
  REQUEST_MAIL_QUEUE,
  RESULT_MAIL_QUEUE,
  REVOKE_QUEUE,
  RequestJob,
  RevocationJob,
  startBoss,
  VerificationJob,
  WAKE_CHANNEL,
  WEBHOOK_QUEUE,
} from '@/lib/jobs'
import { errorName, log } from '@/lib/log'
import { carryOutBulk } from '@/lib/review/bulk'
import { carryOut } from '@/lib/review/carry-out'
import { sweepReviews } from '@/lib/review/sweep'
import { replayErasures } from '@/lib/rights/replay'
import { sendRequestMail } from '@/lib/rights/requests'
import { sweepRetention } from '@/lib/rights/retention'
import { collect, giveUp } from '@/lib/verification/collect'
import { applyDelivery, pollVendors } from '@/lib/verification/hints'
import { sendResultMail } from '@/lib/verification/result-mail'
import { revokeAccess } from '@/lib/verification/revoke'
import { sweepOverdue } from '@/lib/verification/sweep'
import { tellEndingAnchors } from '@/lib/verification/trust'
import { routeOutput } from './output'
import { requireKeys } from './require-keys'
import { endOnCrash, stopOnSignals } from './stop'

// Background work: collecting what players shared, moving on what is overdue, destroying what is past its time.

const PARALLEL = 8
const SWEEP_MS = 15_000
const RETENTION_MS = 10 * 60_000
const ANCHORS_MS = 86_400_000
const CHECKPOINT_MS = 60_000
const FOLD_MS = 60_000
const COPY_MS = 60 * 60_000
const EXAMINE_MS = 60_000
/** So that a sandbox that starts beside us is up before anybody looks at it. */
const FIRST_LOOK_MS = 30_000
const STOP_MS = 10_000

async function main() {
  env()
  await withPatience(replayFirst)
  const boss = await withPatience(() =>
    startBoss((error) => log.warn({ event: 'jobs.error', error: errorName(error) })),
  )
  await requireKeys()
  const workerId = await boss.work(
    COLLECT_QUEUE,
    { batchSize: 1, localConcurrency: PARALLEL, pollingIntervalSeconds: 2, includeMetadata: true },
    quietly(COLLECT_QUEUE, (job: JobWithMetadata<unknown>) => run(boss, job)),
  )
  const deliveries = await boss.work(
    WEBHOOK_QUEUE,
    { batchSize: 1, localConcurrency: PARALLEL, pollingIntervalSeconds: 2 },
    quietly(WEBHOOK_QUEUE, (job) => follow(boss, DeliveryJob.parse(job.data))),
  )
  await boss.work(
    RESULT_MAIL_QUEUE,
    { batchSize: 1, pollingIntervalSeconds: 5 },
    quietly(RESULT_MAIL_QUEUE, (job) => sendResultMail(VerificationJob.parse(job.data))),
  )
  const revocations = await boss.work(
    REVOKE_QUEUE,
    { batchSize: 1, pollingIntervalSeconds: 2 },
    quietly(REVOKE_QUEUE, (job) => revokeAccess(RevocationJob.parse(job.data))),
  )
  await boss.work(
    REQUEST_MAIL_QUEUE,
    { batchSize: 1, pollingIntervalSeconds: 5 },
    quietly(REQUEST_MAIL_QUEUE, (job) => sendRequestMail(RequestJob.parse(job.data))),
  )
  await boss.work(
    DECISION_QUEUE,
    { batchSize: 1, localConcurrency: PARALLEL, pollingIntervalSeconds: 1 },
    quietly(DECISION_QUEUE, (job) => carryOut(DecisionJob.parse(job.data))),
  )
  await boss.work(
    BULK_QUEUE,
    { batchSize: 1, pollingIntervalSeconds: 2 },
    quietly(BULK_QUEUE, (job) => carryOutBulk(BulkJob.parse(job.data))),
  )
  await listen(WAKE_CHANNEL, () => {
    for (const worker of [workerId, deliveries, revocations]) boss.notifyWorker(worker)
  })
  const timers = [
    every(SWEEP_MS, sweepOverdue),
    every(SWEEP_MS, pollVendors),
    every(SWEEP_MS, sweepReviews),
    every(RETENTION_MS, sweepRetention),
    every(ANCHORS_MS, tellEndingAnchors),
    every(CHECKPOINT_MS, () => watchCheckpoints((alarm) => raiseAlert(alarm, 'audit'))),
    every(COPY_MS, async () => {
      await writeCheckpoint() // so that a copy never waits an hour for the first one
      await keepCopies((alarm) => raiseAlert(alarm, 'audit'))
    }),
    every(CHECKPOINT_MS, writeCheckpoint),
    every(CHECKPOINT_MS, () => watchLog((alarm) => raiseAlert(alarm, 'audit'))),
    every(RETENTION_MS, () => replayErasures()),
    every(FOLD_MS, foldAnalytics),
  ]
  const firstLook = setTimeout(() => timers.push(every(EXAMINE_MS, examineDue)), FIRST_LOOK_MS)
  if (env().checkpointDir === null) log.warn({ event: 'audit.no_copies' })
  log.info({ event: 'worker.ready' })
  stopOnSignals('worker', async () => {
    clearTimeout(firstLook)
    for (const timer of timers) clearInterval(timer)
    await boss.stop({ graceful: true, timeout: STOP_MS })
    await writeCalls()
    await closePool()
  })
}

async function run(boss: PgBoss, job: JobWithMetadata<unknown>) {
  const parsed = VerificationJob.safeParse(job.data)
  if (!parsed.success) return log.error({ event: 'job.malformed' })
  try {
    const result = await collect(parsed.data)
    if (result.kind === 'later')
      await boss.sendAfter(COLLECT_QUEUE, parsed.data, {}, Math.max(1, Math.ceil(result.afterMs / 1000)))
  } catch (error) {
    if (job.retryCount < job.retryLimit) throw error
    const { verificationId: verification } = parsed.data
    log.error({ event: 'collect.given_up', verification, error: errorName(error) })
    await giveUp(parsed.data)
  }
}

async function follow(boss: PgBoss, job: DeliveryJob) {
  const result = await applyDelivery(job)
  if (result.kind === 'later') await boss.sendAfter(WEBHOOK_QUEUE, job, {}, Math.ceil(result.afterMs / 1000))
}

/** Before any job reads anything (OP-05). A ledger that somebody has to look at ends the worker. */
async function replayFirst() {
  try {
    await replayErasures()
  } catch (error) {
    if (isAppError(error)) log.error({ event: 'erasures.not_replayed', state: error.detail })
    throw error
  }
}

/** Waits for a database that is not there yet or gone for a while, up to a minute. */
async function withPatience<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= 60 || isAppError(error)) throw error
      if (attempt === 0) log.warn({ event: 'worker.waiting', error: errorName(error) })
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

function every(ms: number, work: () => Promise<unknown>): NodeJS.Timeout {
  let running = false
  const tick = async () => {
    if (running) return
    running = true
    try {
      await work()
    } catch (error) {
      log.warn({ event: 'sweep.failed', error: errorName(error) })
    } finally {
      running = false
    }
  }
  void tick()
  return setInterval(() => void tick(), ms)
}

routeOutput()
endOnCrash('worker')
await main()
