import { readFileSync } from 'node:fs'
import { DOMParser, type Element } from '@xmldom/xmldom'
import { expect, test } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { TEST_ISSUER_CERTIFICATE, TEST_ISSUER_KEY } from '../issuer/test-issuer'
import { toPerson } from '../people'
import type { PersonaId } from '../personas'
import { dateInIndia, endOfDayInIndia, toDashed } from './calendar'
import type { DocumentType } from './layouts'
import { documentXml, openLocker } from './locker'
import { toLicenceNumber, toPan, toUnissuableAadhaar, verhoeffDigit } from './numbers'
import { samplePdf } from './pdf'

const NOW = new Date('2026-11-20T06:30:00Z')
const TYPES = ['ADHAR', 'PANCR', 'DRVLC'] as const
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'

function make(persona: PersonaId, type: DocumentType, options = { sha1: false, bareKycRes: false }): string {
  const locker = openLocker(toPerson(1, persona, 5, NOW), TYPES, NOW)
  return documentXml(locker, type, options) ?? ''
}

function isSignatureGood(xml: string): boolean {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement as unknown as Element
  const signature = root.getElementsByTagNameNS(DSIG, 'Signature').item(0)
  const verifier = new SignedXml({ publicCert: TEST_ISSUER_CERTIFICATE, getCertFromKeyInfo: () => null })
  verifier.loadSignature(signature as unknown as Node)
  try {
    return verifier.checkSignature(xml)
  } catch {
    return false
  }
}

test.each(TYPES)('%s is signed by the TEST issuer in the observed profile', (type) => {
  const xml = make('adult', type)
  expect(isSignatureGood(xml)).toBe(true)
  expect(xml).toContain(
    '<Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></Transforms>',
  )
  expect(xml).toContain('<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>')
  expect(xml).toContain('rsa-sha256')
  expect(xml).toContain('<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>')
  expect(xml.trimEnd().endsWith('</KeyInfo></Signature></Certificate>')).toBe(true)
  expect(xml.match(/<Signature[ >]/g)).toHaveLength(1)
})

test('the observed RSA-SHA1 method is available and verifies', () => {
  const xml = make('adult', 'PANCR', { sha1: true, bareKycRes: false })
  expect(xml).toContain('SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"')
  expect(isSignatureGood(xml)).toBe(true)
})

test('the older layout has KycRes as its root and verifies', () => {
  const xml = make('adult', 'ADHAR', { sha1: false, bareKycRes: true })
  expect(xml).toMatch(/<KycRes /)
  expect(xml).not.toContain('<Certificate>')
  expect(isSignatureGood(xml)).toBe(true)
})

test.each(TYPES)('a tampered %s differs from the signed one in one attribute and fails', (type) => {
  const xml = make('tampered', type)
  expect(isSignatureGood(xml)).toBe(false)
  const signedDate = '06-10-2010' // sixteen and a bit on that day
  const restored = xml.replace(/ dob="[^"]*"/, ` dob="${signedDate}"`)
  expect(isSignatureGood(restored)).toBe(true)
})

test.each(TYPES)('an unsigned %s has no Signature at all', (type) => {
  expect(make('unsigned', type)).not.toContain('Signature')
})

test('documents parse without a warning and hold the attributes that readers look for', () => {
  const aadhaar = parse(make('adult', 'ADHAR'))
  expect(paths(aadhaar)).toEqual(
    expect.arrayContaining([
      'Certificate/CertificateData/KycRes@ret=Y',
      'Certificate/CertificateData/KycRes/UidData@tkn=',
      'Certificate/CertificateData/KycRes/UidData/Poa@pc=000000',
      'Certificate/CertificateData/KycRes/UidData/LData@lang=06',
    ]),
  )
  const pan = parse(make('adult', 'PANCR'))
  expect(paths(pan)).toEqual(
    expect.arrayContaining(['Certificate@type=PANCR', 'Certificate@status=A', 'Certificate@language=99']),
  )
  const licence = parse(make('adult', 'DRVLC'))
  expect(paths(licence)).toEqual(
    expect.arrayContaining(['Certificate@type=DRVLC', 'Certificate/CertificateData/DrivingLicense@code=NT']),
  )
})

function parse(xml: string): Element {
  const onError = (_level: string, message: string) => {
    throw new Error(message)
  }
  return new DOMParser({ onError }).parseFromString(xml, 'text/xml').documentElement as unknown as Element
}

function paths(node: Element, prefix = ''): string[] {
  const here = prefix ? `${prefix}/${node.nodeName}` : node.nodeName
  const own = [...node.attributes].map((entry) => `${here}@${entry.name}=${entry.value}`)
  const children = [...node.childNodes].filter((child) => child.nodeType === 1) as Element[]
  return [...own, ...children.flatMap((child) => paths(child, here))]
}

test('numbers have the right shape and cannot be issued', () => {
  for (let person = 0; person < 50; person++) {
    expect(toPan(1, person, 'Namoona')).toMatch(/^[A-Z]{3}PN0000[A-Z]$/)
    expect(toLicenceNumber(1, person, 2014)).toMatch(/^KA002014\d{7}$/)
    expect(toUnissuableAadhaar(1, person)).toMatch(/^0\d{11}$/)
  }
})

test('two persons never share a PAN or a licence', () => {
  const pans = new Set(Array.from({ length: 20_000 }, (_, person) => toPan(1, person, 'Namoona')))
  const licences = new Set(Array.from({ length: 20_000 }, (_, person) => toLicenceNumber(1, person, 2014)))
  expect(pans.size).toBe(20_000)
  expect(licences.size).toBe(20_000)
})

test.each([
  ['236', '3'],
  ['12345', '1'],
  ['142857', '0'],
  ['01234567890', '6'],
  ['11111111111', '5'],
])('the Verhoeff digit of %s is %s', (payload, digit) => {
  expect(verhoeffDigit(payload)).toBe(digit)
})

test('days are counted in India', () => {
  expect(toDashed(dateInIndia(new Date('2026-11-19T18:29:59Z')))).toBe('19-11-2026')
  expect(toDashed(dateInIndia(new Date('2026-11-19T18:30:00Z')))).toBe('20-11-2026')
  expect(endOfDayInIndia({ year: 2023, month: 12, day: 14 })).toBe(1702578599)
})

test('the PDF starts and ends as one', () => {
  const pdf = samplePdf('ADHAR').toString('latin1')
  expect(pdf.startsWith('%PDF-1.4')).toBe(true)
  expect(pdf.trimEnd().endsWith('%%EOF')).toBe(true)
  const table = Number(/startxref\n(\d+)/.exec(pdf)?.[1])
  expect(pdf.slice(table, table + 4)).toBe('xref')
})

test('the issuer in the bundle is the issuer of the PEM files', () => {
  const folder = new URL('../issuer/', import.meta.url)
  expect(readFileSync(new URL('test-issuer.cert.pem', folder), 'utf8')).toBe(TEST_ISSUER_CERTIFICATE)
  expect(readFileSync(new URL('test-issuer.key.pem', folder), 'utf8')).toBe(TEST_ISSUER_KEY)
})
