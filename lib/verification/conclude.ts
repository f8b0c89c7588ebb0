import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, transact } from '@/db/client'
import {
  deleteDocumentsOfPlayer,
  insertDecision,
  insertDocuments,
  type NewDocument,
  type NewFact,
} from '@/db/queries/documents'
import { type CollectContext, finishProviderSession, moveVerification } from '@/db/queries/verifications'
import { findConnection } from '@/lib/connections'
import { blindIndex } from '@/lib/crypto/blind-index'
import { sha256 } from '@/lib/crypto/tokens'
import { todayInIndia } from '@/lib/documents/dates'
import { readDocument } from '@/lib/documents/read'
import type { DocumentType, ReadDocument, SignatureVerdict } from '@/lib/documents/types'
import { env } from '@/lib/env'
import { queueJob, RESULT_MAIL_QUEUE } from '@/lib/jobs'
import type { CollectOutcome, FetchedDocument, MissingReason } from '@/lib/providers/types'
import type { Vault } from '@/lib/vault'
import { announceChange } from './changes'
import { consentedDocuments, record } from './collection'
import { type Decision, decide, isPersonStated } from './decide'
import { findExpectedPerson, mustBeNamed } from './expected-person'
import { anchorsFor } from './trust'

const DAY_MS = 86_400_000
/** Reasons that lie with issuer or vendor and may be gone tomorrow; the player did share. */
const PASSING: readonly MissingReason[] = ['issuer_unavailable', 'unreadable']

interface Arrived {
  fetched: FetchedDocument
  /** Null when it cannot be read. */
  document: ReadDocument | null
  keepRaw: boolean
  /** Known also of XML that cannot be read. */
  signature: SignatureVerdict
}

/** Reads what arrived, decides, and writes all of it in one transaction; nothing when the attempt has moved on. */
export async function conclude(
  context: CollectContext,
  vault: Vault,
  outcome: Extract<CollectOutcome, { kind: 'documents' }>,
): Promise<void> {
  const now = new Date()
  const today = todayInIndia(now)
  const consented = consentedDocuments(context)
  const trust = { anchors: anchorsFor(findConnection(context.session.connectionId)), at: now }
  const arrived = outcome.documents
    .filter((fetched) => consented.includes(fetched.type))
    .map((fetched): Arrived => {
      const answer = readDocument(fetched, { today, trust })
      return answer.kind === 'read'
        ? { fetched, ...answer, signature: answer.document.signature }
        : { fetched, document: null, keepRaw: false, signature: answer.signature ?? 'not_checked' }
    })
  const missing = outcome.missing.filter(({ type }) => consented.includes(type))
  const documents = arrived.flatMap(({ document }) => (document === null ? [] : [document]))
  const decision = decide({
    way: consented.includes('photo_document') ? 'capture' : 'digilocker',
    minorReported: missing.some(({ reason }) => reason === 'minor'),
    person: await comparePerson(context, vault, documents),
    bound: context.session.bound,
    assurance: outcome.assurance ?? null,
    documents,
    unreadable: arrived.flatMap(({ document, fetched }) => (document === null ? [fetched.type] : [])),
    unreadableSignatures: arrived.flatMap((one) => (one.document === null ? [one.signature] : [])),
    nothingShared: arrived.length === 0 && missing.every(({ reason }) => !PASSING.includes(reason)),
    today,
  })
  const subject = outcome.profile?.subject ?? null
  const subjectIndex = subject === null ? null : blindIndex(env().indexKeys, 'vendor_subject', subject)
  await write(context, vault, { arrived, missing, decision, subjectIndex, now })
}

/** Where what came back passed through the browser, the person must be the one that the player named beforehand. */
async function comparePerson(
  context: CollectContext,
  vault: Vault,
  documents: ReadDocument[],
): Promise<'not_asked' | 'agrees' | 'differs'> {
  if (!mustBeNamed(context) || documents.length === 0) return 'not_asked'
  const stated = await findExpectedPerson(context, vault)
  return stated !== null && isPersonStated(documents, stated) ? 'agrees' : 'differs'
}

interface Conclusion {
  arrived: Arrived[]
  missing: { type: DocumentType; reason: MissingReason }[]
  decision: Decision
  subjectIndex: string | null
  now: Date
}

