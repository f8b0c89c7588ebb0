import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at, bytea } from './columns'

/**
 * One row is one person of the operator's staff. Name and mail address are sealed with a key made from AUTH_SECRET and the
 * row's id; `emailHash` is keyed by AUTH_SECRET and finds the row. Roles and state are read on every request, so that a
 * change acts at once. Rows are never deleted: audit events name them.
 */
export const staff = pgTable(
  'staff',
  {
    id: uuid('id').primaryKey(),
    profileSealed: bytea('profile_sealed').notNull(),
    emailHash: bytea('email_hash').notNull().unique(),
    roles: text('roles').array().notNull(),
    state: text('state').notNull().default('active'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    check('staff_state', sql`${table.state} in ('active', 'disabled')`),
    check(
      'staff_roles',
      sql`cardinality(${table.roles}) > 0 and ${table.roles} <@ array['viewer','reviewer','lead','auditor','operator']`,
    ),
  ],
)

/** One row is one passkey. The id is the authenticator's, base64url; the counter only rises where it counts at all. */
export const staffPasskeys = pgTable(
  'staff_passkeys',
  {
    id: text('id').primaryKey(),
    staffId: uuid('staff_id')
      .notNull()
      .references(() => staff.id),
    publicKey: bytea('public_key').notNull(),
    counter: bigint('counter', { mode: 'number' }).notNull(),
    transports: text('transports').array().notNull(),
    label: text('label').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    lastUsedAt: at('last_used_at'),
  },
  (table) => [index('staff_passkeys_staff').on(table.staffId)],
)

/**
 * One row is the other way in: a password (argon2id, PHC string) and the authenticator app that always goes with it. The
 * app's secret is sealed; `totpLastStep` is the newest 30-second step that was used, so that no code works twice.
 */
export const staffPasswords = pgTable('staff_passwords', {
  staffId: uuid('staff_id')
    .primaryKey()
    .references(() => staff.id),
  hash: text('hash').notNull(),
  totpSealed: bytea('totp_sealed').notNull(),
  totpLastStep: bigint('totp_last_step', { mode: 'number' }).notNull(),
  updatedAt: at('updated_at').notNull().defaultNow(),
})

/** One row is one recovery code: 120 random bits, of which only the SHA-256 is here. Deleted when used. */
export const staffRecoveryCodes = pgTable(
  'staff_recovery_codes',
  {
    codeHash: bytea('code_hash').primaryKey(),
    staffId: uuid('staff_id')
      .notNull()
      .references(() => staff.id),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [index('staff_recovery_codes_staff').on(table.staffId)],
)

/**
 * One row is one signed-in browser of a staff member; the token is only in its cookie, here is its SHA-256. Idle for 15
 * minutes or 8 hours old: the row no longer counts (ID-05). `factorAt` is when a passkey or code was last shown (ID-06).
 * `placeSealed` holds address and browser, for the owner's list of sessions.
 */
export const staffSessions = pgTable(
  'staff_sessions',
  {
    id: uuid('id').primaryKey(),
    tokenHash: bytea('token_hash').notNull().unique(),
    staffId: uuid('staff_id')
      .notNull()
      .references(() => staff.id),
    placeSealed: bytea('place_sealed').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    lastSeenAt: at('last_seen_at').notNull().defaultNow(),
    factorAt: at('factor_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [index('staff_sessions_staff').on(table.staffId)],
)

/** One row is one question to an authenticator, found by the token of the browser that asked. Deleted when answered. */
export const staffChallenges = pgTable('staff_challenges', {
  tokenHash: bytea('token_hash').primaryKey(),
  purpose: text('purpose').notNull(),
  challenge: text('challenge').notNull(),
  expiresAt: at('expires_at').notNull(),
})

/**
 * One row is a one-time link: for somebody new, for somebody who lost what they sign in with (`staffId` then exists), or,
 * without an address, for the first person of an installation. The token is only in the link; here is its SHA-256.
 */
export const staffInvites = pgTable('staff_invites', {
  tokenHash: bytea('token_hash').primaryKey(),
  staffId: uuid('staff_id').notNull(),
  emailHash: bytea('email_hash'),
  emailSealed: bytea('email_sealed'),
  roles: text('roles').array().notNull(),
  invitedBy: text('invited_by').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  expiresAt: at('expires_at').notNull(),
})

/** One row counts failed tries of one account, known or not, by a keyed hash; the next one counts from `nextAt` on (ID-04). */
export const staffTries = pgTable('staff_tries', {
  key: text('key').primaryKey(),
  failures: integer('failures').notNull(),
  nextAt: at('next_at').notNull(),
})
