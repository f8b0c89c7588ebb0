import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { closePool, listen } from '@/db/client'
import { writeCheckpoint } from '@/lib/audit/checkpoint'
import { keepCopies, watchCheckpoints } from '@/lib/audit/watch'
import { raiseAlert } from '@/lib/connections/alerts'
import { env } from '@/lib/env'
import {
  COLLECT_QUEUE,
  DeliveryJob,
  quietly,
  RESULT_MAIL_QUEUE,
  startBoss,
  VerificationJob,
  WAKE_CHANNEL,
  WEBHOOK_QUEUE,
} from '@/lib/jobs'
import { errorName, log } from '@/lib/log'
import { collect, giveUp } from '@/lib/verification/collect'
import { applyDelivery, pollVendors } from '@/lib/verification/hints'
import { sendResultMail } from '@/lib/verification/result-mail'
import { sweepOverdue, sweepRetention } from '@/lib/verification/sweep'
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
const COPY_MS = 60 * 60_000
const STOP_MS = 10_000

async function main() {
  env()
  const boss = await startWithPatience()
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
  await listen(WAKE_CHANNEL, () => {
    boss.notifyWorker(workerId)
    boss.notifyWorker(deliveries)
  })
  await boss.work(
    RESULT_MAIL_QUEUE,
    { batchSize: 1, pollingIntervalSeconds: 5 },
    quietly(RESULT_MAIL_QUEUE, (job) => sendResultMail(VerificationJob.parse(job.data))),
  )
  const timers = [
    every(SWEEP_MS, sweepOverdue),
    every(SWEEP_MS, pollVendors),
    every(RETENTION_MS, sweepRetention),
    every(ANCHORS_MS, tellEndingAnchors),
    every(CHECKPOINT_MS, () => watchCheckpoints((alarm) => raiseAlert(alarm, 'audit'))),
    every(COPY_MS, async () => {
      await writeCheckpoint() // so that a copy never waits an hour for the first one
      await keepCopies((alarm) => raiseAlert(alarm, 'audit'))
    }),
    every(CHECKPOINT_MS, writeCheckpoint),
  ]
  if (env().checkpointDir === null) log.warn({ event: 'audit.no_copies' })
  log.info({ event: 'worker.ready' })
  stopOnSignals('worker', async () => {
    for (const timer of timers) clearInterval(timer)
    await boss.stop({ graceful: true, timeout: STOP_MS })
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

/** Waits for a database that is not there yet or gone for a while, up to a minute. */
async function startWithPatience(): Promise<PgBoss> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await startBoss((error) => log.warn({ event: 'jobs.error', error: errorName(error) }))
    } catch (error) {
      if (attempt >= 60) throw error
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