/** Everything at once: the move, documents, checks, decision and audit, or nothing when the attempt has moved on. */
async function write(context: CollectContext, vault: Vault, conclusion: Conclusion): Promise<void> {
  const { verification } = context
  const { decision, now } = conclusion
  const minor = decision.reasons.includes('under_age')
  const won = await transact(async (tx) => {
    const moved = await moveVerification(
      tx,
      verification.playerId,
      verification.id,
      'awaiting_provider',
      decision.status,
      {
        reasons: decision.reasons,
        policyVersion: decision.policyVersion,
        inputHash: decision.inputHash,
        decidedAt: now,
        deadlineAt: null,
      },
    )
    if (!moved) return false
    // Of a minor nothing is kept but outcome and date.
    await finishProviderSession(
      tx,
      verification.playerId,
      verification.id,
      minor ? null : conclusion.subjectIndex,
    )
    if (minor) await deleteDocumentsOfPlayer(tx, verification.playerId)
    else await writeDocuments(tx, context, vault, conclusion)
    await writeDecision(tx, context, conclusion)
    if (context.consentItems.includes('result_mail') && decision.status !== 'awaiting_reviewer')
      await queueJob(tx, RESULT_MAIL_QUEUE, {
        playerId: verification.playerId,
        verificationId: verification.id,
      })
    return true
  })
  if (won) announceChange(verification.id)
}

async function writeDocuments(
  tx: Db,
  context: CollectContext,
  vault: Vault,
  conclusion: Conclusion,
): Promise<void> {
  const keepUntil =
    conclusion.decision.status === 'awaiting_reviewer'
      ? null
      : new Date(conclusion.now.getTime() + env().limits.retention.documentDays * DAY_MS)
  const rows: NewDocument[] = []
  const factRows: NewFact[] = []
  for (const arrived of conclusion.arrived) {
    const id = randomUUID()
    rows.push(toDocumentRow(context, vault, arrived, { id, keepUntil, fetchedAt: conclusion.now }))
    if (arrived.document !== null) factRows.push(...toFactRows(vault, arrived.document, id))
    await record(tx, context, {
      action: 'document.read',
      object: { type: 'document', id },
      reason: arrived.fetched.type,
    })
  }
  for (const { type, reason } of conclusion.missing) {
    const id = randomUUID()
    const base = { playerId: context.verification.playerId, id, verificationId: context.verification.id }
    rows.push({
      ...base,
      type,
      state: 'missing',
      missingReason: reason,
      remarks: [],
      fetchedAt: conclusion.now,
    })
    await record(tx, context, {
      action: 'document.missing',
      object: { type: 'document', id },
      reason: `${type} ${reason}`,
    })
  }
  await insertDocuments(tx, rows, factRows)
}

function toDocumentRow(
  context: CollectContext,
  vault: Vault,
  { fetched, document, keepRaw, signature }: Arrived,
  at: { id: string; keepUntil: Date | null; fetchedAt: Date },
): NewDocument {
  const number = document?.numberNormalised ?? null
  const anchor = document?.anchorSha256 ?? null
  const field = fetched.type === 'pan' || fetched.type === 'driving_licence' ? fetched.type : null
  return {
    playerId: context.verification.playerId,
    id: at.id,
    verificationId: context.verification.id,
    type: fetched.type,
    state: document === null ? 'not_accepted' : 'arrived',
    missingReason: document === null ? 'unreadable' : null,
    evidence: document?.evidence ?? null,
    remarks: document?.remarks ?? [],
    signature: signature === 'not_checked' ? null : signature,
    anchorSha256: anchor === null ? null : Buffer.from(anchor, 'hex'),
    numberIndex: number === null || field === null ? null : blindIndex(env().indexKeys, field, number),
    mediaType: fetched.mediaType,
    rawSha256: keepRaw ? sha256(fetched.raw) : null,
    rawSealed: keepRaw ? vault.seal('documents', 'raw_sealed', at.id, fetched.raw) : null,
    keepUntil: at.keepUntil,
    fetchedAt: at.fetchedAt,
  }
}

/** Facts of a document, sealed one by one. The photo stays in the document's own bytes, which are destroyed earlier. */
function toFactRows(vault: Vault, document: ReadDocument, documentId: string): NewFact[] {
  const { facts, evidence } = document
  const values: Record<string, string | null> = {
    name: facts.name,
    birth_date: facts.birthDate,
    gender: facts.gender,
    number_masked: facts.numberMasked,
    address: facts.address,
    state: facts.state,
    issued_on: facts.issuedOn,
    expires_on: facts.expiresOn,
  }
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === null || value === '') return []
    const id = randomUUID()
    const valueSealed = vault.seal('facts', 'value_sealed', id, value)
    return [{ playerId: vault.playerId, id, documentId, name, valueSealed, evidence }]
  })
}

async function writeDecision(tx: Db, context: CollectContext, { decision, now }: Conclusion): Promise<void> {
  const { playerId, id: verificationId } = context.verification
  const checks = decision.checks.map((check, ordinal) => ({ playerId, verificationId, ordinal, ...check }))
  await insertDecision(tx, checks, {
    playerId,
    id: randomUUID(),
    verificationId,
    outcome: decision.status,
    reasons: decision.reasons,
    madeBy: 'rule',
    policyVersion: decision.policyVersion,
    inputHash: decision.inputHash,
    decidedAt: now,
  })
  await record(tx, context, {
    action: 'verification.decided',
    before: 'awaiting_provider',
    after: decision.status,
    reason: decision.reasons.join(' '),
  })
}
