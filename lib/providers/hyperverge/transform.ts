import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { LockerDocument } from '@/lib/documents/types'
import { type Answered, badResponse } from '../faults'
import type { HttpReply } from '../http'
import { type ListedDocument as IssuedDocument, pickListed } from '../issued-list'
import { fromBase64, parseReply, sniff, XML_LIMIT_BYTES } from '../payload'
import type { FetchedDocument, ProviderFields } from '../types'
import type { Verdict } from '../upstream'

/** The documents of `docDetails`. */
export type CertificateType = Exclude<LockerDocument, 'aadhaar'>

const REFERENCE = /^[A-Za-z0-9-]{1,41}_[A-Za-z0-9_-]{22}$/

const Text = z.string().nullish().catch(null)
const Summary = z.object({ action: Text }).nullish().catch(null)
const WireStart = z.object({ url: Text, consentUrl: Text, redirectUrl: Text })
const ADDRESS_PARTS = [
  'house',
  'street',
  'landmark',
  'locality',
  'vtc',
  'postOffice',
  'subDistrict',
  'district',
  'state',
  'pincode',
] as const
const WireAddress = z.partialRecord(z.enum([...ADDRESS_PARTS, 'co', 'country']), Text)
const WireAadhaar = z.object({
  ...{ name: Text, dob: Text, gender: Text, address: Text, maskedAadhaarNumber: Text, photo: Text },
  addressFields: WireAddress.nullish().catch(null),
  summary: Summary,
})
const WireEntry = z.object({
  doc_type: z.string(),
  ...{ pan: Text, dl: Text, name: Text, dob: Text, gender: Text, address: Text, photo: Text },
  ...{ panXMLFile: Text, dlXMLFile: Text, xmlFile: Text, xml: Text },
})
const WireDetails = z.object({
  docs_found: z.array(z.unknown()).nullish().catch(null),
  details: z.array(z.unknown()).nullish().catch(null),
  ...{ panXMLFile: Text, dlXMLFile: Text },
  summary: Summary,
})
const Items = z.array(z.unknown())
const WireIssued = z.union([
  Items,
  z.object({ documents: Items }).transform(({ documents }) => documents),
  z.object({ items: Items }).transform(({ items }) => items),
])
const WireIssuedItem = z
  .object({ uri: z.string(), doctype: Text, docType: Text, doc_type: Text, type: Text })
  .transform(({ uri, ...names }) => ({
    uri,
    doctype: names.doctype || names.docType || names.doc_type || names.type,
  }))
const WireFetched = z.tuple([
  z.object({
    uri: z.string(),
    data: z.object({
      ...{ number: z.string().min(1), name: z.string().min(1) },
      ...{ dob: Text, gender: Text, address: Text, photo: Text },
    }),
  }),
])

/** `verificationId` as their header wants it: letters, digits, `-` and `_`, at most 64 (assumed). */
export function toTransactionId(verificationId: string): string {
  return verificationId.replace(/[^\w-]/g, '-').slice(0, 64)
}

/**
 * A reference of one try: whoever has our keys reads documents by it, hence 128 random bits. A new one for every call of
 * `start`; whether a second use is refused, goes on or overwrites is not documented.
 */
export function createReference(verificationId: string): string {
  const attempt = verificationId.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 41)
  return `${attempt}_${randomBytes(16).toString('base64url')}`
}

/** True for text that `createReference` could have made. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text)
}

/** `url` was seen with integrators; the two others are assumed. */
export function toConsentUrl(result: unknown, reply: Answered): string {
  const { url, consentUrl, redirectUrl } = parseReply(WireStart, result, reply)
  const link = url || consentUrl || redirectUrl
  if (!link) throw badResponse(reply, 'no_link')
  return link
}

/** Parsed Aadhaar: HyperVerge's own JSON, without a signature. The whole reply is its raw form. */
export function toAadhaar(result: unknown, reply: HttpReply): FetchedDocument | { verdict: Verdict } {
  const wire = parseReply(WireAadhaar, result, reply)
  if (!wire.name && !wire.maskedAadhaarNumber) return UNREADABLE
  const place = wire.addressFields
  const line = ADDRESS_PARTS.map((part) => place?.[part]).filter(Boolean)
  const fields: ProviderFields = {
    ...NO_FIELDS,
    name: wire.name || null,
    birthDate: wire.dob || null,
    gender: wire.gender || null,
    number: wire.maskedAadhaarNumber || null,
    address: wire.address || line.join(', ') || null,
    state: place?.state || null,
    photo: wire.photo || null,
    ...toDoubt(wire.summary),
  }
  return { type: 'aadhaar', kind: 'fields', raw: reply.bytes, mediaType: 'application/json', fields }
}

