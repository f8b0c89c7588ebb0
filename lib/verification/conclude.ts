import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, transact } from '@/db/client'
import { lockPlayer } from '@/db/queries/consents'
import { keepPolicy } from '@/db/queries/decisions'
import {
  deleteDocumentsOfPlayer,
  insertDecision,
  insertDocuments,
  type NewDocument,
  type NewFact,
} from '@/db/queries/documents'
import { insertNameKeys, type NewNameKey } from '@/db/queries/name-keys'
import { type CollectContext, finishProviderSession, isBound } from '@/db/queries/provider-sessions'
import { setReviewDue } from '@/db/queries/reviews'
import { moveVerification } from '@/db/queries/verifications'
import type { DecisionInput } from '@/lib/checks/types'
import { findConnection } from '@/lib/connections'
import { blindIndex } from '@/lib/crypto/blind-index'
import { canonicalJson } from '@/lib/crypto/sign'
import { sha256 } from '@/lib/crypto/tokens'
import { todayInIndia } from '@/lib/documents/dates'
import { nameIndexes } from '@/lib/documents/name-keys'
import { readDocument } from '@/lib/documents/read'
import type { DocumentType, ReadDocument, SignatureVerdict } from '@/lib/documents/types'
import { env } from '@/lib/env'
import { queueJob, RESULT_MAIL_QUEUE } from '@/lib/jobs'
import { type CurrentPolicy, currentPolicy } from '@/lib/policy/current'
import { type Decision, decide } from '@/lib/policy/decide'
import type { CollectOutcome, FetchedDocument, MissingReason } from '@/lib/providers/types'
import type { Vault } from '@/lib/vault'
import { announceChange } from './changes'
import { consentedDocuments, record } from './collection'
import { toDecisionInput } from './decision-input'
import { findDuplicates, type Identity } from './duplicates'
import { reviewDueAt } from './review-due'
import { anchorsFor } from './trust'

const DAY_MS = 86_400_000

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
  const input = await toDecisionInput(context, vault, outcome, { arrived, missing, today })
  const subject = outcome.profile?.subject ?? null
  await write(context, vault, { arrived, missing, input, subject, now })
}

interface Collected {
  arrived: Arrived[]
  missing: { type: DocumentType; reason: MissingReason }[]
  input: DecisionInput
  /** The locker account as the vendor names it. */
  subject: string | null
  now: Date
}

type Conclusion = Collected & { decision: Decision; policy: CurrentPolicy }

/** Everything at once: the move, documents, checks, decision and audit, or nothing when the attempt has moved on. */
async function write(context: CollectContext, vault: Vault, collected: Collected): Promise<void> {
  const { verification } = context
  const { now, subject } = collected
  const won = await transact(async (tx) => {
    const conclusion = await decideOn(tx, verification, collected)
    const { decision } = conclusion
    const minor = decision.reasons.includes('under_age')
    if (minor) await lockPlayer(tx, verification.playerId) // before the attempt, as everybody does
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
        documentStates: minor ? [] : toDocumentStates(conclusion),
        decidedAt: now,
        deadlineAt: null,
      },
    )
    if (!moved) return false
    if (decision.status === 'awaiting_reviewer')
      await setReviewDue(tx, verification.playerId, verification.id, reviewDueAt(now))
    // Of a minor nothing is kept but outcome and date.
    await finishProviderSession(
      tx,
      verification.playerId,
      verification.id,
      minor || subject === null ? null : toSubject(vault, verification.id, subject),
    )
    if (minor) await deleteDocumentsOfPlayer(tx, verification.playerId)
    else await writeDocuments(tx, context, vault, conclusion)
    await writeDecision(tx, context, minor ? null : vault, conclusion)
    if (context.consentItems.includes('result_mail') && decision.status !== 'awaiting_reviewer')
      await queueJob(tx, RESULT_MAIL_QUEUE, {
        playerId: verification.playerId,
        verificationId: verification.id,
      })
    return true
  })
  if (won) announceChange(verification.id)
}

async function decideOn(
  tx: Db,
  { playerId, id }: CollectContext['verification'],
  collected: Collected,
): Promise<Conclusion> {
  const duplicates = await findDuplicates(tx, playerId, toIdentity(collected))
  // Asked last: another browser may have come back while we were reading.
  const input = { ...collected.input, duplicates, bound: await isBound(tx, playerId, id) }
  const policy = await currentPolicy(tx)
  return { ...collected, input, policy, decision: decide(input, policy.policy) }
}

function toIdentity({ arrived, subject }: Collected): Identity {
  const numbers = (type: 'pan' | 'driving_licence') =>
    arrived.flatMap(({ document }) => (document?.type === type ? (document.numberNormalised ?? []) : []))
  return { pan: numbers('pan'), driving_licence: numbers('driving_licence'), subject }
}

function toSubject(vault: Vault, verificationId: string, subject: string) {
  return {
    index: blindIndex(env().indexKeys, 'vendor_subject', subject),
    sealed: vault.seal('provider_sessions', 'subject_sealed', verificationId, subject),
  }
}

/** What became of each document, as the queue shows and filters it. */
function toDocumentStates({ arrived, missing }: Collected): string[] {
  return [
    ...arrived.map(
      ({ fetched, document }) => `${fetched.type}:${document === null ? 'not_accepted' : 'arrived'}`,
    ),
    ...missing.map(({ type }) => `${type}:missing`),
  ]
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
  await insertNameKeys(tx, toNameKeyRows(context, conclusion.arrived, rows))
}

/** By what words each name is found again; a word that two documents have belongs to the first. */
function toNameKeyRows(
  { verification }: CollectContext,
  arrived: readonly Arrived[],
  rows: readonly NewDocument[],
): NewNameKey[] {
  const { playerId, id: verificationId, createdAt } = verification
  return arrived.flatMap(({ document }, place) => {
    const documentId = rows[place]?.id
    const name = document?.facts.name ?? null
    if (documentId === undefined || name === null) return []
    return nameIndexes(env().indexKeys, name).map((key) => ({
      playerId,
      verificationId,
      documentId,
      key,
      createdAt,
    }))
  })
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
    numberSealed:
      number === null || field === null ? null : vault.seal('documents', 'number_sealed', at.id, number),
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

/** `vault` is null for a minor: neither the input is kept then nor what else was found. */
async function writeDecision(
  tx: Db,
  context: CollectContext,
  vault: Vault | null,
  { decision, input, policy, now }: Conclusion,
): Promise<void> {
  const { playerId, id: verificationId } = context.verification
  const { policyVersion, policySha256, inputHash } = decision
  const checks = decision.checks
    .map((check, ordinal) => ({ playerId, verificationId, ordinal, ...check }))
    .filter(({ reason }) => vault !== null || reason === 'under_age')
  const content = canonicalJson(policy.policy)
  await keepPolicy(tx, { sha256: policySha256, version: policyVersion, content, origin: policy.origin })
  const id = randomUUID()
  await insertDecision(tx, checks, {
    playerId,
    id,
    verificationId,
    outcome: decision.status,
    reasons: decision.reasons,
    madeBy: 'rule',
    policyVersion,
    policySha256,
    inputHash,
    inputSealed: vault?.seal('decisions', 'input_sealed', id, canonicalJson(input)) ?? null,
    decidedAt: now,
  })
  await record(tx, context, {
    action: 'verification.decided',
    before: 'awaiting_provider',
    after: decision.status,
    reason: decision.reasons.join(' '),
  })
}
