import { createHash } from 'node:crypto'
import { profileBirthDate } from '../documents/locker'
import { bytes, type Call, json, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, type Journey, nameJourney, newToken, type Sandbox } from '../state'
import { type Sent, vendorNow } from '../vendor'
import { failure, readForm, refuseBasic, refuseClient, tokenFailure } from './answers'
import { aadhaarFlag, type Granted, openAccess, scopeOf } from './grant'

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/ // RFC 7636 section 4.1
const CLIENT_FIELDS = ['client_id', 'client_secret']
const EXCHANGE_FIELDS = ['grant_type', 'code', 'redirect_uri', 'code_verifier', ...CLIENT_FIELDS]
const REFRESH_FIELDS = ['grant_type', 'refresh_token', ...CLIENT_FIELDS]

/**
 * `POST /public/oauth2/1/token`: a code once, with its verifier and the same return address, or a refresh token. The
 * words are those documented for refresh (V24), assumed for the first exchange; `invalid_request` is RFC 6749.
 */
export function token(sandbox: Sandbox, call: Call): Reply {
  const form = readForm(call, null)
  if (form === null) return failure(sandbox, 'invalid_request')
  const refused = refuseClient(sandbox, call, form)
  if (refused) return refused
  const grant = form.get('grant_type')
  if (grant === 'authorization_code') return exchange(sandbox, call)
  return grant === 'refresh_token' ? refresh(sandbox, call) : failure(sandbox, 'invalid_grant_type')
}

function exchange(sandbox: Sandbox, call: Call): Reply {
  const form = readForm(call, EXCHANGE_FIELDS)
  if (form === null || !form.get('redirect_uri') || !form.get('code_verifier')) {
    return failure(sandbox, 'invalid_request')
  }
  const journey = findWaiting(sandbox, form.get('code') ?? '')
  if (!journey) return failure(sandbox, 'invalid_grant')
  journey.codeUsed = true // spent, whatever comes next
  const isSame = form.get('redirect_uri') === journey.returnUrl
  if (!isSame || !isVerifier(journey, form.get('code_verifier') ?? ''))
    return failure(sandbox, 'invalid_grant')
  if (getPersona(journey.locker.person.personaId).exchange === 'fails') return tokenFailure(sandbox)
  journey.facts.refresh = newToken(32)
  nameJourney(sandbox, journey.facts.refresh, journey)
  return granted(sandbox, journey)
}

/** Refresh: another access token, and the one before is dead (that the refresh token stays is assumed). */
function refresh(sandbox: Sandbox, call: Call): Reply {
  const form = readForm(call, REFRESH_FIELDS)
  if (form === null) return failure(sandbox, 'invalid_request')
  const given = form.get('refresh_token') ?? ''
  const journey = findJourney(sandbox, 'digilocker', given)
  const isOurs = journey?.locker && journey.facts.refresh === given && !isConsentOver(sandbox, journey)
  return isOurs ? granted(sandbox, journey as Granted) : failure(sandbox, 'invalid_grant')
}

/** `POST /public/oauth2/1/revoke`: ends both tokens of the grant. 400 for a token nobody has (API1), its word is assumed. */
export function revoke(sandbox: Sandbox, call: Call): Reply {
  const form = readForm(call, ['token', 'token_type_hint'])
  if (form === null) return failure(sandbox, 'invalid_request')
  const refused = refuseBasic(sandbox, call)
  if (refused) return refused
  const hint = form.get('token_type_hint')
  if (hint !== null && hint !== 'access_token' && hint !== 'refresh_token') {
    return failure(sandbox, 'invalid_request')
  }
  const given = form.get('token') ?? ''
  const journey = findJourney(sandbox, 'digilocker', given)
  const kind = journey?.accessKey === given ? 'access_token' : 'refresh_token'
  const isKnown = journey && (kind === 'access_token' || journey.facts.refresh === given)
  if (!isKnown || (hint !== null && hint !== kind)) return unknownToken(sandbox)
  journey.accessKey = null
  delete journey.facts.refresh
  return bytes(200, 'application/json', '')
}

function unknownToken(sandbox: Sandbox): Sent {
  return { ...failure(sandbox, 'invalid_token'), status: 400 }
}

function granted(sandbox: Sandbox, journey: Granted): Sent {
  openAccess(sandbox, journey)
  const { consentValidTill, tokenLifeSeconds } = sandbox.modes.digilocker
  const { person } = journey.locker
  const till = journey.facts.consent_till ?? ''
  return json(200, {
    access_token: journey.accessKey,
    token_type: 'Bearer',
    expires_in: tokenLifeSeconds,
    scope: scopeOf(sandbox, journey),
    consent_valid_till: consentValidTill === 'number' ? Number(till) : till,
    refresh_token: journey.facts.refresh,
    digilockerid: person.lockerId,
    name: person.name,
    dob: profileBirthDate(person),
    gender: person.gender,
    eaadhaar: aadhaarFlag(sandbox, journey),
    new_account: 'N',
    reference_key: newToken(16),
    mobile: person.mobile,
    purpose: journey.facts.purpose,
  })
}

/** The journey whose code this is, while the code waits and was not used. */
function findWaiting(sandbox: Sandbox, code: string): Granted | null {
  const journey = findJourney(sandbox, 'digilocker', code)
  if (!journey?.locker || journey.codeUsed || journey.code !== code) return null
  const endsAt = Number(journey.facts.code_at) + sandbox.modes.digilocker.codeLifeSeconds * 1000
  return Date.now() < endsAt ? (journey as Granted) : null
}

function isConsentOver(sandbox: Sandbox, { facts }: Journey): boolean {
  return vendorNow(sandbox, 'digilocker').getTime() >= Number(facts.consent_till) * 1000
}

function isVerifier(journey: Journey, verifier: string): boolean {
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return VERIFIER.test(verifier) && challenge === journey.facts.challenge
}