/** A document of `docDetails`, and where its XML is, if anywhere. */
export interface ListedDocument {
  type: CertificateType
  /** XML text, base64 of it, or a link; null when none came. */
  xml: string | null
  fields: ProviderFields
  raw: Uint8Array
}

/**
 * `docs_found` and `details` decide, not `code`. Every field is optional for them; a licence's end is not among those known,
 * so that without XML it stays unknown. The names under which XML comes are assumed.
 */
export function toListedDocument(
  type: CertificateType,
  result: unknown,
  reply: HttpReply,
): ListedDocument | { verdict: Verdict } {
  const wire = parseReply(WireDetails, result, reply)
  if (!wire.details && !wire.docs_found) throw badResponse(reply, 'shape:result.details')
  const word = type === 'pan' ? 'pan' : 'dl'
  const isWord = (text: unknown) => typeof text === 'string' && text.trim().toLowerCase() === word
  const entry = (wire.details ?? [])
    .flatMap((item) => WireEntry.safeParse(item).data ?? [])
    .find((item) => isWord(item.doc_type))
  if (entry === undefined) return wire.docs_found?.some(isWord) ? UNREADABLE : NOT_IN_LOCKER
  const own = `${word}XMLFile` as const
  const fields: ProviderFields = {
    ...NO_FIELDS,
    name: entry.name || null,
    birthDate: entry.dob || null,
    gender: entry.gender || null,
    number: entry[word] || null,
    address: entry.address || null,
    photo: entry.photo || null,
    ...toDoubt(wire.summary),
  }
  return {
    type,
    xml: entry[own] || entry.xmlFile || entry.xml || wire[own] || null,
    fields,
    raw: reply.bytes,
  }
}

/** The consented documents of the list, everything else dropped. That it is a list, and of what names, is assumed. */
export function toIssued(result: unknown, consented: readonly LockerDocument[]): IssuedDocument[] {
  const items = WireIssued.safeParse(result).data ?? []
  const known = items.flatMap((item) => WireIssuedItem.safeParse(item).data ?? [])
  return pickListed(known, consented)
}

/**
 * The document that `fetchDocuments` was asked for, by HyperVerge's word alone. Anything but this one, named by its address
 * and with a number and a name, is not taken: the raw reply is kept, so nothing else may stand in it.
 */
export function toFetched(
  type: CertificateType,
  uri: string,
  result: unknown,
  reply: HttpReply,
): FetchedDocument | { verdict: Verdict } {
  const entry = WireFetched.safeParse(result).data?.[0]
  if (entry === undefined || entry.uri !== uri) return NOT_IN_LOCKER
  const { data } = entry
  const fields: ProviderFields = {
    ...NO_FIELDS,
    name: data.name,
    birthDate: data.dob || null,
    gender: data.gender || null,
    number: data.number,
    address: data.address || null,
    photo: data.photo || null,
  }
  return { type, kind: 'fields', raw: reply.bytes, mediaType: 'application/json', fields }
}

const NOT_IN_LOCKER = { verdict: { about: 'document', reason: 'not_in_locker' } } as const
const UNREADABLE = { verdict: { about: 'document', reason: 'unreadable' } } as const
const NO_FIELDS = {
  ...{ kind: null, issuedOn: null, expiresOn: null, name: null, birthDate: null, gender: null },
  ...{ number: null, address: null, state: null, photo: null },
}

/** `pass` is the only action ever seen; with any other the fields are kept and a person has to look (assumed). */
function toDoubt(summary: { action?: string | null | undefined } | null | undefined): { inDoubt?: true } {
  const action = summary?.action?.trim().toLowerCase()
  return action === undefined || action === '' || action === 'pass' ? {} : { inDoubt: true }
}

export function isLink(text: string): boolean {
  return /^https?:\/\//i.test(text.trim())
}

/** Bytes of inline XML or of base64 around it, or null. */
export function toInlineXml(text: string): Uint8Array | null {
  const plain = Buffer.from(text.trim(), 'utf8')
  return sniff(plain) === 'xml' ? plain : fromBase64(text.trim().replace(/^data:[\w/+.-]+;base64,/i, ''))
}

const CERTIFICATE_TYPES: Readonly<Record<CertificateType, readonly string[]>> = {
  pan: ['PANCR', 'PANCD'],
  driving_licence: ['DRVLC'],
}

/** True for an issuer's certificate of that type; anything else under the XML's name is not worth losing the fields for. */
export function isCertificate(bytes: Uint8Array, type: CertificateType): boolean {
  if (sniff(bytes) !== 'xml' || bytes.byteLength > XML_LIMIT_BYTES) return false
  const root = /<Certificate\s[^>]*>/.exec(Buffer.from(bytes).toString('latin1'))?.[0] ?? ''
  const stated = /\stype\s*=\s*["']([^"']*)["']/.exec(root)?.[1]
  return CERTIFICATE_TYPES[type].includes(stated?.toUpperCase() ?? '')
}

/** Lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
