import 'server-only'
import { db, transact } from '@/db/client'
import {
  findPassword,
  findStaff,
  findStaffByEmail,
  rehashPassword,
  spendRecoveryCode,
  spendTotpStep,
} from '@/db/queries/staff'
import { countTry, forgetTries } from '@/db/queries/staff-sessions'
import { isAppError } from '@/lib/errors'
import { triesKey } from './known-browser'
import { readPasskey } from './passkeys'
import { hashPassword, isOldHash, isPassword } from './passwords'
import { asStaff, recordStaff } from './record'
import { recoveryHash } from './recovery'
import { openTotp, staffEmailHash } from './seals'
import { openStaffSession, renewSession, type SignedInStaff } from './sessions'
import { offeredSecret, stepOf } from './totp'
import type { Place } from './types'

export type SignInAnswer =
  | { kind: 'signed_in'; token: string }
  | { kind: 'not_accepted' }
  | { kind: 'too_many' }

const ANYONE = { kind: 'anyone' } as const
/** Nobody's authenticator: checked where there is no account, so that it takes as long. */
const NOBODY = '00000000-0000-4000-8000-000000000000'

/** Signs in by passkey. Tries here are never delayed: nobody can keep the owner of a passkey out (ID-04). */
export async function signInByPasskey(token: string, answer: unknown, place: Place): Promise<SignInAnswer> {
  const staffId = await readPasskey('sign_in', token, answer)
  if (staffId === null) return refuse(null, 'passkey')
  return openFor(staffId, 'passkey', place)
}

export interface PasswordForm {
  email: string
  password: string
  /** Six digits of the authenticator app, or a recovery code. */
  code: string
  /** What this browser kept of an earlier sign-in; empty when nothing. */
  known?: string
}

/**
 * Signs in by password together with a code; who has passkeys alone, by a recovery code alone. Unknown address, wrong
 * password, wrong or used code and disabled account get the same answer after the same work (ID-03). Tries of one account
 * are delayed more and more, known or not; those of a browser that it has signed in from before by themselves.
 */
export async function signInByPassword(form: PasswordForm, place: Place): Promise<SignInAnswer> {
  const emailHash = staffEmailHash(form.email)
  const tries = triesKey(form.email, form.known ?? '')
  if (!(await countTry(db(), tries))) return { kind: 'too_many' }
  const person = await findStaffByEmail(db(), emailHash)
  const stored = await findPassword(db(), person?.id ?? NOBODY)
  const fits = await isPassword(stored?.hash ?? null, form.password)
  const mayTry = person !== null && person.state === 'active' && (stored === null || fits)
  const isCode = await spendCode(mayTry ? person.id : NOBODY, form.code)
  if (!mayTry || !isCode) return refuse(person?.id ?? null, 'password')
  await forgetTries(db(), tries)
  if (stored !== null && isOldHash(stored.hash))
    await rehashPassword(db(), person.id, stored.hash, await hashPassword(form.password))
  return openFor(person.id, 'password', place)
}

/** Step-up by passkey: the session goes on under a new token, its factor is fresh. */
export async function confirmByPasskey(
  staff: SignedInStaff,
  token: string,
  answer: unknown,
): Promise<SignInAnswer> {
  const shownBy = await readPasskey(`confirm ${staff.id}`, token, answer)
  return confirm(staff, shownBy === staff.id, 'passkey')
}

/** Step-up by the authenticator app; its tries are delayed as those of a sign-in. */
export async function confirmByCode(staff: SignedInStaff, code: string): Promise<SignInAnswer> {
  const tries = `confirm ${staff.id}`
  if (!(await countTry(db(), tries))) return { kind: 'too_many' }
  const answer = await confirm(staff, await spendCode(staff.id, code), 'code')
  if (answer.kind === 'signed_in') await forgetTries(db(), tries)
  return answer
}

async function confirm(staff: SignedInStaff, isShown: boolean, reason: string): Promise<SignInAnswer> {
  return transact(async (tx): Promise<SignInAnswer> => {
    const token = isShown ? await renewSession(tx, staff) : null
    const action = token === null ? 'staff.confirm_refused' : 'staff.confirmed'
    await recordStaff(tx, asStaff(staff), action, staff.id, { reason })
    return token === null ? { kind: 'not_accepted' } : { kind: 'signed_in', token }
  })
}

/**
 * Uses up a code: six digits are of the app, anything else is a recovery code. Does the same work for `NOBODY`, who is
 * asked for beside a wrong password, so that whoever does not know it cannot spend a code.
 */
async function spendCode(staffId: string, code: string): Promise<boolean> {
  const digits = code.replaceAll(/\s/g, '')
  if (!/^\d{6}$/.test(digits)) return spendRecovery(staffId, code)
  const stored = await findPassword(db(), staffId)
  const secret = stored === null ? offeredSecret('nobody') : readTotp(staffId, stored.totpSealed)
  const step = stepOf(secret, digits)
  return (await spendTotpStep(db(), staffId, step ?? -1)) && step !== null
}

async function spendRecovery(staffId: string, code: string): Promise<boolean> {
  if (!(await spendRecoveryCode(db(), staffId, recoveryHash(code)))) return false
  await recordStaff(db(), asStaff({ id: staffId }), 'staff.recovery_code_used', staffId)
  return true
}

/** Under another AUTH_SECRET no code fits; the passkey still does. */
function readTotp(staffId: string, sealed: Buffer): string {
  try {
    return openTotp(staffId, sealed)
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return offeredSecret('nobody')
    throw error
  }
}

async function openFor(staffId: string, reason: string, place: Place): Promise<SignInAnswer> {
  return transact(async (tx): Promise<SignInAnswer> => {
    const person = await findStaff(tx, staffId, { lock: true })
    if (person?.state !== 'active') {
      await recordStaff(tx, ANYONE, 'staff.sign_in_refused', staffId, { reason: 'disabled' })
      return { kind: 'not_accepted' }
    }
    await recordStaff(tx, asStaff(person), 'staff.signed_in', staffId, { reason })
    return { kind: 'signed_in', token: await openStaffSession(tx, staffId, place) }
  })
}

async function refuse(staffId: string | null, reason: string): Promise<SignInAnswer> {
  await recordStaff(db(), ANYONE, 'staff.sign_in_refused', staffId, { reason })
  return { kind: 'not_accepted' }
}
