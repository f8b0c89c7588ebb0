import 'server-only'
import { blindIndex } from '@/lib/crypto/blind-index'
import { env } from '@/lib/env'
import { referenceValue } from '@/lib/verification/reference'
import type { Scene } from './scene'
import type { SeedTables } from './tables'

// An attempt and its session at the vendor, whatever comes of it.

const HOUR_MS = 3_600_000

/** The events of an attempt that was begun, and started unless `startedAt` is null. */
export function begin(
  { playerId, connection, chain }: Scene,
  id: string,
  createdAt: Date,
  startedAt: Date | null,
) {
  const object = { type: 'verification', id } as const
  const actor = { kind: 'player', id: playerId } as const
  chain.append(createdAt, { actor, action: 'verification.created', object, after: 'awaiting_consent' })
  if (startedAt === null) return
  chain.append(startedAt, {
    actor,
    action: 'verification.started',
    object,
    before: 'awaiting_consent',
    after: 'awaiting_player',
    connection: connection.id,
  })
}

/** The event of the player's return. */
export function bringHome({ playerId, connection, chain }: Scene, id: string, at: Date) {
  chain.append(at, {
    actor: { kind: 'player', id: playerId },
    action: 'verification.returned',
    object: { type: 'verification', id },
    before: 'awaiting_player',
    after: 'awaiting_provider',
    connection: connection.id,
  })
}

type VerificationRow = Parameters<SeedTables['verifications']['add']>[0]
type Told = 'id' | 'attempt' | 'status' | 'version' | 'reasons' | 'createdAt' | 'startedAt' | 'returnedAt'
type ToldToo = 'decidedAt' | 'updatedAt' | 'deadlineAt'

/** Adds the attempt's own row. */
export function addVerification(
  scene: Scene,
  row: Pick<VerificationRow, Told | ToldToo> &
    Partial<Pick<VerificationRow, 'documentStates' | 'policyVersion' | 'inputHash'>>,
): void {
  const { tables, playerId, caseId, consentId, agreed, connection, random } = scene
  const began = row.startedAt !== null
  tables.verifications.add({
    playerId,
    caseId,
    consentId,
    reference: random.reference(),
    documents: agreed,
    connectionId: began ? connection.id : null,
    sandbox: began && connection.sandbox,
    documentStates: [],
    policyVersion: null,
    inputHash: null,
    correctFirst: null,
    ...row,
  })
}

/** Adds the attempt's session at the vendor; `subject` when its locker account is remembered. */
export function addSession(
  scene: Scene,
  id: string,
  createdAt: Date,
  { finishedAt, returned, subject }: { finishedAt: Date | null; returned: boolean; subject: boolean },
): void {
  const { tables, playerId, connection, random, vault, story, setting, index } = scene
  const ring = env().indexKeys
  const sessionRef = `seed-${setting.seed}-${index}-${id.slice(0, 8)}`
  const account = `locker-${setting.seed}-${index}`
  const kept = JSON.stringify({ sessionRef, secret: null, returnUrl: env().appUrl.href })
  tables.providerSessions.add({
    playerId,
    verificationId: id,
    connectionId: connection.id,
    handleHash: random.bytes(32),
    browserKeyHash: random.bytes(32),
    stateHash: random.bytes(32),
    referenceIndex: blindIndex(ring, 'vendor_reference', referenceValue(connection.id, sessionRef)),
    bound: story.doubt !== 'brought_elsewhere',
    polls: 0,
    pollAt: null,
    sessionSealed: finishedAt === null ? vault.seal('provider_sessions', 'session_sealed', id, kept) : null,
    codeSealed: null,
    accessSealed: null,
    subjectIndex: subject ? blindIndex(ring, 'vendor_subject', account) : null,
    subjectSealed: subject ? vault.seal('provider_sessions', 'subject_sealed', id, account) : null,
    progress: {},
    linkExpiresAt: new Date(createdAt.getTime() + HOUR_MS),
    accessExpiresAt: null,
    exchangeBegunAt: returned ? story.returnedAt : null,
    exchangedAt: returned ? story.returnedAt : null,
    finishedAt,
    createdAt,
  })
}
