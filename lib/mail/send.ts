import 'server-only'
import { createTransport, type Transporter } from 'nodemailer'
import { env } from '@/lib/env'
import { mailboxOpen, putMail } from './mailbox'

let transport: Transporter | null = null

/** True when a code can reach a player: an SMTP server, or the development mailbox. */
export function canSendMail(): boolean {
  return env().smtpUrl !== null || mailboxOpen()
}

/** Sends one plain-text mail through SMTP_URL, or to the development mailbox. Throws when neither is there or SMTP fails. */
export async function sendMail(mail: { to: string; subject: string; text: string }): Promise<void> {
  const { smtpUrl, mailFrom } = env()
  if (smtpUrl === null) return putMail(mail)
  transport ??= createTransport(smtpUrl)
  await transport.sendMail({ from: mailFrom, ...mail })
}
