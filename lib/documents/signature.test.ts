import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { type Anchor, sandboxAnchor } from './anchors'
import { type ReadOutcome, readDocument } from './read'
import { SANDBOX_ISSUER_CERTIFICATE } from './sandbox-issuer'
import { verifySignature } from './signature'
import { fixture, fixtureAnchors, SANDBOX_PEM, type SigningWish, signXml } from './signing.testing'
import type { LockerDocument } from './types'

interface Expected {
  evaluatedAt: string
  documents: { file: string; type: string; verdict: string; facts?: Record<string, unknown> }[]
}

const expected: Expected = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/expected.json'), 'utf8'),
)
const AT = new Date(expected.evaluatedAt)
const TODAY = '2026-11-20'
const ANCHORS = fixtureAnchors()
const SHA1_ANCHORS = fixtureAnchors({ allowSha1Signature: true })
const SHA1_VERDICT = 'valid-if-sha1-allowed-for-anchor'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const ASKED: Readonly<Record<string, LockerDocument>> = {
  ADHAR: 'aadhaar',
  OFFLINE_KYC: 'aadhaar',
  PANCR: 'pan',
  DRVLC: 'driving_licence',
}
const asked = (type: string): LockerDocument => ASKED[type] ?? 'pan'

function verdict(
  xml: Buffer | string,
  type: LockerDocument = 'aadhaar',
  anchors: readonly Anchor[] = ANCHORS,
  at = AT,
): string {
  const verified = verifySignature(Buffer.from(xml as string), type, anchors, at)
  return verified.ok ? 'valid' : verified.code
}

function read(xml: Buffer | string, type: LockerDocument, anchors: readonly Anchor[]): ReadOutcome {
  const raw = Buffer.from(xml as string)
  const fetched = { type, kind: 'xml', raw, mediaType: 'application/xml' } as const
  return readDocument(fetched, { today: TODAY, trust: { anchors, at: AT } })
}

describe('every fixture', () => {
  it.each(expected.documents)('$file is $verdict', ({ file, type, verdict: wanted }) => {
    const strict = wanted === SHA1_VERDICT ? 'algorithm_not_allowed' : wanted
    const lenient = wanted === SHA1_VERDICT ? 'valid' : wanted
    expect(verdict(fixture(file), asked(type))).toBe(strict)
    expect(verdict(fixture(file), asked(type), SHA1_ANCHORS)).toBe(lenient)
  })

  it.each(expected.documents)('$file is never more than it is', ({ file, type, verdict: wanted }) => {
    const outcome = read(fixture(file), asked(type), SHA1_ANCHORS)
    if (wanted.startsWith('valid')) {
      const { sha256 } = SHA1_ANCHORS[type === 'OFFLINE_KYC' ? 1 : 0] as Anchor
      const document = { evidence: 'issuer_signed', signature: 'valid', anchorSha256: sha256 }
      expect(outcome).toMatchObject({ kind: 'read', document })
    } else if (outcome.kind === 'read') {
      const document = { evidence: 'provider_asserted', signature: wanted, anchorSha256: null }
      expect(outcome).toMatchObject({ document })
    } else expect(outcome).toMatchObject({ kind: 'unreadable', signature: wanted })
  })

  it.each(expected.documents)('$file is not judged without an anchor for its type', ({ file, type }) => {
    const outcome = read(fixture(file), asked(type), [])
    if (outcome.kind === 'read')
      expect(outcome.document).toMatchObject({ evidence: 'provider_asserted', signature: 'not_checked' })
    else expect(outcome.signature).toBeUndefined()
  })
})

/** `xml` with the first occurrence replaced; the attack must really be in there. */
function change(xml: string, from: string, to: string): string {
  if (!xml.includes(from)) throw new Error(`nothing to change: ${from}`)
  return xml.replace(from, () => to)
}

