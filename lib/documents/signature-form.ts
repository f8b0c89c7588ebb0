import 'server-only'
import type { Element, Node } from '@xmldom/xmldom'
import type { SignatureProblem } from './types'
import { everyElement, SIGNATURE_NAMESPACE } from './xml'

// The shape of an XML signature and what it declares, steps 5 to 9 of docs/documents.md. The library that
// canonicalises is handed nothing that did not pass here.

const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const C14N = {
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315': 'inclusive',
  'http://www.w3.org/2001/10/xml-exc-c14n#': 'exclusive',
} as const
const METHODS = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
  'http://www.w3.org/2000/09/xmldsig#rsa-sha1': 'sha1',
} as const
const DIGESTS = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
} as const

/** All that may stand in `KeyInfo`: the digest never covers it, so nothing of a document may hide there. */
const KEY_INFO = [
  ...['KeyName', 'KeyValue', 'RSAKeyValue', 'Modulus', 'Exponent', 'X509Data', 'X509Certificate', 'X509CRL'],
  ...['X509SubjectName', 'X509IssuerSerial', 'X509IssuerName', 'X509SerialNumber', 'X509SKI'],
]

type Canonical = (typeof C14N)[keyof typeof C14N]

/** What `SignedInfo` says. `sha1` signs only where the anchor allows it; HMAC and the rest have no name here. */
export interface SignedInfo {
  canonical: Canonical
  signatureHash: (typeof METHODS)[keyof typeof METHODS]
  /** How the document is written out after the signature was taken from it. */
  documentCanonical: Canonical
  digestHash: (typeof DIGESTS)[keyof typeof DIGESTS]
  digest: string
}

/** The parts of the one signature. */
export interface SignatureForm {
  signature: Element
  signedInfo: Element
  declared: SignedInfo
  signatureValue: Buffer
  /** DER of every certificate shown, in the order of the document; to be compared, never to be believed. */
  certificates: Buffer[]
}

export type Formed<T> = { ok: true; value: T } | { ok: false; code: SignatureProblem }

/** The one signature below `root` and what it declares, or the first step that it fails. */
export function readSignatureForm(root: Element): Formed<SignatureForm> {
  const found = everyElement(root).filter((element) => isSigned(element, 'Signature'))
  const [signature] = found
  if (signature === undefined) return problem('signature_missing')
  if (found.length > 1) return problem('multiple_signatures')
  const [signedInfo, signatureValue, keyInfo] = childElements(signature, [
    ['SignedInfo', 'SignatureValue'],
    ['SignedInfo', 'SignatureValue', 'KeyInfo'],
  ])
  if (signature.parentNode !== root || signedInfo === undefined || signatureValue === undefined)
    return problem('signature_malformed')
  const value = toBytes(onlyText(signatureValue))
  if (value === null) return problem('signature_malformed')
  if (keyInfo !== undefined && !isPlainKeyInfo(keyInfo)) return problem('signature_malformed')
  const declared = readSignedInfo(signedInfo)
  if (!declared.ok) return declared
  const certificates = keyInfo === undefined ? [] : readCertificates(keyInfo)
  return {
    ok: true,
    value: { signature, signedInfo, declared: declared.value, signatureValue: value, certificates },
  }
}

/** What a `SignedInfo` element declares, or the first step that it fails. */
export function readSignedInfo(signedInfo: Element): Formed<SignedInfo> {
  const [canonicalization, method, reference] = childElements(signedInfo, [
    ['CanonicalizationMethod', 'SignatureMethod', 'Reference'],
  ])
  if (canonicalization === undefined || method === undefined || reference === undefined)
    return problem('signature_malformed')
  const parts = childElements(reference, [
    ['DigestMethod', 'DigestValue'],
    ['Transforms', 'DigestMethod', 'DigestValue'],
  ])
  const [digestMethod, digestValue] = parts.slice(-2)
  const digest = digestValue === undefined ? null : onlyText(digestValue)
  if (digestMethod === undefined || digest === null || toBytes(digest) === null)
    return problem('signature_malformed')
  if (!reference.hasAttribute('URI') || reference.getAttribute('URI') !== '')
    return problem('reference_not_whole_document')
  const documentCanonical = parts.length === 3 ? readTransforms(parts[0]) : null
  if (documentCanonical === null) return problem('transform_not_allowed')
  const canonical = algorithmOf(C14N, canonicalization)
  const signatureHash = algorithmOf(METHODS, method)
  const digestHash = algorithmOf(DIGESTS, digestMethod)
  if (canonical === null || signatureHash === null || digestHash === null)
    return problem('algorithm_not_allowed')
  return { ok: true, value: { canonical, signatureHash, documentCanonical, digestHash, digest } }
}

