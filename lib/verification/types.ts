// States of a verification and what a page may know about one. Pure: safe to import anywhere.

import type { NoteCode, ReasonCode } from '@/lib/checks/reasons'
import type { AlignedWord } from '@/lib/documents/names'
import type { DocumentType, EvidenceLevel } from '@/lib/documents/types'
import type { MissingReason } from '@/lib/providers/types'

export type { NoteCode, ReasonCode }

/** Named after who acts next; the last seven are final. */
export const STATUSES = [
  'awaiting_consent',
  'awaiting_player',
  'awaiting_confirmation',
  'awaiting_provider',
  'awaiting_reviewer',
  'approved',
  'rejected',
  'resubmission_requested',
  'cancelled',
  'expired',
  'failed',
  'revoked',
] as const
export type Status = (typeof STATUSES)[number]

/**
 * Every allowed move. Code, conditional updates and the trigger `verifications_status_move` all hold to this table;
 * a database test compares the trigger's copy with it.
 */
export const MOVES: Readonly<Record<Status, readonly Status[]>> = {
  awaiting_consent: ['awaiting_player', 'cancelled', 'expired'],
  awaiting_player: ['awaiting_provider', 'awaiting_confirmation', 'cancelled', 'expired', 'failed'],
  awaiting_confirmation: ['awaiting_provider', 'cancelled', 'expired'],
  awaiting_provider: [
    'approved',
    'rejected',
    'awaiting_reviewer',
    'resubmission_requested',
    'cancelled',
    'failed',
    'expired',
  ],
  awaiting_reviewer: ['approved', 'rejected', 'resubmission_requested', 'cancelled'],
  approved: ['revoked'],
  rejected: ['awaiting_reviewer'],
  resubmission_requested: [],
  cancelled: [],
  expired: [],
  failed: [],
  revoked: [],
}

/** Still with the player: a new attempt supersedes these, never one that a reviewer holds. */
export const WITH_PLAYER: readonly Status[] = ['awaiting_consent', 'awaiting_player', 'awaiting_confirmation']

/** True when no further move happens without staff. */
export function isFinal(status: Status): boolean {
  return !status.startsWith('awaiting_')
}

/** The words that a player reads. */
export type PlayerWord =
  | 'not_started'
  | 'in_progress'
  | 'checking'
  | 'action_needed'
  | 'verified'
  | 'not_verified'

export const PLAYER_WORD: Readonly<Record<Status, PlayerWord>> = {
  awaiting_consent: 'not_started',
  awaiting_player: 'in_progress',
  awaiting_confirmation: 'in_progress',
  awaiting_provider: 'checking',
  awaiting_reviewer: 'checking',
  approved: 'verified',
  rejected: 'not_verified',
  resubmission_requested: 'action_needed',
  cancelled: 'action_needed',
  expired: 'action_needed',
  failed: 'action_needed',
  revoked: 'not_verified',
}

/** The one thing that the page offers; the server names it, the page only draws it. */
export type NextAction =
  | 'agree' // open /verify
  | 'start' // open /verify/leave: consent stands, the vendor is next
  | 'wait' // nothing to do, safe to close
  | 'try_again' // POST /api/kyc/start again, consent stands
  | 'answer' // two documents differ: say which is right, or that both are you
  | 'correct_details' // what the player wrote of themself may be put right
  | 'confirm' // finished at the vendor, and no browser of this player brought it home
  | 'return_to_operator'
  | 'contact_support'
  | 'none'

export interface StepView {
  key: 'agreed' | 'left' | 'shared' | 'document' | 'checks' | 'result'
  /** Only for key `document`. */
  document: DocumentType | null
  state: 'done' | 'now' | 'next' | 'stopped'
  /** RFC 3339 UTC, or null when it has not happened. */
  at: string | null
}

export interface DocumentView {
  type: DocumentType
  state: 'waiting' | 'arrived' | 'missing' | 'not_accepted'
  missing: MissingReason | null
  /** The player's own data, shown to the player alone. Number always masked. */
  name: string | null
  birthDate: string | null
  numberMasked: string | null
  evidence: EvidenceLevel | null
  /** It carries, or ought to carry, its issuer's signature, and that does not hold. */
  signatureFails: boolean
  readAt: string | null
}

/** Two documents that do not say the same: the player's own data, for the player's own page alone, never logged. */
export interface MismatchView {
  kind: 'name' | 'birth_date'
  /** How they differ; each has a heading under `status.mismatch`. */
  what: 'letter' | 'spelling' | 'initial' | 'word_missing' | 'word' | 'order' | 'several' | 'birth_date'
  first: { type: DocumentType; value: string }
  second: { type: DocumentType; value: string }
  /** Names only: in the order of the first, then what only the second has. */
  words: AlignedWord[]
  /** The same words stand in another order. */
  isReordered: boolean
}

/** Longest note beside "both are me", in UTF-16 units as the field counts them. */
export const NOTE_LIMIT = 500

/** What the player wrote of themself, to be looked at again. Never what the documents say. */
export interface RecheckView {
  name: string
  birthDate: string
  /** How often it may still be corrected. */
  left: number
}

/** All that the status and result pages know. Holds no vendor text, code or link. */
export interface JourneyView {
  id: string
  /** For support and receipts, like `7F3K-9QXD`. */
  reference: string
  status: Status
  word: PlayerWord
  /** Rises with every change; the ETag of the JSON status. */
  version: number
  /** True when nothing here came from a real government source. */
  sandbox: boolean
  /** Vendor as the notice names it; null before the start. */
  connectionName: string | null
  createdAt: string
  /** When the present state ends by itself, or until when the place of somebody who corrects a document is kept. */
  deadlineAt: string | null
  decidedAt: string | null
  reasons: ReasonCode[]
  /** What is worth telling although it did not stand in the way; each has a text under `notes`. */
  notes: NoteCode[]
  steps: StepView[]
  documents: DocumentView[]
  /** What differs, while there is something to be done about it; empty when the documents may be somebody else's. */
  mismatches: MismatchView[]
  /** The player said that both are them: a person reads the note. */
  bothAreMe: boolean
  /** The document that the player has corrected first. */
  correctFirst: DocumentType | null
  /** Set when what the player wrote may be corrected without a new consent. */
  recheck: RecheckView | null
  /** Set on `approved` alone. */
  adult: boolean | null
  nextAction: NextAction
  /** Another vendor that could take over in one tap, consent and tries kept; null when there is none or no reason. */
  switchTo: { connectionId: string; name: string } | null
  /** Attempts left today before the player has to wait. */
  attemptsLeft: number
  receiptId: string | null
  noticeVersion: number | null
  policyVersion: string | null
  /** When the fetched documents are destroyed (RFC 3339 UTC); null when none are kept. */
  documentsKeptUntil: string | null
}
