import 'server-only'
import { type Db, db, transact } from '@/db/client'
import { deleteOldMinutes } from '@/db/queries/call-minutes'
import { deleteUnfinished, destroyExpiredBytes } from '@/db/queries/documents'
import { deleteEndedExports } from '@/db/queries/export-requests'
import { emptyEndedSessions } from '@/db/queries/provider-sessions'
import { deleteExpiredCounters } from '@/db/queries/rate-limits'
import {
  deleteClosed,
  deleteEndedRevocations,
  deleteRefused,
  isSilent,
  listSilent,
  listUnwarned,
  markWarned,
} from '@/db/queries/rights'
import { deleteEnded } from '@/db/queries/sessions'
import { deleteEndedStaff } from '@/db/queries/staff-sessions'
import { deleteOldDeliveries } from '@/db/queries/webhooks'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { env } from '@/lib/env'
import { fill } from '@/lib/i18n/format'
import { messagesFor } from '@/lib/i18n/messages'
import { errorName, log } from '@/lib/log'
import { canSendMail, sendMail } from '@/lib/mail/send'
import type { RetentionClass } from '@/lib/retention-classes'
import { openVault } from '@/lib/vault'
import { eraseForRetention } from './erase'

// The retention table at work (docs/retention.md). Of a minor nothing is written in the first place; logs are kept by whoever
// collects them.

const BATCH = 200
const HOUR_MS = 3_600_000
/** Requests for an export that is over; the audit keeps who asked and who agreed. */
const EXPORT_REQUEST_DAYS = 30
/** Between the warning and the end of a silent account (DPDP Rules r.8). */
const WARNING_HOURS = 48
/** How long calls to vendors are told by the minute. */
const CALL_DAYS = 8

/** Destroys what is past its time, class by class, and records how much. Safe beside other sweepers. */
export async function sweepRetention(): Promise<void> {
  const { retention } = env().limits
  await apply('raw_replies', () => destroyExpiredBytes(db(), BATCH))
  await apply('unfinished', () => deleteUnfinished(db(), retention.unfinishedDays, BATCH))
  await apply('unfinished', () => transact((tx) => deleteRefused(tx, retention.unfinishedDays, BATCH)))
  await apply('webhook_deliveries', () => deleteOldDeliveries(db(), retention.webhookDays))
  await apply('proofs', () => transact((tx) => deleteClosed(tx, retention.classes.proofs.days, BATCH)))
  await warnSilent()
  await apply('silent_accounts', endSilent)
  const hourAgo = new Date(Date.now() - HOUR_MS)
  const ended =
    (await deleteEnded(db(), hourAgo)) +
    (await deleteEndedStaff(db(), hourAgo)) +
    (await deleteEndedExports(db(), EXPORT_REQUEST_DAYS))
  const secrets = (await emptyEndedSessions(db(), BATCH)) + (await deleteEndedRevocations(db()))
  const figures = await deleteOldMinutes(db(), CALL_DAYS)
  const count = ended + secrets + figures + (await deleteExpiredCounters(db()))
  if (count > 0) log.info({ event: 'sweep.retention', count })
}

async function apply(name: RetentionClass, destroy: () => Promise<number>): Promise<void> {
  const count = await destroy()
  if (count === 0) return
  log.info({ event: 'sweep.retention', code: name, count })
  await appendAuditEvent(db(), PROCESS_CHAIN, {
    actor: { kind: 'system', id: 'sweeper' },
    action: 'retention.applied',
    object: { type: 'retention', id: name },
    reason: `${count}`,
  })
}

/** An account ends after its silence; what it held stays for the class `facts` and goes then, with the account. */
function silentDays(): number {
  const { classes } = env().limits.retention
  return classes.silent_accounts.days + classes.facts.days
}

/** Tells silent players, once, that their account ends in 48 hours. Without a way to send mail nobody is told, and goes all the same. */
async function warnSilent(): Promise<void> {
  for (const { id, emailSealed, locale } of await listUnwarned(db(), silentDays(), WARNING_HOURS, BATCH)) {
    if (canSendMail()) {
      const vault = await openVault(db(), id)
      const to = vault.openText('players', 'email_sealed', id, emailSealed)
      const { subject, text } = messagesFor(locale === 'hi' ? 'hi' : 'en').mail.silent
      const values = { brand: env().brandName, link: new URL('/sign-in', env().appUrl).href }
      try {
        await sendMail({ to, subject: fill(subject, values), text: fill(text, values) })
      } catch (error) {
        log.warn({ event: 'silent.untold', error: errorName(error) })
        continue // tried again at the next turn
      }
    }
    await transact(async (tx) => {
      if (!(await markWarned(tx, id))) return
      await appendAuditEvent(tx, PROCESS_CHAIN, {
        actor: { kind: 'system', id: 'sweeper' },
        action: 'player.warned',
        object: { type: 'player', id },
      })
    })
  }
}

async function endSilent(): Promise<number> {
  const silent = await listSilent(db(), silentDays(), WARNING_HOURS, BATCH)
  let erased = 0
  for (const id of silent) {
    const isDue = (tx: Db) => isSilent(tx, id, silentDays(), WARNING_HOURS)
    if (await eraseForRetention(id, isDue)) erased += 1
  }
  return erased
}
