import 'server-only'
import { db } from '@/db/client'
import { findPolicy } from '@/db/queries/decisions'
import {
  type DraftRow,
  findDraft,
  listOpenDrafts,
  listPolicies,
  listPublications,
} from '@/db/queries/policies'
import type { StaffActor } from '@/lib/actor'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { type CurrentPolicy, currentPolicy } from '@/lib/policy/current'
import { hashPolicy } from '@/lib/policy/decide'
import { diffLines, diffPolicies, type PolicyChange } from '@/lib/policy/diff'
import { type DraftProblem, readDraftText, toPrettyJson } from '@/lib/policy/draft'
import { Policy } from '@/lib/policy/types'
import { listStaffNames } from '@/lib/staff/names'
import { may, requirePermission } from '@/lib/staff/permissions'
import { isTaken } from './taken'
import { KeptDryRun } from './types'

const ROWS = 100

export interface PolicyInForce {
  version: string
  sha256: string
  origin: CurrentPolicy['origin']
}

export interface PolicyOverview {
  inForce: PolicyInForce
  versions: { sha256: string; version: string; origin: string; createdAt: string }[]
  publications: {
    seq: number
    sha256: string
    version: string
    by: string
    draftedBy: string[]
    alone: boolean
    at: string
  }[]
  drafts: { id: string; version: string | null; editors: string[]; changedAt: string }[]
}

/** Which policy decides, which ones did, who published them, and what is being written. Throws AppError `forbidden`. */
export async function readPolicies(staff: StaffActor): Promise<PolicyOverview> {
  requirePermission(staff, 'policy.view')
  const [inForce, versions, publications, drafts, names] = await Promise.all([
    readInForce(),
    listPolicies(db(), ROWS),
    listPublications(db(), ROWS),
    listOpenDrafts(db(), ROWS),
    listStaffNames(),
  ])
  const toNames = (ids: readonly string[]) => ids.map((id) => names.get(id) ?? id)
  return {
    inForce,
    versions: versions.map(({ sha256, version, origin, createdAt }) => ({
      sha256,
      version,
      origin,
      createdAt: createdAt.toISOString(),
    })),
    publications: publications.map(({ publishedBy, draftedBy, createdAt, ...row }) => ({
      ...row,
      by: names.get(publishedBy) ?? publishedBy,
      draftedBy: toNames(draftedBy),
      at: createdAt.toISOString(),
    })),
    drafts: drafts.map(({ id, content, editors, changedAt }) => {
      const read = readDraftText(content)
      return {
        id,
        version: read.ok ? read.policy.version : null,
        editors: toNames(editors),
        changedAt: changedAt.toISOString(),
      }
    }),
  }
}

/** Two policies beside each other: what changes in words, and line by line. */
export interface Comparison {
  changes: PolicyChange[]
  lines: { sign: ' ' | '-' | '+'; line: string }[]
}

export interface StoredVersion {
  sha256: string
  version: string
  json: string
  inForce: PolicyInForce
  against: { sha256: string; version: string; comparison: Comparison }
}

/** A stored version and how it differs from `against`, which is the one in force unless a hash is given. AppError `not_found`. */
export async function readVersion(
  staff: StaffActor,
  sha256: string,
  against: string | null,
): Promise<StoredVersion> {
  requirePermission(staff, 'policy.view')
  const inForce = await readInForce()
  const policy = await getPolicy(sha256)
  const otherHash = against ?? inForce.sha256
  const other = otherHash === inForce.sha256 ? (await currentPolicy(db())).policy : await getPolicy(otherHash)
  const comparison = compare(other, policy)
  return {
    sha256,
    version: policy.version,
    json: toPrettyJson(policy),
    inForce,
    against: { sha256: otherHash, version: other.version, comparison },
  }
}

/** What keeps a draft from being published by this person; null when nothing does. */
export type Obstacle = 'not_a_policy' | 'own_draft' | 'version_taken' | 'file_decides' | 'not_yours'

export interface DraftPage {
  id: string
  revision: number
  state: DraftRow['state']
  content: string
  editors: string[]
  changedAt: string
  problems: DraftProblem[]
  version: string | null
  inForce: PolicyInForce
  /** Against the policy in force; null while the text is no policy. */
  comparison: Comparison | null
  dryRun: (KeptDryRun & { isOfThis: boolean; byName: string }) | null
  obstacle: Obstacle | null
  /** True when who publishes wrote in it too, which the settings let them. */
  alone: boolean
  canDraft: boolean
}

/** A draft with all that stands around it. AppError `not_found`. */
export async function readDraft(staff: StaffActor, id: string): Promise<DraftPage> {
  requirePermission(staff, 'policy.view')
  const draft = await findDraft(db(), id)
  if (draft === null) throw new AppError('not_found', 'draft')
  const [inForce, current, names] = await Promise.all([readInForce(), currentPolicy(db()), listStaffNames()])
  const read = readDraftText(draft.content)
  const sha256 = read.ok ? hashPolicy(read.policy) : null
  const taken = read.ok && (await isTaken(db(), read.policy))
  const kept = KeptDryRun.safeParse(draft.dryRun)
  const { problems, policy } = read.ok
    ? { problems: [], policy: read.policy }
    : { problems: read.problems, policy: null }
  return {
    id,
    revision: draft.revision,
    state: draft.state,
    content: draft.content,
    editors: draft.editors.map((editor) => names.get(editor) ?? editor),
    changedAt: draft.changedAt.toISOString(),
    problems,
    version: policy?.version ?? null,
    inForce,
    comparison: policy === null ? null : compare(current.policy, policy),
    dryRun: kept.success
      ? {
          ...kept.data,
          isOfThis: kept.data.sha256 === sha256,
          byName: names.get(kept.data.by) ?? kept.data.by,
        }
      : null,
    obstacle: toObstacle(staff, draft, policy, taken),
    alone: draft.editors.includes(staff.id),
    canDraft: may(staff.roles, 'policy.draft'),
  }
}

function toObstacle(
  staff: StaffActor,
  draft: DraftRow,
  policy: Policy | null,
  taken: boolean,
): Obstacle | null {
  if (env().policy !== null) return 'file_decides'
  if (policy === null) return 'not_a_policy'
  if (taken) return 'version_taken'
  if (!may(staff.roles, 'policy.publish')) return 'not_yours'
  return draft.editors.includes(staff.id) && env().limits.review.twoPeople ? 'own_draft' : null
}

async function readInForce(): Promise<PolicyInForce> {
  const { policy, origin } = await currentPolicy(db())
  return { version: policy.version, sha256: hashPolicy(policy), origin }
}

function compare(before: Policy, after: Policy): Comparison {
  return {
    changes: diffPolicies(before, after),
    lines: diffLines(toPrettyJson(before), toPrettyJson(after)),
  }
}

async function getPolicy(sha256: string): Promise<Policy> {
  const content = await findPolicy(db(), sha256)
  if (content !== null) return Policy.parse(JSON.parse(content))
  const { policy } = await currentPolicy(db())
  if (hashPolicy(policy) !== sha256) throw new AppError('not_found', 'policy')
  return policy
}
