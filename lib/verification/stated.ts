import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, transact } from '@/db/client'
import { ensureCase, lockPlayer } from '@/db/queries/consents'
import { findStated as findRow, writeStated } from '@/db/queries/players'
import { findLatestVerification } from '@/db/queries/verifications'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { AppError } from '@/lib/errors'
import { openVault } from '@/lib/vault'
import type { Status } from './types'

// What a player says of themself, for vendors whose hand-over passes through the browser: the person in the documents
// must be the one that was named before (evidence level `player_stated`).

export interface StatedDetails {
  name: string
  /** `YYYY-MM-DD` */
  birthDate: string
}

/** Somebody is looking at documents: what they are compared with stands still. */
const BEING_CHECKED: readonly Status[] = ['awaiting_provider', 'awaiting_reviewer']

/**
 * Keeps what the player wrote, sealed; an earlier statement is replaced. Throws `state_conflict` while the latest attempt
 * is being checked.
 */
export async function stateDetails(player: PlayerActor, details: StatedDetails): Promise<void> {
  await transact(async (tx) => {
    await lockPlayer(tx, player.id)
    const latest = await findLatestVerification(tx, player.id)
    if (latest !== null && BEING_CHECKED.includes(latest.status))
      throw new AppError('state_conflict', 'an attempt is being checked')
    const vault = await openVault(tx, player.id)
    await writeStated(
      tx,
      player.id,
      vault.seal('players', 'stated_sealed', player.id, JSON.stringify(details)),
    )
    const { id: caseId } = await ensureCase(tx, player.id, 'onboarding', randomUUID())
    await appendAuditEvent(tx, caseId, {
      actor: asActor(player),
      action: 'player.details_stated',
      object: { type: 'player', id: player.id },
    })
  })
}

/** What the player wrote, or null. */
export async function findStated(player: PlayerActor, at: Db = db()): Promise<StatedDetails | null> {
  const sealed = await findRow(at, player.id)
  if (sealed === null) return null
  const vault = await openVault(at, player.id)
  return JSON.parse(vault.openText('players', 'stated_sealed', player.id, sealed)) as StatedDetails
}

/** True when the player has named themself. */
export async function hasStated(player: PlayerActor): Promise<boolean> {
  return (await findRow(db(), player.id)) !== null
}
