import 'server-only'
import { env } from '@/lib/env'
import shipped from './default.json'
import { Policy } from './types'

export interface CurrentPolicy {
  policy: Policy
  origin: 'shipped' | 'file'
}

/** The policy that comes with the software. */
export const DEFAULT_POLICY: Policy = Policy.parse(shipped)

/** The policy that decides now: that of `POLICY_FILE`, else the shipped one. */
export function currentPolicy(): CurrentPolicy {
  const { policy } = env()
  return policy === null ? { policy: DEFAULT_POLICY, origin: 'shipped' } : { policy, origin: 'file' }
}
