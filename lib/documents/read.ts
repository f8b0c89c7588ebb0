import 'server-only'
import type { Element } from '@xmldom/xmldom'
import type { FetchedDocument } from '@/lib/providers/types'
import { AADHAAR_ROOTS, readAadhaarXml } from './aadhaar'
import { readLicence, readPan } from './certificate'
import { readFields } from './fields'
import { containsFullAadhaar } from './mask'
import type { EvidenceLevel, LockerDocument, ReadDocument } from './types'
import { attributeOf, everyElement, parseXml, type XmlProblem } from './xml'

export type UnreadableReason = XmlProblem | 'type_unexpected' | 'pdf_only' | 'fields_missing'

export type ReadOutcome =
  | {
      kind: 'read'
      document: ReadDocument
      /** False when a full Aadhaar number is anywhere in the raw bytes: they must not be stored, sealed or not. */
      keepRaw: boolean
    }
  | { kind: 'unreadable'; reason: UnreadableReason }

export interface ReadContext {
  /** `YYYY-MM-DD` in India; see `todayInIndia`. */
  today: string
  /** Who vouches for the bytes. `issuer_signed` only by a caller that verified the signature and passes the signed bytes. */
  evidence?: EvidenceLevel
}

interface Layout {
  roots: readonly string[]
  /** Words in `Certificate/@type`; e-Aadhaar samples carry none. */
  types: readonly (string | null)[]
  defaultNamespace: boolean
  read: (root: Element, today: string, evidence: EvidenceLevel) => ReadDocument | null
}

/** A photo document exists as a vendor's statement only. */
const LAYOUTS: Readonly<Record<LockerDocument, Layout>> = {
  aadhaar: { roots: AADHAAR_ROOTS, types: ['ADHAR', null], defaultNamespace: false, read: readAadhaarXml },
  pan: { roots: ['Certificate'], types: ['PANCR', 'PANCD'], defaultNamespace: false, read: readPan },
  driving_licence: { roots: ['Certificate'], types: ['DRVLC'], defaultNamespace: true, read: readLicence },
}

/**
 * Facts and remarks of one fetched document, or why it cannot be read. Pure and total: never throws on any input.
 * Evidence is `provider_asserted` unless the caller passes another; parsed JSON is never more than that.
 */
export function readDocument(fetched: FetchedDocument, context: ReadContext): ReadOutcome {
  if (fetched.kind === 'pdf') return unreadable('pdf_only')
  if (fetched.kind === 'xml') return readXml(fetched, context)
  const document = readFields(fetched.type, fetched.fields, context.today)
  if (document === null) return unreadable('fields_missing')
  const isRemarked = document.remarks.includes('aadhaar_unmasked')
  const isUnmasked = isRemarked || containsFullAadhaar(fetched.raw) || jsonHoldsFullAadhaar(fetched.raw)
  if (fetched.type === 'photo_document' && isUnmasked && !isRemarked)
    document.remarks.push('aadhaar_unmasked')
  return { kind: 'read', document, keepRaw: !isUnmasked }
}

/**
 * The parsed form is searched too: escapes hide digits from a look at the bytes. Anything but JSON holds nothing more; JSON
 * that is too deep to be searched is taken to hold one.
 */
function jsonHoldsFullAadhaar(raw: Uint8Array): boolean {
  try {
    return containsFullAadhaar(JSON.stringify(JSON.parse(new TextDecoder().decode(raw))))
  } catch (error) {
    return error instanceof RangeError
  }
}

function readXml(fetched: Extract<FetchedDocument, { kind: 'xml' }>, context: ReadContext): ReadOutcome {
  if (fetched.type === 'photo_document') return unreadable('type_unexpected')
  const { roots, types, defaultNamespace, read } = LAYOUTS[fetched.type]
  const parsed = parseXml(fetched.raw, roots, { defaultNamespace })
  if (!parsed.ok) return unreadable(parsed.reason)
  const { root } = parsed
  if (root.localName === 'Certificate' && !types.includes(attributeOf(root, 'type')?.toUpperCase() ?? null)) {
    return unreadable('type_unexpected')
  }
  const document = read(root, context.today, context.evidence ?? 'provider_asserted')
  if (document === null) return unreadable('fields_missing')
  const isUnmasked = containsFullAadhaar(fetched.raw) || treeHoldsFullAadhaar(root)
  return { kind: 'read', document, keepRaw: !isUnmasked }
}

/** The parsed form is searched too: character references hide digits from a look at the bytes. */
function treeHoldsFullAadhaar(root: Element): boolean {
  return everyElement(root).some((element) => {
    const attributes = Array.from(element.attributes, ({ name, value }) => `${name}="${value}"`)
    const texts = Array.from(element.childNodes, (node) =>
      node.nodeType === 3 ? (node.nodeValue ?? '') : '',
    )
    return containsFullAadhaar([...attributes, `${element.localName}>${texts.join('')}`].join('\n'))
  })
}

function unreadable(reason: UnreadableReason): ReadOutcome {
  return { kind: 'unreadable', reason }
}
