import { addYears, type CalendarDate, dateInIndia, toIso } from '../documents/calendar'
import { AADHAAR_ADDRESS } from '../documents/layouts'
import type { Person } from '../people'
import { getPersona } from '../personas'
import type { Journey, Sandbox } from '../state'
import { vendorNow } from '../vendor'
import { mediaLink } from './media'

/** The document that the player holds in front of the camera. */
interface ShownDocument {
  kind: 'licence' | 'identity_card'
  person: Person
  /** As printed. */
  name: string
  birthDate: CalendarDate
}

/** What this persona photographs: the licence, or an identity card where there is none or another one is expected. */
export function shownDocument(sandbox: Sandbox, session: Journey): ShownDocument {
  const person = session.locker?.person
  if (!person) throw new Error('a session without a person has no document')
  const kind = kindOf(sandbox, session, person)
  const printed = printedHolder(person)
  return { kind, person, ...printed, name: kind === 'licence' ? printed.name.toUpperCase() : printed.name }
}

function kindOf(sandbox: Sandbox, session: Journey, person: Person): ShownDocument['kind'] {
  const { document } = sandbox.modes.didit
  if (person.licence === null || document === 'identity_card') return 'identity_card'
  if (document === 'licence') return 'licence'
  const isAadhaarTrait = ['year_only', 'unmasked_aadhaar'].includes(person.personaId)
  return isAadhaarTrait || !isExpected(session, 'DL') ? 'identity_card' : 'licence'
}

function isExpected(session: Journey, code: string): boolean {
  const expected = JSON.parse(session.facts.expected_details ?? '{}') as {
    expected_document_types?: string[]
  }
  return expected.expected_document_types?.includes(code) ?? true
}

/** With these two personas the card in the hand prints what their PAN does: an initial, or somebody else. */
function printedHolder(person: Person): { name: string; birthDate: CalendarDate } {
  const { pan } = getPersona(person.personaId)
  const fromPan = pan === 'initial' || pan === 'somebody_else'
  return fromPan && person.pan ? person.pan : { name: person.name, birthDate: person.birthDate }
}

/** `id_verifications[]` without its verdict. Fields are documented; that a type is display text is assumed. */
export function documentFields(sandbox: Sandbox, session: Journey): Record<string, unknown> {
  const { kind, person, name, birthDate } = shownDocument(sandbox, session)
  const words = name.split(' ')
  const isYearOnly = getPersona(person.personaId).aadhaarBirthDate === 'year'
  const isLicence = kind === 'licence'
  return {
    document_type: isLicence ? "Driver's License" : 'Identity Card',
    document_subtype: null,
    document_number: isLicence ? (person.licence?.number ?? null) : person.aadhaarNumber,
    personal_number: isLicence ? null : person.aadhaarNumber,
    first_name: words.slice(0, -1).join(' ') || null,
    last_name: words.at(-1) ?? null,
    full_name: name,
    date_of_birth: isYearOnly ? null : toIso(birthDate),
    age: isYearOnly ? null : ageOn(birthDate, dateInIndia(vendorNow(sandbox, 'didit'))),
    expiration_date: isLicence && person.licence ? toIso(person.licence.expires) : null,
    date_of_issue: isLicence && person.licence ? toIso(person.licence.issued) : null,
    issuing_state: 'IND',
    issuing_state_name: 'India',
    nationality: 'IND',
    gender: person.gender,
    place_of_birth: null,
    marital_status: null,
    ...address(),
    extra_fields: {},
    mrz: {},
    ...media(sandbox, session),
    front_image_quality_score: null,
    matches: [],
  }
}

function address(): Record<string, unknown> {
  const { house, street, vtc, state, pc } = AADHAAR_ADDRESS
  const line = `${house} ${street}, ${vtc}, ${state} ${pc}`
  return {
    address: line,
    formatted_address: `${line}, India`,
    parsed_address: {
      street_1: `${house} ${street}`,
      city: vtc,
      region: state,
      postal_code: pc,
      country: 'IN',
    },
  }
}

function media(sandbox: Sandbox, session: Journey): Record<string, string | null> {
  const images = ['portrait_image', 'front_image', 'back_image', 'full_front_image', 'full_back_image']
  const links = images.map((name) => [name, mediaLink(sandbox, session, name)] as const)
  return { ...Object.fromEntries(links), front_video: null, back_video: null }
}

function ageOn(birthDate: CalendarDate, today: CalendarDate): number {
  const years = today.year - birthDate.year
  return toIso(addYears(birthDate, years)) > toIso(today) ? years - 1 : years
}
