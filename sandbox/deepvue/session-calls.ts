import { addDays, dateInIndia, endOfDayInIndia } from '../documents/calendar'
import { profileBirthDate } from '../documents/locker'
import { type Field, readFields, type Values } from '../fields'
import { type Call, json, type Reply } from '../http'
import { getPersona } from '../personas'
import { findJourney, grantAccess, newToken, type Sandbox, startJourney } from '../state'
import { isReturnAddress, vendorNow } from '../vendor'
import { failure, refuseCaller, success } from './answers'

const CODES = { aadhaar: 'ADHAR', pan: 'PANCR', dl: 'DRVLC' } as const
const CONSENT_DAYS = 30 // derived from the vendor's sample values
const ACCESS_SECONDS = 3600

/** Fields that every Deepvue call has. */
const COMMON_FIELDS = {
  consent: { kind: 'string', required: true },
  purpose: { kind: 'string', required: true },
} satisfies Record<string, Field>

/** Fields of every call after the first. */
export const JOURNEY_FIELDS = {
  ...COMMON_FIELDS,
  initial_deepvue_transaction_id: { kind: 'string', required: true },
} satisfies Record<string, Field>

const START_FIELDS = {
  ...COMMON_FIELDS,
  redirect_url: { kind: 'string', required: false },
  doc_types: { kind: 'strings', required: false },
} satisfies Record<string, Field>

/**
 * `initiate-session`: 201, the journey's transaction id, and a link whose `state` is that id.
 * Source: docs.deepvue.ai/reference/digilocker-kyc/digilocker/initiate-session.
 */
export function initiateSession(sandbox: Sandbox, call: Call): Reply {
  const read = readCommon(sandbox, call, START_FIELDS)
  if ('refused' in read) return read.refused
  const { values } = read
  const documents = values.list('doc_types') ?? Object.keys(CODES)
  const issues = documents.flatMap((word, index) => (isWord(word) ? [] : [unknownWord(index)]))
  if (issues.length > 0) return failure(422, issues)
  const redirectUrl = values.text('redirect_url')
  if (values.has('redirect_url') && !isReturnAddress(redirectUrl)) {
    return failure(422, 'Invalid redirect_url pattern')
  }
  const id = newToken(16)
  startJourney(sandbox, {
    id,
    vendor: 'deepvue',
    returnUrl: redirectUrl,
    state: id,
    asked: documents.filter(isWord).map((word) => CODES[word]),
  })
  const link = new URL('/v1/kyc/digilocker/digilocker-redirect', sandbox.origin)
  link.searchParams.set('state', id)
  const data = { authorization_url: link.href }
  return json(201, {
    code: 201,
    timestamp: vendorNow(sandbox, 'deepvue').getTime(),
    transaction_id: id,
    data,
  })
}

const EXCHANGE_FIELDS = {
  ...JOURNEY_FIELDS,
  digilocker_code: { kind: 'string', required: true },
} satisfies Record<string, Field>

/**
 * `access-token`: a code once, against profile data; the token itself stays with the vendor. An unknown
 * journey is 404 and a spent or foreign code 400, both our assumption.
 */
export function accessToken(sandbox: Sandbox, call: Call): Reply {
  const read = readCommon(sandbox, call, EXCHANGE_FIELDS)
  if ('refused' in read) return read.refused
  const { values } = read
  const journey = findJourney(sandbox, 'deepvue', values.text('initial_deepvue_transaction_id'))
  if (!journey) return failure(404, 'Transaction not found')
  if (!journey.locker || journey.codeUsed || journey.code !== values.text('digilocker_code')) {
    return failure(400, 'Bad Request')
  }
  journey.codeUsed = true
  const { person, shared } = journey.locker
  if (getPersona(person.personaId).exchange === 'fails') return failure(500, 'Internal Server Error')
  grantAccess(journey, journey.id)
  return success(sandbox, 'Access token generated.', {
    expires_in: ACCESS_SECONDS,
    consent_valid_till: String(
      endOfDayInIndia(addDays(dateInIndia(vendorNow(sandbox, 'deepvue')), CONSENT_DAYS)),
    ),
    digilockerid: person.lockerId,
    name: person.name,
    dob: profileBirthDate(person),
    gender: person.gender,
    eaadhaar: shared.has('ADHAR') ? 'Y' : 'N',
    mobile: person.mobile,
  })
}

/** Credentials, fields and the consent flag, in that order; what every Deepvue call is judged by first. */
export function readCommon(
  sandbox: Sandbox,
  call: Call,
  fields: Record<string, Field>,
): { values: Values } | { refused: Reply & { kind: 'send' } } {
  const refused = refuseCaller(sandbox, call)
  if (refused) return { refused }
  const read = readFields(call.headers['content-type'], call.body, fields)
  if ('issues' in read) return { refused: failure(422, read.issues) }
  if (read.values.text('consent') !== 'Y') return { refused: failure(422, 'Invalid consent pattern') }
  if (!read.values.text('purpose').trim()) return { refused: failure(422, 'Invalid purpose pattern') }
  return read
}

function isWord(word: string): word is keyof typeof CODES {
  return Object.hasOwn(CODES, word)
}

function unknownWord(index: number): Record<string, unknown> {
  const msg = "value is not a valid enumeration member; permitted: 'aadhaar', 'pan', 'dl'"
  return { loc: ['body', 'doc_types', index], msg, type: 'type_error.enum' }
}
