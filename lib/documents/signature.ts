import 'server-only'
import { constants, createHash, verify } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Element } from '@xmldom/xmldom'
import { C14nCanonicalization, ExclusiveCanonicalization, findAncestorNs } from 'xml-crypto'
import type { Anchor } from './anchors'
import { LAYOUTS, parseDocument } from './layouts'
import { readSignatureForm, readSignedInfo, type SignatureForm } from './signature-form'
import type { LockerDocument, SignatureProblem } from './types'
import { everyElement, parseElement, SIGNATURE_NAMESPACE } from './xml'

// Whether a document is what its issuer signed: the order and codes of docs/documents.md. xml-crypto writes the canonical
// form out of the tree that our one parser made, node:crypto digests and verifies, and the key is the anchor's. xml-crypto's own
// `checkSignature` would parse the document again with another version of the parser.

export type Verified =
  | {
      ok: true
      /** The canonical form that was digested: facts are read from these bytes and from nowhere else. */
      signedBytes: Buffer
      anchorSha256: string
    }
  | { ok: false; code: SignatureProblem }

/**
 * Checks the signature of `raw`, asked for as `type`, by `anchors` as they stand at `at`. Pure and total: never throws,
 * resolves or fetches anything.
 */
export function verifySignature(
  raw: Uint8Array,
  type: LockerDocument,
  anchors: readonly Anchor[],
  at: Date,
): Verified {
  const parsed = parseDocument(raw, type)
  return parsed.ok ? verifyTree(parsed.root, type, anchors, at) : refused(parsed.reason)
}

/** As `verifySignature`, from step 5 on, for the root that `parseDocument` gave for the same type. */
export function verifyTree(
  root: Element,
  type: LockerDocument,
  anchors: readonly Anchor[],
  at: Date,
): Verified {
  if (root.namespaceURI !== null) return refused('root_unexpected')
  const form = readSignatureForm(root)
  if (!form.ok) return form
  const trusted = findAnchor(form.value, anchors)
  if (!trusted.ok) return trusted
  const { anchor } = trusted
  if (!anchor.types.includes(LAYOUTS[type].signedAs(root.localName ?? '')))
    return refused('issuer_not_allowed')
  if (at < anchor.validFrom || at > anchor.validTo) return refused('certificate_expired')
  if (anchor.revoked) return refused('certificate_revoked')
  if (form.value.declared.signatureHash === 'sha1' && !anchor.allowSha1Signature)
    return refused('algorithm_not_allowed')
  const signedInfo = orNull(() => canonicalSignedInfo(form.value))
  const signedBytes = orNull(() => canonicalDocument(root, form.value))
  if (signedBytes === null || !isDigestOf(signedBytes, form.value)) return refused('digest_mismatch')
  if (signedInfo === null || !isSignedBy(anchor, signedInfo, form.value)) return refused('signature_invalid')
  // Every value above was read from the tree; only what the signed bytes say as well counts (CVE-2025-29774).
  if (!saysTheSame(signedInfo, form.value)) return refused('signature_malformed')
  return { ok: true, signedBytes, anchorSha256: anchor.sha256 }
}

/** The anchor among the certificates shown, by their bytes; names are never compared. */
function findAnchor(
  { certificates }: SignatureForm,
  anchors: readonly Anchor[],
): { ok: true; anchor: Anchor } | { ok: false; code: SignatureProblem } {
  if (certificates.length === 0) return { ok: false, code: 'certificate_missing' }
  const shown = certificates.map((der) => createHash('sha256').update(der).digest('hex'))
  const anchor = shown.flatMap((sha256) => anchors.find((one) => one.sha256 === sha256) ?? [])[0]
  return anchor === undefined ? { ok: false, code: 'certificate_untrusted' } : { ok: true, anchor }
}

const SIGNED_INFO = ['Signature', 'SignedInfo']
  .map((name) => `*[local-name()='${name}' and namespace-uri()='${SIGNATURE_NAMESPACE}']`)
  .join('/')

function canonicalSignedInfo({ signedInfo, declared }: SignatureForm): Buffer {
  const node = signedInfo as unknown as globalThis.Element
  if (declared.canonical === 'exclusive')
    return Buffer.from(new ExclusiveCanonicalization().process(node, {}))
  const ancestorNamespaces = findAncestorNs(node.ownerDocument, `/*/${SIGNED_INFO}`)
  return Buffer.from(new C14nCanonicalization().process(node, { ancestorNamespaces }))
}

/** The document without its signature. Throws on a processing instruction: the library writes it out as text. */
function canonicalDocument(root: Element, { signature, declared }: SignatureForm): Buffer {
  if (hasInstruction(root)) throw new Error('instruction')
  const next = signature.nextSibling
  root.removeChild(signature)
  try {
    const method =
      declared.documentCanonical === 'exclusive'
        ? new ExclusiveCanonicalization()
        : new C14nCanonicalization()
    return Buffer.from(method.process(root as unknown as globalThis.Element, {}))
  } finally {
    root.insertBefore(signature, next)
  }
}

function hasInstruction(root: Element): boolean {
  const isInstruction = (node: { nodeType: number; nodeName: string }) =>
    node.nodeType === 7 && node.nodeName !== 'xml'
  const beside = Array.from(root.ownerDocument?.childNodes ?? [])
  return [...beside, ...everyNode(root)].some(isInstruction)
}

/** Every node below `root`, flat. */
function everyNode(root: Element) {
  return everyElement(root).flatMap((element) => Array.from(element.childNodes))
}

function isDigestOf(bytes: Buffer, { declared }: SignatureForm): boolean {
  return createHash(declared.digestHash).update(bytes).digest().equals(Buffer.from(declared.digest, 'base64'))
}

function isSignedBy(
  anchor: Anchor,
  signedInfo: Buffer,
  { declared, signatureValue }: SignatureForm,
): boolean {
  const key = { key: anchor.publicKey, padding: constants.RSA_PKCS1_PADDING }
  return orNull(() => verify(declared.signatureHash, signedInfo, key, signatureValue)) === true
}

function saysTheSame(signedInfo: Buffer, { declared }: SignatureForm): boolean {
  const parsed = parseElement(signedInfo)
  const signed = parsed.ok ? readSignedInfo(parsed.root) : null
  return signed?.ok === true && isDeepStrictEqual(signed.value, declared)
}

function orNull<T>(make: () => T): T | null {
  try {
    return make()
  } catch {
    return null
  }
}

function refused(code: SignatureProblem): Verified {
  return { ok: false, code }
}
