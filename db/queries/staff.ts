import 'server-only'
import { and, asc, eq, gt, lt, or, sql } from 'drizzle-orm'
import type { Db } from '../client'
import {
  staff,
  staffInvites,
  staffPasskeys,
  staffPasswords,
  staffRecoveryCodes,
  staffSessions,
} from '../schema/staff'

export type StaffRow = typeof staff.$inferSelect
export type InviteRow = typeof staffInvites.$inferSelect
export type PasskeyRow = typeof staffPasskeys.$inferSelect
type PasswordRow = typeof staffPasswords.$inferSelect

/** Writes a person of the staff. Fails when the address belongs to somebody already. */
export async function insertStaff(db: Db, row: typeof staff.$inferInsert): Promise<void> {
  await db.insert(staff).values(row)
}

/** One person, or null. `lock` holds the row until the transaction ends. */
export async function findStaff(db: Db, id: string, { lock = false } = {}): Promise<StaffRow | null> {
  const query = db.select().from(staff).where(eq(staff.id, id))
  const [row] = lock ? await query.for('update') : await query
  return row ?? null
}

/** Who has this address, whatever their state, or null. */
export async function findStaffByEmail(db: Db, emailHash: Buffer): Promise<StaffRow | null> {
  const [row] = await db.select().from(staff).where(eq(staff.emailHash, emailHash))
  return row ?? null
}

/** Everybody, the longest-standing first. */
export async function listStaff(db: Db): Promise<StaffRow[]> {
  return db.select().from(staff).orderBy(asc(staff.createdAt), asc(staff.id))
}

/** Ids of active operators, locked until the transaction ends, so that two cannot remove each other at once. */
export async function lockOperators(db: Db): Promise<string[]> {
  const rows = await db
    .select({ id: staff.id })
    .from(staff)
    .where(and(eq(staff.state, 'active'), sql`'operator' = any(${staff.roles})`))
    .orderBy(asc(staff.id))
    .for('update')
  return rows.map(({ id }) => id)
}

/** True when somebody active may manage the team. */
export async function hasOperator(db: Db): Promise<boolean> {
  const [row] = await db
    .select({ id: staff.id })
    .from(staff)
    .where(and(eq(staff.state, 'active'), sql`'operator' = any(${staff.roles})`))
    .limit(1)
  return row !== undefined
}

