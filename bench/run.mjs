/** `npm run bench`: measures the chosen figures one after another and prints one table. */
import { progress } from '../scripts/lib/progress.mjs'
import { expectedError } from '../scripts/lib/shutdown.mjs'
import { measureAudit } from './figures/audit.mjs'
import { measureAuditVerify } from './figures/audit-verify.mjs'
import { measureCallback } from './figures/callback.mjs'
import { measureClaimNext } from './figures/claim-next.mjs'
import { measureDeskScript } from './figures/desk-script.mjs'
import { measureDocument } from './figures/document.mjs'
import { measureExport } from './figures/export.mjs'
import { measureQueueGrowth, measureQueueSql } from './figures/queue.mjs'
import { measureRefusedSignIn } from './figures/refused-sign-in.mjs'
import { measureScriptSize } from './figures/script-size.mjs'
import { measureSealing } from './figures/sealing.mjs'
import { measureStatusLatency } from './figures/status-latency.mjs'
import { measureVendorCall } from './figures/vendor-call.mjs'
import { measureWebhook } from './figures/webhook.mjs'
import { isMet, printTable } from './table.mjs'
import { createWorld } from './world.mjs'

/**
 * In running order: first the one that has an app of its own and ends it, then those that need the whole app. Each returns
 * rows for the table.
 */
const FIGURES = [
  { name: 'webhook', title: 'Webhook', measure: measureWebhook },
  { name: 'script-size', title: 'Script of the pages', needsApp: true, measure: measureScriptSize },
  { name: 'desk-script', title: 'Script of the queue page', needsApp: true, measure: measureDeskScript },
  { name: 'status-latency', title: 'From decision to screen', needsApp: true, measure: measureStatusLatency },
  { name: 'callback', title: 'Callback', needsApp: true, measure: measureCallback },
  { name: 'vendor-call', title: 'Vendor call', measure: measureVendorCall },
  { name: 'audit', title: 'Audit record', measure: measureAudit },
  { name: 'audit-verify', title: 'Verifying the audit log', measure: measureAuditVerify },
  { name: 'sealing', title: 'Sealing', measure: measureSealing },
  { name: 'document', title: 'Signed document', measure: measureDocument },
  { name: 'refused-sign-in', title: 'Refused sign-in', measure: measureRefusedSignIn },
  { name: 'queue-sql', title: 'SQL of the queue', measure: measureQueueSql },
  { name: 'queue-growth', title: 'The queue as it grows', measure: measureQueueGrowth },
  { name: 'export', title: 'Export', measure: measureExport },
  { name: 'claim-next', title: 'Claim next', measure: measureClaimNext },
]

/** Of the larger of two databases of invented cases; the promise is about a million. */
const DEFAULT_CASES = 50_000

/** Returns the exit code: 0, or with `--check` 1 when a goal is missed. */
export async function runBench(args) {
  const { chosen, check, cases } = readArguments(args)
  const world = await createWorld({ cases })
  const rows = []
  for (const figure of chosen) {
    if (figure.needsApp) await world.app()
    rows.push(...(await progress(figure.title, () => figure.measure(world))))
  }
  printTable(rows)
  const missed = rows.filter((row) => row.goal && !isMet(row))
  return check && missed.length > 0 ? 1 : 0
}

function readArguments(args) {
  const wanted = [...args]
  const check = take(wanted, '--check')
  const cases = takeNumber(wanted, '--cases') ?? DEFAULT_CASES
  const equals = wanted[0]?.startsWith('--only=') ? wanted.shift().slice('--only='.length) : null
  const names = (equals ?? (take(wanted, '--only') ? (wanted.shift() ?? '') : null))?.split(',')
  const known = FIGURES.map(({ name }) => name)
  if (!(cases >= 20_000) || wanted.length > 0 || names?.some((name) => !known.includes(name)))
    throw expectedError(
      `Expected --check, --cases with a number of at least 20000, and --only with some of ${known.join(',')}; found: ${args.join(' ')}`,
    )
  return { chosen: FIGURES.filter(({ name }) => names?.includes(name) ?? true), check, cases }
}

function take(list, word) {
  const at = list.indexOf(word)
  if (at >= 0) list.splice(at, 1)
  return at >= 0
}

/** The number behind `word`, both taken out; null without it. */
function takeNumber(list, word) {
  const at = list.indexOf(word)
  return at < 0 ? null : Number(list.splice(at, 2)[1])
}
