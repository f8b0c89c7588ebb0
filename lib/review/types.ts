import { z } from 'zod'
import { REASON_CODES, type ReasonCode } from '@/lib/checks/reasons'
import { DOCUMENT_TYPES, type DocumentType } from '@/lib/documents/types'
import { STATUSES, type Status } from '@/lib/verification/types'

// Words of the reviewers' desk: what a queue may be narrowed by, in which order it is read, what staff may decide. Pure:
// safe to import anywhere.

/** Rows of one page of a queue. */
export const PAGE_ROWS = 50
/** Counts of views end here: "999+" (docs/decisions/014-counts-end-at-a-thousand.md). */
export const COUNT_CAP = 999
/** Counts of what would be exported end here. */
export const PERSONS_CAP = 10_000

const Moment = z.iso.datetime()

/** A time as the database writes it in UTC, come back in an address: of this millennium, on a day that there is. */
export const DatabaseTime = z
  .string()
  .regex(/^2\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/)
  .refine((text) => Moment.safeParse(text.replace(' ', 'T').replace('+00', 'Z')).success)

export const DOCUMENT_STATES = ['arrived', 'missing', 'not_accepted'] as const
export type DocumentState = (typeof DOCUMENT_STATES)[number]
/** `pan:missing`: a document and what became of it, as `verifications.document_states` holds it. */
export type DocumentMark = `${DocumentType}:${DocumentState}`
const DOCUMENT_MARKS = DOCUMENT_TYPES.flatMap((type) =>
  DOCUMENT_STATES.map((state): DocumentMark => `${type}:${state}`),
)

export const QUEUE_SORTS = ['newest', 'oldest', 'due'] as const
export type QueueSort = (typeof QUEUE_SORTS)[number]

/** Ten digits or more, or a PAN: words of staff that are kept in clear, and stand in addresses, hold no number of a person. */
const PERSONAL = /(?:\p{Nd}[^\p{L}\p{N}]*){10}|[a-z]{5}[^\p{L}\p{N}]*\d{4}[^\p{L}\p{N}]*[a-z]/iu

/** False for what reads like a number of a person. */
export const isImpersonal = (text: string) => !PERSONAL.test(text)

export const TAG = z
  .string()
  .regex(/^[a-z0-9-]{1,32}$/)
  .refine(isImpersonal)

/** What a number of analytics counts, as a part of a filter: how far an attempt got at least, and what else is counted. */
export const COUNTED = [
  'left',
  'returned',
  'checked',
  'decided',
  'approved',
  'came_back',
  'first_looked',
  'first_pass',
  'reviewed',
  'looked_twice',
  'agreed',
] as const
export type Counted = (typeof COUNTED)[number]

/** In a filter: attempts that have no connection, or no policy version, yet. */
export const NONE = 'none'

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
  tag: TAG.optional(),
  snoozed: z.boolean().optional(),
  escalated: z.boolean().optional(),
  connection: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .optional(),
  sandbox: z.boolean().optional(),
  /** Days in India, both included, on which an attempt began. */
  begunFrom: z.iso.date().optional(),
  begunTo: z.iso.date().optional(),
  policy: z.string().max(32).optional(),
  counted: z.enum(COUNTED).optional(),
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
  /** With `resubmission`: the one document to send again. */
  document: z.enum(DOCUMENT_TYPES).optional(),
})
export type DecisionForm = z.output<typeof DecisionForm>

export const NOTE_LIMIT = 4000
/** Longest text that is searched for. */
export const SEARCH_LIMIT = 200
/** Longest name of a saved view. */
export const VIEW_NAME_LIMIT = 40

/** What may stand against an act of staff; `detail` of a `state_conflict` is one of these as JSON, ids and codes alone. */
export type Conflict =
  /** Somebody decided. `effectiveAt` while it may still be undone. */
  | { why: 'decided'; verdict: string; by: string; at: string; effectiveAt: string | null }
  /** The player or a rule moved it on. */
  | { why: 'moved_on'; status: string }
  /** The claim is somebody else's (`by`), or nobody's (null): claim again, what was typed stays. */
  | { why: 'claim_lost'; by: string | null }
  /** The case changed since it was shown. */
  | { why: 'changed'; version: number }
  /** The same person is verified as another player by now. */
  | { why: 'duplicate' }
  | { why: 'taken'; by: string | null }
  | { why: 'too_late' }

