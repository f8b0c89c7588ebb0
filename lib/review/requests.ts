import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, transact } from '@/db/client'
import { lockPlayer } from '@/db/queries/consents'
import { answerOneRequest, findRequestForStaff, listOpenRequests } from '@/db/queries/requests'
import { changeReview, listDeciders } from '@/db/queries/reviews'
import type { StaffActor } from '@/lib/actor'
import { maskFullAadhaar } from '@/lib/documents/mask'
import { AppError } from '@/lib/errors'
import type { RequestKind } from '@/lib/rights/types'
import { requirePermission } from '@/lib/staff/permissions'
import { openVault } from '@/lib/vault'
import { announceChange } from '@/lib/verification/changes'
import { apply } from './carry-out'
import { conflict, refusal } from './conflict'
import { requireUnlinked } from './independence'
import { lockCase, record, requireUndecided } from './open-case'
import { isTwoPeopleOn } from './two-people'
import type { AnswerForm } from './types'

// What players asked under their rights, and what staff make of it. An appeal is answered by the decision of another person.

const LISTED = 500
const APPEAL_PRIORITY = 1
type StaffRequest = NonNullable<Awaited<ReturnType<typeof findRequestForStaff>>>

/** An open request without its words. Times are RFC 3339 UTC. */
export interface OpenRequest {
  id: string
  kind: RequestKind
  verificationId: string | null
  createdAt: string
  dueAt: string
}

/** What waits for an answer, the earliest due first. */
export async function listRequestsToAnswer(staff: StaffActor): Promise<OpenRequest[]> {
  requirePermission(staff, 'case.view')
  return (await listOpenRequests(db(), LISTED)).map(({ id, kind, verificationId, createdAt, dueAt }) => ({
    id,
    kind,
    verificationId,
    createdAt: createdAt.toISOString(),
    dueAt: dueAt.toISOString(),
  }))
}

/** The player's own words, full Aadhaar numbers masked; that they were read is recorded. Null when there are none. */
export async function readRequest(staff: StaffActor, id: string): Promise<string | null> {
  requirePermission(staff, 'case.decide')
  return transact(async (tx) => {
    const request = await getRequest(tx, staff, id)
    await recordRequest(tx, staff, request, 'request.read')
    if (request.textSealed === null) return null
    const vault = await openVault(tx, request.playerId)
    return maskFullAadhaar(vault.openText('player_requests', 'text_sealed', id, request.textSealed))
  })
}

/**
 * Answers a request; a refusal names its legal ground, which the player reads. Throws `bad_request` without one,
 * `state_conflict` when it was answered, `forbidden` for who decided what is appealed against.
 */
export async function answerRequest(
  staff: StaffActor,
  { id, state, legalGround }: AnswerForm,
): Promise<void> {
  requirePermission(staff, 'case.decide')
  const ground = maskFullAadhaar(legalGround?.trim() ?? '')
  if ((state === 'refused') !== (ground !== '')) throw new AppError('bad_request', 'ground of a refusal')
  await transact(async (tx) => {
    const request = await getRequest(tx, staff, id)
    await lockPlayer(tx, request.playerId)
    if (request.kind === 'appeal') await requireOther(tx, staff, request)
    const answer = { state, legalGround: ground === '' ? null : ground, answeredBy: staff.id }
    if (!(await answerOneRequest(tx, request, answer))) throw conflict({ why: 'too_late' })
    await recordRequest(tx, staff, request, 'request.answered', state)
  })
}

/**
 * Takes an appeal up: a rejected attempt is with a reviewer again, one that still is goes first. Neither who decided before nor
 * who takes it up decides it; that decision answers the appeal. Throws `state_conflict` where nothing can be looked at again.
 */
export async function takeUpAppeal(staff: StaffActor, id: string): Promise<{ verificationId: string }> {
  requirePermission(staff, 'case.reopen')
  const verificationId = await transact(async (tx) => {
    const request = await getRequest(tx, staff, id)
    if (request.kind !== 'appeal' || request.verificationId === null)
      throw new AppError('bad_request', 'no appeal')
    if (request.state !== 'open') throw conflict({ why: 'too_late' })
    await lockPlayer(tx, request.playerId)
    await requireOther(tx, staff, request)
    await lookAgain(tx, staff, request.verificationId)
    return request.verificationId
  })
  announceChange(verificationId)
  return { verificationId }
}

async function lookAgain(tx: Db, staff: StaffActor, verificationId: string): Promise<void> {
  const before = await lockCase(tx, verificationId)
  await requireUndecided(tx, verificationId)
  if (before.status === 'rejected')
    await apply(tx, before, {
      id: randomUUID(),
      act: 'reopen',
      reasons: [],
      document: null,
      madeBy: staff.id,
      confirmedBy: null,
    })
  else if (before.status !== 'awaiting_reviewer') throw conflict({ why: 'moved_on', status: before.status })
  const { review } = await lockCase(tx, verificationId)
  if (review !== null) await changeReview(tx, verificationId, review.version, { priority: APPEAL_PRIORITY })
}

/** An appeal goes to another person than who decided. */
async function requireOther(tx: Db, staff: StaffActor, request: StaffRequest): Promise<void> {
  if (request.verificationId === null || !isTwoPeopleOn()) return
  const deciders = await listDeciders(tx, request.playerId, request.verificationId)
  if (deciders.includes(staff.id)) throw refusal('barred')
}

async function getRequest(tx: Db, staff: StaffActor, id: string): Promise<StaffRequest> {
  const request = await findRequestForStaff(tx, id)
  if (request === null) throw new AppError('not_found')
  await requireUnlinked(tx, staff, request.playerId)
  return request
}

function recordRequest(
  tx: Db,
  staff: StaffActor,
  { id, caseId, kind }: StaffRequest,
  action: 'request.read' | 'request.answered',
  after?: string,
): Promise<void> {
  const object = { type: 'request', id } as const
  return record(
    tx,
    staff,
    { caseId, id },
    {
      action,
      object,
      reason: kind,
      ...(after === undefined ? {} : { after }),
    },
  )
}
