import { z } from 'zod'
import type { ReasonCode } from '@/lib/checks/reasons'
import type { Status } from '@/lib/verification/types'

// Words of analytics. Pure: safe to import anywhere.

/** How far an attempt got; each step includes those behind it. */
export const FUNNEL_STEPS = ['begun', 'left', 'returned', 'checked', 'decided', 'approved'] as const
export type FunnelStep = (typeof FUNNEL_STEPS)[number]

export const RANGES = [7, 30, 90] as const

/** What the page counts, as it stands in its address. */
export const AnalyticsFilter = z.strictObject({
  days: z.coerce
    .number()
    .pipe(z.literal([...RANGES]))
    .default(30),
  connection: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .optional(),
  policy: z
    .string()
    .regex(/^\P{Cc}{1,32}$/u)
    .optional(),
  sandbox: z.stringbool().default(false),
})
export type AnalyticsFilter = z.output<typeof AnalyticsFilter>

/** What became of the attempts of a day, as the chart draws it. */
export const OUTCOMES = ['approved', 'rejected', 'again', 'reviewer', 'open', 'ended'] as const
export type Outcome = (typeof OUTCOMES)[number]

export const OUTCOME_OF = {
  awaiting_consent: 'open',
  awaiting_player: 'open',
  awaiting_confirmation: 'open',
  awaiting_provider: 'open',
  awaiting_reviewer: 'reviewer',
  approved: 'approved',
  rejected: 'rejected',
  resubmission_requested: 'again',
  cancelled: 'ended',
  expired: 'ended',
  failed: 'ended',
  revoked: 'rejected',
} as const satisfies Record<Status, Outcome>

/** A share of a whole, with the bounds within which the true share lies 19 times out of 20. */
export interface Share {
  part: number
  whole: number
  share: number
  low: number
  high: number
}

export interface StepCount {
  step: FunnelStep
  count: number
  /** Of those that began. */
  ofBegun: Share | null
  /** Of those that got to the step before. */
  ofPrevious: Share | null
}

export interface FunnelRow {
  /** Empty before an attempt has left for a vendor. */
  connectionId: string
  connectionName: string
  /** Empty before a rule has decided. */
  policyVersion: string
  steps: StepCount[]
}

/** How long something took. */
export interface Spread {
  /** Half were done within this, nine in ten within that. */
  halfMs: number
  mostMs: number
  meanMs: number
  count: number
}

export interface Analytics {
  filter: AnalyticsFilter
  /** Days in India, `YYYY-MM-DD`, both included. */
  from: string
  to: string
  foldedAt: string | null
  begun: number
  states: { status: Status; count: number }[]
  days: { day: string; counts: Record<Outcome, number>; total: number }[]
  funnel: StepCount[]
  funnelRows: FunnelRow[]
  reasons: { reason: ReasonCode; count: number; ofBegun: Share | null }[]
  approvedOfDecided: Share | null
  firstPass: Share | null
  agreement: Share | null
  playerActive: Spread | null
  reviewerActive: Spread | null
  choices: { connections: { id: string; name: string }[]; policies: string[] }
}
