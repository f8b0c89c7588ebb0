import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, notify, transact } from '@/db/client'
import * as consents from '@/db/queries/consents'
import { listOpen } from '@/db/queries/verifications'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { connectionsInOrder } from '@/lib/connections/routing'
import { sha256 } from '@/lib/crypto/tokens'
import { DOCUMENT_TYPES, type DocumentType } from '@/lib/documents/types'
import { AppError } from '@/lib/errors'
import type { Way } from '@/lib/providers/types'
import { NOTICE_VERSION, noticeFor, noticeText, recipientNames, recipientsOf } from './notice'
import { makeReceipt, type ReceiptEvent, type SignedReceipt, withEvents } from './receipt'
import { type ConsentItemId, type Locale, type Notice, wayOf } from './types'

export { currentNotice, ways } from './notice'

const PURPOSE = 'onboarding'

export interface LiveConsent {
  id: string
  way: Way
  items: ConsentItemId[]
  documents: DocumentType[]
  /** Ids of the connections that the agreed notice names. */
  recipients: string[]
  noticeVersion: number
}

export interface ReceiptView {
  id: string
  givenAt: string
  status: 'live' | 'withdrawn' | 'superseded'
  noticeVersion: number
  locale: Locale
  sha256: string
  operatorName: string
  grievanceContact: string
  purposes: {
    id: string
    title: string
    items: { id: string; title: string; reads: string; granted: boolean }[]
    recipients: string[]
    retention: string
  }[]
  recipients: string[]
  signature: { keyId: string; value: string }
  history: { at: string; status: string }[]
}

/**
 * True when the ticked items meet every needed purpose of the notice (PAN, and Aadhaar or licence; or the photo document)
 * and nothing is ticked that the notice does not name.
 */
export function meetsNeeds(notice: Notice, items: readonly ConsentItemId[]): boolean {
  const named = notice.purposes.flatMap((purpose) => purpose.items.map((item) => item.id))
  if (!items.every((item) => named.includes(item))) return false
  return notice.purposes.every((purpose) => {
    const granted = purpose.items.filter((item) => items.includes(item.id)).length
    if (purpose.need === 'optional') return true
    return purpose.need === 'all' ? granted === purpose.items.length : granted > 0
  })
}

/**
 * Records what a player agreed to: consent, signed receipt and audit in one transaction. An earlier consent is
 * superseded. `after` runs inside the transaction with the new consent and the case (the attempt is made there).
 * Throws `notice_changed` when it changed since the page was shown or its way is no longer offered, `bad_request` when
 * needed items are missing or others are ticked.
 */
export async function giveConsent(
  player: PlayerActor,
  given: { locale: Locale; way: Way; noticeSha256: string; items: ConsentItemId[]; userAgent: string },
  after: (tx: Db, consent: LiveConsent & { caseId: string }) => Promise<void>,
): Promise<void> {
  const order = await connectionsInOrder()
  const notice = noticeFor(given.locale, given.way, order)
  const recipients = recipientsOf(given.way, order).map((connection) => connection.id)
  if (recipients.length === 0 || notice.sha256 !== given.noticeSha256) throw new AppError('notice_changed')
  if (!meetsNeeds(notice, given.items)) throw new AppError('bad_request', 'items do not fit the notice')
  const at = new Date()
  const id = randomUUID()
  const browserHash = sha256(`${randomUUID()} ${given.userAgent}`)
  await transact(async (tx) => {
    await consents.lockPlayer(tx, player.id)
    await listOpen(tx, player.id) // locked before the audit chain
    await consents.insertNotice(tx, {
      sha256: notice.sha256,
      version: notice.version,
      locale: notice.locale,
      content: noticeText(notice),
    })
    const { id: caseId } = await consents.ensureCase(tx, player.id, PURPOSE, randomUUID())
    const receipt = makeReceipt({
      consentId: id,
      playerId: player.id,
      caseId,
      at,
      notice,
      items: given.items,
      recipients: recipientNames(given.way, order),
      browserHash,
    })
    const superseded = await consents.insertConsent(tx, {
      playerId: player.id,
      id,
      noticeSha256: notice.sha256,
      noticeVersion: notice.version,
      locale: notice.locale,
      items: given.items,
      recipients,
      browserHash,
      receipt: JSON.stringify(receipt),
      givenAt: at,
    })
    const actor = asActor(player)
    if (superseded !== null)
      await appendAuditEvent(tx, caseId, {
        actor,
        action: 'consent.superseded',
        object: { type: 'consent', id: superseded },
      })
    await appendAuditEvent(tx, caseId, {
      actor,
      action: 'consent.given',
      object: { type: 'consent', id },
      reason: `notice ${notice.version} ${notice.way} ${notice.locale}`,
    })
    await after(tx, {
      ...toLive({ id, items: given.items, recipients, noticeVersion: notice.version }),
      caseId,
    })
  })
}

