import 'server-only'
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '../client'
import { policies, policyDrafts, policyPublications } from '../schema/policies'

/** The hash of the policy that staff published last, or null when nobody ever did. */
export async function findPublished(db: Db): Promise<string | null> {
  const [row] = await db
    .select({ sha256: policyPublications.sha256 })
    .from(policyPublications)
    .orderBy(desc(policyPublications.seq))
    .limit(1)
  return row?.sha256 ?? null
}

export interface PublicationRow {
  seq: number
  sha256: string
  version: string
  draftedBy: string[]
  publishedBy: string
  alone: boolean
  createdAt: Date
}

/** Who published what, the newest first. */
export async function listPublications(db: Db, limit: number): Promise<PublicationRow[]> {
  return db
    .select({
      seq: policyPublications.seq,
      sha256: policyPublications.sha256,
      version: policies.version,
      draftedBy: policyPublications.draftedBy,
      publishedBy: policyPublications.publishedBy,
      alone: policyPublications.alone,
      createdAt: policyPublications.createdAt,
    })
    .from(policyPublications)
    .innerJoin(policies, eq(policies.sha256, policyPublications.sha256))
    .orderBy(desc(policyPublications.seq))
    .limit(limit)
}

export interface PolicyRow {
  sha256: string
  version: string
  content: string
  origin: 'shipped' | 'file' | 'staff'
  createdAt: Date
}

/** Every policy that decided anything or was published, the newest first. */
export async function listPolicies(db: Db, limit: number): Promise<PolicyRow[]> {
  return db.select().from(policies).orderBy(desc(policies.createdAt), policies.sha256).limit(limit)
}

/** True when another policy is kept under this version already. */
export async function isVersionTaken(db: Db, version: string, sha256: string): Promise<boolean> {
  const rows = await db
    .select({ sha256: policies.sha256 })
    .from(policies)
    .where(and(eq(policies.version, version), sql`${policies.sha256} <> ${sha256}`))
    .limit(1)
  return rows.length > 0
}

export type DraftRow = typeof policyDrafts.$inferSelect

/** Writes a new draft. */
export async function insertDraft(
  db: Db,
  draft: { id: string; content: string; editors: string[] },
): Promise<void> {
  await db.insert(policyDrafts).values(draft)
}

/** One draft, or null; with `lock` nobody else changes it until the transaction ends. */
export async function findDraft(db: Db, id: string, { lock = false } = {}): Promise<DraftRow | null> {
  const query = db.select().from(policyDrafts).where(eq(policyDrafts.id, id))
  const [row] = await (lock ? query.for('update') : query)
  return row ?? null
}

/** Open drafts, the one changed last first. */
export async function listOpenDrafts(db: Db, limit: number): Promise<DraftRow[]> {
  return db
    .select()
    .from(policyDrafts)
    .where(eq(policyDrafts.state, 'open'))
    .orderBy(desc(policyDrafts.changedAt))
    .limit(limit)
}

/** Changes an open draft that still has this revision, which rises; false when it has another one or is closed. */
export async function changeDraft(
  db: Db,
  id: string,
  revision: number,
  change: Partial<Pick<DraftRow, 'content' | 'editors' | 'state'>>,
): Promise<boolean> {
  const changed = await db
    .update(policyDrafts)
    .set({ ...change, revision: revision + 1, changedAt: sql`now()` })
    .where(and(eq(policyDrafts.id, id), eq(policyDrafts.revision, revision), eq(policyDrafts.state, 'open')))
    .returning({ id: policyDrafts.id })
  return changed.length === 1
}

/** Keeps what a dry run of this revision found; nothing when the draft has changed meanwhile. */
export async function keepDryRun(db: Db, id: string, revision: number, dryRun: unknown): Promise<void> {
  await db
    .update(policyDrafts)
    .set({ dryRun })
    .where(and(eq(policyDrafts.id, id), eq(policyDrafts.revision, revision)))
}

/** Puts a policy in force. */
export async function insertPublication(
  db: Db,
  row: { sha256: string; draftId: string; draftedBy: string[]; publishedBy: string; alone: boolean },
): Promise<void> {
  await db.insert(policyPublications).values(row)
}

/** Makes publications wait for each other until the transaction ends. */
export async function lockPublications(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended('policy_publications', 0))`)
}
