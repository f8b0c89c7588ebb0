import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, transact } from '@/db/client'
import { lockPlayer } from '@/db/queries/consents'
import {
  type BulkActRow,
  type BulkItem,
  beginBulk,
  findBulk,
  finishBulk,
  insertBulk,
  listBulkItems,
  lockBulkItem,
  setBulkResult,
  undoBulk,
} from '@/db/queries/review-work'
import { type ListedCase, type LockedCase, listCases, lockForDecision } from '@/db/queries/reviews'
import { findStaff, type StaffRow } from '@/db/queries/staff'
import type { StaffActor } from '@/lib/actor'
import { appendAuditEvent, PROCESS_CHAIN } from '@/lib/audit/audit'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { BULK_QUEUE, type BulkJob, queueJob, wakeWorkers } from '@/lib/jobs'
import { may, requirePermission } from '@/lib/staff/permissions'
import { asStaff } from '@/lib/staff/record'
import { announceChange } from '@/lib/verification/changes'
import { apply as takeEffect } from './carry-out'
import { conflict } from './conflict'
import { mayTake, putAssignee, putTag } from './handling'
import { linkOwnAccount } from './independence'
import type { OpenCase } from './open-case'
import { areFitting } from './reasons'
import { isTwoPeopleOn, wantsFourEyes } from './two-people'
import { BulkAct, type BulkForm, type BulkPreview, type BulkPreviewForm, type Skip } from './types'

// One act of a lead on many cases: seen before, undone within the window, then each case by itself and in its own transaction,
// so that one that has changed is left out and nothing is done twice. Nobody approves in bulk.

/** What an act would do: the cases with their versions, and those left out with why. Changes nothing. */
export async function preview(staff: StaffActor, { act, ids }: BulkPreviewForm): Promise<BulkPreview> {
  requirePermission(staff, 'case.bulk')
  requireFitting(act)
  await transact((tx) => linkOwnAccount(tx, staff))
  const assignee = await findAssignee(db(), act)
  const found = new Map((await listCases(db(), staff.id, ids)).map((one) => [one.id, one]))
  const answer: BulkPreview = { items: [], skipped: [] }
  for (const id of new Set(ids)) {
    const one = found.get(id)
    const why = one === undefined ? 'moved_on' : await whyNot(db(), staff, one, act, assignee)
    if (one === undefined || why !== null) answer.skipped.push({ id, why: why ?? 'moved_on' })
    else answer.items.push({ id, version: one.version })
  }
  return answer
}

/** Begins an act on the cases of a preview; it takes effect after the undo window. How many cases, and when (RFC 3339 UTC). */
export async function apply(
  staff: StaffActor,
  { act, items }: BulkForm,
): Promise<{ id: string; count: number; effectiveAt: string }> {
  requirePermission(staff, 'case.bulk')
  requireFitting(act)
  const id = randomUUID()
  const { undoSeconds } = env().limits.review
  return transact(async (tx) => {
    const versions = new Map(items.map((item) => [item.id, item.version]))
    const found = await listCases(tx, staff.id, [...versions.keys()])
    if (found.length === 0) throw new AppError('not_found')
    const rows = found.map((one) => ({
      playerId: one.playerId,
      verificationId: one.id,
      version: versions.get(one.id) ?? 0,
    }))
    const effectiveAt = await insertBulk(tx, { id, madeBy: staff.id, act }, rows, undoSeconds)
    await queueJob(tx, BULK_QUEUE, { bulkId: id }, { afterSeconds: undoSeconds })
    await recordBulk(tx, staff, id, 'review.bulk_begun', `${act.kind} ${rows.length}`)
    return { id, count: rows.length, effectiveAt: effectiveAt.toISOString() }
  })
}

/** Takes an act of one's own back within the window; nothing of it happens. Throws `state_conflict` when it is too late. */
export async function undo(staff: StaffActor, bulkId: string): Promise<void> {
  requirePermission(staff, 'case.bulk')
  await transact(async (tx) => {
    if (!(await undoBulk(tx, bulkId, staff.id))) throw conflict({ why: 'too_late' })
    await recordBulk(tx, staff, bulkId, 'review.bulk_undone')
  })
}

/** Carries an act out whose time has come; a second run goes on where the first one ended. How many cases it was done to. */
export async function carryOutBulk({ bulkId }: BulkJob): Promise<number> {
  const bulk = await transact((tx) => beginBulk(tx, bulkId))
  if (bulk === null) return 0
  const act = BulkAct.parse(bulk.act)
  const lead = await findLead(bulk.madeBy)
  const assignee = await findAssignee(db(), act)
  let done = 0
  for (const item of await listBulkItems(db(), bulkId, { open: true }))
    if ((await transact((tx) => carryOutItem(tx, lead, act, item, assignee))) === 'done') {
      announceChange(item.verificationId)
      done += 1
    }
  await transact(async (tx) => {
    if (await finishBulk(tx, bulkId)) await recordBulk(tx, { id: bulk.madeBy }, bulkId, 'review.bulk_done')
  })
  wakeWorkers()
  return done
}

