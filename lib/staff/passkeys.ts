import 'server-only'
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { type Db, db } from '@/db/client'
import { findPasskey, insertPasskey, listPasskeys, spendPasskeyCounter } from '@/db/queries/staff'
import { insertChallenge, takeChallenge } from '@/db/queries/staff-sessions'
import { newToken, sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import type { Profile } from './types'

// WebAuthn level 3 by @simplewebauthn/server. User verification is always required (ID-01); each question is answered once.

export const CHALLENGE_LIFE_MS = 5 * 60_000
const rpId = () => env().appUrl.hostname
const origin = () => env().appUrl.origin

/** What a question was asked for; an answer to one does not fit another. */
export type Purpose = 'sign_in' | `confirm ${string}` | `register ${string}` | `join ${string}`

/** Options for the browser, and the token for the cookie that finds the question again. */
export interface Asked<Options> {
  options: Options
  token: string
}

/** Asks for any passkey of this site, or for one of a person's. */
export async function askPasskey(
  purpose: Purpose,
  staffId: string | null,
): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
  const own = staffId === null ? [] : await listPasskeys(db(), staffId)
  const options = await generateAuthenticationOptions({
    rpID: rpId(),
    userVerification: 'required',
    allowCredentials: own.map(({ id, transports }) => ({
      id,
      transports: transports as AuthenticatorTransport[],
    })),
  })
  return { options, token: await keep(purpose, options.challenge) }
}

/** Asks an authenticator to make a passkey for this person. */
export async function askNewPasskey(
  purpose: Purpose,
  staffId: string,
  profile: Profile,
): Promise<Asked<PublicKeyCredentialCreationOptionsJSON>> {
  const known = await listPasskeys(db(), staffId)
  const options = await generateRegistrationOptions({
    rpID: rpId(),
    rpName: env().brandName,
    userID: new TextEncoder().encode(staffId),
    userName: profile.email,
    userDisplayName: profile.name,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map(({ id }) => ({ id })),
  })
  return { options, token: await keep(purpose, options.challenge) }
}

/** A new passkey as it will be stored, or null when the answer does not hold. */
export interface NewPasskey {
  id: string
  publicKey: Buffer
  counter: number
  transports: string[]
}

/** Checks an authenticator's new passkey against the question. Null for anything that does not fit. */
export async function readNewPasskey(
  purpose: Purpose,
  token: string,
  answer: unknown,
): Promise<NewPasskey | null> {
  const challenge = await takeChallenge(db(), sha256(token), purpose)
  if (challenge === null) return null
  const verified = await verifyRegistrationResponse({
    response: answer as RegistrationResponseJSON, // the library checks its shape
    expectedChallenge: challenge,
    expectedOrigin: origin(),
    expectedRPID: rpId(),
    requireUserVerification: true,
  }).catch(() => null)
  if (verified?.verified !== true) return null
  const { credential } = verified.registrationInfo
  return {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
  }
}

/** Stores a passkey under a label; fails when the authenticator's id is known. */
export async function storePasskey(
  at: Db,
  staffId: string,
  passkey: NewPasskey,
  label: string,
): Promise<void> {
  await insertPasskey(at, { ...passkey, staffId, label })
}

/**
 * Whose passkey answered the question, or null: question unknown, over or answered before, another origin, no user
 * verification, a bad signature, a counter that did not rise, or a passkey that we do not know.
 */
export async function readPasskey(purpose: Purpose, token: string, answer: unknown): Promise<string | null> {
  const challenge = await takeChallenge(db(), sha256(token), purpose)
  const response = answer as AuthenticationResponseJSON // the library checks its shape
  if (challenge === null || typeof response?.id !== 'string') return null
  const known = await findPasskey(db(), response.id)
  if (known === null) return null
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin(),
    expectedRPID: rpId(),
    requireUserVerification: true,
    credential: {
      id: known.id,
      publicKey: new Uint8Array(known.publicKey),
      counter: known.counter,
    },
  }).catch(() => null)
  if (verified?.verified !== true) return null
  return (await spendPasskeyCounter(db(), known.id, verified.authenticationInfo.newCounter))
    ? known.staffId
    : null
}

async function keep(purpose: Purpose, challenge: string): Promise<string> {
  const token = newToken()
  const expiresAt = new Date(Date.now() + CHALLENGE_LIFE_MS)
  await insertChallenge(db(), { tokenHash: sha256(token), purpose, challenge, expiresAt })
  return token
}
