import 'server-only'
import { openWithToken, sealWithToken } from '@/lib/crypto/token-seal'
import { keyedHash } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { isAppError } from '@/lib/errors'
import { Place, Profile } from './types'

// What is personal or secret about staff is sealed under AUTH_SECRET and the row's id. Staff have no data key of their own:
// they are few, and nobody erases them while audit events name them (docs/decisions/012).

const PROFILE = { purpose: 'ante staff profile', column: 'ante 1 staff.profile_sealed' }
const PLACE = { purpose: 'ante staff session', column: 'ante 1 staff_sessions.place_sealed' }
const TOTP = { purpose: 'ante staff authenticator', column: 'ante 1 staff_passwords.totp_sealed' }
const INVITE = { purpose: 'ante staff invitation', column: 'ante 1 staff_invites.email_sealed' }
const UNREADABLE = '(unreadable: AUTH_SECRET was replaced)'

/** Finds a mail address (already lower-cased) without holding it. */
export function staffEmailHash(email: string): Buffer {
  return keyedHash(env().authSecret, `staff address ${email}`)
}

/** Seals name and mail address of one person. */
export function sealProfile(staffId: string, profile: Profile): Buffer {
  return sealWithToken(env().authSecret, staffId, PROFILE, JSON.stringify(profile))
}

/** Name and mail address; words that say so when they were sealed under another AUTH_SECRET. */
export function openProfile(staffId: string, sealed: Buffer): Profile {
  return findProfile(staffId, sealed) ?? { name: UNREADABLE, email: UNREADABLE }
}

/** Name and mail address, or null when they were sealed under another AUTH_SECRET. */
export function findProfile(staffId: string, sealed: Buffer): Profile | null {
  return orUnreadable(null, () =>
    Profile.parse(JSON.parse(openWithToken(env().authSecret, staffId, PROFILE, sealed))),
  )
}

/** Seals where a session was opened. */
export function sealPlace(sessionId: string, place: Place): Buffer {
  return sealWithToken(env().authSecret, sessionId, PLACE, JSON.stringify(place))
}

/** Where a session was opened. */
export function openPlace(sessionId: string, sealed: Buffer): Place {
  return orUnreadable({ address: UNREADABLE, browser: UNREADABLE }, () =>
    Place.parse(JSON.parse(openWithToken(env().authSecret, sessionId, PLACE, sealed))),
  )
}

/** Seals the secret of an authenticator app (base32). */
export function sealTotp(staffId: string, secret: string): Buffer {
  return sealWithToken(env().authSecret, staffId, TOTP, secret)
}

/** The secret of an authenticator app. Throws AppError `seal_failed` under another AUTH_SECRET. */
export function openTotp(staffId: string, sealed: Buffer): string {
  return openWithToken(env().authSecret, staffId, TOTP, sealed)
}

/** Seals the address that a link is meant for. */
export function sealInvited(staffId: string, email: string): Buffer {
  return sealWithToken(env().authSecret, staffId, INVITE, email)
}

/** The address that a link is meant for; words that say so when it was sealed under another AUTH_SECRET. */
export function openInvited(staffId: string, sealed: Buffer): string {
  return findInvited(staffId, sealed) ?? UNREADABLE
}

/** The address that a link is meant for, or null when it was sealed under another AUTH_SECRET. */
export function findInvited(staffId: string, sealed: Buffer): string | null {
  return orUnreadable(null, () => openWithToken(env().authSecret, staffId, INVITE, sealed))
}

function orUnreadable<T>(fallback: T, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (isAppError(error, 'seal_failed')) return fallback
    throw error
  }
}
