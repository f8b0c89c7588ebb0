import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignedXml } from 'xml-crypto'
import { type Anchor, readTrustAnchors } from './anchors'

// Anchors and signatures for tests. The sandbox's TEST key signs what no fixture can hold; its key is public on purpose.

const FIXTURES = join(import.meta.dirname, 'fixtures')
const ISSUER = join(import.meta.dirname, '../../sandbox/issuer')
export const SANDBOX_PEM = readFileSync(join(ISSUER, 'test-issuer.cert.pem'), 'utf8')

/** The bytes of a fixture. */
export function fixture(file: string): Buffer {
  return readFileSync(join(FIXTURES, file))
}

/** The anchors that `anchors.json` of the fixtures lists, each with `more` over it. */
export function fixtureAnchors(more: Partial<Anchor> = {}): Anchor[] {
  const source = {
    text: () => join(FIXTURES, 'certs'),
    problem: (_name: string, found: string | undefined) => {
      throw new Error(found)
    },
  }
  return readTrustAnchors(source, false).map((anchor) => ({ ...anchor, ...more }))
}

export interface SigningWish {
  signatureAlgorithm?: string
  canonicalizationAlgorithm?: string
  digestAlgorithm?: string
  transforms?: string[]
  prefix?: string
}

/** `xml` with an enveloped signature of the sandbox's TEST issuer; the algorithms are those of the fixtures unless named. */
export function signXml(xml: string, wish: SigningWish = {}): string {
  const p = wish.prefix === undefined ? '' : `${wish.prefix}:`
  const certificate = SANDBOX_PEM.replace(/-----[A-Z ]+-----|\s/g, '')
  const signer = new SignedXml({
    privateKey: readFileSync(join(ISSUER, 'test-issuer.key.pem'), 'utf8'),
    signatureAlgorithm: wish.signatureAlgorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: wish.canonicalizationAlgorithm ?? 'http://www.w3.org/2001/10/xml-exc-c14n#',
    getKeyInfoContent: () =>
      `<${p}X509Data><${p}X509Certificate>${certificate}</${p}X509Certificate></${p}X509Data>`,
  })
  signer.addReference({
    xpath: '/*',
    transforms: wish.transforms ?? ['http://www.w3.org/2000/09/xmldsig#enveloped-signature'],
    digestAlgorithm: wish.digestAlgorithm ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
    uri: '',
    isEmptyUri: true,
  })
  const location = { reference: '/*', action: 'append' } as const
  signer.computeSignature(xml, wish.prefix === undefined ? { location } : { location, prefix: wish.prefix })
  return signer.getSignedXml()
}
