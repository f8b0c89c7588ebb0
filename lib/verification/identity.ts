import 'server-only'
import type { Db } from '@/db/client'
import { listSealedNumbers } from '@/db/queries/documents'
import { findSealedSubject } from '@/db/queries/provider-sessions'
import type { Vault } from '@/lib/vault'
import type { Identity } from './duplicates'

/** What the documents of an attempt say who somebody is by, opened; empty where they are gone. */
export async function openIdentity(tx: Db, vault: Vault, verificationId: string): Promise<Identity> {
  const numbers = await listSealedNumbers(tx, vault.playerId, verificationId)
  const subject = await findSealedSubject(tx, vault.playerId, verificationId)
  const of = (type: 'pan' | 'driving_licence') =>
    numbers
      .filter((one) => one.type === type)
      .map((one) => vault.openText('documents', 'number_sealed', one.id, one.numberSealed))
  return {
    pan: of('pan'),
    driving_licence: of('driving_licence'),
    subject:
      subject === null
        ? null
        : vault.openText('provider_sessions', 'subject_sealed', verificationId, subject),
  }
}
