import 'server-only'
import type { Db } from '@/db/client'
import { findPolicy } from '@/db/queries/decisions'
import { findPublished } from '@/db/queries/policies'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import shipped from './default.json'
import { Policy } from './types'

export interface CurrentPolicy {
  policy: Policy
  origin: 'shipped' | 'file' | 'staff'
}

/** The policy that comes with the software. */
export const DEFAULT_POLICY: Policy = Policy.parse(shipped)

// A policy never changes under its hash.
const known = new Map<string, Policy>()

/**
 * The policy that decides now: that of `POLICY_FILE`, else the one published last, else the shipped one. Asked of the
 * database each time, so that every process decides by a new one from its publication on. AppError `state_conflict` when
 * what is in force cannot be read by this release: nothing else may decide in its place.
 */
export async function currentPolicy(at: Db): Promise<CurrentPolicy> {
  const { policy } = env()
  if (policy !== null) return { policy, origin: 'file' }
  const sha256 = await findPublished(at)
  if (sha256 === null) return { policy: DEFAULT_POLICY, origin: 'shipped' }
  return { policy: known.get(sha256) ?? (await open(at, sha256)), origin: 'staff' }
}

async function open(at: Db, sha256: string): Promise<Policy> {
  const parsed = Policy.safeParse(JSON.parse((await findPolicy(at, sha256)) ?? 'null'))
  if (!parsed.success) throw new AppError('state_conflict', 'published policy not readable')
  known.set(sha256, parsed.data)
  return parsed.data
}
