import 'server-only'
import { db, transact } from '@/db/client'
import {
  countRecoveryCodes,
  deletePasskey,
  deletePassword,
  findPassword,
  findStaff,
  listPasskeys,
  putPassword,
  replaceRecoveryCodes,
} from '@/db/queries/staff'
import { deleteStaffSessions } from '@/db/queries/staff-sessions'
import { sha256 } from '@/lib/crypto/tokens'
import { AppError } from '@/lib/errors'
import { wordsOf } from './invites'
import { askNewPasskey, askPasskey, readNewPasskey, storePasskey } from './passkeys'
import { hashPassword, isAcceptable } from './passwords'
import { requirePermission } from './permissions'
import { asStaff, recordStaff } from './record'
import { newRecoveryCodes, recoveryHash } from './recovery'
import { sealTotp } from './seals'
import type { SignedInStaff } from './sessions'
import { offeredSecret, stepOf } from './totp'
import type { StaffProblem } from './types'

// What a person changes about their own account. The caller has seen to it that their factor is fresh.

export interface AccountView {
  passkeys: { id: string; label: string; createdAt: Date; lastUsedAt: Date | null }[]
  hasPassword: boolean
  recoveryCodes: number
  /** For the authenticator app of a new password; the same until that is set or the session ends. */
  totpSecret: string
}

/** What one signs in with. */
export async function readAccount(staff: SignedInStaff): Promise<AccountView> {
  const passkeys = await listPasskeys(db(), staff.id)
  return {
    passkeys: passkeys.map(({ id, label, createdAt, lastUsedAt }) => ({ id, label, createdAt, lastUsedAt })),
    hasPassword: (await findPassword(db(), staff.id)) !== null,
    recoveryCodes: await countRecoveryCodes(db(), staff.id),
    totpSecret: await ownSecret(staff),
  }
}

/** Asks for a passkey of one's own, to show a factor again. */
export async function askConfirm(staff: SignedInStaff) {
  return askPasskey(`confirm ${staff.id}`, staff.id)
}

/** Asks an authenticator for one more passkey. */
export async function askAnotherPasskey(staff: SignedInStaff) {
  requirePermission(staff, 'account.change')
  return askNewPasskey(`register ${staff.id}`, staff.id, staff)
}

/** Adds the passkey that the authenticator made. The problem, or null. */
export async function addPasskey(
  staff: SignedInStaff,
  asked: string,
  answer: unknown,
  label: string,
): Promise<StaffProblem | null> {
  requirePermission(staff, 'account.change')
  const passkey = await readNewPasskey(`register ${staff.id}`, asked, answer)
  if (passkey === null) return 'passkey_failed'
  await transact(async (tx) => {
    await storePasskey(tx, staff.id, passkey, label)
    await recordStaff(tx, asStaff(staff), 'staff.passkey_added', staff.id)
  })
  return null
}

/** Removes a passkey, unless nothing would be left to sign in with. AppError `not_found` when it is not theirs. */
export async function removePasskey(staff: SignedInStaff, id: string): Promise<StaffProblem | null> {
  requirePermission(staff, 'account.change')
  return transact(async (tx) => {
    await findStaff(tx, staff.id, { lock: true }) // two removals at once wait for each other
    const passkeys = await listPasskeys(tx, staff.id)
    if (!passkeys.some((passkey) => passkey.id === id)) throw new AppError('not_found')
    if (passkeys.length === 1 && (await findPassword(tx, staff.id)) === null) return 'last_way_in'
    await deletePasskey(tx, staff.id, id)
    await recordStaff(tx, asStaff(staff), 'staff.passkey_removed', staff.id)
    return null
  })
}

/** Sets password and authenticator app, both new; other sessions end. The problem, or null. */
export async function setPassword(
  staff: SignedInStaff,
  { password, code }: { password: string; code: string },
): Promise<StaffProblem | null> {
  requirePermission(staff, 'account.change')
  if (!isAcceptable(password, wordsOf(staff))) return 'weak_password'
  const secret = await ownSecret(staff)
  const step = stepOf(secret, code.replaceAll(/\s/g, ''))
  if (step === null) return 'code_wrong'
  const hash = await hashPassword(password)
  await transact(async (tx) => {
    const totpSealed = sealTotp(staff.id, secret)
    await putPassword(tx, { staffId: staff.id, hash, totpSealed, totpLastStep: step })
    await deleteStaffSessions(tx, staff.id, staff.sessionId)
    await recordStaff(tx, asStaff(staff), 'staff.password_changed', staff.id)
  })
  return null
}

/** Removes password and authenticator app, unless there is no passkey. AppError `not_found` when there are none. */
export async function removePassword(staff: SignedInStaff): Promise<StaffProblem | null> {
  requirePermission(staff, 'account.change')
  return transact(async (tx) => {
    await findStaff(tx, staff.id, { lock: true })
    if ((await listPasskeys(tx, staff.id)).length === 0) return 'last_way_in'
    if (!(await deletePassword(tx, staff.id))) throw new AppError('not_found')
    await recordStaff(tx, asStaff(staff), 'staff.password_removed', staff.id)
    return null
  })
}

/** Ten new recovery codes, shown once; those of before end. */
export async function makeRecoveryCodes(staff: SignedInStaff): Promise<string[]> {
  requirePermission(staff, 'account.change')
  const codes = newRecoveryCodes()
  await transact(async (tx) => {
    await replaceRecoveryCodes(tx, staff.id, codes.map(recoveryHash))
    await recordStaff(tx, asStaff(staff), 'staff.recovery_codes_made', staff.id)
  })
  return codes
}

/** Never the one in use, which a page must not show again: whoever has the session would have the second factor too. */
async function ownSecret({ id, sessionId }: SignedInStaff): Promise<string> {
  const stored = await findPassword(db(), id)
  const after = stored === null ? '' : ` after ${sha256(stored.hash).toString('base64url')}`
  return offeredSecret(`session ${sessionId} of ${id}${after}`)
}
