import 'server-only'
import type { DocumentType, LockerDocument } from '@/lib/documents/types'
import { AppError } from '@/lib/errors'
import { CallFault } from './faults'
import type {
  CollectFailure,
  CollectOutcome,
  CollectSession,
  Connection,
  Credential,
  FetchedDocument,
  LockerProfile,
  MissingReason,
} from './types'
import type { Answer, Verdict } from './upstream'

/** What became of one consented document. `failed` ends the whole collection. */
export type Found =
  | { kind: 'document'; document: FetchedDocument }
  | { kind: 'missing'; reason: MissingReason }
  /** The vendor knows of no consent of the player, or not yet. */
  | { kind: 'waiting' }
  | { kind: 'failed'; reason: CollectFailure }

type Failed = Extract<CollectOutcome, { kind: 'failed' }>

const NOT_READY_RETRY_MS = 5_000 // ours

/**
 * Reads the documents strictly one after the other (two parallel reads on one IDTO key collided for an integrator).
 * Vendor trouble with one document leaves it missing; when nothing could be read because of trouble, the collection
 * failed. A consent that is missing for every document has not been given yet (`pending`); missing for some it was not
 * given for those. When a vendor says that the person is under age, nothing more is asked for. Throws only on a bug.
 */
export async function collectInTurn<T extends DocumentType>(
  types: readonly T[],
  profile: LockerProfile | null,
  readOne: (type: T) => Promise<Found>,
  arrived: CollectSession['arrived'],
): Promise<CollectOutcome> {
  const documents: FetchedDocument[] = []
  const missing: { type: DocumentType; reason: MissingReason }[] = []
  let trouble: CollectFailure | null = null
  let waiting = 0
  for (const [place, type] of types.entries()) {
    const found = await orFault(readOne(type))
    if (found instanceof CallFault) {
      const reason = toMissing(found)
      if (reason === null) return failed(toFailure(found))
      if (found.why !== 'issuer_unavailable') trouble ??= toFailure(found)
      missing.push({ type, reason })
    } else if (found.kind === 'failed') return failed(found.reason)
    else if (found.kind === 'missing' && found.reason === 'minor') {
      missing.push(...types.slice(place).map(asMinor))
      return { kind: 'documents', profile, documents, missing }
    } else if (found.kind === 'waiting') {
      waiting += 1
      missing.push({ type, reason: 'not_shared' })
    } else if (found.kind === 'missing') missing.push({ type, reason: found.reason })
    else {
      documents.push(found.document)
      await arrived?.(type)
    }
  }
  if (types.length > 0 && waiting === types.length) {
    return { kind: 'pending', retryAfterMs: NOT_READY_RETRY_MS, why: 'consent_missing' }
  }
  if (documents.length === 0 && trouble !== null) return failed(trouble)
  return { kind: 'documents', profile, documents, missing }
}

function asMinor(type: DocumentType) {
  return { type, reason: 'minor' as const }
}

/** Those of `types` that a locker can hold; a photo document belongs to vendors with a page of their own. */
export function toLockerDocuments(types: readonly DocumentType[]): LockerDocument[] {
  return types.filter((type) => type !== 'photo_document')
}

/** The credential of an adapter that has to be given something to read with. Throws `state_conflict`: a bug of the caller. */
export function requireBroughtBack(
  connection: Connection,
  credential: Credential,
): Exclude<Credential, { stage: 'referenced' }> {
  if (credential.stage !== 'referenced') return credential
  throw new AppError('state_conflict', `connection=${connection.id} why=nothing_brought_back`)
}

/** Waits for `work`; a CallFault comes back as a value, anything else is thrown on. */
export async function orFault<T>(work: Promise<T>): Promise<T | CallFault> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CallFault) return error
    throw error
  }
}

export function failed(reason: CollectFailure): Failed {
  return { kind: 'failed', reason }
}

/** A fault on a read, as the reason why nothing can be collected. */
export function toFailure(fault: CallFault): CollectFailure {
  switch (fault.code) {
    case 'provider_unavailable':
    case 'provider_timeout':
    case 'provider_rate_limited':
      return 'vendor_unavailable'
    case 'provider_bad_response':
      return 'bad_response'
    default:
      return 'vendor_misconfigured'
  }
}

/**
 * A fault on the single-use exchange. `exchange_interrupted`: the vendor may have taken the code. `vendor_unavailable`:
 * it cannot have (nothing was sent, or it answered 429), so the code is unspent.
 */
export function toExchangeFailure(fault: CallFault): CollectFailure {
  if (fault.why === 'request_invalid') return 'vendor_misconfigured'
  if (fault.code === 'provider_refused_request') return 'exchange_refused'
  const reason = toFailure(fault)
  return reason === 'vendor_unavailable' && fault.sent ? 'exchange_interrupted' : reason
}

/** A verdict on the exchange or on a call about the whole account. */
export function toSessionFailure(verdict: Verdict, otherwise: CollectFailure): CollectFailure {
  if (verdict.about === 'session') return verdict.reason
  if (verdict.about === 'issuer') return 'vendor_unavailable'
  return verdict.about === 'document' && verdict.reason === 'not_shared' ? 'consent_refused' : otherwise
}

/** An answer about one document, as found. A vanished address means it is not in the locker any more. */
export function toFound(answer: Answer<FetchedDocument>): Found {
  if (answer.kind === 'value') return { kind: 'document', document: answer.value }
  const { verdict } = answer
  if (verdict.about === 'session') return { kind: 'failed', reason: verdict.reason }
  if (verdict.about === 'document') return { kind: 'missing', reason: verdict.reason }
  const reason = ({ uri: 'not_in_locker', route: 'unreadable', issuer: 'issuer_unavailable' } as const)[
    verdict.about
  ]
  return { kind: 'missing', reason }
}

function toMissing(fault: CallFault): MissingReason | null {
  const failure = toFailure(fault)
  if (failure === 'vendor_unavailable') return 'issuer_unavailable'
  return failure === 'bad_response' ? 'unreadable' : null
}
