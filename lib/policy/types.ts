import { z } from 'zod'
import { REASON_CODES, type ReasonCode } from '@/lib/checks/reasons'
import { QUESTIONS, type Question } from '@/lib/checks/types'
import { DOCUMENT_TYPES, EVIDENCE_LEVELS } from '@/lib/documents/types'

// What a policy file may say (docs/policy.md). Pure: safe to import anywhere.

const LEVEL = z.enum(EVIDENCE_LEVELS).exclude(['player_stated'])
const SETS = z.array(z.array(z.enum(DOCUMENT_TYPES)).min(1)).min(1)
const MAJORITY_YEARS = 18
const STATE =
  /^(AN|AP|AR|AS|BR|CG|CH|DD|DL|GA|GJ|HP|HR|JH|JK|KA|KL|LA|LD|MH|ML|MN|MP|MZ|NL|OD|PB|PY|RJ|SK|TG|TN|TR|UK|UP|WB)$/

/** Questions whose finding a policy may let pass. For all others a finding is never an approval (FL-05, FL-15, FL-16). */
const WAIVABLE: readonly Question[] = ['locker_agrees', 'blocked_state']

const Rule = z
  .strictObject({
    question: z.enum(QUESTIONS),
    outcome: z.enum(['fail', 'unsure']),
    reason: z.enum(REASON_CODES as [ReasonCode, ...ReasonCode[]]).optional(),
    verdict: z.enum(['approve', 'reject', 'review', 'resubmission']),
  })
  .refine(({ question, verdict }) => verdict !== 'approve' || WAIVABLE.includes(question), {
    path: ['verdict'],
    message: `approve is possible for ${WAIVABLE.join(' and ')} alone`,
  })

/** One decision policy: data that turns answers of the checks into an outcome. */
export const Policy = z.strictObject({
  version: z.string().regex(/^[\w.-]{1,32}$/),
  ageYears: z.int().min(MAJORITY_YEARS).max(30),
  secondSourceBelowYears: z.int().min(MAJORITY_YEARS).max(40),
  evidenceSets: z.strictObject({
    digilocker: SETS.refine(
      (sets) => !sets.flat().includes('photo_document'),
      'photo_document is for capture',
    ),
    capture: SETS.refine(
      (sets) => sets.flat().every((type) => type === 'photo_document'),
      'photo_document only',
    ),
  }),
  minEvidence: z.strictObject({ aadhaar: LEVEL, pan: LEVEL, driving_licence: LEVEL, photo_document: LEVEL }),
  namesThatPass: z
    .array(z.enum(['match', 'close']))
    .refine((names) => names.includes('match'), 'match has to be among them'),
  blockedStates: z.array(z.string().regex(STATE, 'expected a State code such as TN')),
  fetchedWithinDays: z.int().min(0).max(30),
  /** Findings on which two people of staff have to agree; `duplicate_person` when absent. Absent and empty hash differently. */
  fourEyes: z
    .array(z.enum(REASON_CODES as [ReasonCode, ...ReasonCode[]]))
    .max(REASON_CODES.length)
    .optional(),
  /** In order of precedence: the first one that meets a finding decides. A finding without a rule goes to a person. */
  rules: z
    .array(Rule)
    .refine(([first]) => isAgeRule(first), 'the first rule has to reject age, fail, whatever the reason'),
})
export type Policy = z.output<typeof Policy>

/** Nothing may come before it: of a minor nothing is kept, and nobody is asked to share again. */
function isAgeRule(rule: z.output<typeof Rule> | undefined): boolean {
  return rule?.question === 'age' && rule.outcome === 'fail' && !rule.reason && rule.verdict === 'reject'
}
