import 'server-only'
import type { ReasonCode } from '@/lib/checks/reasons'
import { runChecks } from '@/lib/checks/run-checks'
import type { CheckResult, DecisionInput } from '@/lib/checks/types'
import { canonicalJson } from '@/lib/crypto/sign'
import { sha256 } from '@/lib/crypto/tokens'
import type { Policy } from './types'

export interface Decision {
  status: 'approved' | 'rejected' | 'resubmission_requested' | 'awaiting_reviewer'
  reasons: ReasonCode[]
  checks: CheckResult[]
  policyVersion: string
  /** Hex, over the canonical JSON of the policy. */
  policySha256: string
  /** SHA-256 over the policy's and the whole input, whose salt keeps it from being guessed. */
  inputHash: Buffer
}

type Rule = Policy['rules'][number]

const STATUS = {
  reject: 'rejected',
  resubmission: 'resubmission_requested',
  review: 'awaiting_reviewer',
} as const

/**
 * Checks and policy to one decision. Pure: the same input under the same policy gives the same answer and hash. Approved
 * only when no check has a reason that the policy does not let pass. Of the rules that meet a finding the first decides, and
 * the reasons are those findings; when it calls a person, and when no rule meets one, a person sees all of them.
 */
export function decide(input: DecisionInput, policy: Policy): Decision {
  const checks = runChecks(input, policy)
  const policySha256 = hashPolicy(policy)
  const inputHash = sha256(canonicalJson({ policy: policySha256, input }))
  return { ...conclude(checks, policy), checks, policyVersion: policy.version, policySha256, inputHash }
}

/** Hex SHA-256 over the canonical JSON of a policy: its name in the database. */
export function hashPolicy(policy: Policy): string {
  return sha256(canonicalJson(policy)).toString('hex')
}

function conclude(checks: readonly CheckResult[], policy: Policy): Pick<Decision, 'status' | 'reasons'> {
  const findings = checks.filter((check) => check.reason !== null)
  const isWaived = (check: CheckResult) =>
    policy.rules.find((rule) => meets(rule, check))?.verdict === 'approve'
  const open = findings.filter((check) => !isWaived(check))
  if (open.length === 0) return { status: 'approved', reasons: ['all_checks_passed'] }
  const rule = policy.rules.find(
    (one) => one.verdict !== 'approve' && open.some((check) => meets(one, check)),
  )
  if (rule === undefined || rule.verdict === 'approve' || rule.verdict === 'review')
    return { status: STATUS.review, reasons: reasonsOf(open) }
  return { status: STATUS[rule.verdict], reasons: reasonsOf(open.filter((check) => meets(rule, check))) }
}

function meets({ question, outcome, reason }: Rule, check: CheckResult): boolean {
  const isSame = question === check.question && outcome === check.outcome
  return isSame && (reason === undefined || reason === check.reason)
}

function reasonsOf(checks: readonly CheckResult[]): ReasonCode[] {
  return [...new Set(checks.flatMap(({ reason }) => reason ?? []))]
}
