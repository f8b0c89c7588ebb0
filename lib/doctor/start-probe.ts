import 'server-only'
import { CAPABILITIES } from '@/lib/providers'
import { describeCall, type Kept, makeCall } from './calls'
import {
  type Examination,
  isSetIn,
  labelOf,
  type Outcome,
  ok,
  problem,
  skipped,
  valuesIn,
} from './examination'
import { explained, isTaken, toWords } from './key-probe'
import { toAnswerProblem } from './reach-probe'
import type { Target } from './types'
import { VENDOR_DOCTORS } from './vendors'

// Sixth and seventh probe: a complete start where a stub takes it, and what is known about the webhook address.

/** A complete start at a stub: tells what only a start tells (product, list of return addresses). Live it would open a session. */
export async function examineStart(run: Examination, kept: Kept): Promise<Outcome> {
  const { target, doctor } = run
  if (run.surroundings.dryStart === false) return skipped('not part of the regular look')
  if (!target.sandbox) return skipped(`would open a session at the vendor. ${doctor.returnList}`)
  const plan = doctor.startCall(valuesIn(target))
  const made = await makeCall(run, plan, { kept })
  const line = describeCall(made.evidence)
  const trouble = toAnswerProblem(run, made)
  if (trouble !== null) return { ...trouble, evidence: [line] }
  const { known, evidence } = made
  const isPage = plan.page === true && known === null && (evidence.status ?? 0) < 400
  if (isPage || isTaken(made)) return ok(line)
  const words = { ...toWords(run, made), status: String(evidence.status ?? '') }
  if (known === null || known.means === 'accepted') return problem('request_refused', [line], words)
  return problem(known.means, [line], words, explained(run, known.means, known))
}

/** Webhooks are a hint to go and look (HK-07), so a missing one is no problem: it is said and that is all. */
export function examineWebhook({ target, doctor, returnUrl }: Examination): Outcome {
  const webhook = toWebhookAddress(target, returnUrl)
  if (webhook === null || doctor.webhookSetting === null)
    return skipped('this vendor sends none, or none that can be proved genuine')
  const { setting, address } = webhook
  if (isSetIn(target)(doctor.webhookSetting))
    return ok(`register at the vendor: ${address}`, `${setting} is set`)
  return {
    state: 'hint',
    finding: 'webhook_not_configured',
    evidence: [`${setting}: not set, so the address answers 404`],
    words: { setting, webhookUrl: address },
  }
}

/** What to register at the vendor, a secret part by the name of its setting in `<>`; null for a vendor without webhooks. */
export function toWebhookAddress(
  target: Target,
  returnUrl: URL | null,
): { address: string; setting: string } | null {
  const { webhookSetting, webhookPath } = VENDOR_DOCTORS[target.vendor]
  if (CAPABILITIES[target.vendor].webhooks === 'none' || webhookSetting === null) return null
  const setting = labelOf(target, webhookSetting)
  const path = webhookPath === undefined ? '' : `/<${setting}>`
  return { address: `${returnUrl?.origin ?? 'APP_URL'}/api/webhooks/${target.connectionId}${path}`, setting }
}
