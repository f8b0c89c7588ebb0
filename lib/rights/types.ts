// Words of the player's rights. Pure: safe to import anywhere.

import { z } from 'zod'

/** What a player may ask of us; `both_are_me` answers two names on one person's documents. */
export const REQUEST_KINDS = ['correction', 'appeal', 'grievance', 'nomination', 'both_are_me'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** Longest text of a request, characters. */
export const REQUEST_TEXT_LIMIT = 2000

/** What a player asks by our form; `both_are_me` is asked where the names are compared. */
export const ASKED_KINDS = ['correction', 'appeal', 'grievance', 'nomination'] as const
export type AskedKind = (typeof ASKED_KINDS)[number]

export const AskForm = z.strictObject({
  kind: z.enum(ASKED_KINDS),
  attempt: z.uuid().optional(),
  text: z.string().max(REQUEST_TEXT_LIMIT * 2),
})

/** Classes of data, as `messages` name them under `erasure.classes`. */
export const ERASED_CLASSES = [
  'data_key',
  'email',
  'stated_details',
  'documents',
  'facts',
  'vendor_sessions',
  'indexes',
  'request_texts',
  'sessions',
  'jobs',
] as const
export const KEPT_CLASSES = ['consent_receipts', 'outcomes', 'audit_hashes', 'this_certificate'] as const

/** What became of the bytes of a document. `never`: there were none to keep, or they held a full Aadhaar number. */
export type BytesState = { kind: 'kept'; until: string | null } | { kind: 'destroyed' } | { kind: 'never' }

export interface HeldDocument {
  id: string
  type: string
  state: 'arrived' | 'missing' | 'not_accepted'
  evidence: string | null
  readAt: string
  /** By our names (`name`, `birth_date`, `number_masked` …); numbers masked. Empty while `hidden`. */
  facts: { name: string; value: string }[]
  /** True while it is not sure that the document is this player's own. */
  hidden: boolean
  bytes: BytesState
}

export interface HeldAttempt {
  id: string
  reference: string
  status: string
  /** Without those that say something of the person in documents `inDoubt`. */
  reasons: string[]
  /** True while it is not sure that the documents are this player's own. */
  inDoubt: boolean
  /** Who carried it, as the notice names them; null before a start. */
  connectionName: string | null
  way: 'digilocker' | 'capture'
  sandbox: boolean
  createdAt: string
  decidedAt: string | null
  documents: HeldDocument[]
  appeal: 'possible' | 'open' | 'none'
}

/** Everything that is held about one player, opened for that player alone. Times are RFC 3339 UTC. */
export interface Held {
  email: string | null
  createdAt: string
  /** When the account and all in it end if nobody signs in again. */
  endsAt: string
  stated: { name: string; birthDate: string } | null
  attempts: HeldAttempt[]
  consents: number
  /** Companies that a request of this player went through. */
  recipients: string[]
  days: { proofs: number; facts: number; unfinished: number; logs: number }
}

/** What happened, as a page may tell it; `staff` stands for every look of a person of ours. */
export const HISTORY_WORDS = [
  'consent_given',
  'consent_declined',
  'consent_superseded',
  'consent_withdrawn',
  'details_stated',
  'started',
  'switched',
  'returned',
  'confirmed',
  'document_read',
  'decided',
  'cancelled',
  'expired',
  'failed',
  'request_made',
  'exported',
  'staff',
] as const
export type HistoryWord = (typeof HISTORY_WORDS)[number]

export interface HistoryEntry {
  at: string
  who: 'you' | 'system' | 'staff'
  word: HistoryWord
  /** Company that carried it, where one did. */
  vendor: string | null
  /** Type of the document that was read. */
  document: string | null
}
