/** `npm run bench`: measures the chosen figures one after another and prints one table. */
import { progress } from '../scripts/lib/progress.mjs'
import { expectedError } from '../scripts/lib/shutdown.mjs'
import { measureAudit } from './figures/audit.mjs'
import { measureAuditVerify } from './figures/audit-verify.mjs'
import { measureCallback } from './figures/callback.mjs'
import { measureDocument } from './figures/document.mjs'
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
  { name: 'status-latency', title: 'From decision to screen', needsApp: true, measure: measureStatusLatency },
  { name: 'callback', title: 'Callback', needsApp: true, measure: measureCallback },
  { name: 'vendor-call', title: 'Vendor call', measure: measureVendorCall },
  { name: 'audit', title: 'Audit record', measure: measureAudit },
  { name: 'audit-verify', title: 'Verifying the audit log', measure: measureAuditVerify },
  { name: 'sealing', title: 'Sealing', measure: measureSealing },
  { name: 'document', title: 'Signed document', measure: measureDocument },
]

/** Returns the exit code: 0, or with `--check` 1 when a goal is missed. */
export async function runBench(args) {
  const { chosen, check } = readArguments(args)
  const world = await createWorld()
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
  const equals = wanted[0]?.startsWith('--only=') ? wanted.shift().slice('--only='.length) : null
  const names = (equals ?? (take(wanted, '--only') ? (wanted.shift() ?? '') : null))?.split(',')
  const known = FIGURES.map(({ name }) => name)
  if (wanted.length > 0 || names?.some((name) => !known.includes(name)))
    throw expectedError(
      `Expected --check, and --only with some of ${known.join(',')}; found: ${args.join(' ')}`,
    )
  return { chosen: FIGURES.filter(({ name }) => names?.includes(name) ?? true), check }
}

function take(list, word) {
  const at = list.indexOf(word)
  if (at >= 0) list.splice(at, 1)
  return at >= 0
}
