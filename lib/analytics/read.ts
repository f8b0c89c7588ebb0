import 'server-only'
import { db } from '@/db/client'
import {
  type AnalyticsSelection,
  findFoldedAt,
  listDimensions,
  type StepSum,
  sumDays,
  sumSteps,
  sumTotals,
} from '@/db/queries/analytics'
import type { StaffActor } from '@/lib/actor'
import { REASONS, type ReasonCode } from '@/lib/checks/reasons'
import { findConnection } from '@/lib/connections'
import { requirePermission } from '@/lib/staff/permissions'
import { STATUSES } from '@/lib/verification/types'
import { toFunnel, toShare, toSpread } from './numbers'
import {
  type Analytics,
  type AnalyticsFilter,
  type FunnelRow,
  OUTCOME_OF,
  OUTCOMES,
  type Outcome,
} from './types'

const DAY_MS = 86_400_000
const IST_OFFSET_MS = 5.5 * 3_600_000

type Totals = ReadonlyMap<string, ReadonlyMap<string, number>>

/** The numbers of the desk over attempts that began in the last days of `filter`, today in India included. Throws AppError `forbidden`. */
export async function readAnalytics(
  staff: StaffActor,
  filter: AnalyticsFilter,
  now: Date = new Date(),
): Promise<Analytics> {
  requirePermission(staff, 'analytics.view')
  const { from, to } = toRange(filter.days, now)
  const selection: AnalyticsSelection = {
    from,
    to,
    connectionId: filter.connection ?? null,
    policyVersion: filter.policy ?? null,
    sandbox: filter.sandbox,
  }
  const [foldedAt, totals, days, steps, choices] = await Promise.all([
    findFoldedAt(db()),
    sumTotals(db(), selection).then(toTotals),
    sumDays(db(), selection),
    sumSteps(db(), selection),
    listDimensions(db(), from, to),
  ])
  const funnel = toFunnel(totals.get('step') ?? new Map())
  const begun = funnel[0]?.count ?? 0
  const of = (measure: string) => totals.get(measure) ?? new Map<string, number>()
  const amount = (measure: string, key: string) => of(measure).get(key) ?? 0
  return {
    filter,
    from,
    to,
    foldedAt: foldedAt?.toISOString() ?? null,
    begun,
    states: STATUSES.map((status) => ({ status, count: amount('state', status) })),
    days: toDays(from, to, days),
    funnel,
    funnelRows: toFunnelRows(steps),
    reasons: toReasons(totals, begun),
    approvedOfDecided: toShare(
      amount('state', 'approved'),
      amount('state', 'approved') +
        amount('state', 'rejected') +
        amount('state', 'resubmission_requested') +
        amount('state', 'revoked'),
    ),
    firstPass: toShare(
      amount('first_pass', 'approved'),
      amount('first_pass', 'approved') + amount('first_pass', 'other'),
    ),
    agreement: toShare(
      amount('second_look', 'agreed'),
      amount('second_look', 'agreed') + amount('second_look', 'differed'),
    ),
    playerActive: toSpread(of('player_time'), amount('player', 'ms') / amount('player', 'attempts')),
    reviewerActive: toSpread(of('review_time'), amount('review', 'ms') / amount('review', 'closed')),
    choices: {
      connections: choices.connections.map((id) => ({ id, name: nameOf(id) })),
      policies: choices.policies,
    },
  }
}

function toRange(days: number, now: Date) {
  const today = new Date(now.getTime() + IST_OFFSET_MS).toISOString().slice(0, 10)
  const from = new Date(Date.parse(today) - (days - 1) * DAY_MS).toISOString().slice(0, 10)
  return { from, to: today }
}

function toTotals(rows: readonly { measure: string; key: string; amount: number }[]): Totals {
  const totals = new Map<string, Map<string, number>>()
  for (const { measure, key, amount } of rows)
    totals.set(measure, (totals.get(measure) ?? new Map<string, number>()).set(key, amount))
  return totals
}

function toDays(from: string, to: string, rows: readonly { day: string; status: string; amount: number }[]) {
  const days = new Map<string, Record<Outcome, number>>()
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS)
    days.set(new Date(at).toISOString().slice(0, 10), emptyCounts())
  for (const { day, status, amount } of rows) {
    const counts = days.get(day)
    const outcome = OUTCOME_OF[status as keyof typeof OUTCOME_OF]
    if (counts !== undefined && outcome !== undefined) counts[outcome] += amount
  }
  return [...days].map(([day, counts]) => ({
    day,
    counts,
    total: OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0),
  }))
}

function emptyCounts(): Record<Outcome, number> {
  return { approved: 0, rejected: 0, again: 0, reviewer: 0, open: 0, ended: 0 }
}

function toFunnelRows(sums: readonly StepSum[]): FunnelRow[] {
  const groups = Map.groupBy(sums, ({ connectionId, policyVersion }) => `${connectionId}\n${policyVersion}`)
  return [...groups.values()].map((group) => {
    const { connectionId = '', policyVersion = '' } = group[0] ?? {}
    const furthest = new Map(group.map(({ step, amount }) => [step, amount]))
    return {
      connectionId,
      connectionName: connectionId === '' ? '' : nameOf(connectionId),
      policyVersion,
      steps: toFunnel(furthest),
    }
  })
}

function toReasons(totals: Totals, begun: number) {
  return [...(totals.get('reason') ?? [])]
    .filter(([reason, count]) => reason in REASONS && reason !== 'all_checks_passed' && count > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([reason, count]) => ({ reason: reason as ReasonCode, count, ofBegun: toShare(count, begun) }))
}

/** A connection that is configured no more keeps its id. */
function nameOf(connectionId: string): string {
  return findConnection(connectionId)?.displayName ?? connectionId
}