/** What came of an act of one's own: still waiting, or each case with its result. */
export async function findOutcome(
  staff: StaffActor,
  bulkId: string,
): Promise<{ state: BulkActRow['state']; done: number; skipped: { id: string; why: string }[] }> {
  requirePermission(staff, 'case.bulk')
  const bulk = await findBulk(db(), bulkId)
  if (bulk === null || bulk.madeBy !== staff.id) throw new AppError('not_found')
  const items = await listBulkItems(db(), bulkId)
  return {
    state: bulk.state,
    done: items.filter(({ result }) => result === 'done').length,
    skipped: items.flatMap(({ verificationId: id, result }) =>
      result === null || result === 'done' ? [] : [{ id, why: result }],
    ),
  }
}

/** The lead as they are by now, or null when they are no lead any more: then nothing is done. */
async function findLead(id: string): Promise<StaffActor | null> {
  const row = await findStaff(db(), id)
  const roles = (row?.roles ?? []) as StaffActor['roles']
  return row?.state === 'active' && may(roles, 'case.bulk') ? { id, roles } : null
}

async function carryOutItem(
  tx: Db,
  lead: StaffActor | null,
  act: BulkAct,
  item: BulkItem,
  assignee: StaffRow | null,
): Promise<Skip | 'done' | null> {
  await lockPlayer(tx, item.playerId)
  if (!(await lockBulkItem(tx, item))) return null
  const one = await lockForDecision(tx, item.verificationId)
  const result = await doOne(tx, lead, act, item, one, assignee)
  await setBulkResult(tx, item, result)
  return result
}

async function doOne(
  tx: Db,
  lead: StaffActor | null,
  act: BulkAct,
  item: BulkItem,
  one: LockedCase | null,
  assignee: StaffRow | null,
): Promise<Skip | 'done'> {
  if (lead === null) return 'not_staff'
  await linkOwnAccount(tx, lead)
  const [listed] = await listCases(tx, lead.id, [item.verificationId])
  if (one === null || one.review === null || listed === undefined) return 'moved_on'
  const why = await whyNot(tx, lead, listed, act, assignee)
  if (why !== null) return why
  if (listed.version !== item.version) return 'changed'
  await doTo(tx, lead, act, { ...one, review: one.review })
  return 'done'
}

async function doTo(tx: Db, lead: StaffActor, act: BulkAct, one: OpenCase): Promise<void> {
  if (act.kind === 'assign') await putAssignee(tx, lead, one, act.assigneeId)
  else if (act.kind === 'tag') await putTag(tx, lead, one, act.tag)
  else
    await takeEffect(tx, one, {
      id: randomUUID(),
      act: act.kind,
      reasons: act.reasons,
      document: act.kind === 'resubmission' ? act.document : null,
      madeBy: lead.id,
      confirmedBy: null,
    })
}

/** Why a case is left out, or null. `assignee` is whom the act names. */
async function whyNot(
  at: Db,
  staff: StaffActor,
  one: ListedCase,
  act: BulkAct,
  assignee: StaffRow | null,
): Promise<Skip | null> {
  if (one.status !== 'awaiting_reviewer' || one.closedAt !== null) return 'moved_on'
  if (one.isDecided) return 'decided'
  if (one.isLinked) return 'linked'
  if (act.kind === 'tag') return null
  if (act.kind === 'assign')
    return act.assigneeId === null || (await mayTake(at, assignee, one)) ? null : 'barred'
  if (one.claimedBy !== null && one.claimedBy !== staff.id) return 'claimed'
  if (one.barred.includes(staff.id)) return 'barred'
  if (act.kind === 'resubmission') return one.documents.includes(act.document) ? null : 'document'
  const needsTwo = isTwoPeopleOn() && (await wantsFourEyes(at, 'reject', [...one.reasons, ...act.reasons]))
  return needsTwo ? 'two_people' : null
}

async function findAssignee(at: Db, act: BulkAct): Promise<StaffRow | null> {
  return act.kind === 'assign' && act.assigneeId !== null ? findStaff(at, act.assigneeId) : null
}

function requireFitting(act: BulkAct): void {
  if ((act.kind === 'reject' || act.kind === 'resubmission') && !areFitting(act.kind, act.reasons))
    throw new AppError('bad_request', 'reason does not fit')
}

function recordBulk(
  tx: Db,
  staff: Pick<StaffActor, 'id'>,
  id: string,
  action: 'review.bulk_begun' | 'review.bulk_undone' | 'review.bulk_done',
  reason?: string,
): Promise<void> {
  const object = { type: 'bulk', id } as const
  const why = reason === undefined ? {} : { reason }
  return appendAuditEvent(tx, PROCESS_CHAIN, { actor: asStaff(staff), action, object, ...why })
}