/** Only one set-up runs at a time: held until the transaction ends. */
export async function lockSetup(db: Db): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('ante staff set-up'))`)
}

/** Replaces roles, state, profile or address of one person. */
export async function updateStaff(
  db: Db,
  id: string,
  change: Partial<Pick<StaffRow, 'roles' | 'state' | 'profileSealed' | 'emailHash'>>,
): Promise<void> {
  await db.update(staff).set(change).where(eq(staff.id, id))
}

/** The person's password row, or null. */
export async function findPassword(db: Db, staffId: string): Promise<PasswordRow | null> {
  const [row] = await db.select().from(staffPasswords).where(eq(staffPasswords.staffId, staffId))
  return row ?? null
}

/** Writes or replaces password and authenticator app. */
export async function putPassword(db: Db, row: typeof staffPasswords.$inferInsert): Promise<void> {
  const { hash, totpSealed, totpLastStep } = row
  await db
    .insert(staffPasswords)
    .values(row)
    .onConflictDoUpdate({
      target: staffPasswords.staffId,
      set: { hash, totpSealed, totpLastStep, updatedAt: sql`now()` },
    })
}

/** Removes password and authenticator app. False when there were none. */
export async function deletePassword(db: Db, staffId: string): Promise<boolean> {
  const gone = await db
    .delete(staffPasswords)
    .where(eq(staffPasswords.staffId, staffId))
    .returning({ id: staffPasswords.staffId })
  return gone.length === 1
}

/** Replaces the hash alone, where nobody replaced it since. */
export async function rehashPassword(db: Db, staffId: string, old: string, hash: string): Promise<void> {
  await db
    .update(staffPasswords)
    .set({ hash })
    .where(and(eq(staffPasswords.staffId, staffId), eq(staffPasswords.hash, old)))
}

/** Uses up a step of the authenticator app. False when it, or a later one, was used before. */
export async function spendTotpStep(db: Db, staffId: string, step: number): Promise<boolean> {
  const spent = await db
    .update(staffPasswords)
    .set({ totpLastStep: step })
    .where(and(eq(staffPasswords.staffId, staffId), lt(staffPasswords.totpLastStep, step)))
    .returning({ id: staffPasswords.staffId })
  return spent.length === 1
}

/** Uses up a recovery code. False when this person has no such code any more. */
export async function spendRecoveryCode(db: Db, staffId: string, codeHash: Buffer): Promise<boolean> {
  const spent = await db
    .delete(staffRecoveryCodes)
    .where(and(eq(staffRecoveryCodes.staffId, staffId), eq(staffRecoveryCodes.codeHash, codeHash)))
    .returning({ id: staffRecoveryCodes.staffId })
  return spent.length === 1
}

/** Replaces all recovery codes of one person. */
export async function replaceRecoveryCodes(
  db: Db,
  staffId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await db.delete(staffRecoveryCodes).where(eq(staffRecoveryCodes.staffId, staffId))
  if (hashes.length > 0)
    await db.insert(staffRecoveryCodes).values(hashes.map((codeHash) => ({ staffId, codeHash })))
}

/** How many recovery codes are left. */
export async function countRecoveryCodes(db: Db, staffId: string): Promise<number> {
  return db.$count(staffRecoveryCodes, eq(staffRecoveryCodes.staffId, staffId))
}

/** Writes a passkey. Fails when the authenticator's id is known already. */
export async function insertPasskey(db: Db, row: typeof staffPasskeys.$inferInsert): Promise<void> {
  await db.insert(staffPasskeys).values(row)
}

/** One passkey by the authenticator's id, or null. */
export async function findPasskey(db: Db, id: string): Promise<PasskeyRow | null> {
  const [row] = await db.select().from(staffPasskeys).where(eq(staffPasskeys.id, id))
  return row ?? null
}

/** The passkeys of one person, oldest first. */
export async function listPasskeys(db: Db, staffId: string): Promise<PasskeyRow[]> {
  return db
    .select()
    .from(staffPasskeys)
    .where(eq(staffPasskeys.staffId, staffId))
    .orderBy(asc(staffPasskeys.createdAt))
}

/** Notes a use with the counter it showed. False when another request showed this or a later one (both 0: not counted). */
export async function spendPasskeyCounter(db: Db, id: string, counter: number): Promise<boolean> {
  const used = await db
    .update(staffPasskeys)
    .set({ counter, lastUsedAt: sql`now()` })
    .where(
      and(
        eq(staffPasskeys.id, id),
        or(
          lt(staffPasskeys.counter, counter),
          and(eq(staffPasskeys.counter, 0), sql`${counter}::bigint = 0`),
        ),
      ),
    )
    .returning({ id: staffPasskeys.id })
  return used.length === 1
}

/** Removes one passkey of this person. */
export async function deletePasskey(db: Db, staffId: string, id: string): Promise<void> {
  await db.delete(staffPasskeys).where(and(eq(staffPasskeys.staffId, staffId), eq(staffPasskeys.id, id)))
}

/** Removes everything this person signs in with, and their sessions. */
export async function deleteFactors(db: Db, staffId: string): Promise<void> {
  await db.delete(staffPasskeys).where(eq(staffPasskeys.staffId, staffId))
  await db.delete(staffPasswords).where(eq(staffPasswords.staffId, staffId))
  await db.delete(staffRecoveryCodes).where(eq(staffRecoveryCodes.staffId, staffId))
  await db.delete(staffSessions).where(eq(staffSessions.staffId, staffId))
}

/** Writes a link; earlier ones for the same address, or for the first person, end. */
export async function putInvite(db: Db, row: typeof staffInvites.$inferInsert): Promise<void> {
  await db
    .delete(staffInvites)
    .where(sql`${staffInvites.emailHash} is not distinct from ${row.emailHash ?? null}`)
  await db.insert(staffInvites).values(row)
}

/** A link that has not ended, or null. */
export async function findInvite(db: Db, tokenHash: Buffer): Promise<InviteRow | null> {
  const [row] = await db
    .select()
    .from(staffInvites)
    .where(and(eq(staffInvites.tokenHash, tokenHash), gt(staffInvites.expiresAt, sql`now()`)))
  return row ?? null
}

/** Uses a link up; what it was, or null when it is gone or over. */
export async function spendInvite(db: Db, tokenHash: Buffer): Promise<InviteRow | null> {
  const [row] = await db
    .delete(staffInvites)
    .where(and(eq(staffInvites.tokenHash, tokenHash), gt(staffInvites.expiresAt, sql`now()`)))
    .returning()
  return row ?? null
}

/** Links to an address that nobody has used yet. */
export async function listInvites(db: Db): Promise<InviteRow[]> {
  return db
    .select()
    .from(staffInvites)
    .where(and(gt(staffInvites.expiresAt, sql`now()`), sql`${staffInvites.emailHash} is not null`))
    .orderBy(asc(staffInvites.createdAt))
}

/** Takes the links that one person made back. */
export async function deleteInvitesBy(db: Db, staffId: string): Promise<void> {
  await db.delete(staffInvites).where(eq(staffInvites.invitedBy, staffId))
}

/** Takes the links to one person back; how many. */
export async function deleteInvitesOf(db: Db, staffId: string): Promise<number> {
  const gone = await db
    .delete(staffInvites)
    .where(eq(staffInvites.staffId, staffId))
    .returning({ id: staffInvites.staffId })
  return gone.length
}
