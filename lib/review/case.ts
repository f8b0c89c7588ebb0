import 'server-only'
import { db, transact } from '@/db/client'
import {
  type Attempt,
  type CaseDocument,
  findAttempt,
  findSealedAccount,
  isReadLately,
  listCaseChecks,
  listCaseDecisions,
  listCaseDocuments,
  listCaseRecords,
  listDeliveriesOf,
} from '@/db/queries/case-file'
import { findPolicy, findRuleDecision } from '@/db/queries/decisions'
import { listFacts } from '@/db/queries/documents'
import { listDataKeys } from '@/db/queries/players'
import { listRequests } from '@/db/queries/requests'
import { findPending } from '@/db/queries/review-work'
import { findReview, listNotesOf, type Review } from '@/db/queries/reviews'
import type { StaffActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import type { ReasonCode } from '@/lib/checks/reasons'
import type { DecisionInput } from '@/lib/checks/types'
import { maskFullAadhaar } from '@/lib/documents/mask'
import { DOCUMENT_TYPES, type DocumentType, type EvidenceLevel } from '@/lib/documents/types'
import { currentPolicy } from '@/lib/policy/current'
import { openInput } from '@/lib/policy/replay'
import { Policy } from '@/lib/policy/types'
import { may, requirePermission } from '@/lib/staff/permissions'
import { asStaff } from '@/lib/staff/record'
import { type Vault, vaultFrom } from '@/lib/vault'
import { isInDoubt } from '@/lib/verification/doubt'
import type { Status } from '@/lib/verification/types'
import { type Colleague, readColleagues } from './colleagues'
import { type CellState, type ComparisonRow, compareSources, type SourceValues } from './comparison'
import { type CheckView, toCheckView } from './findings'
import { isLinked } from './independence'
import { type MaskedPlayer, readMaskedPlayers } from './masked-player'
import { type AttemptView, type PlayerLinks, readAttempts, readLinks } from './players'
import { toReference, toVendor } from './queue'
import { type LiveReveal, listLive } from './reveal'
import { findOwnLook } from './second-looks'
import { type TimelineEntry, toTimelineEntry, toWebhookEntry } from './timeline'

// Everything that a case page shows, masked but for what this reader has revealed.

const TIMELINE_LIMIT = 200
const READ_ONCE_MINUTES = 15
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export interface CaseFile {
  id: string
  playerId: string
  /** `7F3K-9QXD` */
  reference: string
  status: Status
  /** Of the attempt; that of the work on it is in `work`. */
  version: number
  attempt: number
  sandbox: boolean
  player: MaskedPlayer
  /** The player's language, for the text that they will read. */
  locale: string
  vendor: { connectionId: string; name: string } | null
  /** RFC 3339 UTC, as all times here. */
  createdAt: string
  decidedAt: string | null
  policyVersion: string | null
  reasons: ReasonCode[]
  /** Null when it was never with a reviewer. */
  work: CaseWork | null
  /** What came may be of somebody else than this player. */
  isInDoubt: boolean
  /** This reader is, or is close to, the player: they neither reveal nor decide. */
  isLinked: boolean
  /** The second look that this reader has to answer: while there is one, nothing here tells what somebody decided before. */
  lookId: string | null
  /** This reader's own decision while it may be undone, or waits for a second person. */
  pending: PendingView | null
  /** The checks behind the reasons: what stands in the way, in their order. */
  why: CheckView[]
  comparison: ComparisonRow[]
  documents: CaseDocumentView[]
  checks: CheckView[]
  decisions: DecisionView[]
  /** Newest first, at most 200 records of the whole case. */
  timeline: TimelineEntry[]
  notes: NoteView[]
  requests: CaseRequest[]
  /** All attempts of the player, newest first, this one too. */
  attempts: AttemptView[]
  links: PlayerLinks
  revealed: LiveReveal[]
}

export interface CaseWork {
  version: number
  openedAt: string
  dueAt: string
  isOverdue: boolean
  isOpen: boolean
  assignee: Colleague | null
  holder: Colleague | null
  heldSince: string | null
  snoozedUntil: string | null
  isEscalated: boolean
  priority: number
  tags: string[]
  /** This reader decided it before: somebody else decides now. */
  isBarred: boolean
  /** The first of two opinions. */
  proposed: { by: Colleague | null; outcome: string; reasons: ReasonCode[] } | null
}

export interface PendingView {
  id: string
  act: string
  reasons: ReasonCode[]
  document: string | null
  /** When it takes effect; null while it waits for a second person. */
  effectiveAt: string | null
}

export interface CaseDocumentView {
  type: DocumentType
  state: CellState
  missingReason: string | null
  evidence: EvidenceLevel | null
  /** `valid`, why the issuer's signature was not believed, or null where there is none to check. */
  signature: string | null
  /** The first and last four hex digits of the SHA-256 of the certificate that signed. */
  anchor: string | null
  remarks: string[]
  readAt: string | null
}

export interface DecisionView {
  at: string
  /** Null: a rule. */
  by: Colleague | null
  isRule: boolean
  outcome: string
  reasons: ReasonCode[]
  policyVersion: string
}

export interface NoteView {
  noteId: string
  /** Newest first. `text` is null for who reads masked cases alone or is linked. */
  versions: { version: number; by: Colleague | null; at: string; text: string | null }[]
}

export interface CaseRequest {
  id: string
  kind: string
  state: string
  createdAt: string
  dueAt: string
  /** In the player's own words, full Aadhaar numbers masked; null for who reads masked cases alone or is linked, and once erased. */
  text: string | null
}

/**
 * The case file of one attempt, or null when there is none; that the player's words were read is recorded. AppError `forbidden`.
 */
export async function readCase(staff: StaffActor, id: string): Promise<CaseFile | null> {
  requirePermission(staff, 'case.view')
  const attempt = UUID.test(id) ? await findAttempt(db(), id) : null
  if (attempt === null) return null
  const { playerId } = attempt
  const keys = await listDataKeys(db(), playerId)
  const vault = keys.length === 0 ? null : vaultFrom(playerId, keys)
  const colleagues = await readColleagues(staff)
  const [review, documents, checks, live, account, links, isOwn] = await Promise.all([
    findReview(db(), id),
    listCaseDocuments(db(), playerId, id),
    listCaseChecks(db(), playerId, id),
    listLive(staff, playerId, id),
    findSealedAccount(db(), playerId),
    readLinks(staff, playerId),
    transact((tx) => isLinked(tx, staff, playerId)),
  ])
  const revealed = may(staff.roles, 'case.reveal') && !isOwn ? live : []
  const readsWords = may(staff.roles, 'case.note') && !isOwn
  const { input, rules } = await findDecidedOn(attempt, vault)
  const sources = await readSources(attempt, vault, documents, account, input)
  const views = checks.map((check) => toCheckView(check, rules, input))
  const players = await readMaskedPlayers(db(), [attempt])
  const file: CaseFile = {
    ...toHeader(attempt),
    player: players.get(id) ?? { kind: 'erased', label: '' },
    locale: account?.locale ?? 'en',
    work: review === null ? null : toWork(staff, review, colleagues),
    isInDoubt: await isInDoubt(playerId, attempt),
    isLinked: isOwn,
    lookId: null,
    pending: await readPending(staff, id),
    why: views.filter(({ reason }) => reason !== null),
    comparison: compareSources(sources, new Set(revealed.map(({ field }) => field)), checks),
    documents: attempt.documents.map((type) => toDocumentView(type as DocumentType, attempt, documents)),
    checks: views,
    decisions: await readDecisions(attempt, colleagues),
    timeline: await readTimeline(attempt, colleagues),
    notes: await readNotes(attempt, readsWords ? vault : null, colleagues),
    requests: await readRequests(staff, attempt, readsWords ? vault : null),
    attempts: await readAttempts(staff, playerId),
    links,
    revealed,
  }
  const lookId = await findOwnLook(staff, id)
  return lookId === null ? file : withoutVerdict(file, lookId)
}

/** The file as it was when the rule had sent it to a person. */
function withoutVerdict(file: CaseFile, lookId: string): CaseFile {
  const decisions = file.decisions.filter(({ isRule }) => isRule)
  const before = {
    status: 'awaiting_reviewer' as const,
    reasons: decisions[0]?.reasons ?? [],
    decidedAt: decisions[0]?.at ?? null,
  }
  return {
    ...file,
    ...before,
    lookId,
    work: file.work === null ? null : { ...file.work, isOpen: true, holder: null, tags: [], proposed: null },
    decisions,
    timeline: file.timeline.filter(({ by }) => by !== 'staff'),
    notes: [],
    requests: file.requests.filter(({ kind }) => kind !== 'appeal'),
  }
}

async function readPending(staff: StaffActor, id: string): Promise<PendingView | null> {
  const row = await findPending(db(), id)
  if (row === null || row.madeBy !== staff.id) return null
  return {
    id: row.id,
    act: row.act,
    reasons: row.reasons as ReasonCode[],
    document: row.document,
    effectiveAt: row.effectiveAt?.toISOString() ?? null,
  }
}

function toHeader(attempt: Attempt) {
  const time = (at: Date | null) => at?.toISOString() ?? null
  return {
    id: attempt.id,
    playerId: attempt.playerId,
    reference: toReference(attempt.reference),
    status: attempt.status,
    version: attempt.version,
    attempt: attempt.attempt,
    sandbox: attempt.sandbox,
    vendor: toVendor(attempt.connectionId),
    createdAt: attempt.createdAt.toISOString(),
    decidedAt: time(attempt.decidedAt),
    policyVersion: attempt.policyVersion,
    reasons: attempt.reasons as ReasonCode[], // written by checks and staff out of the closed list
  }
}

function toWork(staff: StaffActor, review: Review, colleagues: ReadonlyMap<string, Colleague>): CaseWork {
  const now = new Date()
  const who = (id: string | null) => (id === null ? null : (colleagues.get(id) ?? null))
  const { proposedOutcome, snoozedUntil } = review
  return {
    version: review.version,
    openedAt: review.openedAt.toISOString(),
    dueAt: review.dueAt.toISOString(),
    isOpen: review.closedAt === null,
    isOverdue: review.closedAt === null && review.dueAt < now,
    assignee: who(review.assigneeId),
    holder: who(review.claimedBy),
    heldSince: review.claimedAt?.toISOString() ?? null,
    snoozedUntil: snoozedUntil !== null && snoozedUntil > now ? snoozedUntil.toISOString() : null,
    isEscalated: review.escalatedAt !== null,
    priority: review.priority,
    tags: review.tags,
    isBarred: review.barred.includes(staff.id),
    proposed:
      proposedOutcome === null
        ? null
        : {
            by: who(review.proposedBy),
            outcome: proposedOutcome,
            reasons: (review.proposedReasons ?? []) as ReasonCode[],
          },
  }
}

/** What the newest rule looked at and by which policy; the policy of now where that is not known. */
async function findDecidedOn(attempt: Attempt, vault: Vault | null) {
  const stored = await findRuleDecision(db(), attempt.playerId, attempt.id)
  const sha256 = stored?.policySha256 ?? null
  const content = sha256 === null ? null : await findPolicy(db(), sha256)
  const parsed = content === null ? null : Policy.safeParse(JSON.parse(content))
  return {
    input: stored === null || vault === null ? null : await openInput(stored),
    rules: parsed?.success ? parsed.data : (await currentPolicy(db())).policy,
  }
}

async function readSources(
  attempt: Attempt,
  vault: Vault | null,
  documents: readonly CaseDocument[],
  account: Awaited<ReturnType<typeof findSealedAccount>>,
  input: DecisionInput | null,
): Promise<SourceValues[]> {
  const facts =
    vault === null
      ? []
      : await listFacts(
          db(),
          attempt.playerId,
          documents.map(({ id }) => id),
          FACTS,
        )
  const ofDocuments = DOCUMENT_TYPES.flatMap((type): SourceValues[] => {
    if (!attempt.documents.includes(type)) return []
    const row = documents.find((one) => one.type === type)
    const values: Record<string, string> = {}
    for (const fact of facts)
      if (vault !== null && fact.documentId === row?.id)
        values[fact.name] = vault.openText('facts', 'value_sealed', fact.id, fact.valueSealed)
    const { number_masked: numberMasked = null, ...rest } = values
    const whole =
      vault === null || !row?.numberSealed
        ? null
        : vault.openText('documents', 'number_sealed', row.id, row.numberSealed)
    return [
      {
        source: type,
        state: stateOf(attempt, row),
        values: { ...rest, ...(whole === null ? {} : { number: whole }) },
        numberMasked,
        evidence: row?.evidence ?? null,
        signature: row?.signature ?? null,
        readAt: row?.fetchedAt.toISOString() ?? null,
      },
    ]
  })
  return [toPlayerSource(vault, attempt.playerId, account, input), ...ofDocuments]
}

const FACTS = ['name', 'birth_date', 'gender', 'number_masked', 'address', 'state']

/** What the player said of themself: what the decision was made on, else what they say now. */
function toPlayerSource(
  vault: Vault | null,
  playerId: string,
  account: Awaited<ReturnType<typeof findSealedAccount>>,
  input: DecisionInput | null,
): SourceValues {
  const open = (column: string, sealed: Buffer | null) =>
    vault === null || sealed === null ? null : vault.openText('players', column, playerId, sealed)
  const email = open('email_sealed', account?.emailSealed ?? null)
  const written = open('stated_sealed', account?.statedSealed ?? null)
  const stated = input?.stated ?? (written === null ? null : (JSON.parse(written) as DecisionInput['stated']))
  return {
    source: 'player',
    state: 'there',
    values: {
      ...(email === null ? {} : { email }),
      ...(stated === null ? {} : { name: stated.name, birth_date: stated.birthDate }),
    },
    numberMasked: null,
    evidence: 'player_stated',
    signature: null,
    readAt: null,
  }
}

function stateOf(attempt: Attempt, row: CaseDocument | undefined): CellState {
  if (row === undefined) return attempt.status.startsWith('awaiting_') ? 'waiting' : 'missing'
  return row.state === 'arrived' ? 'there' : row.state
}

function toDocumentView(
  type: DocumentType,
  attempt: Attempt,
  documents: readonly CaseDocument[],
): CaseDocumentView {
  const row = documents.find((one) => one.type === type)
  const anchor = row?.anchorSha256?.toString('hex') ?? null
  return {
    type,
    state: stateOf(attempt, row),
    missingReason: row?.missingReason ?? null,
    evidence: row?.evidence ?? null,
    signature: row?.signature ?? null,
    anchor: anchor === null ? null : `${anchor.slice(0, 4)} … ${anchor.slice(-4)}`,
    remarks: row?.remarks ?? [],
    readAt: row?.fetchedAt.toISOString() ?? null,
  }
}

async function readDecisions(
  { playerId, id }: Attempt,
  colleagues: ReadonlyMap<string, Colleague>,
): Promise<DecisionView[]> {
  const rows = await listCaseDecisions(db(), playerId, id)
  return rows.map(({ decidedAt, madeBy, outcome, reasons, policyVersion }) => ({
    at: decidedAt.toISOString(),
    by: colleagues.get(madeBy) ?? null,
    isRule: madeBy === 'rule',
    outcome,
    reasons: reasons as ReasonCode[],
    policyVersion,
  }))
}

async function readTimeline(
  attempt: Attempt,
  colleagues: ReadonlyMap<string, Colleague>,
): Promise<TimelineEntry[]> {
  const [records, deliveries] = await Promise.all([
    listCaseRecords(db(), attempt.caseId, TIMELINE_LIMIT),
    listDeliveriesOf(db(), attempt.id, TIMELINE_LIMIT),
  ])
  return [
    ...records.flatMap((text) => toTimelineEntry(JSON.parse(text), attempt.id, colleagues) ?? []),
    ...deliveries.map(toWebhookEntry),
  ]
    .sort((one, two) => (one.at < two.at ? 1 : one.at > two.at ? -1 : 0))
    .slice(0, TIMELINE_LIMIT)
}

// Words that people wrote are read by those who decide, without a `vault` by nobody: neither by who reads masked cases alone nor
// by who is close to the player.

async function readNotes(
  { playerId, id }: Attempt,
  vault: Vault | null,
  colleagues: ReadonlyMap<string, Colleague>,
): Promise<NoteView[]> {
  const notes = new Map<string, NoteView>()
  for (const row of await listNotesOf(db(), playerId, id)) {
    const note = notes.get(row.noteId) ?? { noteId: row.noteId, versions: [] }
    note.versions.unshift({
      version: row.version,
      by: colleagues.get(row.authorId) ?? null,
      at: row.createdAt.toISOString(),
      text: vault === null ? null : vault.openText('review_notes', 'text_sealed', row.id, row.textSealed),
    })
    notes.set(row.noteId, note)
  }
  return [...notes.values()]
}

async function readRequests(
  staff: StaffActor,
  attempt: Attempt,
  vault: Vault | null,
): Promise<CaseRequest[]> {
  const rows = (await listRequests(db(), attempt.playerId)).filter(
    ({ verificationId }) => verificationId === attempt.id,
  )
  const requests = rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    createdAt: row.createdAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    text:
      vault === null || row.textSealed === null
        ? null
        : maskFullAadhaar(vault.openText('player_requests', 'text_sealed', row.id, row.textSealed)),
  }))
  for (const { id, kind, text } of requests)
    if (text !== null) await recordRead(staff, attempt.caseId, { id, kind })
  return requests
}

/** That somebody read a player's words is recorded, once for as long as a page is looked at. */
async function recordRead(
  staff: StaffActor,
  caseId: string,
  { id, kind }: Pick<CaseRequest, 'id' | 'kind'>,
): Promise<void> {
  if (await isReadLately(db(), caseId, staff.id, id, READ_ONCE_MINUTES)) return
  const object = { type: 'request', id } as const
  await appendAuditEvent(db(), caseId, {
    actor: asStaff(staff),
    action: 'request.read',
    object,
    reason: kind,
  })
}
