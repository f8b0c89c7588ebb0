import 'server-only'
import { connections } from '@/lib/connections'
import { env } from '@/lib/env'
import { mailboxOpen } from '@/lib/mail/mailbox'

export interface Brand {
  name: string
  color: string | null
  logo: string | null
  supportEmail: string | null
  grievanceContact: string
  operatorName: string
  operatorAddress: string
  sandbox: boolean
  mailbox: boolean
}

/** What pages may know of the settings. */
export function brand(): Brand {
  const settings = env()
  return {
    name: settings.brandName,
    color: settings.brandColor,
    logo: settings.brandLogo,
    supportEmail: settings.supportEmail,
    grievanceContact: settings.grievanceContact,
    operatorName: settings.operatorName,
    operatorAddress: settings.operatorAddress,
    sandbox: settings.usesSandbox,
    mailbox: mailboxOpen(),
  }
}

/** Days within which a request of a player is answered. */
export const answerDays = () => env().limits.rights.answerDays

/** Days for which result and receipts are kept after an account ended. */
export const proofDays = () => env().limits.retention.classes.proofs.days

/** For how many days the place of a player is kept who has a document corrected. */
export function placeDays(): number {
  return env().limits.journey.resubmissionDays
}

/** True when this name, as a notice or an attempt carries it, is DigiLocker asked by ourselves: no company in between. */
export function isDirect(connectionName: string | null): boolean {
  return connections().some(
    ({ vendor, displayName }) => vendor === 'digilocker' && displayName === connectionName,
  )
}

/** Where this site is found, without a slash at the end. */
export function siteOrigin(): string {
  return env().appUrl.origin
}
