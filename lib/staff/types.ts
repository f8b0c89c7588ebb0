import { z } from 'zod'
import { STAFF_ROLES } from '@/lib/actor'

/** A role, or several, as a form sends them; at least one, each once. */
export const RolesField = z
  .union([z.enum(STAFF_ROLES), z.array(z.enum(STAFF_ROLES)).min(1).max(STAFF_ROLES.length)])
  .transform((roles) => [...new Set([roles].flat())])

/** What a person wrote about themselves. */
export const NameField = z.string().trim().min(1).max(100)
export const EmailField = z.string().trim().toLowerCase().pipe(z.email().max(254))

/** Name and mail address of a staff member, as they are sealed. */
export const Profile = z.strictObject({ name: z.string(), email: z.string() })
export type Profile = z.output<typeof Profile>

/** Where a session was opened, for its owner's list. */
export const Place = z.strictObject({ address: z.string(), browser: z.string() })
export type Place = z.output<typeof Place>

/** Why a sign-in, link or change did not go through; each has one sentence on the page. */
export const STAFF_PROBLEMS = [
  'not_accepted',
  'too_many',
  'sign_in_needed',
  'confirm_needed',
  'weak_password',
  'code_wrong',
  'passkey_failed',
  'taken',
  'last_operator',
  'last_way_in',
] as const
export type StaffProblem = (typeof STAFF_PROBLEMS)[number]
