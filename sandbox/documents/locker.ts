import type { Person } from '../people'
import { getPersona } from '../personas'
import { dateInIndia, toCompact, toDashed } from './calendar'
import { aadhaarXml, type DocumentType, licenceXml, minorBirthDate, panXml } from './layouts'
import { pick } from './numbers'
import { sign } from './signing'

/** One line of the list of issued documents, in DigiLocker's own words. */
export interface IssuedItem {
  name: string
  type: 'file'
  size: ''
  date: string
  parent: ''
  mime: string[]
  uri: string
  doctype: string
  description: string
  issuerid: string
  issuer: string
}

export interface DocumentOptions {
  sha1: boolean
  bareKycRes: boolean
}

/** What one person has, and what of it was shared. The same answers as long as the session lives. */
export interface Locker {
  person: Person
  shared: ReadonlySet<string>
  items: IssuedItem[]
  openedAt: Date
}

/** The locker as the consent left it. `asked` are the documents on the consent page. */
export function openLocker(person: Person, asked: readonly string[], openedAt: Date): Locker {
  const sharesNothing = getPersona(person.personaId).sharesNothing
  const shared = new Set<string>(sharesNothing ? [] : asked)
  return { person, shared, items: sharesNothing ? [] : listItems(person), openedAt }
}

/** The document type of a listed `doctype`; null for documents that the sandbox lists but cannot show. */
export function toDocumentType(doctype: string): DocumentType | null {
  return doctype === 'ADHAR' || doctype === 'PANCR' || doctype === 'DRVLC' ? doctype : null
}

/**
 * XML of one document, signed as the persona wants it; null when the person has no such document.
 * RSA signatures of one text never vary, so that a repeated read gives the same bytes.
 */
export function documentXml(locker: Locker, type: DocumentType, options: DocumentOptions): string | null {
  if (!hasDocument(locker, type)) return null
  const { person, openedAt } = locker
  const { signature } = getPersona(person.personaId)
  const shown = shownBirthDate(person, type)
  if (signature === 'missing') return layout(locker, type, shown, options)
  if (signature === 'good') return sign(layout(locker, type, shown, options), options.sha1)
  const signed = toDashed(minorBirthDate(dateInIndia(openedAt)))
  const genuine = sign(layout(locker, type, signed, options), options.sha1)
  return genuine.replace(` dob="${signed}"`, ` dob="${shown}"`)
}

function hasDocument(locker: Locker, type: DocumentType): boolean {
  return locker.items.some((item) => item.doctype === type)
}

/** Birth date as the Aadhaar prints it: `DD-MM-YYYY`, or only the year. */
export function aadhaarBirthDate(person: Person): string {
  const yearOnly = getPersona(person.personaId).aadhaarBirthDate === 'year'
  return yearOnly ? String(person.birthDate.year) : toDashed(person.birthDate)
}

/** Birth date of the profile, `DDMMYYYY`; empty when Aadhaar knows only the year. */
export function profileBirthDate(person: Person): string {
  const yearOnly = getPersona(person.personaId).aadhaarBirthDate === 'year'
  return yearOnly ? '' : toCompact(person.birthDate)
}

function shownBirthDate(person: Person, type: DocumentType): string {
  if (type === 'ADHAR') return aadhaarBirthDate(person)
  return toDashed(type === 'PANCR' && person.pan ? person.pan.birthDate : person.birthDate)
}

function layout(locker: Locker, type: DocumentType, birthDate: string, options: DocumentOptions): string {
  const { person, openedAt } = locker
  const layoutOptions = { bareKycRes: options.bareKycRes, now: openedAt }
  if (type === 'PANCR' && person.pan) return panXml(person.pan, birthDate, openedAt)
  if (type === 'DRVLC' && person.licence) return licenceXml(person, person.licence, birthDate)
  return aadhaarXml(person, birthDate, layoutOptions)
}

function listItems(person: Person): IssuedItem[] {
  const items = [aadhaarItem(person)]
  if (person.pan) {
    const uri = `in.gov.pan-PANCR-${person.pan.number}`
    items.push(item('PANCR', 'PAN Verification Record', uri, 'in.gov.pan', 'Income Tax Department'))
  }
  if (person.licence) {
    const uri = `in.gov.transport-DRVLC-${person.licence.number}`
    items.push(item('DRVLC', 'Driving License', uri, 'in.gov.transport', 'Transport Department'))
  }
  items.push(neverAskedItem(person))
  return items
}

function aadhaarItem(person: Person): IssuedItem {
  const uri = `in.gov.uidai-ADHAR-${person.lockerId.replaceAll('-', '')}`
  return item('ADHAR', 'Aadhaar Card', uri, 'in.gov.uidai', 'Unique Identification Authority of India')
}

/** The list is everything in the locker: this one nobody asked for, and readers must leave it out. */
function neverAskedItem(person: Person): IssuedItem {
  const roll = String(pick(10_000_000, 'roll', person.lockerId)).padStart(7, '0')
  const uri = `in.gov.cbse-HSCER-0000${roll}`
  return item('HSCER', 'Class XII Marksheet', uri, 'in.gov.cbse', 'SANDBOX School Board')
}

function item(doctype: string, name: string, uri: string, issuerid: string, issuer: string): IssuedItem {
  const mime = ['application/json', 'application/xml', 'application/pdf']
  const empty = { size: '', parent: '' } as const
  return {
    name,
    type: 'file',
    ...empty,
    date: '01-01-2024',
    mime,
    uri,
    doctype,
    description: name,
    issuerid,
    issuer,
  }
}
