import 'server-only'
import { randomUUID } from 'node:crypto'
import { type Db, db, transact } from '@/db/client'
import {
  deleteFactors,
  findInvite,
  findStaff,
  findStaffByEmail,
  hasOperator,
  type InviteRow,
  insertStaff,
  lockSetup,
  putInvite,
  putPassword,
  type StaffRow,
  spendInvite,
  updateStaff,
} from '@/db/queries/staff'
import type { StaffActor, StaffRole } from '@/lib/actor'
import { newToken, sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { CONSOLE_ID, lockTeam } from './lock-team'
import { askNewPasskey, readNewPasskey, storePasskey } from './passkeys'
import { hashPassword, isAcceptable } from './passwords'
import { asStaff, recordStaff } from './record'
import { findInvited, findProfile, sealInvited, sealProfile, sealTotp, staffEmailHash } from './seals'
import { openStaffSession } from './sessions'
import { offeredSecret, stepOf } from './totp'
import type { Place, Profile, StaffProblem } from './types'

const HOUR_MS = 3_600_000
const INVITE_LIFE_MS = 72 * HOUR_MS
const SETUP_LIFE_MS = 24 * HOUR_MS

/**
 * Makes a one-time link for an address; an earlier one for it ends. For somebody who is on the staff it is a way back in:
 * using it removes everything they signed in with before, and keeps their roles. Throws AppError `forbidden`, or
 * `state_conflict` for a disabled account.
 */
export async function invite(actor: StaffActor, email: string, roles: readonly StaffRole[]): Promise<URL> {
  const emailHash = staffEmailHash(email)
  return transact(async (tx) => {
    await lockTeam(tx, actor)
    const known = await findStaffByEmail(tx, emailHash)
    if (known !== null) return writeWayBack(tx, actor, known)
    const staffId = randomUUID()
    const emailSealed = sealInvited(staffId, email)
    const after = roles.join(' ')
    await recordStaff(tx, asStaff(actor), 'staff.invited', staffId, { after, reason: 'new' })
    return writeLink(tx, actor, { staffId, emailHash, emailSealed, roles: [...roles] })
  })
}

/** A way back in for somebody who lost what they signed in with. Throws as `invite` does, and `not_found`. */
export async function inviteBack(actor: StaffActor, staffId: string): Promise<URL> {
  return transact(async (tx) => {
    await lockTeam(tx, actor)
    const known = await findStaff(tx, staffId, { lock: true })
    if (known === null) throw new AppError('not_found')
    return writeWayBack(tx, actor, known)
  })
}

async function writeWayBack(tx: Db, actor: StaffActor, known: StaffRow): Promise<URL> {
  if (known.state === 'disabled') throw new AppError('state_conflict', 'disabled')
  const { id: staffId, emailHash, roles } = known
  const profile = findProfile(staffId, known.profileSealed)
  const emailSealed = profile === null ? null : sealInvited(staffId, profile.email)
  const after = roles.join(' ')
  await recordStaff(tx, asStaff(actor), 'staff.invited', staffId, { after, reason: 'way_back' })
  return writeLink(tx, actor, { staffId, emailHash, emailSealed, roles })
}

async function writeLink(
  tx: Db,
  actor: StaffActor,
  link: Pick<InviteRow, 'staffId' | 'emailHash' | 'emailSealed' | 'roles'>,
): Promise<URL> {
  const token = newToken()
  const expiresAt = new Date(Date.now() + INVITE_LIFE_MS)
  await putInvite(tx, { ...link, tokenHash: sha256(token), invitedBy: actor.id, expiresAt })
  return linkOf(token)
}

/** The link for the first person of an installation, replacing an earlier one; null when somebody manages the team already. */
export async function inviteFirst(): Promise<URL | null> {
  const token = newToken()
  return transact(async (tx) => {
    await lockSetup(tx)
    if (await hasOperator(tx)) return null
    const staffId = randomUUID()
    await putInvite(tx, {
      tokenHash: sha256(token),
      staffId,
      roles: ['operator'],
      invitedBy: CONSOLE_ID,
      expiresAt: new Date(Date.now() + SETUP_LIFE_MS),
    })
    await recordStaff(tx, asStaff({ id: CONSOLE_ID }), 'staff.invited', staffId, { reason: 'first' })
    return linkOf(token)
  })
}

/** What a link is for. */
export interface InviteView {
  /** The address it is meant for; null for the first person, and where AUTH_SECRET was replaced: they type theirs. */
  email: string | null
  /** The name on the account; null for somebody new. */
  name: string | null
  roles: StaffRole[]
  /** True for somebody who has an account: what they signed in with before ends. */
  isWayBack: boolean
  /** To be scanned or typed into an authenticator app. */
  totpSecret: string
}

/** Reads a link without using it up. Null when it was used, is over, or the installation has its first person. */
export async function readInvite(token: string): Promise<InviteView | null> {
  const row = await findLive(db(), token)
  if (row === null) return null
  const known = await findStaff(db(), row.staffId)
  return {
    email: emailOf(row),
    name: known === null ? null : (findProfile(known.id, known.profileSealed)?.name ?? null),
    roles: row.roles as StaffRole[], // written by `invite` alone
    isWayBack: known !== null,
    totpSecret: offeredSecret(`invitation ${token}`),
  }
}

/** Asks the authenticator of the person behind a link for a passkey. Null when the link is over. */
export async function askJoinPasskey(token: string, profile: Profile) {
  const row = await findLive(db(), token)
  if (row === null) return null
  return askNewPasskey(`join ${row.staffId}`, row.staffId, {
    ...profile,
    email: emailOf(row) ?? profile.email,
  })
}

/** What became of a link. */
export type JoinAnswer =
  | { kind: 'joined'; token: string }
  | { kind: 'refused'; problem: StaffProblem }
  | { kind: 'over' }

/** Uses a link up with a passkey: account, passkey and first session in one transaction. */
export async function joinByPasskey(
  link: { token: string; profile: Profile; asked: string; answer: unknown },
  place: Place,
): Promise<JoinAnswer> {
  const row = await findLive(db(), link.token)
  if (row === null) return { kind: 'over' }
  const passkey = await readNewPasskey(`join ${row.staffId}`, link.asked, link.answer)
  if (passkey === null) return { kind: 'refused', problem: 'passkey_failed' }
  return join(link.token, link.profile, place, (tx, staffId) =>
    storePasskey(tx, staffId, passkey, place.browser),
  )
}

/** Uses a link up with password and authenticator app, whose first code must fit. */
export async function joinByPassword(
  link: { token: string; profile: Profile; password: string; code: string },
  place: Place,
): Promise<JoinAnswer> {
  const row = await findLive(db(), link.token)
  if (row === null) return { kind: 'over' }
  const secret = offeredSecret(`invitation ${link.token}`)
  const email = emailOf(row) ?? link.profile.email
  if (!isAcceptable(link.password, wordsOf({ ...link.profile, email })))
    return { kind: 'refused', problem: 'weak_password' }
  const step = stepOf(secret, link.code.replaceAll(/\s/g, ''))
  if (step === null) return { kind: 'refused', problem: 'code_wrong' }
  const hash = await hashPassword(link.password)
  return join(link.token, link.profile, place, (tx, staffId) =>
    putPassword(tx, { staffId, hash, totpSealed: sealTotp(staffId, secret), totpLastStep: step }),
  )
}

/** Words of a person and of this installation that alone make no password. */
export function wordsOf({ name, email }: Profile): string[] {
  const { brandName, operatorName } = env()
  return [name, email, brandName, operatorName].flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
}

async function join(
  token: string,
  typed: Profile,
  place: Place,
  storeFactor: (tx: Db, staffId: string) => Promise<void>,
): Promise<JoinAnswer> {
  return transact(async (tx): Promise<JoinAnswer> => {
    await lockSetup(tx) // of several first persons one wins
    if ((await findLive(tx, token)) === null) return { kind: 'over' }
    const row = await spendInvite(tx, sha256(token))
    if (row === null) return { kind: 'over' }
    const email = emailOf(row) ?? typed.email
    const known = await findStaff(tx, row.staffId, { lock: true })
    const profileSealed = sealProfile(row.staffId, { name: typed.name, email })
    const emailHash = staffEmailHash(email)
    const holder = await findStaffByEmail(tx, emailHash)
    if (holder !== null && holder.id !== row.staffId) throw new AppError('state_conflict', 'address in use')
    if (known === null) {
      await insertStaff(tx, { id: row.staffId, profileSealed, emailHash, roles: row.roles })
    } else {
      if (known.state !== 'active') throw new AppError('state_conflict', 'disabled')
      await deleteFactors(tx, row.staffId)
      await updateStaff(tx, row.staffId, { profileSealed, emailHash })
    }
    await storeFactor(tx, row.staffId)
    const action = known === null ? 'staff.joined' : 'staff.recovered'
    await recordStaff(tx, asStaff({ id: row.staffId }), action, row.staffId, { after: row.roles.join(' ') })
    return { kind: 'joined', token: await openStaffSession(tx, row.staffId, place) }
  })
}

/**
 * A link for the first person ends with the first person, however many were printed; one whose address cannot be read any
 * more ends with the AUTH_SECRET it was sealed under.
 */
async function findLive(at: Db, token: string): Promise<InviteRow | null> {
  const row = await findInvite(at, sha256(token))
  if (row === null || (row.emailHash === null && (await hasOperator(at)))) return null
  return row.emailSealed !== null && emailOf(row) === null ? null : row
}

const emailOf = (row: InviteRow) =>
  row.emailSealed === null ? null : findInvited(row.staffId, row.emailSealed)

const linkOf = (token: string) => new URL(`/admin/setup/${token}`, env().appUrl)
