import 'server-only'
import { DOMParser, type Element } from '@xmldom/xmldom'

// The only XML parser of the app (OU-06): no DTD, no entity beyond the five, no repair of broken markup.

export type XmlProblem = 'too_large' | 'dtd_forbidden' | 'xml_malformed' | 'root_unexpected'
export type ParsedXml = { ok: true; root: Element } | { ok: false; reason: XmlProblem }

const LIMIT_BYTES = 2 * 1024 * 1024 // ours; the transport lets 5 MB through
const MARKUP_DECLARATION = /<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i
const XML_DECLARATION = /^\ufeff?<\?xml\s[^>]*\?>/
/** XML 1.0 characters; the parser itself lets some others through. */
const ALLOWED_TEXT = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u
const SIGNATURE_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#'

/**
 * Parses `bytes` as UTF-8 XML of one of the named root elements, which carries no prefix. A default namespace is
 * accepted on licences only (met on upstream data). Never throws, never resolves anything.
 */
export function parseXml(
  bytes: Uint8Array,
  roots: readonly string[],
  options: { defaultNamespace?: boolean } = {},
): ParsedXml {
  if (bytes.byteLength > LIMIT_BYTES) return problem('too_large')
  // Without NULs a UTF-16 document reads like its ASCII twin, so a DTD cannot hide behind the encoding.
  if (MARKUP_DECLARATION.test(Buffer.from(bytes).toString('latin1').replaceAll('\0', ''))) {
    return problem('dtd_forbidden')
  }
  const root = toRoot(bytes)
  if (root === null) return problem('xml_malformed')
  const hasKnownSpace =
    root.namespaceURI === null || (options.defaultNamespace && root.namespaceURI !== SIGNATURE_NAMESPACE)
  if (root.prefix || !hasKnownSpace || !roots.includes(root.localName ?? ''))
    return problem('root_unexpected')
  return { ok: true, root }
}

function problem(reason: XmlProblem): ParsedXml {
  return { ok: false, reason }
}

function toRoot(bytes: Uint8Array): Element | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!ALLOWED_TEXT.test(text) || !declaresUtf8(text) || hasLooseMarkup(text)) return null
    const parser = new DOMParser({ onError: stop, locator: false })
    return parser.parseFromString(text.trim(), 'text/xml').documentElement
  } catch {
    return null
  }
}

/** Warnings are as fatal as errors: xmldom would otherwise repair what it reads. */
function stop(): never {
  throw new Error('xml')
}

/** XML 1.0 in UTF-8, said or unsaid. */
function declaresUtf8(text: string): boolean {
  const declaration = XML_DECLARATION.exec(text)?.[0] ?? ''
  if (/\sversion\s*=\s*["'](?!1\.0["'])/.test(declaration)) return false
  const encoding = /\sencoding\s*=\s*["']([^"']*)["']/i.exec(declaration)?.[1]
  return encoding === undefined || encoding.toUpperCase() === 'UTF-8'
}

/** What xmldom lets through although XML does not: a bare `&`, references to forbidden characters, a loose `]]>`. */
function hasLooseMarkup(text: string): boolean {
  const plain = text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, '')
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)/i.test(plain) || plain.includes(']]>'))
    return true
  return [...plain.matchAll(/&#(x?)([0-9a-f]+);/gi)].some(([, hex, digits = '']) => {
    const point = Number.parseInt(digits, hex === '' ? 10 : 16)
    return point > 0x10ffff || !ALLOWED_TEXT.test(String.fromCodePoint(point))
  })
}

/** Child elements of that name in the namespace of `parent`; an absent parent has none. */
export function childrenOf(parent: Element | null, name: string): Element[] {
  const found: Element[] = []
  for (let node = parent?.firstChild ?? null; node !== null; node = node.nextSibling) {
    const element = node as Element
    const isChild = node.nodeType === 1 && element.localName === name
    if (isChild && element.namespaceURI === parent?.namespaceURI) found.push(element)
  }
  return found
}

/** The one child of that name; null when there is none, and null when there are several: nobody may choose for us. */
export function onlyChild(parent: Element | null, ...path: readonly string[]): Element | null {
  let here = parent
  for (const name of path) {
    const found = childrenOf(here, name)
    here = found.length === 1 ? (found[0] ?? null) : null
  }
  return here
}

/** Trimmed attribute, or null when absent or empty: issuers send many empty ones. */
export function attributeOf(element: Element | null, name: string): string | null {
  return element?.getAttribute(name)?.trim() || null
}

/** `root` and every element below it, in document order; flat, so that depth costs no stack. */
export function everyElement(root: Element): Element[] {
  const found: Element[] = []
  const waiting: Element[] = [root]
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    found.push(element)
    for (let node = element.lastChild; node !== null; node = node.previousSibling) {
      if (node.nodeType === 1) waiting.push(node as Element)
    }
  }
  return found
}
