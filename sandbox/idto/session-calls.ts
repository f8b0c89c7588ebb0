import { createHash } from 'node:crypto'
import { toLockerId } from '../documents/numbers'
import { type Field, readFields } from '../fields'
import { type Call, json, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, grantAccess, type Journey, nameJourney, newToken, type Sandbox } from '../state'
import { isListed, isReturnAddress, vendorNow } from '../vendor'
import { IDTO_CLIENT, refuseCaller, success } from './answers'

const VERIFIER_SHAPE = /^[A-Za-z0-9._~-]{43,128}$/ // RFC 7636 section 4.1
const ALWAYS_KNOWN = ['ADHAR', 'DRVLC', 'RVCER', 'SSCER', 'HSCER', 'HPCER']

const START_FIELDS = {
  consent: { kind: 'boolean', required: true },
  consent_purpose: { kind: 'string', required: true },
  redirect_url: { kind: 'string', required: false },
  redirect_to_signup: { kind: 'boolean', required: false },
  documents_for_consent: { kind: 'strings', required: false },
  state: { kind: 'string', required: false },
  user_id: { kind: 'string', required: false },
} satisfies Record<string, Field>

/**
 * `initiate_session`. Answers the address of the hosted page and no session id.
 * Source: idtoai.readme.io/reference/post_digilocker-initiate-session (codes 1000, 3001, 3002); a return address
 * that is not listed or not http(s) meets the 500 that integrators saw.
 */
export function initiateSession(sandbox: Sandbox, call: Call): Reply {
  const refused = refuseCaller(sandbox, call)
  if (refused) return refused
  const read = readFields(call.headers['content-type'], call.body, START_FIELDS)
  if ('issues' in read) return json(422, { detail: read.issues })
  const { values } = read
  if (values.flag('consent') !== true) return invalid('consent', 'consent must be true')
  if (!values.text('consent_purpose').trim()) return invalid('consent_purpose', 'must not be empty')
  const redirectUrl = values.text('redirect_url').trim()
  if (!redirectUrl) return badRequest(3002, 'MISSING_REDIRECT_URL', 'redirect_url is missing')
  const documents = values.list('documents_for_consent')
  if (documents?.some((code) => !isKnown(sandbox, code))) {
    return badRequest(3001, 'INVALID_DOC_CODE', 'a code in documents_for_consent is not known')
  }
  if (!isReturnAddress(redirectUrl) || !isListed(sandbox, 'idto', redirectUrl)) {
    return json(500, { detail: 'Internal Server Error' })
  }
  const page = new URL('/digilocker', sandbox.origin)
  page.searchParams.set('client_id', IDTO_CLIENT)
  page.searchParams.set('redirect_uri', redirectUrl)
  page.searchParams.set('redirect_to_signup', String(values.flag('redirect_to_signup') ?? false))
  if (documents?.length) page.searchParams.set('req_docs', documents.join(','))
  if (values.has('state')) page.searchParams.set('state', values.text('state'))
  return success(sandbox, { code: 1000, chargeble: true, user_consent: 'Y' }, { url: page.href })
}

/** True for a code of the vendor's master list; which PAN code stands in it is a mode. */
export function isKnown(sandbox: Sandbox, code: string): boolean {
  return ALWAYS_KNOWN.includes(code) || code === sandbox.modes.idto.panCode
}

const EXCHANGE_FIELDS = {
  code: { kind: 'string', required: true },
  code_verifier: { kind: 'string', required: true },
  user_id: { kind: 'string', required: false },
} satisfies Record<string, Field>

/**
 * `get_reference`: a code and the verifier made for it, once, against a reference key for one hour. The key has
 * the shape of the vendor's sample; `expires_at` is UTC without saying so. Refusals are our assumption.
 */
export function getReference(sandbox: Sandbox, call: Call): Reply {
  const refused = refuseCaller(sandbox, call)
  if (refused) return refused
  const read = readFields(call.headers['content-type'], call.body, EXCHANGE_FIELDS)
  if ('issues' in read) return json(422, { detail: read.issues })
  const journey = findJourney(sandbox, 'idto', read.values.text('code'))
  if (!journey || journey.codeUsed || journey.code !== read.values.text('code')) return invalidGrant()
  journey.codeUsed = true // spent, whatever comes next
  if (!isVerifierOf(journey, read.values.text('code_verifier'))) return invalidGrant()
  if (journey.personaId && getPersona(journey.personaId).exchange === 'fails') {
    return json(500, { detail: 'Internal Server Error' })
  }
  grantAccess(journey, `${Date.now()}_${newToken(6)}`)
  nameJourney(sandbox, journey.accessKey ?? '', journey)
  const endsIn = journey.accessEndsAt - Date.now()
  const expiresAt = new Date(vendorNow(sandbox, 'idto').getTime() + endsIn).toISOString().replace('Z', '000')
  return success(sandbox, {}, { reference_key: journey.accessKey, expires_at: expiresAt })
}

const ACCOUNT_FIELDS = { mobile_number: { kind: 'string', required: true } } satisfies Record<string, Field>

/** `verify_account`: numbers ending in 0 are unknown (2002), all others have a locker (1004). Both codes were observed. */
export function verifyAccount(sandbox: Sandbox, call: Call): Reply {
  const refused = refuseCaller(sandbox, call)
  if (refused) return refused
  const read = readFields(call.headers['content-type'], call.body, ACCOUNT_FIELDS)
  if ('issues' in read) return json(422, { detail: read.issues })
  const mobile = read.values.text('mobile_number')
  if (!/^\d{10}$/.test(mobile)) return invalid('mobile_number', 'must be 10 digits')
  const registered = !mobile.endsWith('0')
  const account = { registered: true, digilockerid: toLockerId('account', mobile), source: 'mobile' }
  const result = registered ? account : { registered: false }
  const code = registered ? 1004 : 2002
  return json(200, { status: 'success', code, result, chargeable: true, user_consent: 'Y' })
}

/** S256 challenge of a verifier, as the hosted page's script computes it too. */
function toChallenge(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

/** A verifier of 63 characters, with the marks that get lost when somebody encodes twice. */
export function newVerifier(): string {
  const body = Buffer.from(newToken(45), 'hex').toString('base64url')
  return `${body}~.-`
}

function isVerifierOf(journey: Journey, verifier: string): boolean {
  if (!VERIFIER_SHAPE.test(verifier) || !journey.verifier) return false
  if (journey.verifier.madeBy === 'server') return journey.verifier.value === verifier
  return journey.verifier.challenge === toChallenge(verifier)
}

function invalid(field: string, msg: string): Reply {
  return json(422, { detail: [{ loc: ['body', field], msg, type: 'value_error' }] })
}

function badRequest(code: number, reason: string, message: string): Reply {
  return json(400, { status: 'failed', code, reason, message })
}

function invalidGrant(): Reply {
  return json(400, { detail: 'invalid_grant: the code is unknown, used, or made with another code_verifier' })
}
