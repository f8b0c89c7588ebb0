import 'server-only'
import type { Db } from '@/db/client'
import { isVersionTaken } from '@/db/queries/policies'
import { DEFAULT_POLICY } from '@/lib/policy/current'
import { hashPolicy } from '@/lib/policy/decide'
import type { Policy } from '@/lib/policy/types'

/** True when this version is the name of another policy: one that decided, was published or comes with the software. */
export async function isTaken(db: Db, policy: Policy): Promise<boolean> {
  const sha256 = hashPolicy(policy)
  if (policy.version === DEFAULT_POLICY.version && sha256 !== hashPolicy(DEFAULT_POLICY)) return true
  return isVersionTaken(db, policy.version, sha256)
}
