import 'server-only'
import { DOMParser, type Element } from '@xmldom/xmldom'

// The only XML parser of the app (OU-06): no DTD, no entity beyond the five, no repair of broken markup.

export type XmlProblem = 'too_large' | 'dtd_forbidden' | 'xml_malformed' | 'root_unexpected'
export type ParsedXml = { ok: true; root: Element } | { ok: false; reason: XmlProblem }

export type ParsedElement =
  | { ok: true; root: Element }
  | { ok: false; reason: Exclude<XmlProblem, 'root_unexpected'> }

const LIMIT_BYTES = 2 * 1024 * 1024 // ours; the transport lets 5 MB through
/** Real documents have some hundred tags, nest eight deep and declare a handful of namespaces; far more takes seconds. */
const TAG_LIMIT = 20_000
const DEPTH_LIMIT = 64
const NAMESPACE_LIMIT = 64
const MARKUP_DECLARATION = /<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i
const XML_DECLARATION = /^\ufeff?<\?xml\s[^>]*\?>/
/** XML 1.0 characters; the parser itself lets some others through. */
const ALLOWED_TEXT = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u
export const SIGNATURE_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#'

/**
 * Parses `bytes` as UTF-8 XML of one of the named root elements, which carries no prefix. A default namespace is
 * accepted on licences only (met on upstream data). Never throws, never resolves anything.
 */
export function parseXml(
  bytes: Uint8Array,
  roots: readonly string[],
  options: { defaultNamespace?: boolean } = {},
): ParsedXml {
  const parsed = parseElement(bytes)
  if (!parsed.ok) return parsed
  const { root } = parsed
  const hasKnownSpace =
    root.namespaceURI === null || (options.defaultNamespace && root.namespaceURI !== SIGNATURE_NAMESPACE)
  if (root.prefix || !hasKnownSpace || !roots.includes(root.localName ?? ''))
    return { ok: false, reason: 'root_unexpected' }
  return parsed
}

/** As `parseXml`, whatever the root is. */
export function parseElement(bytes: Uint8Array): ParsedElement {
  if (bytes.byteLength > LIMIT_BYTES) return { ok: false, reason: 'too_large' }
  // Without NULs a UTF-16 document reads like its ASCII twin, so a DTD cannot hide behind the encoding.
  if (MARKUP_DECLARATION.test(Buffer.from(bytes).toString('latin1').replaceAll('\0', ''))) {
    return { ok: false, reason: 'dtd_forbidden' }
  }
  const root = toRoot(bytes)
  return root === null ? { ok: false, reason: 'xml_malformed' } : { ok: true, root }
}

function toRoot(bytes: Uint8Array): Element | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!ALLOWED_TEXT.test(text) || !declaresUtf8(text)) return null
    const plain = withoutComments(text)
    if (plain === null || hasLooseMarkup(plain) || isOverloaded(plain)) return null
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

/** `text` without comments and CDATA sections, or null when one of them never ends. Linear, unlike a lazy pattern. */
function withoutComments(text: string): string | null {
  let plain = ''
  let from = 0
  for (const { 0: opening, index } of text.matchAll(/<!--|<!\[CDATA\[/g)) {
    if (index < from) continue // inside the one before
    const closing = opening === '<!--' ? '-->' : ']]>'
    const end = text.indexOf(closing, index + opening.length)
    if (end < 0) return null
    plain += text.slice(from, index)
    from = end + closing.length
  }
  return plain + text.slice(from)
}

/** Longer, deeper, or with more namespaces than any document is: the time that a parser takes grows with all of them. */
function isOverloaded(plain: string): boolean {
  let depth = 0
  let namespaces = 0
  let tags = 0
  for (const [markup] of plain.matchAll(/<[^<]*/g)) {
    const tag = markup.replace(/"[^"]*"|'[^']*'/g, '')
    if (tag.startsWith('</')) depth -= 1
    else if (!tag.startsWith('<?') && tag[tag.indexOf('>') - 1] !== '/') depth += 1
    namespaces += tag.split('xmlns').length - 1
    tags += 1
    if (tags > TAG_LIMIT || depth > DEPTH_LIMIT || namespaces > NAMESPACE_LIMIT) return true
  }
  return false
}

/** What xmldom lets through although XML does not: a bare `&`, references to forbidden characters, a loose `]]>`. */
function hasLooseMarkup(plain: string): boolean {
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
