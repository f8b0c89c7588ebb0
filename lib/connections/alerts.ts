import 'server-only'
import { db } from '@/db/client'
import { noteAlert } from '@/db/queries/connections'
import { env } from '@/lib/env'
import { errorName, log } from '@/lib/log'
import { canSendMail, sendMail } from '@/lib/mail/send'
import { createHttpClient } from '@/lib/providers/http'

const EVERY_MS = 3_600_000
/** An anchor ends for two months; nobody reads a mail that comes every hour. */
const WEEK_MS = 7 * 86_400_000

/** Things that somebody who runs Ante should know soon. The sentences are for them, not for players. */
const ALERTS = {
  credentials_refused: 'refuses our credentials. Players are sent another way, where there is one.',
  vendor_down: 'does not answer. Players are sent another way, where there is one.',
  spend_near: 'has used 80 % of its daily starts.',
  spend_reached: 'has used all its daily starts; new players are sent another way.',
  code_reused: 'returned a code that was used before: an attack, or a fault at the vendor.',
  reference_reused: 'gave two players the same session: an attack, or a fault at the vendor.',
  hand_over_unknown: 'brought a player back without anything to read documents with.',
  anchor_ending:
    'is a trust anchor that ends within 60 days or is over. Get its successor: docs/operations.md.',
  checkpoint_late: 'log: events wait for a signed checkpoint since ten minutes. Does a worker run?',
  checkpoint_copy_failed: 'log: checkpoints cannot be copied to CHECKPOINT_DIR.',
  audit_broken:
    'log: what a worker checked does not fit its checkpoints. Take an export and verify it at once: docs/audit.md.',
  checkpoint_differs:
    'log: the copied checkpoints are not those of the database. It was restored, or rewritten: see docs/audit.md.',
} as const
export type AlertKind = keyof typeof ALERTS

/**
 * Tells those who run Ante: always log and database, at most hourly also ALERT_EMAIL and ALERT_WEBHOOK_URL. Never throws;
 * what cannot be sent is logged. `subject` is a connection's id, for an anchor its file, or `audit`.
 */
export async function raiseAlert(kind: AlertKind, subject: string): Promise<void> {
  log.error({ event: 'alert', code: kind, connection: subject })
  try {
    if (!(await noteAlert(db(), kind, subject, kind === 'anchor_ending' ? WEEK_MS : EVERY_MS))) return
    await Promise.all([tellByMail(kind, subject), tellByWebhook(kind, subject)])
  } catch (error) {
    log.error({ event: 'alert.untold', code: kind, connection: subject, error: errorName(error) })
  }
}

async function tellByMail(kind: AlertKind, subject: string): Promise<void> {
  const { alertEmail, brandName, appUrl } = env()
  if (alertEmail === null || !canSendMail()) return
  const text = `${subject} ${ALERTS[kind]}\n\nInstance: ${appUrl.origin}\nCode: ${kind}\n${hint(kind, subject)}`
  await sendMail({ to: alertEmail, subject: `${brandName}: ${subject} ${kind}`, text })
}

function hint(kind: AlertKind, subject: string): string {
  if (kind === 'anchor_ending') return ''
  return `To find out why: ${subject === 'audit' ? 'npm run audit:verify' : `npm run doctor -- ${subject}`}\n`
}

async function tellByWebhook(kind: AlertKind, subject: string): Promise<void> {
  const { alertWebhookUrl: url, appEnv } = env()
  if (url === null) return
  const production = appEnv === 'production'
  const rule = { production, allowedLoopbackOrigins: production ? [] : [url.origin] }
  const client = createHttpClient({ id: 'alert', baseUrl: new URL(url.origin) }, rule)
  try {
    await client.call({
      name: 'alert',
      kind: 'start',
      method: 'POST',
      target: url.pathname + url.search,
      headers: { 'content-type': 'application/json' },
      body: {
        alert: kind,
        connection: subject,
        text: `${subject} ${ALERTS[kind]}`,
        at: new Date().toISOString(),
      },
      accept: 'json',
      read: () => undefined,
    })
  } finally {
    await client.close()
  }
}