describe('attacks without a file', () => {
  const genuine = fixture('valid/eaadhaar.xml').toString()
  const signature = /<Signature [\s\S]*<\/Signature>/.exec(genuine)?.[0] ?? ''
  const signedInfo = /<SignedInfo>[\s\S]*<\/SignedInfo>/.exec(genuine)?.[0] ?? ''
  const data = /<CertificateData>[\s\S]*<\/CertificateData>/.exec(genuine)?.[0] ?? ''
  const forged = data.replace('29-02-1992', '01-01-1980')

  it.each([
    ['as a child of Signature', '</Signature>', `${forged}</Signature>`, 'signature_malformed'],
    ['in Object', '</Signature>', `<Object>${forged}</Object></Signature>`, 'signature_malformed'],
    ['in KeyInfo', '</X509Data></KeyInfo>', `</X509Data>${forged}</KeyInfo>`, 'signature_malformed'],
    ['in SignatureValue', '</SignatureValue>', `${forged}</SignatureValue>`, 'signature_malformed'],
    ['in SignedInfo', '</SignedInfo>', `${forged}</SignedInfo>`, 'signature_malformed'],
    [
      'in CanonicalizationMethod',
      '</CanonicalizationMethod>',
      `${forged}</CanonicalizationMethod>`,
      'algorithm_not_allowed',
    ],
    ['in Transform', '</Transform>', `${forged}</Transform>`, 'transform_not_allowed'],
    ['before the Signature', '<Signature ', `${forged}<Signature `, 'digest_mismatch'],
    ['as a comment in Signature', '<SignedInfo>', '<!-- x --><SignedInfo>', 'signature_malformed'],
  ])('a forged part %s', (_, from, to, code) => {
    expect(verdict(change(genuine, from, to))).toBe(code)
  })

  it.each([
    ['first', `${signedInfo.replace('xbO/', 'AAAA')}${signedInfo}`],
    ['last', `${signedInfo}${signedInfo.replace('xbO/', 'AAAA')}`],
    ['the same twice', `${signedInfo}${signedInfo}`],
  ])('several SignedInfo, the false one %s (CVE-2025-29774)', (_, both) => {
    expect(verdict(change(genuine, signedInfo, both))).toBe('signature_malformed')
  })

  it.each([
    ['a comment before it', '<DigestValue><!-- AAAA -->xbO/'],
    ['a comment inside it', '<DigestValue>xb<!-- AAAA -->O/'],
    ['a CDATA section', '<DigestValue><![CDATA[AAAA]]>xbO/'],
    ['an instruction', '<DigestValue><?x AAAA?>xbO/'],
    ['an element', '<DigestValue><b>AAAA</b>xbO/'],
  ])('a DigestValue with %s (CVE-2025-29775)', (_, to) => {
    expect(verdict(change(genuine, '<DigestValue>xbO/', to))).toBe('signature_malformed')
  })

  it.each([
    ['beside the first', change(genuine, '</Certificate>', `${signature}</Certificate>`)],
    ['around the first', change(genuine, '</KeyInfo>', `${signature}</KeyInfo>`)],
    ['in the data', change(genuine, '<CertificateData>', `<CertificateData>${signature}`)],
    ['with a prefix', change(genuine, '</Certificate>', `<p:Signature xmlns:p="${DSIG}"/></Certificate>`)],
  ])('a second signature %s', (_, xml) => {
    expect(verdict(xml)).toBe('multiple_signatures')
  })

  it('a signature that is not a child of the root', () => {
    const moved = change(
      change(genuine, signature, ''),
      '</CertificateData>',
      `${signature}</CertificateData>`,
    )
    expect(verdict(moved)).toBe('signature_malformed')
  })

  it('a certificate that is good for another type', () => {
    const panOnly = fixtureAnchors({ types: ['PANCR'] })
    expect(verdict(genuine, 'aadhaar', panOnly)).toBe('issuer_not_allowed')
    expect(verdict(fixture('valid/pan.xml'), 'pan', panOnly)).toBe('valid')
    const offline = fixture('valid/offline-kyc.xml')
    expect(verdict(offline, 'aadhaar', fixtureAnchors({ types: ['ADHAR'] }))).toBe('issuer_not_allowed')
  })

  it('a layout that no anchor is for, chosen to escape the check', () => {
    const unsigned = fixture('valid/offline-kyc.xml')
      .toString()
      .replace(/<Signature [\s\S]*<\/Signature>/, '')
    expect(read(unsigned, 'aadhaar', fixtureAnchors({ types: ['ADHAR'] }))).toMatchObject({
      document: { evidence: 'provider_asserted', signature: 'signature_missing' },
    })
  })

  it('a document of another type, and of none', () => {
    expect(verdict(fixture('valid/pan.xml'), 'driving_licence')).toBe('type_unexpected')
    expect(verdict('<html/>')).toBe('root_unexpected')
  })

  it('a namespace put on the root', () => {
    const licence = fixture('valid/dl.xml').toString().replace('<Certificate ', '<Certificate xmlns="urn:x" ')
    expect(verdict(licence, 'driving_licence')).toBe('root_unexpected')
    expect(read(licence, 'driving_licence', ANCHORS)).toMatchObject({
      document: { evidence: 'provider_asserted', signature: 'root_unexpected' },
    })
  })

  it.each([
    ['revoked', { revoked: true }, 'certificate_revoked'],
    ['over', { validTo: new Date(AT.getTime() - 1) }, 'certificate_expired'],
    ['not yet valid', { validFrom: new Date(AT.getTime() + 1) }, 'certificate_expired'],
    ['over and revoked', { validTo: new Date(0), revoked: true }, 'certificate_expired'],
    ['ending at this moment', { validTo: AT }, 'valid'],
  ])('an anchor that is %s', (_, more, code) => {
    expect(verdict(genuine, 'aadhaar', fixtureAnchors(more))).toBe(code)
  })

  it('an HMAC with the public certificate as its key', () => {
    const rsa = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
    expect(verdict(change(genuine, rsa, `${DSIG}hmac-sha1`))).toBe('algorithm_not_allowed')
  })

  it('a method with parameters', () => {
    const opening = '"http://www.w3.org/2001/10/xml-exc-c14n#">'
    const list = '<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="x"/>'
    expect(verdict(change(genuine, opening, `${opening}${list}`))).toBe('algorithm_not_allowed')
    const length = '</SignatureMethod>'
    const more = `<HMACOutputLength>8</HMACOutputLength>${length}`
    expect(verdict(change(genuine, length, more))).toBe('algorithm_not_allowed')
  })

  it('text turned into an instruction, which the canonical form would write as text', () => {
    const turned = change(genuine, '<Pht>', '<Pht><?x ?>')
    expect(verdict(turned)).toBe('digest_mismatch')
    expect(verdict(change(genuine, '<Certificate>', '<?x y?><Certificate>'))).toBe('digest_mismatch')
  })

  it('harmless differences change nothing', () => {
    const crlf = fixture('valid/pan.xml').toString().replaceAll('\n', '\r\n')
    expect(verdict(crlf, 'pan')).toBe('valid')
    expect(verdict(change(genuine, '<Pht>', '<!-- a comment --><Pht>'))).toBe('valid')
    expect(verdict(change(genuine, '<Poi dob="29-02-1992"', "<Poi   dob='&#50;9-02-1992'"))).toBe('valid')
  })
})

