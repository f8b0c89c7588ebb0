import { SignedXml } from 'xml-crypto'
import { TEST_ISSUER_CERTIFICATE, TEST_ISSUER_KEY, TEST_ISSUER_SUBJECT } from '../issuer/test-issuer'

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const RSA_SHA1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/**
 * The document with an enveloped signature as last child of its root, in the profile seen on DigiLocker
 * documents: URI "", that one transform, SHA-256 digest, X509Data. `sha1` gives the observed RSA-SHA1
 * signature method; the default is RSA-SHA256.
 */
export function sign(xml: string, sha1: boolean): string {
  const signer = new SignedXml({
    privateKey: TEST_ISSUER_KEY,
    signatureAlgorithm: sha1 ? RSA_SHA1 : RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
    getKeyInfoContent: x509Data,
  })
  signer.addReference({
    xpath: '/*',
    transforms: [ENVELOPED],
    digestAlgorithm: SHA256,
    uri: '',
    isEmptyUri: true,
  })
  signer.computeSignature(xml, { location: { reference: '/*', action: 'append' } })
  return signer.getSignedXml()
}

function x509Data(): string {
  const certificate = TEST_ISSUER_CERTIFICATE.replace(/-----[A-Z ]+-----|\s/g, '')
  return [
    '<X509Data>',
    `<X509SubjectName>${TEST_ISSUER_SUBJECT}</X509SubjectName>`,
    `<X509Certificate>${certificate}</X509Certificate>`,
    '</X509Data>',
  ].join('')
}
