import 'server-only'
import { db } from '@/db/client'
import { findNoticeVersion } from '@/db/queries/consents'
import { listNotes } from '@/db/queries/decisions'
import { listDocuments, listFacts } from '@/db/queries/documents'
import { findProgress } from '@/db/queries/provider-sessions'
import { hasRequest } from '@/db/queries/requests'
import type { Verification } from '@/db/queries/verifications'
import * as verifications from '@/db/queries/verifications'
import type { PlayerActor } from '@/lib/actor'
import { NOTES, type NoteCode } from '@/lib/checks/reasons'
import { findConnection } from '@/lib/connections'
import { breakerStates } from '@/lib/connections/health'
import { routedConnections } from '@/lib/connections/routing'
import { findLiveConsent, type LiveConsent } from '@/lib/consent/consent'
import type { DocumentType } from '@/lib/documents/types'
import { env } from '@/lib/env'
import { currentPolicy } from '@/lib/policy/current'
import type { MissingReason, Way } from '@/lib/providers/types'
import { openVault } from '@/lib/vault'
import { isInDoubt, toTellable } from './doubt'
import { isAnswerable, mayDiffer, toMismatches } from './mismatch'
import { findRecheck } from './recheck'
import { chooseProviders, mayNeedStated, needsStated } from './routing'
import { hasStated } from './stated'
import { triesLeft } from './tries'
import {
  type DocumentView,
  isFinal,
  type JourneyView,
  type NextAction,
  PLAYER_WORD,
  type ReasonCode,
  type Status,
  type StepView,
} from './types'

