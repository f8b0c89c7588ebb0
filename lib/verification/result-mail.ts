import 'server-only'
import { db } from '@/db/client'
import { findContact } from '@/db/queries/players'
import { findVerification } from '@/db/queries/verifications'
import { env } from '@/lib/env'
import { fill } from '@/lib/i18n/format'
import type { VerificationJob } from '@/lib/jobs'
import { canSendMail, sendMail } from '@/lib/mail/send'
import { openVault } from '@/lib/vault'
import en from '@/messages/en.json'
import hi from '@/messages/hi.json'
import { PLAYER_WORD } from './types'

const MESSAGES = { en, hi }

/**
 * The one mail that a player may have ticked: that there is a result, and where. It names neither the person nor the
 * reason. Throws when the mail server refuses; the queue tries again.
 */
export async function sendResultMail(job: VerificationJob): Promise<void> {
  const row = await findVerification(db(), job.playerId, job.verificationId)
  const contact = await findContact(db(), job.playerId)
  if (row === null || contact === null || !canSendMail()) return
  const vault = await openVault(db(), job.playerId)
  const to = vault.openText('players', 'email_sealed', job.playerId, contact.emailSealed)
  const { mail, status } = MESSAGES[contact.locale === 'hi' ? 'hi' : 'en']
  const values = {
    brand: env().brandName,
    word: status.words[PLAYER_WORD[row.status]],
    link: new URL(`/verifications/${row.id}`, env().appUrl).href,
    reference: `${row.reference.slice(0, 4)}-${row.reference.slice(4)}`,
  }
  await sendMail({ to, subject: fill(mail.result.subject, values), text: fill(mail.result.text, values) })
}
