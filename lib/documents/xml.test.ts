import { describe, expect, it } from 'vitest'
import { onlyChild, parseXml } from './xml'

const reason = (input: string | Uint8Array, options = {}) => {
  const parsed = parseXml(typeof input === 'string' ? Buffer.from(input) : input, ['Certificate'], options)
  return parsed.ok ? 'ok' : parsed.reason
}

describe('parseXml', () => {
  it.each([
    '<Certificate/>',
    '\ufeff<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<Certificate a="&amp;&#233;">x</Certificate>\n',
    '<Certificate><!-- a & b --><![CDATA[a & b]]></Certificate>',
  ])('reads %j', (text) => {
    expect(reason(text)).toBe('ok')
  })

  it.each([
    '<!DOCTYPE Certificate><Certificate/>',
    '<!doctype Certificate><Certificate/>',
    '<Certificate><!-- <!ENTITY x "y"> --></Certificate>',
    '<Certificate a="<!DOCTYPE"/>',
    '<! DOCTYPE x><Certificate/>',
  ])('refuses a declaration before parsing: %j', (text) => {
    expect(reason(text)).toBe('dtd_forbidden')
    expect(reason(Buffer.from(text, 'utf16le'))).toBe('dtd_forbidden')
    expect(reason(Buffer.from(text, 'utf16le').swap16())).toBe('dtd_forbidden')
  })

  it.each([
    '',
    'text',
    '{"a":1}',
    '<Certificate>',
    '<Certificate></certificate>',
    '<Certificate/><Certificate/>',
    '<Certificate/>trailing',
    '<Certificate a="1" a="2"/>',
    '<Certificate a=1/>',
    '<Certificate a/>',
    '<Certificate a="<"/>',
    '<Certificate>&nbsp;</Certificate>',
    '<Certificate>a & b</Certificate>',
    '<Certificate>&#0;</Certificate>',
    '<Certificate>&#xD800;</Certificate>',
    '<Certificate>&#x110000;</Certificate>',
    '<Certificate>]]></Certificate>',
    '<Certificate>\u0001</Certificate>',
    '<Certificate><p:x/></Certificate>',
    '<?xml version="1.1"?><Certificate/>',
    '<?xml version="1.0" encoding="UTF-16"?><Certificate/>',
    '<?xml version="1.0" encoding="UTF-7"?><Certificate/>',
  ])('refuses malformed %j', (text) => {
    expect(reason(text)).toBe('xml_malformed')
  })

  it('refuses other encodings by their bytes', () => {
    expect(reason(Buffer.from('\ufeff<Certificate/>', 'utf16le'))).toBe('xml_malformed')
    expect(reason(Buffer.from('<Certificate/>', 'utf16le'))).toBe('xml_malformed')
    expect(reason(Buffer.from('<Certificate a="\xe9"/>', 'latin1'))).toBe('xml_malformed')
  })

  it('refuses another root, a prefix and, unless asked for, a namespace', () => {
    expect(reason('<html/>')).toBe('root_unexpected')
    expect(reason('<x:Certificate xmlns:x="urn:a"/>')).toBe('root_unexpected')
    expect(reason('<Certificate xmlns="urn:a"/>')).toBe('root_unexpected')
    expect(reason('<Certificate xmlns="urn:a"/>', { defaultNamespace: true })).toBe('ok')
    const signature = '<Certificate xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
    expect(reason(signature, { defaultNamespace: true })).toBe('root_unexpected')
  })

  it('refuses more than 2 MB', () => {
    expect(reason(`<Certificate>${'x'.repeat(2 * 1024 * 1024)}</Certificate>`)).toBe('too_large')
  })

  it('reads what documents nest and refuses more', () => {
    const nested = (depth: number) =>
      `<Certificate>${'<a b="/>">'.repeat(depth)}${'</a>'.repeat(depth)}</Certificate>`
    expect(reason(nested(60))).toBe('ok')
    expect(reason(nested(64))).toBe('xml_malformed')
    expect(reason(`<Certificate>${'<a b="&gt;"/>'.repeat(10_000)}</Certificate>`)).toBe('ok')
  })

  it.each([
    ['100,000 levels', `<Certificate>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</Certificate>`],
    ['levels that never close', `<Certificate>${'<a>'.repeat(600_000)}`],
    [
      'a namespace on each level',
      `<Certificate>${'<a xmlns:n="urn:n">'.repeat(60_000)}${'</a>'.repeat(60_000)}</Certificate>`,
    ],
    ['namespaces beside each other', `<Certificate>${'<a xmlns:n="urn:n"/>'.repeat(90_000)}</Certificate>`],
    ['elements beside each other', `<Certificate>${'<a/>'.repeat(400_000)}</Certificate>`],
    ['comments that never close', `<Certificate>${'<!--'.repeat(500_000)}`],
    ['sections that never close', `<Certificate>${'<![CDATA['.repeat(200_000)}`],
  ])('ends soon with %s', (_, text) => {
    const started = performance.now()
    expect(reason(text)).toBe('xml_malformed')
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('never looks into 10 MB', () => {
    const started = performance.now()
    expect(reason(Buffer.alloc(10 * 1024 * 1024, '<a>'))).toBe('too_large')
    expect(performance.now() - started).toBeLessThan(100)
  })
})

describe('onlyChild', () => {
  it('answers nothing when two could be meant', () => {
    const parsed = parseXml(Buffer.from('<Certificate><a><b/></a><c/><c/></Certificate>'), ['Certificate'])
    if (!parsed.ok) throw new Error('unreadable')
    expect(onlyChild(parsed.root, 'a', 'b')?.localName).toBe('b')
    expect(onlyChild(parsed.root, 'c')).toBeNull()
    expect(onlyChild(parsed.root, 'b')).toBeNull()
  })
})