const SHOWN_FACTS = ['name', 'birth_date', 'number_masked']
const SWITCHABLE: readonly Status[] = ['awaiting_player', 'awaiting_confirmation', 'failed', 'expired']
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** One attempt of this player as the pages show it, or null (also for another player's). */
export async function findJourney(player: PlayerActor, id: string): Promise<JourneyView | null> {
  if (!UUID.test(id)) return null
  const row = await verifications.findVerification(db(), player.id, id)
  return row === null ? null : toView(player, row)
}

/** The player's latest attempt, or null when there is none. */
export async function findCurrentJourney(player: PlayerActor): Promise<JourneyView | null> {
  const row = await verifications.findLatestVerification(db(), player.id)
  return row === null ? null : toView(player, row)
}

/** Version and status of one attempt of this player, or null: the cheap look of a held request. */
export async function findJourneyVersion(player: PlayerActor, id: string) {
  return UUID.test(id) ? verifications.findVersion(db(), player.id, id) : null
}

export interface LeaveView {
  connectionName: string
  linkMinutes: number
  documents: DocumentType[]
  /** True when the vendor is known to be slow right now. */
  slow: boolean
  /** Names of the vendors that would be used instead. */
  alternatives: string[]
  way: Way
  /** True when this vendor sends the player straight to DigiLocker, with no company in between. */
  direct: boolean
  /** The player has to name themself first (`/verify/you`). */
  needsDetails: boolean
  /** True when some vendor of this notice would need it. */
  detailsMatter: boolean
}

/** What "before you leave" shows, or null without a live consent or a vendor for it. */
export async function leaveView(player: PlayerActor): Promise<LeaveView | null> {
  const consent = await findLiveConsent(db(), player.id)
  if (consent === null) return null
  const [stated, routed] = [await hasStated(player), await routedConnections()]
  const needsDetails = !stated && needsStated(routed, consent)
  const providers = await chooseProviders(consent, { hasStated: stated || needsDetails })
  const [first, ...others] = providers
  if (first === undefined) return null
  const { connection, capabilities } = first
  const state = (await breakerStates([connection.id])).get(connection.id)
  return {
    connectionName: connection.displayName,
    linkMinutes: Math.min(Math.round(capabilities.linkLifeMs / 60_000), env().limits.journey.playerMinutes),
    documents: consent.documents,
    slow: state !== 'closed',
    alternatives: others.map((provider) => provider.connection.displayName),
    way: capabilities.way,
    direct: connection.vendor === 'digilocker',
    needsDetails,
    detailsMatter: mayNeedStated(routed, consent),
  }
}

async function toView(player: PlayerActor, row: Verification): Promise<JourneyView> {
  const progress = row.status === 'awaiting_provider' ? await findProgress(db(), player.id, row.id) : {}
  const inDoubt = await isInDoubt(player.id, row)
  const documents = await documentViews(player, row, progress, inDoubt)
  const consent = await findLiveConsent(db(), player.id)
  const keepUntil = documents.flatMap(({ keepUntil: until }) => (until === null ? [] : [until.getTime()]))
  const attemptsLeft = await triesLeft(player)
  const mismatches = mayDiffer(row) ? toMismatches(row, documents, (await currentPolicy(db())).policy) : []
  const recheck = await findRecheck(player, row)
  const bothAreMe =
    row.status === 'awaiting_reviewer' && (await hasRequest(db(), player.id, row.id, 'both_are_me'))
  const canAnswer = mismatches.length > 0 && isAnswerable(row) && !bothAreMe
  const canCorrect = recheck !== null && recheck.left > 0
  return {
    id: row.id,
    reference: `${row.reference.slice(0, 4)}-${row.reference.slice(4)}`,
    status: row.status,
    word: PLAYER_WORD[row.status],
    version: row.version,
    sandbox: row.sandbox,
    connectionName:
      row.connectionId === null ? null : (findConnection(row.connectionId)?.displayName ?? null),
    createdAt: row.createdAt.toISOString(),
    deadlineAt: row.deadlineAt?.toISOString() ?? null,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    reasons: toTellable(row.reasons as ReasonCode[], inDoubt, row.status),
    notes: row.policyVersion === null || inDoubt ? [] : await notesFor(player, row.id),
    steps: stepViews(row, documents, progress),
    documents: documents.map(({ keepUntil: _until, ...view }) => view),
    mismatches,
    bothAreMe,
    correctFirst: row.correctFirst,
    recheck,
    adult: row.status === 'approved' ? true : null,
    nextAction: canAnswer
      ? 'answer'
      : canCorrect
        ? 'correct_details'
        : nextAction(row, consent !== null, attemptsLeft),
    switchTo: consent === null || attemptsLeft === 0 ? null : await findSwitch(player, row, consent),
    attemptsLeft,
    receiptId: row.consentId,
    noticeVersion: await findNoticeVersion(db(), player.id, row.consentId),
    policyVersion: row.policyVersion,
    documentsKeptUntil: keepUntil.length === 0 ? null : new Date(Math.max(...keepUntil)).toISOString(),
  }
}

/** Notes of the checks that a player is to read. */
async function notesFor(player: PlayerActor, verificationId: string): Promise<NoteCode[]> {
  const notes = (await listNotes(db(), player.id, verificationId)) as NoteCode[]
  return notes.filter((note) => NOTES[note]?.shownToPlayer)
}

/** The healthy vendor that could take over an attempt which is out, or which its vendor could not finish. */
async function findSwitch(
  player: PlayerActor,
  row: Verification,
  consent: LiveConsent,
): Promise<JourneyView['switchTo']> {
  if (row.connectionId === null || !SWITCHABLE.includes(row.status)) return null
  const providers = await chooseProviders(consent, {
    hasStated: await hasStated(player),
    avoid: row.connectionId,
  })
  const states = await breakerStates(providers.map(({ connection }) => connection.id))
  const next = providers.find(
    ({ connection: { id } }) =>
      id !== row.connectionId && ['closed', 'half_open'].includes(states.get(id) ?? ''),
  )
  return next === undefined ? null : { connectionId: next.connection.id, name: next.connection.displayName }
}

/** The one next step. Drawn by the page, decided here. */
function nextAction(row: Verification, consentLive: boolean, attemptsLeft: number): NextAction {
  switch (row.status) {
    case 'awaiting_consent':
      return consentLive ? 'start' : 'agree'
    case 'awaiting_confirmation':
      return consentLive ? 'confirm' : 'agree'
    case 'awaiting_player':
      return consentLive ? (attemptsLeft > 0 ? 'try_again' : 'contact_support') : 'agree'
    case 'awaiting_provider':
    case 'awaiting_reviewer':
      return 'wait'
    case 'approved':
      return 'return_to_operator'
    case 'rejected':
    case 'revoked':
      return 'contact_support'
    default:
      if (attemptsLeft === 0) return 'contact_support'
      return consentLive ? 'try_again' : 'agree'
  }
}

/** When each document arrived (RFC 3339 UTC), while the others are still being read. */
type Progress = Partial<Record<DocumentType, string>>

type DocumentWithTime = DocumentView & { keepUntil: Date | null }

async function documentViews(
  player: PlayerActor,
  row: Verification,
  progress: Progress,
  inDoubt: boolean,
): Promise<DocumentWithTime[]> {
  const rows = await listDocuments(db(), player.id, row.id)
  const arrived = rows.filter((one) => one.state === 'arrived')
  const shown = new Map<string, string>()
  if (arrived.length > 0 && !inDoubt) {
    const vault = await openVault(db(), player.id)
    const facts = await listFacts(
      db(),
      player.id,
      arrived.map((one) => one.id),
      SHOWN_FACTS,
    )
    for (const fact of facts)
      shown.set(
        `${fact.documentId} ${fact.name}`,
        vault.openText('facts', 'value_sealed', fact.id, fact.valueSealed),
      )
  }
  return row.documents.flatMap((type): DocumentWithTime[] => {
    const one = rows.find((candidate) => candidate.type === type)
    if (one === undefined) return isFinal(row.status) ? [] : [unread(type as DocumentType, progress)]
    return [
      {
        type: one.type,
        state: one.state,
        missing: one.missingReason as MissingReason | null,
        name: shown.get(`${one.id} name`) ?? null,
        birthDate: shown.get(`${one.id} birth_date`) ?? null,
        numberMasked: shown.get(`${one.id} number_masked`) ?? null,
        evidence: one.evidence,
        signatureFails: one.signature !== null && one.signature !== 'valid',
        readAt: one.fetchedAt.toISOString(),
        keepUntil: one.keepUntil,
      },
    ]
  })
}

function unread(type: DocumentType, progress: Progress): DocumentWithTime {
  const readAt = progress[type] ?? null
  const nothing = {
    missing: null,
    name: null,
    birthDate: null,
    numberMasked: null,
    evidence: null,
    signatureFails: false,
  }
  return { type, state: readAt === null ? 'waiting' : 'arrived', ...nothing, readAt, keepUntil: null }
}

/** The passbook: what happened, what is happening, what comes. */
function stepViews(row: Verification, documents: readonly DocumentView[], progress: Progress): StepView[] {
  const time = (at: Date | null) => at?.toISOString() ?? null
  const ended = isFinal(row.status)
  const decided = row.status === 'awaiting_reviewer' || (ended && row.policyVersion !== null)
  const shared = row.returnedAt !== null && !row.reasons.includes('refused_at_digilocker')
  const state = (done: boolean, now: boolean): StepView['state'] =>
    done ? 'done' : ended ? 'stopped' : now ? 'now' : 'next'
  const step = (
    key: StepView['key'],
    done: boolean,
    now: boolean,
    at: Date | null,
    document: DocumentType | null = null,
  ) => ({ key, document, state: state(done, now), at: done ? time(at) : null }) satisfies StepView
  const collecting = row.status === 'awaiting_provider'
  return [
    step('agreed', true, false, row.createdAt),
    step('left', row.startedAt !== null, row.status === 'awaiting_consent', row.startedAt),
    step('shared', shared, row.status === 'awaiting_player', row.returnedAt),
    ...(row.documents as DocumentType[]).map((type) => {
      const readAt =
        documents.find((one) => one.type === type && one.state === 'arrived')?.readAt ?? progress[type]
      const current =
        collecting && type === row.documents.find((one) => progress[one as DocumentType] === undefined)
      return step(
        'document',
        readAt !== undefined,
        current,
        readAt === undefined ? null : new Date(readAt),
        type,
      )
    }),
    step(
      'checks',
      decided,
      collecting && row.documents.every((one) => progress[one as DocumentType] !== undefined),
      row.decidedAt,
    ),
    step('result', ended && decided, row.status === 'awaiting_reviewer', row.decidedAt),
  ]
}
