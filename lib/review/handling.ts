import 'server-only'
import { type Db, db, transact } from '@/db/client'
import { changeReview, findLeastLoaded, type Review, type ReviewChange } from '@/db/queries/reviews'
import { findStaff, listStaff, type StaffRow } from '@/db/queries/staff'
import type { StaffActor } from '@/lib/actor'
import { AppError } from '@/lib/errors'
import { may, requirePermission } from '@/lib/staff/permissions'
import { isLinked, requireUnlinked } from './independence'
import { lockOpenCase, type OpenCase, record, requireVersion } from './open-case'
import { TAG, TAG_LIMIT } from './types'

// Arranging work: who ought to do it, under which word, when, and by whom if not by a reviewer.

const DAY_MS = 86_400_000
const LONGEST_SNOOZE_DAYS = 30
const FREE = { claimedBy: null, claimedAt: null, claimSeenAt: null } as const

/** A case with the version of its review that was on the screen. */
export interface Seen {
  id: string
  version: number
}

/**
 * Assigns a case to a person, to nobody (null), or to who has the least to do and may decide it. The case as it is now. Throws
 * `bad_request` for somebody who may not decide it, `state_conflict` when it has changed.
 */
export async function assign(
  staff: StaffActor,
  { id, version, assigneeId }: Seen & { assigneeId: string | 'least_loaded' | null },
): Promise<Seen & { assigneeId: string | null }> {
  requirePermission(staff, 'case.assign')
  return transact(async (tx) => {
    const one = await lockSeen(tx, staff, id, version)
    const chosen = assigneeId === 'least_loaded' ? await findFree(tx, id) : assigneeId
    if (assigneeId === 'least_loaded' && chosen === null)
      throw new AppError('bad_request', 'nobody may take it')
    if (chosen !== null && !(await mayTake(tx, await findStaff(tx, chosen), one.review)))
      throw new AppError('bad_request', 'this person may not decide it')
    return { ...(await putAssignee(tx, staff, one, chosen)), assigneeId: chosen }
  })
}

/** Puts a word on a case, or takes it off (`remove`). Throws `bad_request` for more than ten words. */
export async function tag(
  staff: StaffActor,
  { id, version, tag: word, remove = false }: Seen & { tag: string; remove?: boolean },
): Promise<Seen> {
  requirePermission(staff, 'case.claim')
  if (!TAG.safeParse(word).success) throw new AppError('bad_request', 'not a tag')
  return transact(async (tx) => {
    const one = await lockSeen(tx, staff, id, version)
    return putTag(tx, staff, one, word, remove)
  })
}

/** Puts a case off until a time within 30 days; it is nobody's meanwhile, and wakes when the player does something. */
export async function snooze(
  staff: StaffActor,
  { id, version, until }: Seen & { until: Date },
): Promise<Seen> {
  requirePermission(staff, 'case.claim')
  const aheadMs = until.getTime() - Date.now()
  if (!(aheadMs > 0) || aheadMs > LONGEST_SNOOZE_DAYS * DAY_MS)
    throw new AppError('bad_request', 'not within thirty days from now')
  return transact(async (tx) => {
    const one = await lockSeen(tx, staff, id, version)
    requireHand(staff, one)
    const now = await change(tx, one, { snoozedUntil: until, ...FREE })
    await record(tx, staff, one, { action: 'review.snoozed', after: until.toISOString() })
    return now
  })
}

/** Ends putting off before its time. */
export async function wake(staff: StaffActor, { id, version }: Seen): Promise<Seen> {
  requirePermission(staff, 'case.claim')
  return transact(async (tx) => {
    const one = await lockSeen(tx, staff, id, version)
    const now = await change(tx, one, { snoozedUntil: null })
    await record(tx, staff, one, { action: 'review.woken' })
    return now
  })
}

/** Hands a case to the leads: only they take it from then on. */
export async function escalate(staff: StaffActor, { id, version }: Seen): Promise<Seen> {
  requirePermission(staff, 'case.claim')
  return transact(async (tx) => {
    const one = await lockSeen(tx, staff, id, version)
    requireHand(staff, one)
    const now = await change(tx, one, { escalatedAt: new Date(), assigneeId: null, ...FREE })
    await record(tx, staff, one, { action: 'review.escalated', reason: 'by_hand' })
    return now
  })
}

/** Assigns inside an open transaction, for acts on many cases. */
export async function putAssignee(
  tx: Db,
  staff: Pick<StaffActor, 'id'>,
  one: OpenCase,
  assigneeId: string | null,
): Promise<Seen> {
  const now = await change(tx, one, { assigneeId })
  await record(tx, staff, one, {
    action: 'review.assigned',
    before: one.review.assigneeId ?? 'nobody',
    after: assigneeId ?? 'nobody',
  })
  return now
}

/** Tags inside an open transaction, for acts on many cases. Nothing changes where it is so already. */
export async function putTag(
  tx: Db,
  staff: Pick<StaffActor, 'id'>,
  one: OpenCase,
  word: string,
  remove = false,
): Promise<Seen> {
  const { tags, version } = one.review
  const others = tags.filter((other) => other !== word)
  const wanted = remove ? others : [...others, word]
  if (wanted.length === tags.length) return { id: one.id, version }
  if (wanted.length > TAG_LIMIT) throw new AppError('bad_request', 'too many tags')
  const now = await change(tx, one, { tags: wanted })
  await record(tx, staff, one, {
    action: 'review.tagged',
    reason: word,
    after: remove ? 'removed' : 'added',
  })
  return now
}

/** Everybody who may decide cases now. */
export async function listDeciding(at: Db = db()): Promise<StaffRow[]> {
  return (await listStaff(at)).filter(isDeciding)
}

/** True when a case may be given to this person: active, of a role that decides, neither barred from it nor linked to its player. */
export async function mayTake(
  at: Db,
  row: StaffRow | null,
  one: Pick<Review, 'playerId' | 'barred'>,
): Promise<boolean> {
  return (
    row !== null &&
    isDeciding(row) &&
    !one.barred.includes(row.id) &&
    !(await isLinked(at, row, one.playerId))
  )
}

async function lockSeen(tx: Db, staff: StaffActor, id: string, version: number): Promise<OpenCase> {
  const one = await lockOpenCase(tx, id)
  requireVersion(one, version)
  await requireUnlinked(tx, staff, one.playerId)
  return one
}

/** Whoever has it in hand puts it away; what nobody has, anybody; a lead in any case. */
function requireHand(staff: StaffActor, { review }: OpenCase): void {
  const isTheirs = review.claimedBy === null || review.claimedBy === staff.id
  if (!isTheirs && !staff.roles.includes('lead')) throw new AppError('forbidden', 'in another hand')
}

async function change(tx: Db, one: OpenCase, what: ReviewChange): Promise<Seen> {
  const changed = await changeReview(tx, one.id, one.review.version, what)
  if (changed === null) throw new AppError('state_conflict', 'moved on')
  return { id: one.id, version: changed.version }
}

async function findFree(tx: Db, id: string): Promise<string | null> {
  const deciding = await listDeciding(tx)
  return findLeastLoaded(
    tx,
    id,
    deciding.map((row) => row.id),
  )
}

function isDeciding(row: StaffRow): boolean {
  return row.state === 'active' && may(toRoles(row), 'case.decide')
}

function toRoles(row: StaffRow): StaffActor['roles'] {
  return row.roles as StaffActor['roles']
}