const ConflictShape = z.union([
  z.object({
    why: z.literal('decided'),
    verdict: z.string(),
    by: z.string(),
    at: z.string(),
    effectiveAt: z.string().nullable(),
  }),
  z.object({ why: z.literal('moved_on'), status: z.string() }),
  z.object({ why: z.literal('claim_lost'), by: z.string().nullable() }),
  z.object({ why: z.literal('changed'), version: z.number() }),
  z.object({ why: z.literal('duplicate') }),
  z.object({ why: z.literal('taken'), by: z.string().nullable() }),
  z.object({ why: z.literal('too_late') }),
])

/** What a `state_conflict` of the desk says, or null when it says something else. */
export function readConflict(detail: string | undefined): Conflict | null {
  if (detail === undefined || !detail.startsWith('{')) return null
  const parsed = ConflictShape.safeParse(JSON.parse(detail))
  return parsed.success ? parsed.data : null
}

/** Why somebody of staff may not touch a case at all; `detail` of a `forbidden`. */
export type Refusal = 'linked' | 'barred' | 'escalated' | 'own_proposal' | 'same_person' | 'verdict'

/** What became of a decision: carried out at `effectiveAt` (RFC 3339 UTC) unless undone, or waiting for a second person. */
export type Decided = { kind: 'pending'; id: string; effectiveAt: string } | { kind: 'proposed' }

export const TAG_LIMIT = 10
export const BULK_LIMIT = 500

const Reasons = z.array(z.enum(REASON_CODES as [ReasonCode, ...ReasonCode[]])).max(8)

/** What a lead may do to many cases at once. Approving is not among it. */
export const BulkAct = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('assign'), assigneeId: z.uuid().nullable() }),
  z.strictObject({ kind: z.literal('tag'), tag: TAG }),
  z.strictObject({ kind: z.literal('reject'), reasons: Reasons.length(1) }),
  z.strictObject({
    kind: z.literal('resubmission'),
    reasons: Reasons.length(1),
    document: z.enum(DOCUMENT_TYPES),
  }),
])
export type BulkAct = z.output<typeof BulkAct>

export const BulkPreviewForm = z.strictObject({
  act: BulkAct,
  ids: z.array(z.uuid()).min(1).max(BULK_LIMIT),
})
export type BulkPreviewForm = z.output<typeof BulkPreviewForm>

/** The cases of a preview with the versions it named. */
export const BulkForm = z.strictObject({
  act: BulkAct,
  items: z
    .array(z.strictObject({ id: z.uuid(), version: z.int().min(1) }))
    .min(1)
    .max(BULK_LIMIT),
})
export type BulkForm = z.output<typeof BulkForm>

/** Why a case is left out of a bulk act. */
export const SKIPS = [
  'moved_on',
  'changed',
  'claimed',
  'decided',
  'linked',
  'barred',
  'two_people',
  'document',
  'not_staff',
] as const
export type Skip = (typeof SKIPS)[number]

/** What a bulk act would do. */
export interface BulkPreview {
  items: { id: string; version: number }[]
  skipped: { id: string; why: Skip }[]
}

export const REVERSALS = ['reopen', 'revoke'] as const
export type Reversal = (typeof REVERSALS)[number]
/** To revoke needs a reason; to reopen does not. */
export const ReversalForm = z.strictObject({ id: z.uuid(), act: z.enum(REVERSALS), reasons: Reasons })
export type ReversalForm = z.output<typeof ReversalForm>

export const SecondLookForm = z.strictObject({
  /** The second look, not the attempt. */
  id: z.uuid(),
  verdict: z.enum(VERDICTS),
  reasons: Reasons,
})
export type SecondLookForm = z.output<typeof SecondLookForm>

/** An answer to a player's request; `refused` with the legal ground that the player reads. */
export const AnswerForm = z.strictObject({
  id: z.uuid(),
  state: z.enum(['granted', 'refused', 'closed']),
  legalGround: z.string().max(500).optional(),
})
export type AnswerForm = z.output<typeof AnswerForm>
