import { createHash } from 'node:crypto'
import { addDays, dateInIndia, endOfDayInIndia } from '../documents/calendar'
import { profileBirthDate } from '../documents/locker'
import { type Call, json, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, grantAccess, type Journey, nameJourney, newToken, type Sandbox } from '../state'
import { type Sent, vendorNow } from '../vendor'
import { failure, refuseClient } from './answers'

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/ // RFC 7636 section 4.1
const TOKEN_FIELDS = ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'client_id', 'client_secret']
const REVOKE_FIELDS = ['token', 'token_type_hint', 'client_id', 'client_secret']
const CONSENT_DAYS = 30

/**
 * `POST /public/oauth2/1/token`: a code once, with its verifier and the same return address, against a bearer and the
 * profile. Words of the first exchange are assumed to be those of refresh (V24).
 */
export function token(sandbox: Sandbox, call: Call): Reply {
  const form = readForm(call, TOKEN_FIELDS)
  if (form === null) return failure(400, 'invalid_request')
  const refused = refuseClient(sandbox, call, form)
  if (refused) return refused
  if (form.get('grant_type') !== 'authorization_code') return failure(400, 'invalid_grant_type')
  const journey = findJourney(sandbox, 'digilocker', form.get('code') ?? '')
  if (!journey?.locker || journey.code !== form.get('code') || journey.codeUsed)
    return failure(400, 'invalid_grant')
  journey.codeUsed = true
  if (form.get('redirect_uri') !== journey.returnUrl || !isVerified(journey, form.get('code_verifier')))
    return failure(400, 'invalid_grant')
  if (getPersona(journey.locker.person.personaId).exchange === 'fails')
    return failure(500, 'unexpected_error')
  return grant(sandbox, journey)
}

/** `POST /public/oauth2/1/revoke`: 200 without a meaningful body; 400 for a token nobody has (API1). */
export function revoke(sandbox: Sandbox, call: Call): Reply {
  const form = readForm(call, REVOKE_FIELDS)
  if (form === null) return failure(400, 'invalid_request')
  const refused = refuseClient(sandbox, call, form)
  if (refused) return refused
  const journey = findJourney(sandbox, 'digilocker', form.get('token') ?? '')
  if (!journey || journey.accessKey !== form.get('token')) return failure(400, 'invalid_token')
  journey.accessKey = null
  journey.facts.revoked = 'yes'
  return json(200, {})
}

function grant(sandbox: Sandbox, journey: Journey): Sent {
  const { tokenSeconds, consentValidTill } = sandbox.modes.digilocker
  const { person, shared } = journey.locker as NonNullable<Journey['locker']>
  const access = newToken(32)
  grantAccess(journey, access)
  nameJourney(sandbox, access, journey)
  journey.accessEndsAt = Date.now() + tokenSeconds * 1000
  const until = endOfDayInIndia(addDays(dateInIndia(vendorNow(sandbox, 'digilocker')), CONSENT_DAYS))
  return json(200, {
    access_token: access,
    token_type: 'Bearer',
    expires_in: tokenSeconds,
    scope: shared.size > 0 ? 'files.issueddocs' : '',
    consent_valid_till: consentValidTill === 'number' ? until : String(until),
    refresh_token: newToken(32),
    digilockerid: person.lockerId,
    name: person.name,
    dob: profileBirthDate(person),
    gender: person.gender,
    eaadhaar: shared.has('ADHAR') ? 'Y' : 'N',
    new_account: 'N',
    reference_key: newToken(16),
    mobile: person.mobile,
    purpose: 'kyc',
  })
}

function isVerified(journey: Journey, verifier: string | null): boolean {
  if (verifier === null || !VERIFIER.test(verifier)) return false
  return createHash('sha256').update(verifier).digest('base64url') === journey.facts.challenge
}

/** A form with known fields only, each once; null for anything else. */
function readForm(call: Call, known: readonly string[]): URLSearchParams | null {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(call.headers['content-type'] ?? '')) return null
  const form = new URLSearchParams(call.body.toString('utf8'))
  const names = [...form.keys()]
  const isKnown = names.every((name) => known.includes(name)) && new Set(names).size === names.length
  return isKnown ? form : null
}
