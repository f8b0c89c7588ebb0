/** What a persona's three documents look like. `null` means that the locker does not have it. */
interface DocumentTraits {
  pan: 'agrees' | 'initial' | 'one_letter' | 'somebody_else' | null
  licence: 'valid' | 'expired' | null
}

/** How the journey itself goes, once Allow was pressed. */
type Ending = 'returns' | 'refuses' | 'refuses_with_markup' | 'never_returns'

export interface Persona extends DocumentTraits {
  id: string
  group: 'All in order' | 'Something differs' | 'Must not pass' | 'Goes wrong on the way'
  /** Shown in the chooser. */
  label: string
  /** One sentence: what the app will meet. */
  effect: string
  age: 'adult' | 'minor' | 'eighteen_tomorrow'
  aadhaarBirthDate: 'full' | 'year'
  aadhaarNumber: 'masked' | 'full'
  signature: 'good' | 'tampered' | 'missing'
  ending: Ending
  /** True: the same numbers in every session, with every vendor. */
  samePersonAlways: boolean
  /** True: the exchange answers and nothing was shared. */
  sharesNothing: boolean
  exchange: 'works' | 'fails'
  reads: 'prompt' | 'slow'
  /** How the vendor's webhook behaves; without meaning where a vendor has none. */
  webhook: 'prompt' | 'late' | 'twice' | 'out_of_order' | 'forged'
}

const ADULT = {
  group: 'All in order',
  age: 'adult',
  aadhaarBirthDate: 'full',
  aadhaarNumber: 'masked',
  pan: 'agrees',
  licence: 'valid',
  signature: 'good',
  ending: 'returns',
  samePersonAlways: false,
  sharesNothing: false,
  exchange: 'works',
  reads: 'prompt',
  webhook: 'prompt',
} as const satisfies Partial<Persona>

/** Every persona of the chooser, in its order. All are invented; the first one is preselected. */
export const PERSONAS = [
  {
    ...ADULT,
    id: 'adult',
    label: 'Adult with all documents',
    effect: 'Aadhaar, PAN and licence, one name, one birth date.',
  },
  {
    ...ADULT,
    id: 'slow',
    label: 'Adult on a slow day',
    effect: 'Everything is fine, but each document takes 5 seconds.',
    reads: 'slow',
  },
  {
    ...ADULT,
    id: 'unmasked_aadhaar',
    label: 'Adult, full Aadhaar number sent',
    effect: 'Twelve digits arrive where four were due. They start with 0, so nobody holds them.',
    aadhaarNumber: 'full',
  },
  {
    ...ADULT,
    id: 'name_differs',
    group: 'Something differs',
    label: 'Name differs by an initial',
    effect: 'The PAN shortens the middle name to one letter.',
    pan: 'initial',
  },
  {
    ...ADULT,
    id: 'one_letter',
    group: 'Something differs',
    label: 'One letter of the name differs',
    effect: 'The PAN spells the first name with another vowel.',
    pan: 'one_letter',
  },
  {
    ...ADULT,
    id: 'year_only',
    group: 'Something differs',
    label: 'Birth year only',
    effect: 'Aadhaar gives the year of birth, no day or month.',
    aadhaarBirthDate: 'year',
  },
  {
    ...ADULT,
    id: 'duplicate_person',
    group: 'Something differs',
    label: 'Always the same person',
    effect: 'The same numbers every time: a second account meets them again.',
    samePersonAlways: true,
  },
  {
    ...ADULT,
    id: 'pan_missing',
    group: 'Something differs',
    label: 'No PAN in the locker',
    effect: 'Aadhaar and licence only.',
    pan: null,
  },
  {
    ...ADULT,
    id: 'licence_expired',
    group: 'Something differs',
    label: 'Licence expired',
    effect: 'The licence ended 40 days ago.',
    licence: 'expired',
  },
  {
    ...ADULT,
    id: 'empty_share',
    group: 'Something differs',
    label: 'Shares nothing',
    effect: 'Consent is given, but no document is ticked.',
    sharesNothing: true,
  },
  {
    ...ADULT,
    id: 'other_person',
    group: 'Must not pass',
    label: 'PAN of somebody else',
    effect: 'Another name and birth date on the PAN.',
    pan: 'somebody_else',
  },
  {
    ...ADULT,
    id: 'minor',
    group: 'Must not pass',
    label: 'Sixteen years old',
    effect: 'Aadhaar and PAN of a minor, no licence.',
    age: 'minor',
    licence: null,
  },
  {
    ...ADULT,
    id: 'turns_18_tomorrow',
    group: 'Must not pass',
    label: 'Turns 18 tomorrow',
    effect: 'One day too young in India, whatever the hour.',
    age: 'eighteen_tomorrow',
    licence: null,
  },
  {
    ...ADULT,
    id: 'tampered',
    group: 'Must not pass',
    label: 'Changed after signing',
    effect: 'A minor’s birth date was overwritten in every document.',
    signature: 'tampered',
  },
  {
    ...ADULT,
    id: 'unsigned',
    group: 'Must not pass',
    label: 'Not signed',
    effect: 'The documents carry no signature at all.',
    signature: 'missing',
  },
  {
    ...ADULT,
    id: 'refuses',
    group: 'Goes wrong on the way',
    label: 'Refuses',
    effect: 'Allow acts as Deny.',
    ending: 'refuses',
  },
  {
    ...ADULT,
    id: 'closes_tab',
    group: 'Goes wrong on the way',
    label: 'Closes the tab',
    effect: 'Nobody ever comes back.',
    ending: 'never_returns',
  },
  {
    ...ADULT,
    id: 'fails_on_exchange',
    group: 'Goes wrong on the way',
    label: 'Vendor fails on the exchange',
    effect: 'The code is taken, the answer is 500.',
    exchange: 'fails',
  },
  {
    ...ADULT,
    id: 'error_markup',
    group: 'Goes wrong on the way',
    label: 'Refusal with markup in the reason',
    effect: 'The error text that comes back contains a script element.',
    ending: 'refuses_with_markup',
  },
  {
    ...ADULT,
    id: 'webhook_late',
    group: 'Goes wrong on the way',
    label: 'Webhook comes late',
    effect: 'All documents; the vendor’s message follows seconds after the return.',
    webhook: 'late',
  },
  {
    ...ADULT,
    id: 'webhook_twice',
    group: 'Goes wrong on the way',
    label: 'Webhook comes twice',
    effect: 'All documents; the vendor sends the same message two times.',
    webhook: 'twice',
  },
  {
    ...ADULT,
    id: 'webhook_out_of_order',
    group: 'Goes wrong on the way',
    label: 'Webhooks out of order',
    effect: 'All documents; an older message arrives after the last one.',
    webhook: 'out_of_order',
  },
  {
    ...ADULT,
    id: 'webhook_forged',
    group: 'Goes wrong on the way',
    label: 'Webhook is forged',
    effect: 'All documents; somebody who does not hold the secret sends a message.',
    webhook: 'forged',
  },
] as const satisfies readonly Persona[]

export type PersonaId = (typeof PERSONAS)[number]['id']

/** Ids in chooser order, for schemas and tests. */
export const PERSONA_IDS = PERSONAS.map((persona) => persona.id) as [PersonaId, ...PersonaId[]]

/** The persona with this id, or null for a word that is none. */
export function findPersona(id: string): (Persona & { id: PersonaId }) | null {
  return PERSONAS.find((persona) => persona.id === id) ?? null
}

/** As `findPersona`, for an id that the type already proves. */
export function getPersona(id: PersonaId): Persona & { id: PersonaId } {
  return findPersona(id) ?? PERSONAS[0]
}
