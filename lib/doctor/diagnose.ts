import 'server-only'
import { CAPABILITIES } from '@/lib/providers'
import { VENDOR_SETTINGS } from '@/lib/vendor-settings'
import type { Kept } from './calls'
import { examineClock } from './clock-probe'
import { toCurl } from './curl'
import {
  DOCTOR_LIMITS,
  type Examination,
  labelOf,
  type Outcome,
  readValue,
  skipped,
  toRule,
} from './examination'
import { FINDINGS, fillIn } from './findings'
import { examineKey } from './key-probe'
import { examineReach, lastKeyCall } from './reach-probe'
import { examineReturn, toReturnUrl } from './return-probe'
import { examineSettings } from './settings-probe'
import { examineStart, examineWebhook } from './start-probe'
import { toTicket } from './ticket'
import type { CallPlan, FindingCode, Probe, ProbeId, Report, Surroundings, Target } from './types'
import { VENDOR_DOCTORS } from './vendors'

const TITLES: Readonly<Record<ProbeId, string>> = {
  settings: 'Settings',
  reachable: 'Reachable',
  clock: 'Clock',
  return: 'Return address',
  key: 'Keys',
  start: 'Dry start',
  webhook: 'Webhook address',
}

/** A probe that ran, before its texts are filled in. */
interface Ran {
  id: ProbeId
  outcome: Outcome
  ms: number
}

/**
 * Examines one connection from its settings to a start, and stops at the first problem that explains the rest; what comes
 * after it is `skipped`. A wrong return address explains nothing but itself: it does not stop, and gives way in the diagnosis. Sends no personal data, follows no redirect, opens no session but at a stub. Never throws for
 * what settings, network or vendor do: that is the report.
 */
export async function diagnose(target: Target, surroundings: Surroundings): Promise<Report> {
  const startedAt = surroundings.now()
  const timer = performance.now()
  const run = toExamination(target, surroundings)
  const { ran, plan } = await runProbes(run)
  const probes = ran.map((one) => toProbe(run, one))
  const problems = ran.filter(({ outcome }) => outcome.state === 'problem')
  const decisive = (problems.find(({ id }) => id !== 'return') ?? problems[0])?.outcome ?? null
  const finding: FindingCode = decisive?.finding ?? 'healthy'
  const words = wordsOf(run, decisive)
  const { diagnosis, side, question } = FINDINGS[finding]
  const report: Report = {
    connection: target.connectionId,
    vendor: target.vendor,
    displayName: target.displayName,
    source: target.source,
    baseUrl: URL.parse(readValue(target, 'BASE_URL'))?.origin ?? null,
    examinedAt: startedAt.toISOString(),
    ms: Math.round(performance.now() - timer),
    healthy: decisive === null,
    finding,
    side,
    diagnosis: fillIn(diagnosis, words),
    explanation: decisive?.explanation ?? '',
    fixes: toFixes(run, finding, decisive, words),
    alsoFound: problems.flatMap(({ outcome }) => (outcome === decisive ? [] : toSecond(run, outcome))),
    alsoPossible: (decisive?.also ?? []).map((code) => ({
      finding: code,
      howToTell: fillIn(FINDINGS[code].howToTell, words),
    })),
    rulesOut: decisive?.rulesOut ?? [],
    probes,
    calls: run.calls,
    curl: plan === null ? null : toCurl(run, plan),
    ticket: null,
  }
  return question === null || decisive === null
    ? report
    : { ...report, ticket: toTicket(target, plan, report, question, words) }
}

function toExamination(target: Target, surroundings: Surroundings): Examination {
  return {
    target,
    surroundings,
    doctor: VENDOR_DOCTORS[target.vendor],
    limits: { ...DOCTOR_LIMITS, ...surroundings.limits },
    rule: toRule(target, surroundings),
    returnUrl: toReturnUrl(target, surroundings, CAPABILITIES[target.vendor].exactRedirectUrl),
    returnIsFine: false,
    calls: [],
  }
}

/** The probes in order; the plan of the call that answers for the keys comes along for the curl. */
async function runProbes(run: Examination): Promise<{ ran: Ran[]; plan: CallPlan | null }> {
  const ran: Ran[] = []
  const step = async <T extends Outcome>(id: ProbeId, work: () => T | Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    const outcome = isStopped(ran) ? (skipped(whySkipped(ran)) as T) : await work()
    ran.push({ id, outcome, ms: Math.round(performance.now() - startedAt) })
    return outcome
  }
  let bare: Awaited<ReturnType<typeof examineReach>>['bare'] = null
  let plan: CallPlan | null = null
  let kept: Kept = {}
  await step('settings', () => examineSettings(run))
  await step('reachable', async () => {
    plan = lastKeyCall(run)
    const found = await examineReach(run)
    bare = found.bare
    return found.outcome
  })
  await step('clock', () => examineClock(bare))
  run.returnIsFine = (await step('return', () => examineReturn(run))).state === 'ok'
  await step('key', async () => {
    const found = await examineKey(run, bare)
    plan = found.plan
    kept = found.kept
    return found.outcome
  })
  await step('start', () => examineStart(run, kept))
  await step('webhook', () => examineWebhook(run))
  return { ran, plan }
}

/** A wrong return address keeps no key from being taken, so the keys are examined all the same. */
const isStopped = (ran: readonly Ran[]) =>
  ran.some(({ id, outcome }) => outcome.state === 'problem' && id !== 'return')

function whySkipped(ran: readonly Ran[]): string {
  const first = ran.find(({ id, outcome }) => outcome.state === 'problem' && id !== 'return')
  return `not examined: ${first === undefined ? '' : TITLES[first.id].toLowerCase()} comes first`
}

function toProbe(run: Examination, { id, outcome, ms }: Ran): Probe {
  const { state, finding, evidence } = outcome
  const words = wordsOf(run, outcome)
  return {
    id,
    title: TITLES[id],
    state: state === 'hint' ? 'ok' : state,
    finding,
    evidence,
    fix: finding === null ? null : fillIn(FINDINGS[finding].fix, words),
    ms,
  }
}

/** A problem beside the decisive one, in a sentence and its fix. */
function toSecond(run: Examination, outcome: Outcome): Report['alsoFound'] {
  if (outcome.finding === null) return []
  const { diagnosis, fix } = FINDINGS[outcome.finding]
  const words = wordsOf(run, outcome)
  return [{ finding: outcome.finding, diagnosis: fillIn(diagnosis, words), fix: fillIn(fix, words) }]
}

/** What every text may need, and what its probe found. */
function wordsOf(
  { target, doctor, returnUrl }: Examination,
  outcome: Outcome | null,
): Record<string, string> {
  return {
    vendor: VENDOR_SETTINGS[target.vendor].displayName,
    product: doctor.product,
    host: URL.parse(readValue(target, 'BASE_URL'))?.host ?? '',
    base: labelOf(target, 'BASE_URL'),
    returnHost: returnUrl?.origin ?? '',
    ...outcome?.words,
  }
}

function toFixes(
  { doctor }: Examination,
  finding: FindingCode,
  decisive: Outcome | null,
  words: Readonly<Record<string, string>>,
): string[] {
  if (decisive === null) return []
  return [FINDINGS[finding].fix, ...(doctor.fixes[finding] ?? [])].map((text) => fillIn(text, words))
}
