import 'server-only'
import { z } from 'zod'
import { db, transact, tryLock } from '@/db/client'
import { listExaminations, saveExamination, takeExamination } from '@/db/queries/examinations'
import type { StaffActor } from '@/lib/actor'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { diagnose } from '@/lib/doctor/diagnose'
import { chooseTargets, findOwnTarget } from '@/lib/doctor/targets'
import type { FindingCode, Report, Target } from '@/lib/doctor/types'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { errorName, log } from '@/lib/log'
import { countUse } from '@/lib/rate-limit'
import { requirePermission } from '@/lib/staff/permissions'
import { connections, findConnection } from './index'

// The doctor at work in a running system: asked for by staff, and by the clock. The newest report of each connection is kept.

const MINUTE_MS = 60_000
const SHORTEST_SECRET = 6

/** What pages and tiles read of a kept report; a report of an earlier build that lacks something counts as none. */
const KeptReport = z.looseObject({
  displayName: z.string(),
  source: z.enum(['environment', 'sandbox']),
  baseUrl: z.string().nullable(),
  examinedAt: z.string(),
  ms: z.number(),
  healthy: z.boolean(),
  finding: z.string().transform((code) => code as FindingCode),
  side: z.enum(['nobody', 'ours', 'vendor', 'unclear']),
  diagnosis: z.string(),
  explanation: z.string(),
  fixes: z.array(z.string()),
  alsoFound: z.array(z.object({ finding: z.string(), diagnosis: z.string(), fix: z.string() })),
  alsoPossible: z.array(
    z.object({ finding: z.string().transform((code) => code as FindingCode), howToTell: z.string() }),
  ),
  rulesOut: z.array(z.string()),
  probes: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      state: z.enum(['ok', 'problem', 'skipped']),
      evidence: z.array(z.string()),
      fix: z.string().nullable(),
      ms: z.number(),
    }),
  ),
  calls: z.array(
    z.object({
      call: z.string(),
      remark: z.string(),
      method: z.string(),
      url: z.string(),
      at: z.string(),
      status: z.number().nullable(),
      shape: z.string(),
      wording: z.string().nullable(),
      traceIds: z.array(z.string()),
      ms: z.number(),
    }),
  ),
  curl: z.string().nullable(),
  ticket: z.string().nullable(),
})
export type KeptReport = z.output<typeof KeptReport>

export interface Examination {
  /** ISO time, UTC. */
  examinedAt: string
  /** True when the clock asked for it. */
  scheduled: boolean
  report: KeptReport
}

/** The newest examination of each connection that has one, by id. Throws `forbidden`. */
export async function readExaminations(staff: StaffActor): Promise<Map<string, Examination>> {
  requirePermission(staff, 'connection.view')
  const rows = await listExaminations(db())
  return new Map(
    rows.flatMap(({ connectionId, examinedAt, begunBy, report }) => {
      const parsed = KeptReport.safeParse(report)
      if (!parsed.success) return []
      const kept = {
        examinedAt: examinedAt.toISOString(),
        scheduled: begunBy === 'worker',
        report: parsed.data,
      }
      return [[connectionId, kept] as const]
    }),
  )
}

/**
 * Examines a connection now and keeps the report; a vendor whose settings are missing is examined too. It reads nothing about
 * anybody, changes nothing and opens no session but at a stub, so seeing connections is enough to ask; it calls a vendor with
 * our keys, so it is counted, recorded, and done once at a time. Throws `forbidden`, `not_found`, `rate_limited`, and
 * `state_conflict` while this connection is being examined.
 */
export async function examineNow(staff: StaffActor, connectionId: string): Promise<Report> {
  requirePermission(staff, 'connection.view')
  const target = findTarget(connectionId)
  await countUse('examination', staff.id)
  const report = await tryLock(`examine ${connectionId}`, () => examine(target, {}))
  if (report === null) throw new AppError('state_conflict', 'being examined')
  await transact(async (tx) => {
    await saveExamination(tx, { connectionId, begunBy: staff.id, healthy: report.healthy, report })
    await appendAuditEvent(tx, PROCESS_CHAIN, {
      actor: { kind: 'staff', id: staff.id },
      action: 'connection.examined',
      object: { type: 'connection', id: connectionId },
      connection: connectionId,
      reason: report.finding,
    })
  })
  return report
}

/** Examines each connection whose last examination is older than `examineMinutes`, one after the other; how many. For workers. */
export async function examineDue(): Promise<number> {
  const { examineMinutes } = env().limits
  if (examineMinutes === 0) return 0
  let examined = 0
  for (const { id } of connections()) {
    if (!(await takeExamination(db(), id, examineMinutes * MINUTE_MS))) continue
    try {
      const report = await examine(findTarget(id), { dryStart: false })
      await saveExamination(db(), { connectionId: id, begunBy: 'worker', healthy: report.healthy, report })
      if (!report.healthy) log.warn({ event: 'connection.unwell', connection: id, code: report.finding })
      examined += 1
    } catch (error) {
      log.warn({ event: 'connection.unexamined', connection: id, error: errorName(error) })
    }
  }
  return examined
}

/** What the doctor is to look at: as it is used, or with its own settings where none of them is complete. Throws `not_found`. */
function findTarget(connectionId: string): Target {
  const [used] = findConnection(connectionId) === null ? [] : chooseTargets(process.env, connectionId)
  const target = used ?? findOwnTarget(process.env, connectionId)
  if (target === null) throw new AppError('not_found')
  return target
}

async function examine(target: Target, more: { dryStart?: false }): Promise<Report> {
  const report = await diagnose(target, { environment: process.env, now: () => new Date(), ...more })
  requireNoSecret(target, report)
  return report
}

/** The doctor shows no secret; that a report is kept and shown is reason enough to look once more. Throws when it holds one. */
export function requireNoSecret({ settings }: Pick<Target, 'settings'>, report: object): void {
  const text = JSON.stringify(report)
  for (const { secret, value } of Object.values(settings)) {
    const trimmed = value?.trim() ?? ''
    if (secret && trimmed.length >= SHORTEST_SECRET && text.includes(JSON.stringify(trimmed).slice(1, -1)))
      throw new Error('a report holds a secret')
  }
}