describe('documents signed here', () => {
  const anchors = [sandboxAnchor()]
  const record = (ts: string, ttl: string) =>
    `<Certificate><CertificateData><KycRes ret="Y" ts="${ts}" ttl="${ttl}"><UidData uid="xxxxxxxx1234"><Poi name="Parikshan Namoona" dob="15-08-1990" gender="M"/></UidData></KycRes></CertificateData></Certificate>`
  const fresh = record('2026-11-19T12:00:00+05:30', '2027-11-19T12:00:00')

  it('an old genuine document is signed, and past its time', () => {
    const old = signXml(record('2025-10-01T12:00:00+05:30', '2026-10-01T12:00:00'))
    expect(read(old, 'aadhaar', anchors)).toMatchObject({
      document: { evidence: 'issuer_signed', signature: 'valid', remarks: ['document_expired'] },
    })
  })

  const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
  const enveloped = `${DSIG}enveloped-signature`
  it.each<[string, SigningWish, string]>([
    ['inclusive C14N of SignedInfo', { canonicalizationAlgorithm: inclusive }, 'valid'],
    ['a prefix', { prefix: 'ds' }, 'valid'],
    ['a prefix and inclusive C14N', { prefix: 'ds', canonicalizationAlgorithm: inclusive }, 'valid'],
    ['inclusive C14N named', { transforms: [enveloped, inclusive] }, 'valid'],
    ['exclusive C14N named', { transforms: [enveloped, exclusive] }, 'valid'],
    ['SHA-512', { digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha512' }, 'valid'],
    ['RSA-SHA512', { signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512' }, 'valid'],
    ['RSA-SHA1', { signatureAlgorithm: `${DSIG}rsa-sha1` }, 'valid'],
    ['comments kept', { canonicalizationAlgorithm: `${exclusive}WithComments` }, 'algorithm_not_allowed'],
    ['no enveloped transform', { transforms: [exclusive] }, 'transform_not_allowed'],
    ['transforms in the other order', { transforms: [exclusive, enveloped] }, 'transform_not_allowed'],
    ['three transforms', { transforms: [enveloped, exclusive, exclusive] }, 'transform_not_allowed'],
    [
      'comments kept by a transform',
      { transforms: [enveloped, `${inclusive}#WithComments`] },
      'transform_not_allowed',
    ],
    ['a SHA-1 digest', { digestAlgorithm: `${DSIG}sha1` }, 'algorithm_not_allowed'],
    [
      'RSA-PSS',
      { signatureAlgorithm: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1' },
      'algorithm_not_allowed',
    ],
  ])('with %s', (_, wish, code) => {
    expect(verdict(signXml(fresh, wish), 'aadhaar', anchors)).toBe(code)
  })

  it('namespaces on the root are part of what inclusive C14N signs', () => {
    const spaced = fresh.replace('<Certificate>', '<Certificate xmlns:x="urn:x" x:y="z">')
    const signed = signXml(spaced, { canonicalizationAlgorithm: inclusive })
    expect(verdict(signed, 'aadhaar', anchors)).toBe('valid')
    expect(verdict(signed.replace('urn:x', 'urn:z'), 'aadhaar', anchors)).toBe('digest_mismatch')
  })

  it('facts come from the bytes that were digested, not from the tree that they were made of', () => {
    const genuine = signXml(
      '<Certificate xmlns:x="urn:x" expiryDate="01-01-2020" number="KA0020120000000" type="DRVLC"><IssuedTo><Person dob="15-08-1990" name="Parikshan Namoona"/></IssuedTo></Certificate>',
    )
    // The library writes a namespace's name out unescaped: both trees have one canonical form, and one of them never ends.
    const hidden = `xmlns:x='urn:x" expiryDate="01-01-2020'`
    const forged = change(genuine, 'xmlns:x="urn:x" expiryDate="01-01-2020"', hidden)
    for (const xml of [genuine, forged])
      expect(read(xml, 'driving_licence', anchors)).toMatchObject({
        document: { signature: 'valid', remarks: ['document_expired'], facts: { expiresOn: '2020-01-01' } },
      })
  })

  it('the sandbox’s issuer is the one that the sandbox publishes, and nobody else trusts it', () => {
    const signed = signXml(fresh)
    expect(verdict(signed, 'aadhaar', anchors)).toBe('valid')
    expect(verdict(signed)).toBe('certificate_untrusted')
    expect(SANDBOX_PEM).toBe(SANDBOX_ISSUER_CERTIFICATE)
  })
})

/** The same question to the library's own verification, with the anchor's key: what we believe, it must believe. */
function libraryAccepts(xml: string, publicCert: string): boolean {
  const verifier = new SignedXml({ publicCert, getCertFromKeyInfo: () => null })
  verifier.loadSignature(/<(\w+:)?Signature[ >][\s\S]*Signature>/.exec(xml)?.[0] ?? '')
  try {
    return verifier.checkSignature(xml)
  } catch {
    return false
  }
}

describe('mutated documents', () => {
  const valid = expected.documents.filter(
    ({ verdict: wanted, file }) => wanted.startsWith('valid') && file.startsWith('valid/'),
  )
  const originals = valid.map(({ file, type }) => {
    const text = fixture(file).toString()
    const issuer = type === 'OFFLINE_KYC' ? 'test-offline-issuer' : 'test-issuer'
    return {
      certificate: fixture(`certs/${issuer}.cert.pem`).toString(),
      text,
      type: asked(type),
      facts: factsOf(read(text, asked(type), SHA1_ANCHORS)),
    }
  })

  function factsOf(outcome: ReadOutcome): unknown {
    return outcome.kind === 'read' ? { ...outcome.document, kept: outcome.keepRaw } : outcome
  }

  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const at = (text: string, share: number) => Math.floor(share * text.length)
  const elements = (text: string) => [...text.matchAll(/<([\w:]+)[^<>]*(?:\/>|>[^<]*<\/\1>)/g)]
  const attributes = (text: string) => [...text.matchAll(/ ([\w:]+)="([^"]*)"/g)]
  const pick = <T>(list: T[], share: number) => list[Math.floor(share * list.length)] as T

  type Mutation = (text: string, a: number, b: number, word: string) => string
  const MUTATIONS: Record<string, Mutation> = {
    flip: (text, a, b) => {
      const bytes = Buffer.from(text)
      const index = Math.floor(a * bytes.length)
      bytes[index] = (bytes[index] ?? 0) ^ (1 << Math.floor(b * 8))
      return bytes.toString('latin1')
    },
    insert: (text, a, _, word) => text.slice(0, at(text, a)) + word + text.slice(at(text, a)),
    remove: (text, a, b) => text.slice(0, at(text, a)) + text.slice(at(text, a) + 1 + Math.floor(b * 40)),
    space: (text, a) =>
      text.replaceAll('><', (found, index: number) => (index > at(text, a) ? found : '>\n<')),
    spaceInTag: (text, a) => {
      const { index, 0: found } = pick(attributes(text), a)
      return `${text.slice(0, index)} \n${found}${text.slice(index + found.length)}`
    },
    value: (text, a, _, word) => {
      const { index, 0: found, 1: name } = pick(attributes(text), a)
      return `${text.slice(0, index)} ${name}="${word.replace(/[<&"]/g, '')}"${text.slice(index + found.length)}`
    },
    name: (text, a) => {
      const { index, 0: found, 1: name } = pick(attributes(text), a)
      return (
        text.slice(0, index) + found.replace(name as string, `${name}x`) + text.slice(index + found.length)
      )
    },
    swap: (text, a, b) => {
      const [one, other] = [pick(attributes(text), a), pick(attributes(text), b)]
      return text.replace(one[0], '\u0001').replace(other[0], one[0]).replace('\u0001', other[0])
    },
    repeat: (text, a, b) => {
      const { 0: found } = pick(elements(text), a)
      const { index } = pick(elements(text), b)
      return text.slice(0, index) + found + text.slice(index)
    },
    move: (text, a, b) => {
      const { index, 0: found } = pick(elements(text), a)
      const rest = text.slice(0, index) + text.slice(index + found.length)
      const { index: to } = pick(elements(rest), b)
      return rest.slice(0, to) + found + rest.slice(to)
    },
    comment: (text, a, _, word) =>
      text.replace(pick(elements(text), a)[0], (found) => `<!--${word.replaceAll('-', '')}-->${found}`),
    instruction: (text, a) => text.replace(pick(elements(text), a)[0], (found) => `<?x ${found}?>`),
    section: (text, a) =>
      text.replace(/>([^<]+)</g, (found, inner: string, index: number) =>
        index < at(text, a) ? found : `><![CDATA[${inner}]]><`,
      ),
    reference: (text, a) => {
      const { index, 0: found, 2: value = '' } = pick(attributes(text), a)
      const hidden = [...value].map((letter) => `&#${letter.codePointAt(0)};`).join('')
      return (
        text.slice(0, index) + found.replace(`"${value}"`, `"${hidden}"`) + text.slice(index + found.length)
      )
    },
    namespace: (text, a) =>
      text.replace(pick(elements(text), a)[0], (found) =>
        found.replace(/[ />]/, ` xmlns:q="&quot; dob=&quot;01-01-1980"$&`),
      ),
    shadow: (text) => text.replace(/<(Poi|Person) /, '<$1 xmlns:dob="01-01-1980" xmlnsdob="01-01-1980" '),
    mix: (text, a) =>
      `${text.slice(0, at(text, a))}${(originals[1] as { text: string }).text.slice(at(text, a))}`,
  }

  it('never throw, and say what the original says whenever they are believed', { timeout: 60_000 }, () => {
    let believed = 0
    const mutation = fc.record({
      kind: fc.constantFrom(...Object.keys(MUTATIONS)),
      a: place,
      b: place,
      word: fc.oneof(fc.string(), fc.constantFrom('01-01-1980', ' ', '<x/>', '<Poi dob="01-01-1980"/>')),
    })
    fc.assert(
      fc.property(
        fc.nat(originals.length - 1),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        (which, list) => {
          const { text, type, facts, certificate } = originals[which] as (typeof originals)[number]
          const mutated = list.reduce(
            (now, { kind, a, b, word }) => (MUTATIONS[kind] as Mutation)(now, a, b, word),
            text,
          )
          const outcome = read(mutated, type, SHA1_ANCHORS)
          if (outcome.kind !== 'read' || outcome.document.signature !== 'valid') return
          believed += 1
          expect(libraryAccepts(mutated, certificate)).toBe(true)
          expect({ ...(factsOf(outcome) as object), kept: true }).toEqual(facts)
        },
      ),
      { numRuns: 2000 },
    )
    expect(believed).toBeGreaterThan(20) // else nothing was asked
  })
})
