import 'server-only'
import { db } from '@/db/client'
import { hasOpenDoubt } from '@/db/queries/documents'
import type { CollectContext } from '@/db/queries/provider-sessions'
import { findConnection } from '@/lib/connections'
import { CAPABILITIES } from '@/lib/providers'
import type { Vault } from '@/lib/vault'
import { openSession } from './collection'
import type { StatedDetails } from './stated'

/** True where what comes back passes through the browser, so that it must be of the person that the player named. */
export function mustBeNamed({ session }: CollectContext): boolean {
  const vendor = findConnection(session.connectionId)?.vendor
  return vendor !== undefined && CAPABILITIES[vendor].personMustMatch
}

/**
 * Whom the documents of this attempt must be of: what the player had written when they left for the vendor. Null when
 * they had written nothing; and where it must match also once an earlier attempt of this case brought somebody else's
 * documents, until staff have decided: who has seen a refusal may have learnt which name to write.
 */
export async function findExpectedPerson(
  context: CollectContext,
  vault: Vault,
): Promise<StatedDetails | null> {
  const { playerId, caseId } = context.verification
  if (mustBeNamed(context) && (await hasOpenDoubt(db(), playerId, caseId))) return null
  return openSession(context, vault)?.stated ?? null
}
