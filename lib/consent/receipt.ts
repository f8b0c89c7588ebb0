import 'server-only'
import { type Signature, signJson } from '@/lib/crypto/sign'
import { keyedHash } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import type { ConsentItemId, Notice } from './types'

// Consent receipt after ISO/IEC TS 27560 and Kantara 1.1: what was agreed, to which exact text, signed by us. It names
// the person by a pseudonym alone, so that it can be kept as proof after the person is erased. What happened to the consent
// later is signed beside it when somebody asks for the file; the receipt itself never changes.

export interface ReceiptBody {
  /** `/1` had neither grants per purpose, nor ground, nor the Board. */
  schema: 'ante-consent-receipt/1' | 'ante-consent-receipt/2'
  receiptId: string
  givenAt: { utc: string; ist: string }
  person: string
  controller: { name: string; address: string; grievance: string }
  notice: { version: number; date: string; language: string; title?: string; sha256: string }
  /** The ground of the processing, and the law that it stands on. */
  ground?: string
  jurisdiction?: 'IN'
  purposes: {
    id: string
    title: string
    required: 'one_of' | 'all' | 'optional'
    /** Whether the purpose is agreed to: some item of it is. */
    granted?: boolean
    items: { id: string; title: string; reads: string; granted: boolean }[]
    recipients: string[]
    retention: string
  }[]
  recipients: string[]
  method: 'web form, one unticked control per item'
  journey: string
  browser: string
  rights: { withdraw: string; complain: string; complainToBoard?: string; seeCorrectEraseNominate?: string }
  history: { status: 'given'; at: string }[]
}

/** What became of a consent after it was given. */
export interface ReceiptEvent {
  receiptId: string
  status: 'withdrawn' | 'superseded'
  at: string
}

export interface SignedReceipt {
  receipt: ReceiptBody
  signature: Signature
  /** Each signed on its own; absent while the consent is in force. */
  events?: { event: ReceiptEvent; signature: Signature }[]
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
    schema: 'ante-consent-receipt/2',
    receiptId: given.consentId,
    givenAt: { utc: at.toISOString(), ist: toIndianTime(at) },
    person: pseudonym(given.playerId),
    controller: { name: operatorName, address: operatorAddress, grievance: grievanceContact },
    notice: {
      version: notice.version,
      date: notice.date,
      language: notice.locale,
      title: notice.title,
      sha256: notice.sha256,
    },
    ground: 'consent, Digital Personal Data Protection Act 2023 s.6',
    jurisdiction: 'IN',
    purposes: notice.purposes.map((purpose) => ({
      id: purpose.id,
      title: purpose.title,
      required: purpose.need,
      granted: purpose.items.some((item) => given.items.includes(item.id)),
      items: purpose.items.map((item) => ({ ...item, granted: given.items.includes(item.id) })),
      recipients: purpose.id === 'result_mail' ? [operatorName] : given.recipients,
      retention: purpose.retention,
    })),
    recipients: given.recipients,
    method: 'web form, one unticked control per item',
    journey: given.caseId,
    browser: given.browserHash.toString('base64url'),
    rights: {
      withdraw: new URL('/me', appUrl).href,
      complain: grievanceContact,
      complainToBoard: 'Data Protection Board of India',
      seeCorrectEraseNominate: new URL('/me', appUrl).href,
    },
    history: [{ status: 'given', at: at.toISOString() }],
  }
  return { receipt, signature: signJson(checkpointKey, receipt) }
}

/** The receipt as it was signed, with what became of the consent since, signed now. */
export function withEvents(signed: SignedReceipt, events: readonly ReceiptEvent[]): SignedReceipt {
  if (events.length === 0) return signed
  const { checkpointKey } = env()
  return { ...signed, events: events.map((event) => ({ event, signature: signJson(checkpointKey, event) })) }
}

/** Stable name of a person on receipts; only somebody with our secret can link it to a row. */
function pseudonym(playerId: string): string {
  return `person-${keyedHash(env().authSecret, `receipt pseudonym ${playerId}`).toString('base64url').slice(0, 22)}`
}

function toIndianTime(at: Date): string {
  const shifted = new Date(at.getTime() + 5.5 * 3_600_000)
  return `${shifted.toISOString().slice(0, 19)}+05:30`
}
