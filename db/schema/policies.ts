import { bigint, boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at } from './columns'

/**
 * One row is one decision policy, found by the SHA-256 of its canonical JSON; never changed. Written when the first
 * decision is made under it, so that the decision can be replayed, or when staff publishes it. `origin` says where it came from.
 */
export const policies = pgTable('policies', {
  sha256: text('sha256').primaryKey(),
  version: text('version').notNull(),
  content: text('content').notNull(),
  origin: text('origin', { enum: ['shipped', 'file', 'staff'] }).notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})

/**
 * One row is a policy that staff is writing. `content` is the text as typed, which need not be a policy yet; `revision`
 * rises with each change, and whoever saves or publishes names the one they saw. `editors` are all who wrote in it: none of
 * them publishes it. `dry_run` is what the last dry run found, codes and references alone, with the hash of what was tried.
 */
export const policyDrafts = pgTable(
  'policy_drafts',
  {
    id: uuid('id').primaryKey(),
    revision: integer('revision').notNull().default(1),
    state: text('state', { enum: ['open', 'published', 'discarded'] })
      .notNull()
      .default('open'),
    content: text('content').notNull(),
    editors: uuid('editors').array().notNull(),
    dryRun: jsonb('dry_run'),
    createdAt: at('created_at').notNull().defaultNow(),
    changedAt: at('changed_at').notNull().defaultNow(),
  },
  (table) => [index('policy_drafts_changed').on(table.changedAt)],
)

/**
 * One row says that a policy decides from then on, until the next row; the newest one is in force unless POLICY_FILE names
 * another. `alone` is true when one person wrote and published it, which the settings have to allow. Insert-only.
 */
export const policyPublications = pgTable('policy_publications', {
  seq: bigint('seq', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  sha256: text('sha256')
    .notNull()
    .references(() => policies.sha256),
  draftId: uuid('draft_id')
    .notNull()
    .references(() => policyDrafts.id),
  draftedBy: uuid('drafted_by').array().notNull(),
  publishedBy: uuid('published_by').notNull(),
  alone: boolean('alone').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})