/** `enveloped-signature`, then at most one plain canonicalisation; inclusive C14N where none is named (the standard's default). */
function readTransforms(transforms: Element | undefined): Canonical | null {
  if (transforms === undefined) return null
  const [enveloped, canonical] = childElements(transforms, [['Transform'], ['Transform', 'Transform']])
  if (enveloped === undefined || algorithmOf({ [ENVELOPED]: true }, enveloped) === null) return null
  return canonical === undefined ? 'inclusive' : algorithmOf(C14N, canonical)
}

/** The table's entry for `@Algorithm`; null for another one and for one with parameters. */
function algorithmOf<T>(table: Readonly<Record<string, T>>, element: Element): T | null {
  const name = element.getAttribute('Algorithm') ?? ''
  return Object.hasOwn(table, name) && element.firstChild === null ? (table[name] ?? null) : null
}

function isPlainKeyInfo(keyInfo: Element): boolean {
  const below = everyElement(keyInfo).filter((element) => element !== keyInfo)
  return below.every((element) => KEY_INFO.some((name) => isSigned(element, name)))
}

/** Certificates of `KeyInfo/X509Data`; what else stands there is not looked at. */
function readCertificates(keyInfo: Element): Buffer[] {
  return everyElement(keyInfo)
    .filter((element) => isSigned(element, 'X509Certificate') && isSigned(element.parentNode, 'X509Data'))
    .filter(({ parentNode }) => parentNode?.parentNode === keyInfo)
    .flatMap((element) => toBytes(onlyText(element)) ?? [])
}

/** The children of `parent` when their names are one of `rows` and nothing but white space lies between; else none. */
function childElements(parent: Element, rows: readonly (readonly string[])[]): Element[] {
  const nodes = Array.from(parent.childNodes)
  const elements = nodes.filter((node) => node.nodeType === 1) as Element[]
  const isBare = nodes.every((node) => node.nodeType === 1 || (isText(node) && !node.nodeValue?.trim()))
  const fits = rows.some(
    (row) => row.length === elements.length && row.every((name, place) => isSigned(elements[place], name)),
  )
  return isBare && fits ? elements : []
}

/** The text of an element that holds one text node and nothing else: no comment may split a value (CVE-2025-29775). */
function onlyText(element: Element): string | null {
  const { firstChild } = element
  return firstChild !== null && firstChild === element.lastChild && isText(firstChild)
    ? (firstChild.nodeValue ?? '')
    : null
}

/** Bytes of Base64 in its one right spelling, line ends aside; null for anything else, and for nothing. */
function toBytes(text: string | null): Buffer | null {
  const compact = text?.replace(/\s+/g, '') ?? ''
  const bytes = Buffer.from(compact, 'base64')
  return compact !== '' && bytes.toString('base64') === compact ? bytes : null
}

function isText(node: Node): boolean {
  return node.nodeType === 3
}

/** True for the element of XML signatures with that name, whatever its prefix. */
function isSigned(node: Node | null | undefined, name: string): boolean {
  if (node?.nodeType !== 1) return false
  const { namespaceURI, localName } = node as Element
  return namespaceURI === SIGNATURE_NAMESPACE && localName === name
}

function problem(code: SignatureProblem): { ok: false; code: SignatureProblem } {
  return { ok: false, code }
}
