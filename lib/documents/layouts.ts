import 'server-only'
import type { Element } from '@xmldom/xmldom'
import { AADHAAR_ROOTS, readAadhaarXml } from './aadhaar'
import type { SignedType } from './anchors'
import { readLicence, readPan } from './certificate'
import type { LockerDocument, ReadDocument, Standing } from './types'
import { attributeOf, type ParsedXml, parseXml, type XmlProblem } from './xml'

// How each document looks as XML. A photo document exists as a vendor's statement only.

export interface Layout {
  roots: readonly string[]
  /** Words in `Certificate/@type`; e-Aadhaar samples carry none. */
  types: readonly (string | null)[]
  defaultNamespace: boolean
  /** What a signer must be allowed to sign, by the root where it matters. */
  signedAs: (root: string) => SignedType
  /** Every answer of `signedAs`. */
  signedTypes: readonly SignedType[]
  read: (root: Element, today: string, standing: Standing) => ReadDocument | null
}

export const LAYOUTS: Readonly<Record<LockerDocument, Layout>> = {
  aadhaar: {
    roots: AADHAAR_ROOTS,
    types: ['ADHAR', null],
    defaultNamespace: false,
    signedAs: (root) => (root === 'OfflinePaperlessKyc' ? 'OFFLINE_KYC' : 'ADHAR'),
    signedTypes: ['ADHAR', 'OFFLINE_KYC'],
    read: readAadhaarXml,
  },
  pan: {
    roots: ['Certificate'],
    types: ['PANCR', 'PANCD'],
    defaultNamespace: false,
    signedAs: () => 'PANCR',
    signedTypes: ['PANCR'],
    read: readPan,
  },
  driving_licence: {
    roots: ['Certificate'],
    types: ['DRVLC'],
    defaultNamespace: true,
    signedAs: () => 'DRVLC',
    signedTypes: ['DRVLC'],
    read: readLicence,
  },
}

/** Parses `bytes` as an XML document of the asked type. Never throws. */
export function parseDocument(
  bytes: Uint8Array,
  type: LockerDocument,
): ParsedXml | { ok: false; reason: XmlProblem | 'type_unexpected' } {
  const { roots, types, defaultNamespace } = LAYOUTS[type]
  const parsed = parseXml(bytes, roots, { defaultNamespace })
  if (!parsed.ok || parsed.root.localName !== 'Certificate') return parsed
  const isAsked = types.includes(attributeOf(parsed.root, 'type')?.toUpperCase() ?? null)
  return isAsked ? parsed : { ok: false, reason: 'type_unexpected' }
}
