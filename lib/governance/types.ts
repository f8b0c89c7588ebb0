import { z } from 'zod'
import { DatabaseTime } from '@/lib/review/types'

// What the pages about policies send and read. Pure: safe to import anywhere.

/** Characters of a draft. */
export const DRAFT_LIMIT = 20_000
/** Decisions that one dry run of the desk makes again; more with `npm run policy:dry-run`. */
export const DRY_RUN_LAST = [100, 500, 2000] as const

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const Revision = z.coerce.number().int().min(1)

export const BeginDraftForm = z.strictObject({ from: Sha256.or(z.literal('current')) })
export const DraftForm = z.strictObject({ id: z.uuid(), revision: Revision })
export type DraftForm = z.output<typeof DraftForm>
export const SaveDraftForm = DraftForm.extend({
  content: z
    .string()
    .max(DRAFT_LIMIT)
    .transform((text) => text.replaceAll('\r\n', '\n')),
})
export type SaveDraftForm = z.output<typeof SaveDraftForm>
export const TryDraftForm = DraftForm.extend({
  last: z.coerce.number().pipe(z.literal([...DRY_RUN_LAST])),
})
export type TryDraftForm = z.output<typeof TryDraftForm>

/** Why something did not go through; each has one sentence on the page. */
export const POLICY_PROBLEMS = [
  'stale',
  'kept_apart',
  'not_a_policy',
  'own_draft',
  'version_taken',
  'nothing_changes',
  'file_decides',
  'dry_run_busy',
] as const
export type PolicyProblem = (typeof POLICY_PROBLEMS)[number]

export const ACTOR_KINDS = ['player', 'staff', 'system', 'anyone'] as const

/** Of this century: the database knows no year 0 and no year 10,000. */
const Day = z.iso.date().regex(/^20/)

/** What the audit page shows, as it stands in its address. */
export const AuditFilter = z.strictObject({
  /** A kind of actor, or somebody's id. */
  actor: z.union([z.enum(ACTOR_KINDS), z.uuid()]).optional(),
  /** How the action begins: `staff.` is all that staff did about accounts. */
  action: z
    .string()
    .regex(/^[a-z_.]{1,64}$/)
    .optional(),
  /** A type of object, or an id. */
  object: z
    .string()
    .regex(/^[\w:.-]{1,64}$/)
    .optional(),
  /** Days in India, both included. */
  from: Day.optional(),
  to: Day.optional(),
  /** Reference of a case, with or without its dash. */
  reference: z
    .string()
    .trim()
    .transform((text) => text.replaceAll('-', '').toUpperCase())
    .pipe(z.string().regex(/^[0-9A-Z]{8}$/))
    .optional(),
  /** Where the page before ended. */
  after: z
    .string()
    .regex(/^[^~]+~[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}~\d{1,15}$/)
    .refine((text) => DatabaseTime.safeParse(text.slice(0, text.indexOf('~'))).success)
    .optional(),
})
export type AuditFilter = z.output<typeof AuditFilter>

/** What a dry run found, as a draft keeps it: codes and references alone. */
export const KeptDryRun = z.object({
  sha256: z.string(),
  last: z.number(),
  decided: z.number(),
  skipped: z.number(),
  isComplete: z.boolean(),
  flipCount: z.number(),
  flips: z.array(
    z.object({
      reference: z.string(),
      from: z.string(),
      to: z.string(),
      checks: z.array(z.string()),
      reasonsBefore: z.array(z.string()),
      reasonsAfter: z.array(z.string()),
    }),
  ),
  at: z.string(),
  by: z.string(),
})
export type KeptDryRun = z.output<typeof KeptDryRun>
