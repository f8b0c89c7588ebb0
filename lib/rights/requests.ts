import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, hasSqlState, transact } from '@/db/client'
import { ensureCase, lockPlayer } from '@/db/queries/consents'
import {
  countOpenRequests,
  findRequest,
  insertRequest,
  listRequests,
  type RequestRow,
} from '@/db/queries/requests'
import { findVerification, raiseVersion, type Verification } from '@/db/queries/verifications'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { maskFullAadhaar } from '@/lib/documents/mask'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { queueJob, REQUEST_MAIL_QUEUE, type RequestJob, wakeWorkers } from '@/lib/jobs'
import { canSendMail, sendMail } from '@/lib/mail/send'
import { openVault, type Vault } from '@/lib/vault'
import type { Status } from '@/lib/verification/types'
import { REQUEST_TEXT_LIMIT, type RequestKind } from './types'

const DAY_MS = 86_400_000
const UNIQUE_VIOLATION = '23505'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Outcomes that somebody may object to. */
const APPEALABLE: readonly Status[] = ['rejected', 'revoked', 'awaiting_reviewer']

export interface NewRequest {
  kind: RequestKind
  /** The attempt it is about; needed for an appeal and for `both_are_me`. */
  verificationId: string | null
  /** In the player's own words, at most 2,000 characters. */
  text: string
}

export interface RequestView {
  id: string
  kind: RequestKind
  state: RequestRow['state']
  verificationId: string | null
  text: string | null
  legalGround: string | null
  createdAt: string
  dueAt: string
  answeredAt: string | null
}

/**
 * Records what a player asks of us under their rights; its id. The words are sealed with the player's key. Throws
 * `bad_request` for empty or overlong words and where an attempt is needed and none is named, `not_found` for another player's attempt, `state_conflict` when the outcome
 * cannot be appealed, one of this kind about the attempt is open already, or too many requests are.
 */
export async function createRequest(player: PlayerActor, given: NewRequest): Promise<string> {
  const text = tidyText(given.text)
  const id = randomUUID()
  const now = Date.now()
  const writing = transact(async (tx) => {
    await lockPlayer(tx, player.id)
    const about =
      given.verificationId === null ? null : await findVerification(tx, player.id, given.verificationId)
    requireFitting(given, about)
    if ((await countOpenRequests(tx, player.id)) >= env().limits.rights.openRequests)
      throw new AppError('state_conflict', 'too many open requests')
    // Whoever has the attempt in hand reads this before they decide: the decision answers it.
    if (about !== null) await raiseVersion(tx, player.id, about.id, 'awaiting_reviewer')
    const vault = await openVault(tx, player.id)
    await insertRequest(tx, {
      playerId: player.id,
      id,
      kind: given.kind,
      verificationId: given.verificationId,
      textSealed: vault.seal('player_requests', 'text_sealed', id, text),
      createdAt: new Date(now),
      dueAt: new Date(now + env().limits.rights.answerDays * DAY_MS),
    })
    const { id: caseId } = await ensureCase(tx, player.id, 'onboarding', randomUUID())
    await appendAuditEvent(tx, caseId, {
      actor: asActor(player),
      action: 'request.made',
      object: { type: 'request', id },
      reason: given.kind,
    })
    await queueJob(tx, REQUEST_MAIL_QUEUE, { playerId: player.id, requestId: id })
  })
  try {
    await writing
  } catch (error) {
    if (hasSqlState(error, UNIQUE_VIOLATION)) throw new AppError('state_conflict', 'one is open already')
    throw error
  }
  wakeWorkers()
  return id
}

/** The player's requests with their words, newest first. */
export async function listMyRequests(player: PlayerActor): Promise<RequestView[]> {
  const rows = await listRequests(db(), player.id)
  if (rows.length === 0) return []
  const vault = await openVault(db(), player.id)
  return rows.map((row) => toView(row, vault))
}

/** True when the outcome of this attempt may be appealed; whether an appeal is open already is another question. */
export function isAppealable(status: Status): boolean {
  return APPEALABLE.includes(status)
}

/** One attempt of this player whose outcome may be appealed, or null. */
export async function findAppealable(
  player: PlayerActor,
  id: string,
): Promise<{ id: string; reference: string } | null> {
  if (!UUID.test(id)) return null
  const row = await findVerification(db(), player.id, id)
  if (row === null || !isAppealable(row.status)) return null
  return { id, reference: `${row.reference.slice(0, 4)}-${row.reference.slice(4)}` }
}

/** Tells those who answer that a request waits: kind, due date and id, never its words or whose it is. */
export async function sendRequestMail(job: RequestJob): Promise<void> {
  const { alertEmail, brandName, appUrl } = env()
  const row = await findRequest(db(), job.playerId, job.requestId)
  if (row === null || row.state !== 'open' || alertEmail === null || !canSendMail()) return
  const due = row.dueAt.toISOString().slice(0, 10)
  await sendMail({
    to: alertEmail,
    subject: `${brandName}: a player's ${row.kind.replaceAll('_', ' ')}, answer due ${due}`,
    text: `A player has made a request under their data rights.\n\nKind: ${row.kind}\nRequest: ${row.id}\nDue: ${due}\nInstance: ${appUrl.origin}\n`,
  })
}

function requireFitting({ kind, verificationId }: NewRequest, about: Verification | null): void {
  if (verificationId !== null && about === null) throw new AppError('not_found', 'no such attempt')
  if (kind !== 'appeal' && kind !== 'both_are_me') return
  if (about === null) throw new AppError('bad_request', 'it has to be about one attempt')
  if (kind === 'appeal' && !isAppealable(about.status))
    throw new AppError('state_conflict', 'nothing to appeal')
}

/** Line breaks stay, other control characters go, and so does a full Aadhaar number: nobody asked for it. */
function tidyText(given: string): string {
  const plain = given
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n]/gu, '')
  const text = maskFullAadhaar(plain).trim()
  if (text === '' || Array.from(text).length > REQUEST_TEXT_LIMIT)
    throw new AppError('bad_request', 'words missing or too many')
  return text
}

function toView(row: RequestRow, vault: Vault): RequestView {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    verificationId: row.verificationId,
    text:
      row.textSealed === null
        ? null
        : vault.openText('player_requests', 'text_sealed', row.id, row.textSealed),
    legalGround: row.legalGround,
    createdAt: row.createdAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
  }
}
