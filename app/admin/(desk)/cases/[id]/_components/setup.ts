import type { ReasonCode } from '@/lib/checks/reasons'
import type { DocumentType } from '@/lib/documents/types'
import type { Messages } from '@/lib/i18n/messages'

export type CaseWords = Messages['desk']['case']

/** A reason as the drawer offers it. */
export interface ReasonChoice {
  code: ReasonCode
  label: string
  /** Who found it and whether a retry helps, in words. */
  hint: string
  isFound: boolean
}

/** What a player's page is made of, in one language. */
export interface LetterWords {
  screens: Messages['status']['screens']
  reasons: Record<string, string>
  putRight: string
  putRights: Messages['status']['putRights']
  /** Documents, as they stand in a sentence. */
  names: Messages['mismatch']['inSentence']
}

/** Why this reader cannot decide, whatever they press; null when they can once they have claimed it. */
export type Block = 'closed' | 'blind' | 'linked' | 'barred' | 'escalated' | 'role'

/** What the parts of a case that move need to know. */
export interface CaseSetup {
  id: string
  /** Of the work on it; 0 when there is none. */
  version: number
  statusLabel: string
  holder: { name: string; isMe: boolean } | null
  isSnoozed: boolean
  block: Block | null
  isNeverApproved: boolean
  documents: { type: DocumentType; label: string }[]
  /** The document that the findings speak of. */
  suspect: DocumentType | null
  reasons: Record<'reject' | 'resubmission', ReasonChoice[]>
  /** Findings to be ticked as looked at. */
  findings: string[]
  locale: string
  letters: Record<'en' | 'hi', LetterWords>
  /** Names of colleagues by id, for what a conflict tells. */
  colleagues: Record<string, string>
  months: string
}