/** Records that a player did not agree. Nothing else changes. */
export async function declineConsent(player: PlayerActor): Promise<void> {
  await transact(async (tx) => {
    const { id: caseId } = await consents.ensureCase(tx, player.id, PURPOSE, randomUUID())
    await appendAuditEvent(tx, caseId, {
      actor: asActor(player),
      action: 'consent.declined',
      object: { type: 'player', id: player.id },
    })
  })
}

/**
 * Withdraws a live consent at once. `after` runs inside the transaction and ends what stood on it. False when it was
 * not live. Calls in flight stop at their next look at the consent; their results are not kept.
 */
export async function withdrawConsent(
  player: PlayerActor,
  consentId: string,
  after: (tx: Db) => Promise<string[]>,
): Promise<boolean> {
  const changed = await transact(async (tx) => {
    await consents.lockPlayer(tx, player.id)
    await listOpen(tx, player.id) // locked before the audit chain
    if (!(await consents.withdrawConsentRow(tx, player.id, consentId, new Date()))) return null
    const { id: caseId } = await consents.ensureCase(tx, player.id, PURPOSE, randomUUID())
    await appendAuditEvent(tx, caseId, {
      actor: asActor(player),
      action: 'consent.withdrawn',
      object: { type: 'consent', id: consentId },
    })
    return after(tx)
  })
  for (const verificationId of changed ?? []) notify('verification_changed', verificationId)
  return changed !== null
}

/** The player's live consent to the notice in force, or null; a consent to an older version no longer carries over. */
export async function findLiveConsent(at: Db, playerId: string): Promise<LiveConsent | null> {
  const row = await consents.findLiveConsent(at, playerId)
  if (row === null || row.noticeVersion !== NOTICE_VERSION) return null
  return toLive(row)
}

/** The live consent, or AppError `consent_missing`: every vendor call stands behind this. */
export async function requireLiveConsent(at: Db, playerId: string): Promise<LiveConsent> {
  const consent = await findLiveConsent(at, playerId)
  if (consent === null) throw new AppError('consent_missing')
  return consent
}

/** One receipt of this player for the page, or null. */
export async function findReceipt(player: PlayerActor, id: string): Promise<ReceiptView | null> {
  if (!isUuid(id)) return null
  const row = await consents.findConsent(db(), player.id, id)
  if (row === null) return null
  const { receipt, signature } = JSON.parse(row.receipt) as SignedReceipt
  return {
    id: row.id,
    givenAt: row.givenAt.toISOString(),
    status: statusOf(row),
    noticeVersion: row.noticeVersion,
    locale: receipt.notice.language as Locale,
    sha256: row.noticeSha256,
    operatorName: receipt.controller.name,
    grievanceContact: receipt.controller.grievance,
    purposes: receipt.purposes,
    recipients: receipt.recipients,
    signature: { keyId: signature.keyId, value: signature.value },
    history: [...receipt.history, ...eventsOf(row)],
  }
}

/** The signed receipt as stored with what became of the consent since (JSON text), or null. */
export async function findSignedReceipt(player: PlayerActor, id: string): Promise<string | null> {
  if (!isUuid(id)) return null
  const row = await consents.findConsent(db(), player.id, id)
  return row === null ? null : JSON.stringify(toSignedReceipt(row), null, 2)
}

/** One stored receipt with what became of the consent since, signed. */
export function toSignedReceipt(
  row: Pick<consents.ConsentRow, 'id' | 'receipt' | 'withdrawnAt' | 'supersededAt'>,
): SignedReceipt {
  return withEvents(JSON.parse(row.receipt) as SignedReceipt, eventsOf(row))
}

function eventsOf(row: Pick<consents.ConsentRow, 'id' | 'withdrawnAt' | 'supersededAt'>): ReceiptEvent[] {
  const event = (status: ReceiptEvent['status'], at: Date | null) =>
    at === null ? [] : [{ receiptId: row.id, status, at: at.toISOString() }]
  return [...event('withdrawn', row.withdrawnAt), ...event('superseded', row.supersededAt)]
}

/** The player's receipts, newest first. */
export async function listReceipts(
  player: PlayerActor,
): Promise<{ id: string; givenAt: string; status: ReceiptView['status']; noticeVersion: number }[]> {
  const rows = await consents.listConsents(db(), player.id)
  return rows.map((row) => ({
    id: row.id,
    givenAt: row.givenAt.toISOString(),
    status: statusOf(row),
    noticeVersion: row.noticeVersion,
  }))
}

const statusOf = (row: { withdrawnAt: Date | null; supersededAt: Date | null }): ReceiptView['status'] =>
  row.withdrawnAt !== null ? 'withdrawn' : row.supersededAt !== null ? 'superseded' : 'live'

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

function toLive(row: {
  id: string
  items: string[]
  recipients: string[]
  noticeVersion: number
}): LiveConsent {
  const items = row.items as ConsentItemId[]
  return {
    id: row.id,
    way: wayOf(items),
    items,
    documents: DOCUMENT_TYPES.filter((type) => row.items.includes(type)),
    recipients: row.recipients,
    noticeVersion: row.noticeVersion,
  }
}
