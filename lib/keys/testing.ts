import { randomBytes, randomUUID } from 'node:crypto'
import { db } from '@/db/client'
import { insertDocuments } from '@/db/queries/documents'
import { blindIndex } from '@/lib/crypto/blind-index'
import { env, type KeyRing } from '@/lib/env'
import { openVault } from '@/lib/vault'

// Key rings and sealed rows for the tests of this folder.

/** A ring of new keys; the first id writes. */
export function ringOf(...ids: string[]): KeyRing {
  const keys = new Map(ids.map((id) => [id, randomBytes(32)]))
  return { writeId: ids[0] ?? '', keys }
}

/** The same keys in another order, or fewer of them. */
export function only(ring: KeyRing, ...ids: string[]): KeyRing {
  const keys = new Map(ids.map((id) => [id, ring.keys.get(id) ?? randomBytes(32)]))
  return { writeId: ids[0] ?? '', keys }
}

/** Uses other keys from here on, as a process that was started with them would. */
export function useRings(rings: { dataKeys?: KeyRing; indexKeys?: KeyRing }): void {
  Object.assign(env(), rings)
}

/** As the settings write a ring. */
export function toSetting({ keys }: KeyRing): string {
  return [...keys].map(([id, key]) => `${id}:${key.toString('base64')}`).join(',')
}

/** Writes one PAN document of a player with its number sealed and indexed; its id. */
export async function addDocument(
  playerId: string,
  verificationId: string,
  options: { number: string; sealNumber?: boolean },
): Promise<string> {
  const id = randomUUID()
  const vault = await openVault(db(), playerId)
  const { number, sealNumber = true } = options
  await insertDocuments(
    db(),
    [
      {
        playerId,
        id,
        verificationId,
        type: 'pan',
        state: 'arrived',
        remarks: [],
        numberIndex: blindIndex(env().indexKeys, 'pan', number),
        numberSealed: sealNumber ? vault.seal('documents', 'number_sealed', id, number) : null,
        rawSealed: vault.seal('documents', 'raw_sealed', id, `raw of ${id}`),
        fetchedAt: new Date(),
      },
    ],
    [],
  )
  return id
}
