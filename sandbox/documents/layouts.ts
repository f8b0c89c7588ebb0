import type { Person } from '../people'
import { addDays, addYears, type CalendarDate, toDashed, toIndianClock } from './calendar'
import { SAMPLE_PHOTO } from './photo'
import { element } from './xml'

export type DocumentType = 'ADHAR' | 'PANCR' | 'DRVLC'

/** Details of the layout that differ between deployments seen in practice. */
export interface LayoutOptions {
  /** KycRes as the root: the older layout, from an official file of 2021. */
  bareKycRes: boolean
  now: Date
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const YEAR_DAYS = 365

/**
 * e-Aadhaar without its signature: `Certificate/CertificateData/KycRes`, or KycRes alone.
 * `birthDate` replaces the person's own, as the document writes it (`DD-MM-YYYY` or a year).
 */
export function aadhaarXml(person: Person, birthDate: string, options: LayoutOptions): string {
  const kycRes = element(
    'KycRes',
    {
      code: 'SANDBOX0000000000000000000000000',
      ret: 'Y',
      ts: `${toIndianClock(options.now)}.000+05:30`,
      ttl: toIndianClock(new Date(options.now.getTime() + YEAR_DAYS * 86_400_000)),
      txn: 'UKC:SANDBOX000000000000',
    },
    uidData(person, birthDate),
  )
  if (options.bareKycRes) return DECLARATION + kycRes
  return DECLARATION + element('Certificate', {}, element('CertificateData', {}, kycRes))
}

function uidData(person: Person, birthDate: string): string {
  return element(
    'UidData',
    { tkn: '', uid: person.aadhaarNumber },
    element('Poi', { dob: birthDate, gender: person.gender, name: person.name }),
    element('Poa', { co: person.careOf, ...AADHAAR_ADDRESS }),
    element('LData', { co: 'C/O उदाहरण', lang: '06', name: person.nameInHindi, ...AADHAAR_ADDRESS_HINDI }),
    element('Pht', {}, SAMPLE_PHOTO),
  )
}

/** Address of the e-Aadhaar; PIN code 000000 exists nowhere. */
export const AADHAAR_ADDRESS = {
  country: 'India',
  dist: 'Namoonapur',
  house: '0',
  lm: 'Near Sample Tower',
  loc: 'Udaharan Nagar',
  pc: '000000',
  po: 'Namoonapur',
  state: 'Karnataka',
  street: 'Parikshan Road',
  subdist: 'Namoonapur',
  vtc: 'Kalpanik Nagar',
} as const

const AADHAAR_ADDRESS_HINDI = {
  country: 'भारत',
  dist: 'नमूनापुर',
  pc: '000000',
  state: 'कर्नाटक',
  vtc: 'काल्पनिक नगर',
} as const

/** PAN verification record without its signature. `birthDate` is `DD-MM-YYYY`. */
export function panXml(pan: NonNullable<Person['pan']>, birthDate: string, now: Date): string {
  const [date = '', time = ''] = toIndianClock(now).split('T')
  const verifiedOn = `${date.split('-').reverse().join('-')} ${time}`
  return certificate(
    {
      name: 'PAN Verification Record',
      type: 'PANCR',
      number: pan.number,
      issuedAt: '',
      issueDate: '',
      validFromDate: '',
      status: 'A',
    },
    organization('SANDBOX Income Tax Department'),
    holder({ name: pan.name, dob: birthDate, gender: '', swd: '', swdIndicator: '' }, false),
    element('PAN', { num: pan.number, verifiedOn }),
  )
}

/** Driving licence without its signature. `birthDate` is `DD-MM-YYYY`. */
export function licenceXml(
  person: Person,
  licence: NonNullable<Person['licence']>,
  birthDate: string,
): string {
  const issued = toDashed(licence.issued)
  return certificate(
    {
      name: 'Driving License',
      type: 'DRVLC',
      number: licence.number,
      prevNumber: '',
      issuedAt: 'SANDBOX RTO',
      issueDate: issued,
      validFromDate: issued,
      expiryDate: toDashed(licence.expires),
      status: 'A',
    },
    organization('SANDBOX Transport Department'),
    holder(
      {
        name: person.name.toUpperCase(),
        dob: birthDate,
        gender: person.gender,
        swd: person.careOf.replace('C/O ', ''),
        swdIndicator: person.gender === 'F' ? 'D' : 'S',
      },
      true,
    ),
    element('DrivingLicense', {
      code: 'NT',
      abbreviation: 'LMV',
      description: 'SAMPLE Light Motor Vehicle (Non Transport)',
      issueDate: issued,
      endorseDate: issued,
    }),
  )
}

/** The birth date that a tampered document was signed with: its holder was sixteen. */
export function minorBirthDate(today: CalendarDate): CalendarDate {
  return addDays(addYears(today, -16), -45)
}

function certificate(
  attributes: Record<string, string>,
  issuedBy: string,
  issuedTo: string,
  data: string,
): string {
  const lines = [
    `  ${element('IssuedBy', {}, issuedBy)}`,
    `  ${element('IssuedTo', {}, issuedTo)}`,
    `  ${element('CertificateData', {}, data)}`,
  ]
  return `${DECLARATION}${element('Certificate', { language: '99', ...attributes }, `\n${lines.join('\n')}\n`)}`
}

function organization(name: string): string {
  return element('Organization', { name, code: '', tin: '', uid: '', type: 'CG' }, address({ type: '' }))
}

function holder(attributes: Record<string, string>, withAddress: boolean): string {
  const unused = { uid: '', title: '', maritalStatus: '', religion: '', phone: '', email: '' }
  const home = { type: 'permanent', house: '0', locality: 'Udaharan Nagar', vtc: 'Kalpanik Nagar' }
  const region = { district: 'Namoonapur', pin: '000000', state: 'Karnataka', country: 'IN' }
  return element(
    'Person',
    { ...unused, ...attributes },
    address(withAddress ? { ...home, ...region } : { type: '' }),
    element('Photo', { format: withAddress ? 'JPEG' : '' }, ...(withAddress ? [SAMPLE_PHOTO] : [])),
  )
}

function address(known: Record<string, string>): string {
  const empty = {
    type: '',
    line1: '',
    line2: '',
    house: '',
    landmark: '',
    locality: '',
    vtc: '',
    district: '',
    pin: '',
    state: '',
    country: 'IN',
  }
  return element('Address', { ...empty, ...known })
}
