import 'server-only'
import { randomUUID } from 'node:crypto'
import { db, transact } from '@/db/client'
import { ensureCase, lockPlayer } from '@/db/queries/consents'
import { findStated as findRow, writeStated } from '@/db/queries/players'
import { asActor, type PlayerActor } from '@/lib/actor'
import { appendAuditEvent } from '@/lib/audit/audit'
import { openVault } from '@/lib/vault'

// What a player says of themself, for vendors whose hand-over passes through the browser: the person in the documents
// must be the one that was named before (evidence level `player_stated`).

export interface StatedDetails {
  name: string
  /** `YYYY-MM-DD` */
  birthDate: string
}

/** Keeps what the player wrote, sealed; an earlier statement is replaced. */
export async function stateDetails(player: PlayerActor, details: StatedDetails): Promise<void> {
  await transact(async (tx) => {
    await lockPlayer(tx, player.id)
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
export async function findStated(player: PlayerActor): Promise<StatedDetails | null> {
  const sealed = await findRow(db(), player.id)
  if (sealed === null) return null
  const vault = await openVault(db(), player.id)
  return JSON.parse(vault.openText('players', 'stated_sealed', player.id, sealed)) as StatedDetails
}

/** True when the player has named themself. */
export async function hasStated(player: PlayerActor): Promise<boolean> {
  return (await findRow(db(), player.id)) !== null
}
