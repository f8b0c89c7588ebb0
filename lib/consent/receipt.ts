import 'server-only'
import { type Signature, signJson } from '@/lib/crypto/sign'
import { keyedHash } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import type { ConsentItemId, Notice } from './types'

// Consent receipt after ISO/IEC TS 27560 and Kantara 1.1: what was agreed, to which exact text, signed by us. It names
// the person by a pseudonym alone, so that it can be kept as proof after the person is erased.

export interface ReceiptBody {
  schema: 'ante-consent-receipt/1'
  receiptId: string
  givenAt: { utc: string; ist: string }
  person: string
  controller: { name: string; address: string; grievance: string }
  notice: { version: number; date: string; language: string; sha256: string }
  purposes: {
    id: string
    title: string
    required: 'one_of' | 'all' | 'optional'
    items: { id: string; title: string; reads: string; granted: boolean }[]
    recipients: string[]
    retention: string
  }[]
  recipients: string[]
  method: 'web form, one unticked control per item'
  journey: string
  browser: string
  rights: { withdraw: string; complain: string }
  history: { status: 'given'; at: string }[]
}

export interface SignedReceipt {
  receipt: ReceiptBody
  signature: Signature
}

/** Builds and signs the receipt of one consent. `browserHash` is salted already. */
export function makeReceipt(given: {
  consentId: string
  playerId: string
  caseId: string
  at: Date
  notice: Notice
  items: readonly ConsentItemId[]
  recipients: string[]
  browserHash: Buffer
}): SignedReceipt {
  const { notice, at } = given
  const { operatorName, operatorAddress, grievanceContact, appUrl, checkpointKey } = env()
  const receipt: ReceiptBody = {
    schema: 'ante-consent-receipt/1',
    receiptId: given.consentId,
    givenAt: { utc: at.toISOString(), ist: toIndianTime(at) },
    person: pseudonym(given.playerId),
    controller: { name: operatorName, address: operatorAddress, grievance: grievanceContact },
    notice: { version: notice.version, date: notice.date, language: notice.locale, sha256: notice.sha256 },
    purposes: notice.purposes.map((purpose) => ({
      id: purpose.id,
      title: purpose.title,
      required: purpose.need,
      items: purpose.items.map((item) => ({ ...item, granted: given.items.includes(item.id) })),
      recipients: purpose.id === 'result_mail' ? [operatorName] : given.recipients,
      retention: purpose.retention,
    })),
    recipients: given.recipients,
    method: 'web form, one unticked control per item',
    journey: given.caseId,
    browser: given.browserHash.toString('base64url'),
    rights: { withdraw: new URL('/me', appUrl).href, complain: grievanceContact },
    history: [{ status: 'given', at: at.toISOString() }],
  }
  return { receipt, signature: signJson(checkpointKey, receipt) }
}

/** Stable name of a person on receipts; only somebody with our secret can link it to a row. */
function pseudonym(playerId: string): string {
  return `person-${keyedHash(env().authSecret, `receipt pseudonym ${playerId}`).toString('base64url').slice(0, 22)}`
}

function toIndianTime(at: Date): string {
  const shifted = new Date(at.getTime() + 5.5 * 3_600_000)
  return `${shifted.toISOString().slice(0, 19)}+05:30`
}
