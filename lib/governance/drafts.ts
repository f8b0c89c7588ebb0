import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, transact, tryLock } from '@/db/client'
import { findPolicy, keepPolicy } from '@/db/queries/decisions'
import {
  changeDraft,
  type DraftRow,
  findDraft,
  findPublished,
  insertDraft,
  insertPublication,
  keepDryRun,
  lockPublications,
} from '@/db/queries/policies'
import type { StaffActor } from '@/lib/actor'
import { type AuditAction, appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { canonicalJson } from '@/lib/crypto/sign'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { currentPolicy } from '@/lib/policy/current'
import { hashPolicy } from '@/lib/policy/decide'
import { readDraftText, toPrettyJson } from '@/lib/policy/draft'
import { dryRun } from '@/lib/policy/dry-run'
import { Policy } from '@/lib/policy/types'
import { requirePermission } from '@/lib/staff/permissions'
import { isTaken } from './taken'
import type { DraftForm, KeptDryRun, PolicyProblem, SaveDraftForm, TryDraftForm } from './types'

const DRY_RUN_MS = 10_000
const FLIPS_KEPT = 500

/** Begins a draft with the text of a policy: the one in force, or a stored one by its hash, which is how an old one comes back. Its id. */
export async function beginDraft(staff: StaffActor, { from }: { from: string }): Promise<string> {
  requirePermission(staff, 'policy.draft')
  const policy = from === 'current' ? (await currentPolicy(db())).policy : await getStored(from)
  return addDraft(staff, toPrettyJson(policy))
}

/** Keeps what somebody typed as a draft of its own, for when the one they had open has changed meanwhile. Its id. */
export async function addDraft(staff: StaffActor, content: string): Promise<string> {
  requirePermission(staff, 'policy.draft')
  const id = randomUUID()
  await transact(async (tx) => {
    await insertDraft(tx, { id, content, editors: [staff.id] })
    await record(tx, staff, 'policy.drafted', id, { after: toHash(content) })
  })
  return id
}

/**
 * Writes a draft's text, which need not be a policy yet, over the revision that was on the screen. AppError `state_conflict`
 * with `stale` when somebody else has changed or closed it.
 */
export async function saveDraft(staff: StaffActor, form: SaveDraftForm): Promise<void> {
  requirePermission(staff, 'policy.draft')
  await transact(async (tx) => {
    const draft = await lockDraft(tx, form)
    if (draft.content === form.content) return
    const editors = [...new Set([...draft.editors, staff.id])]
    await change(tx, form, { content: form.content, editors })
    const hashes = { before: toHash(draft.content), after: toHash(form.content) }
    await record(tx, staff, 'policy.draft_changed', form.id, hashes)
  })
}

/** Closes a draft without publishing it; its text stays. AppError `state_conflict` with `stale`. */
export async function discardDraft(staff: StaffActor, form: DraftForm): Promise<void> {
  requirePermission(staff, 'policy.draft')
  await transact(async (tx) => {
    await lockDraft(tx, form)
    await change(tx, form, { state: 'discarded' })
    await record(tx, staff, 'policy.draft_discarded', form.id, {})
  })
}

/**
 * Tries a draft on the newest decisions of rules and keeps what would come out otherwise. Bounded in number and time, one at
 * a time in the whole system. AppError `state_conflict` with `stale`, `not_a_policy` or `dry_run_busy`.
 */
export async function tryDraft(staff: StaffActor, form: TryDraftForm): Promise<KeptDryRun> {
  requirePermission(staff, 'policy.draft')
  const draft = await findDraft(db(), form.id)
  requireSame(draft, form)
  const policy = requirePolicy(draft)
  const kept = await tryLock('policy_dry_run', () => runDry(staff, policy, form.last))
  if (kept === null) throw refused('dry_run_busy')
  await transact(async (tx) => {
    await keepDryRun(tx, form.id, form.revision, kept)
    const outcome = `${kept.decided} decided ${kept.flipCount} flips`
    await record(tx, staff, 'policy.dry_run', form.id, { after: kept.sha256, reason: outcome })
  })
  return kept
}

async function runDry(staff: StaffActor, policy: Policy, last: number): Promise<KeptDryRun> {
  const endsAt = Date.now() + DRY_RUN_MS
  let isComplete = true
  const isOver = () => {
    isComplete = Date.now() < endsAt
    return !isComplete
  }
  const { decided, skipped, flips } = await dryRun(policy, last, isOver)
  return {
    sha256: hashPolicy(policy),
    last,
    decided,
    skipped,
    isComplete,
    flipCount: flips.length,
    flips: flips.slice(0, FLIPS_KEPT),
    at: new Date().toISOString(),
    by: staff.id,
  }
}

/**
 * Puts a draft in force, from the next decision on. Nobody who wrote in it may, unless the settings let one person do both;
 * that is on record. AppError `state_conflict` with what stands in the way, a PolicyProblem.
 */
export async function publishDraft(staff: StaffActor, form: DraftForm): Promise<void> {
  requirePermission(staff, 'policy.publish')
  if (env().policy !== null) throw refused('file_decides')
  await transact(async (tx) => {
    await lockPublications(tx)
    const draft = await lockDraft(tx, form)
    const policy = requirePolicy(draft)
    const alone = draft.editors.includes(staff.id)
    if (alone && env().limits.review.twoPeople) throw refused('own_draft')
    const sha256 = hashPolicy(policy)
    const before = hashPolicy((await currentPolicy(tx)).policy)
    if (sha256 === before && (await findPublished(tx)) !== null) throw refused('nothing_changes')
    if (await isTaken(tx, policy)) throw refused('version_taken')
    const content = canonicalJson(policy)
    await keepPolicy(tx, { sha256, version: policy.version, content, origin: 'staff' })
    await change(tx, form, { state: 'published' })
    await insertPublication(tx, {
      sha256,
      draftId: form.id,
      draftedBy: draft.editors,
      publishedBy: staff.id,
      alone,
    })
    const hashes = { before, after: sha256, ...(alone && { reason: 'alone' }) }
    await record(tx, staff, 'policy.published', form.id, hashes)
  })
}

async function getStored(sha256: string): Promise<Policy> {
  const content = await findPolicy(db(), sha256)
  if (content === null) throw new AppError('not_found', 'policy')
  const { success, data } = Policy.safeParse(JSON.parse(content))
  if (!success) throw refused('not_a_policy')
  return data
}

async function lockDraft(tx: Db, form: DraftForm): Promise<DraftRow> {
  const draft = await findDraft(tx, form.id, { lock: true })
  requireSame(draft, form)
  return draft
}

function requireSame(draft: DraftRow | null, { revision }: DraftForm): asserts draft is DraftRow {
  if (draft === null) throw new AppError('not_found', 'draft')
  if (draft.revision !== revision || draft.state !== 'open') throw refused('stale')
}

async function change(tx: Db, { id, revision }: DraftForm, to: Parameters<typeof changeDraft>[3]) {
  if (!(await changeDraft(tx, id, revision, to))) throw refused('stale')
}

function requirePolicy({ content }: DraftRow): Policy {
  const read = readDraftText(content)
  if (!read.ok) throw refused('not_a_policy')
  return read.policy
}

function refused(problem: PolicyProblem): AppError {
  return new AppError('state_conflict', problem)
}

/** The hash of a draft that is a policy already; nothing of what else was typed. */
function toHash(content: string): string {
  const read = readDraftText(content)
  return read.ok ? hashPolicy(read.policy) : 'not_a_policy'
}

async function record(
  tx: Db,
  staff: StaffActor,
  action: Extract<AuditAction, `policy.${string}`>,
  id: string,
  details: { before?: string; after?: string; reason?: string },
): Promise<void> {
  const actor = { kind: 'staff', id: staff.id } as const
  await appendAuditEvent(tx, PROCESS_CHAIN, { actor, action, object: { type: 'policy', id }, ...details })
}
