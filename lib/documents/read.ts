import 'server-only'
import type { Element } from '@xmldom/xmldom'
import type { FetchedDocument } from '@/lib/providers/types'
import type { Anchor } from './anchors'
import { readFields } from './fields'
import { LAYOUTS, parseDocument } from './layouts'
import { containsFullAadhaar } from './mask'
import { type Verified, verifyTree } from './signature'
import { ASSERTED, type ReadDocument, type SignatureVerdict, type Standing } from './types'
import { everyElement, type XmlProblem } from './xml'

export type UnreadableReason = XmlProblem | 'type_unexpected' | 'pdf_only' | 'fields_missing'

export type ReadOutcome =
  | {
      kind: 'read'
      document: ReadDocument
      /** False when a full Aadhaar number is anywhere in the raw bytes: they must not be stored, sealed or not. */
      keepRaw: boolean
    }
  | {
      kind: 'unreadable'
      reason: UnreadableReason
      /** Absent where there was nothing to check. */
      signature?: SignatureVerdict
    }

export interface ReadContext {
  /** `YYYY-MM-DD` in India; see `todayInIndia`. */
  today: string
  /** Whose signatures count, as they stand at `at`; without it no signature is judged. */
  trust?: { anchors: readonly Anchor[]; at: Date }
}

/**
 * Facts and remarks of one fetched document, or why it cannot be read. Pure and total: never throws on any input.
 * Evidence is `issuer_signed` for XML whose signature was verified, and its facts then come from the signed bytes alone.
 * Everything else is `provider_asserted`; where an anchor exists for this type, `signature` says why the XML is no more.
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
  const { type, raw } = fetched
  if (type === 'photo_document') return unreadable('type_unexpected')
  const anchors = context.trust?.anchors ?? []
  const isChecked = anchors.some(({ types }) => LAYOUTS[type].signedTypes.some((one) => types.includes(one)))
  const parsed = parseDocument(raw, type)
  if (!parsed.ok) return unreadable(parsed.reason, isChecked ? parsed.reason : undefined)
  const { root } = parsed
  const verified = isChecked && context.trust ? verifyTree(root, type, anchors, context.trust.at) : null
  // What does not verify is read for the person who will look at it, and as nobody's word but the vendor's.
  const tree = verified?.ok ? parseDocument(verified.signedBytes, type) : parsed
  const standing = toStanding(verified)
  const document = tree.ok ? LAYOUTS[type].read(tree.root, context.today, standing) : null
  if (document === null) return unreadable('fields_missing', isChecked ? standing.signature : undefined)
  const isUnmasked = containsFullAadhaar(raw) || treeHoldsFullAadhaar(root)
  return { kind: 'read', document, keepRaw: !isUnmasked }
}

function toStanding(verified: Verified | null): Standing {
  if (verified === null) return ASSERTED
  if (!verified.ok) return { ...ASSERTED, signature: verified.code }
  return { evidence: 'issuer_signed', signature: 'valid', anchorSha256: verified.anchorSha256 }
}

/** Text and CDATA: a number may stand half in either. */
const TEXT_NODES = [3, 4]

/** The parsed form is searched too: character references hide digits from a look at the bytes. */
function treeHoldsFullAadhaar(root: Element): boolean {
  return everyElement(root).some((element) => {
    const attributes = Array.from(element.attributes, ({ name, value }) => `${name}="${value}"`)
    const texts = Array.from(element.childNodes, (node) =>
      TEXT_NODES.includes(node.nodeType) ? (node.nodeValue ?? '') : '',
    )
    return containsFullAadhaar([...attributes, `${element.localName}>${texts.join('')}`].join('\n'))
  })
}

function unreadable(reason: UnreadableReason, signature?: SignatureVerdict): ReadOutcome {
  return signature === undefined ? { kind: 'unreadable', reason } : { kind: 'unreadable', reason, signature }
}
