import { z } from 'zod'
import { REASON_CODES, type ReasonCode } from '@/lib/checks/reasons'
import { DOCUMENT_TYPES, type DocumentType } from '@/lib/documents/types'
import { STATUSES, type Status } from '@/lib/verification/types'

// Words of the reviewers' desk: what a queue may be narrowed by, in which order it is read, what staff may decide. Pure:
// safe to import anywhere.

/** Rows of one page of a queue. */
export const PAGE_ROWS = 50
/** Counts end here: "10,000+". */
export const COUNT_CAP = 10_000

export const DOCUMENT_STATES = ['arrived', 'missing', 'not_accepted'] as const
export type DocumentState = (typeof DOCUMENT_STATES)[number]
/** `pan:missing`: a document and what became of it, as `verifications.document_states` holds it. */
export type DocumentMark = `${DocumentType}:${DocumentState}`
const DOCUMENT_MARKS = DOCUMENT_TYPES.flatMap((type) =>
  DOCUMENT_STATES.map((state): DocumentMark => `${type}:${state}`),
)

export const QUEUE_SORTS = ['newest', 'oldest', 'due'] as const
export type QueueSort = (typeof QUEUE_SORTS)[number]

const Hours = z.coerce.number().int().min(0).max(100_000)

/**
 * What a queue shows, as it stands in the address of the page. Nothing given means everything; `due`, `assignee`, `holder`,
 * `tag`, `snoozed` and `escalated` are about open work, and so is the order `due`.
 */
export const QueueFilter = z.strictObject({
  status: z.array(z.enum(STATUSES)).max(STATUSES.length).default([]),
  reason: z.enum(REASON_CODES as [ReasonCode, ...ReasonCode[]]).optional(),
  documents: z
    .array(z.enum(DOCUMENT_MARKS as [DocumentMark, ...DocumentMark[]]))
    .max(4)
    .default([]),
  /** Begun at least so many hours ago. */
  olderThanHours: Hours.optional(),
  /** Begun within so many hours. */
  newerThanHours: Hours.optional(),
  /** Due within so many hours; 0 is overdue. */
  dueWithinHours: Hours.optional(),
  assignee: z.union([z.enum(['me', 'nobody']), z.uuid()]).optional(),
  holder: z.enum(['me', 'nobody']).optional(),
  tag: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .optional(),
  snoozed: z.boolean().optional(),
  escalated: z.boolean().optional(),
  connection: z.string().max(64).optional(),
  sandbox: z.boolean().optional(),
  sort: z.enum(QUEUE_SORTS).default('newest'),
})
export type QueueFilter = z.output<typeof QueueFilter>

/** A saved view: a name in `messages` under `views` and what it shows. */
export interface QueueView {
  key: string
  filter: z.input<typeof QueueFilter>
}

/** The views that come with the software, in the order of the tabs. */
export const QUEUE_VIEWS: readonly QueueView[] = [
  { key: 'to_review', filter: { status: ['awaiting_reviewer'], snoozed: false, sort: 'due' } },
  { key: 'mine', filter: { status: ['awaiting_reviewer'], assignee: 'me', sort: 'due' } },
  { key: 'overdue', filter: { status: ['awaiting_reviewer'], dueWithinHours: 0, sort: 'due' } },
  { key: 'escalated', filter: { status: ['awaiting_reviewer'], escalated: true, sort: 'due' } },
  { key: 'snoozed', filter: { status: ['awaiting_reviewer'], snoozed: true, sort: 'due' } },
  { key: 'with_vendor', filter: { status: ['awaiting_provider'], sort: 'oldest' } },
  { key: 'rejected', filter: { status: ['rejected'] } },
  { key: 'approved', filter: { status: ['approved'] } },
  { key: 'all', filter: {} },
]

/** What staff may see whole, one at a time: a line of the comparison, with all that stands in it. */
export const REVEAL_FIELDS = ['name', 'birth_date', 'gender', 'number', 'address', 'email'] as const
export type RevealField = (typeof REVEAL_FIELDS)[number]

export const REVEAL_REASONS = [
  'compare_documents',
  'player_asked',
  'suspected_fraud',
  'legal_request',
  'quality_check',
] as const
export type RevealReason = (typeof REVEAL_REASONS)[number]

/** For how long a field stays open (PM-02). */
export const REVEAL_MINUTES = 5
export const REVEAL_TEXT_LIMIT = 300

export const RevealForm = z.strictObject({
  /** The attempt. */
  id: z.uuid(),
  field: z.enum(REVEAL_FIELDS),
  reason: z.enum(REVEAL_REASONS),
  /** In the words of who looks, if they want to add any. */
  text: z.string().trim().max(REVEAL_TEXT_LIMIT).optional(),
})
export type RevealForm = z.output<typeof RevealForm>

/** What staff may decide. */
export const VERDICTS = ['approve', 'reject', 'resubmission'] as const
export type Verdict = (typeof VERDICTS)[number]
export const VERDICT_STATUS = {
  approve: 'approved',
  reject: 'rejected',
  resubmission: 'resubmission_requested',
} as const satisfies Record<Verdict, Status>

export const DecisionForm = z.strictObject({
  /** The attempt. */
  id: z.uuid(),
  /** Version of the review that was on the screen. */
  version: z.coerce.number().int().min(1),
  verdict: z.enum(VERDICTS),
  reasons: z.array(z.enum(REASON_CODES as [ReasonCode, ...ReasonCode[]])).max(8),
})
export type DecisionForm = z.output<typeof DecisionForm>

export const NOTE_LIMIT = 4000
/** Longest text that is searched for. */
export const SEARCH_LIMIT = 200
/** Longest name of a saved view. */
export const VIEW_NAME_LIMIT = 40
