import 'server-only'
import type { Db } from '@/db/client'
import { listSealedPlayers, type SealedPlayer } from '@/db/queries/case-file'
import { vaultFrom } from '@/lib/vault'
import { maskMail, maskName } from './mask'

/** How a list names a player: by the first letters of a document's name, else by a masked address. */
export interface MaskedPlayer {
  kind: 'name' | 'mail' | 'erased'
  /** Empty for who was erased. */
  label: string
}

const ERASED: MaskedPlayer = { kind: 'erased', label: '' }

/** The players behind these attempts, masked, by attempt. */
export async function readMaskedPlayers(
  at: Db,
  attempts: readonly { playerId: string; id: string }[],
): Promise<ReadonlyMap<string, MaskedPlayer>> {
  const sealed = await listSealedPlayers(at, attempts)
  return new Map(sealed.map((one) => [one.verificationId, toMasked(one)]))
}

function toMasked({ playerId, name, emailSealed, keys }: SealedPlayer): MaskedPlayer {
  if (keys.length === 0) return ERASED
  const vault = vaultFrom(playerId, keys)
  if (name !== null) {
    const label = maskName(vault.openText('facts', 'value_sealed', name.id, name.valueSealed))
    if (label !== '') return { kind: 'name', label }
  }
  if (emailSealed === null) return ERASED
  return { kind: 'mail', label: maskMail(vault.openText('players', 'email_sealed', playerId, emailSealed)) }
}
