import { z } from 'zod'
import { STAFF_ROLES } from '@/lib/actor'

/** A role, or several, as a form sends them; at least one, each once. */
export const RolesField = z
  .union([z.enum(STAFF_ROLES), z.array(z.enum(STAFF_ROLES)).min(1).max(STAFF_ROLES.length)])
  .transform((roles) => [...new Set([roles].flat())])

/** What a person wrote about themselves. */
export const NameField = z.string().trim().min(1).max(100)
export const EmailField = z.string().trim().toLowerCase().pipe(z.email().max(254))

/** What somebody calls a passkey of theirs. */
export const LabelField = z.string().trim().min(1).max(60)

/** Where a form goes on to; lib/auth/desk-path makes it a page of the desk, whatever it holds. */
export const NextField = z.string().max(2000)

/** Name and mail address of a staff member, as they are sealed. */
export const Profile = z.strictObject({ name: z.string(), email: z.string() })
export type Profile = z.output<typeof Profile>

/** Where a session was opened, for its owner's list. */
export const Place = z.strictObject({ address: z.string(), browser: z.string() })
export type Place = z.output<typeof Place>

const Base64Url = z.string().max(20_000)

/** What a browser answers for a passkey, in the form of @simplewebauthn/browser. */
export const PasskeyAnswer = z.strictObject({
  id: Base64Url,
  rawId: Base64Url,
  response: z.strictObject({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Base64Url.optional(),
  }),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.record(z.string().max(40), z.unknown()),
  type: z.literal('public-key'),
})

/** What a browser answers when an authenticator made a passkey. */
export const NewPasskeyAnswer = z.strictObject({
  id: Base64Url,
  rawId: Base64Url,
  response: z.strictObject({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    authenticatorData: Base64Url.optional(),
    transports: z.array(z.string().max(40)).max(10).optional(),
    publicKeyAlgorithm: z.int().optional(),
    publicKey: Base64Url.optional(),
  }),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.record(z.string().max(40), z.unknown()),
  type: z.literal('public-key'),
})

/** Why a sign-in, link or change did not go through; each has one sentence on the page. */
export const STAFF_PROBLEMS = [
  'not_accepted',
  'too_many',
  'sign_in_needed',
  'confirm_needed',
  'weak_password',
  'code_wrong',
  'bad_details',
  'passkey_failed',
  'taken',
  'last_operator',
  'last_way_in',
] as const
export type StaffProblem = (typeof STAFF_PROBLEMS)[number]

/** What our script does after an authenticator answered: opens a page, or says what is wrong. */
export type PasskeyOutcome = { go: string } | { problem: StaffProblem }
