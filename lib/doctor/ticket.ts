import 'server-only'
import { createHash } from 'node:crypto'
import { labelOf, readValue } from './examination'
import { fillIn } from './findings'
import { credentialNames } from './key-probe'
import type { CallEvidence, CallPlan, Report, Target } from './types'

type Told = Pick<Report, 'displayName' | 'diagnosis' | 'examinedAt' | 'calls' | 'probes' | 'rulesOut'>

/**
 * A support ticket in Markdown. It names times in UTC, header names, statuses, documented texts and the vendor's own ids;
 * of a key only a fingerprint, by which its owner can recognise it.
 */
export function toTicket(
  target: Target,
  plan: CallPlan | null,
  report: Told,
  question: string,
  words: Readonly<Record<string, string>>,
): string {
  const host = URL.parse(readValue(target, 'BASE_URL'))?.host ?? 'unknown host'
  const last = report.calls.at(-1)
  const what = last === undefined ? 'no connection' : `${last.status ?? last.shape} on ${last.call}`
  const lines = [
    `### ${report.displayName}: ${what} (${host})`,
    '',
    report.diagnosis,
    '',
    `- Examined: ${report.examinedAt} (UTC)`,
    `- Host: ${host}`,
    ...fingerprints(target, plan).map((line) => `- ${line}`),
    '',
    ...(report.calls.length === 0
      ? []
      : ['What we sent, and what came back:', '', ...report.calls.map(toLine), '']),
    'What was found in order on our side:',
    '',
    ...report.probes.filter(({ state }) => state === 'ok').map(({ title }) => `- ${title}: ok`),
    ...report.rulesOut.map((text) => `- ${text}`),
    '',
    `**${fillIn(question, words)}**`,
  ]
  return lines.join('\n')
}

function toLine(call: CallEvidence): string {
  const ids = call.traceIds.length === 0 ? 'no request id' : call.traceIds.join(', ')
  const words = call.wording === null ? '' : ` "${call.wording}"`
  return `- ${call.at} \`${call.method} ${call.url}\` with ${call.sentHeaders.join(', ') || 'no header'}${call.remark === '' ? '' : `, ${call.remark}`}: **${call.status ?? call.shape}**${words} (${call.shape}, ${call.ms} ms, ${ids})`
}

/** The first and last signs of SHA-256: enough to recognise a key, nothing to sign in with. */
function fingerprints(target: Target, plan: CallPlan | null): string[] {
  if (plan === null) return []
  return credentialNames(plan).map((name) => {
    const hash = createHash('sha256').update(readValue(target, name), 'utf8').digest('hex')
    return `${labelOf(target, name)}: ${readValue(target, name).length} characters, SHA-256 ${hash.slice(0, 4)}…${hash.slice(-4)}`
  })
}
