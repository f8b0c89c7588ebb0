import 'server-only'
import { db } from '@/db/client'
import { listConsents } from '@/db/queries/consents'
import { listRequests, type RequestRow } from '@/db/queries/requests'
import { findAccount, listAttempts, listPlayerDocuments, listPlayerFacts } from '@/db/queries/rights'
import type { PlayerActor } from '@/lib/actor'
import { findConnection } from '@/lib/connections'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { CAPABILITIES } from '@/lib/providers'
import { openVault, type Vault } from '@/lib/vault'
import { isInDoubt, toTellable } from '@/lib/verification/doubt'
import { isAppealable } from './requests'
import type { BytesState, Held, HeldAttempt, HeldDocument } from './types'

const DAY_MS = 86_400_000

type AttemptRow = Awaited<ReturnType<typeof listAttempts>>[number]
type DocumentRow = Awaited<ReturnType<typeof listPlayerDocuments>>[number]

/** What is held about this player, values opened. Throws `not_found` when they are erased. */
export async function readHeld(player: PlayerActor): Promise<Held> {
  const account = await findAccount(db(), player.id)
  if (account === null) throw new AppError('not_found', 'erased')
  const vault = await openVault(db(), player.id)
  const attempts = await heldAttempts(player, vault)
  const open = (column: string, sealed: Buffer | null) =>
    sealed === null ? null : vault.openText('players', column, player.id, sealed)
  const stated = open('stated_sealed', account.statedSealed)
  const { retention } = env().limits
  const { silent_accounts: silent, facts, proofs, logs } = retention.classes
  return {
    email: open('email_sealed', account.emailSealed),
    createdAt: account.createdAt.toISOString(),
    endsAt: new Date(account.lastSeenAt.getTime() + (silent.days + facts.days) * DAY_MS).toISOString(),
    stated: stated === null ? null : (JSON.parse(stated) as Held['stated']),
    attempts,
    consents: (await listConsents(db(), player.id)).length,
    recipients: [...new Set(attempts.flatMap(({ connectionName }) => connectionName ?? []))],
    days: { proofs: proofs.days, facts: facts.days, unfinished: retention.unfinishedDays, logs: logs.days },
  }
}

async function heldAttempts(player: PlayerActor, vault: Vault): Promise<HeldAttempt[]> {
  const attempts = await listAttempts(db(), player.id)
  const doubts = await attemptsInDoubt(player, attempts)
  const documents = await heldDocuments(player, vault, doubts)
  const requests = await listRequests(db(), player.id)
  return attempts.map((row) => {
    const connection = row.connectionId === null ? null : findConnection(row.connectionId)
    return {
      id: row.id,
      reference: `${row.reference.slice(0, 4)}-${row.reference.slice(4)}`,
      status: row.status,
      reasons: toTellable(row.reasons, doubts.has(row.id), row.status),
      inDoubt: doubts.has(row.id),
      connectionName: connection?.displayName ?? null,
      way: connection === null ? 'digilocker' : CAPABILITIES[connection.vendor].way,
      sandbox: row.sandbox,
      createdAt: row.createdAt.toISOString(),
      decidedAt: row.decidedAt?.toISOString() ?? null,
      documents: documents.get(row.id) ?? [],
      appeal: appealOf(row, requests),
    }
  })
}

function appealOf({ id, status }: AttemptRow, requests: readonly RequestRow[]): HeldAttempt['appeal'] {
  const isOpen = requests.some(
    (one) => one.kind === 'appeal' && one.state === 'open' && one.verificationId === id,
  )
  if (isOpen) return 'open'
  return isAppealable(status) ? 'possible' : 'none'
}

/** Attempts whose documents may be somebody else's: what they say is told to staff alone. */
async function attemptsInDoubt(player: PlayerActor, attempts: readonly AttemptRow[]): Promise<Set<string>> {
  const doubts = new Set<string>()
  for (const attempt of attempts) if (await isInDoubt(player.id, attempt)) doubts.add(attempt.id)
  return doubts
}

/** By attempt. */
async function heldDocuments(
  player: PlayerActor,
  vault: Vault,
  doubts: ReadonlySet<string>,
): Promise<Map<string, HeldDocument[]>> {
  const facts = await listPlayerFacts(db(), player.id)
  const held = new Map<string, HeldDocument[]>()
  for (const row of await listPlayerDocuments(db(), player.id)) {
    const hidden = doubts.has(row.verificationId)
    const own = facts
      .filter(({ documentId }) => documentId === row.id && !hidden)
      .map(({ id, name, valueSealed }) => ({
        name,
        value: vault.openText('facts', 'value_sealed', id, valueSealed),
      }))
    const { id, type, state, evidence } = row
    const readAt = row.fetchedAt.toISOString()
    const one = { id, type, state, evidence, readAt, facts: own, hidden, bytes: bytesOf(row) }
    held.set(row.verificationId, [...(held.get(row.verificationId) ?? []), one])
  }
  return held
}

function bytesOf({ state, hasBytes, keepUntil, hadBytes }: DocumentRow): BytesState {
  if (hasBytes) return { kind: 'kept', until: keepUntil?.toISOString() ?? null }
  return state === 'arrived' && hadBytes ? { kind: 'destroyed' } : { kind: 'never' }
}
