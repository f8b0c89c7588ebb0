import 'server-only'
import { createHash, randomBytes, randomUUID, verify } from 'node:crypto'
import { sandboxAnchor } from '@/lib/documents/anchors'
import { readDocument } from '@/lib/documents/read'
import { verifySignature } from '@/lib/documents/signature'
import { createVault } from '@/lib/vault'
import { sign } from '@/sandbox/documents/signing'

// What the worker does with one e-Aadhaar as it arrived, and the cryptography alone that no way of doing it can leave out.

const BYTES = 30 * 1024
const AT = new Date('2026-11-20T06:30:00Z')

/** Two ways with the same signed e-Aadhaar of 30 kB. Each call of `ours` verifies, parses and seals; `bare` digests and verifies. */
export function documentWork() {
  const raw = Buffer.from(sign(eAadhaar(), false))
  const trust = { anchors: [sandboxAnchor()], at: AT }
  const { vault } = createVault(randomUUID())
  const ours = () => {
    const fetched = { type: 'aadhaar', kind: 'xml', raw, mediaType: 'application/xml' } as const
    const read = readDocument(fetched, { today: '2026-11-20', trust })
    if (read.kind !== 'read' || read.document.signature !== 'valid' || !read.keepRaw)
      throw new Error('the document was not believed')
    const { photo: _, ...facts } = read.document.facts
    const sealed = Object.values(facts).flatMap((value) =>
      value === null ? [] : [vault.seal('facts', 'value_sealed', randomUUID(), value)],
    )
    return [vault.seal('documents', 'raw_sealed', randomUUID(), raw), ...sealed]
  }
  return { bytes: raw.length, ours, bare: bareWork(raw, trust) }
}

/** The digest of the signed bytes and one RSA verification, on values taken out of the document beforehand. */
function bareWork(raw: Buffer, { anchors, at }: { anchors: ReturnType<typeof sandboxAnchor>[]; at: Date }) {
  const verified = verifySignature(raw, 'aadhaar', anchors, at)
  if (!verified.ok) throw new Error(verified.code)
  const text = raw.toString()
  const pick = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] ?? ''
  const [digest, signature] = [pick('DigestValue'), Buffer.from(pick('SignatureValue'), 'base64')]
  const signedInfo = (/<SignedInfo>.*<\/SignedInfo>/s.exec(text)?.[0] ?? '')
    .replace('<SignedInfo>', '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">')
    .replace(/<(\w+)([^<>]*)\/>/g, '<$1$2></$1>')
  const [{ publicKey } = sandboxAnchor()] = anchors
  return () => {
    const isSame = createHash('sha256').update(verified.signedBytes).digest('base64') === digest
    if (!isSame || !verify('sha256', Buffer.from(signedInfo), publicKey, signature))
      throw new Error('the baseline does not verify')
  }
}

/** An e-Aadhaar with every attribute of docs/documents.md and a portrait that brings it to its size. */
function eAadhaar(): string {
  const portrait = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), randomBytes(19_500)]).toString('base64')
  const xml = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Certificate><CertificateData><KycRes code="TESTCODE" ret="Y" ts="2026-11-19T12:00:00.000+05:30" ttl="2027-11-19T12:00:00" txn="TEST:0"><UidData tkn="" uid="xxxxxxxx1234"><Poi dob="29-02-1992" gender="M" name="Parikshan Kumar Namoona"/><Poa co="C/O Kalpanik Namoona" country="India" dist="Testpur" house="0" lm="Near Fixture Tower" loc="Test Locality" pc="000000" po="Testpur" state="Karnataka" street="Fixture Street" subdist="Testpur" vtc="Namunagar"/><LData co="C/O काल्पनिक नमूना" country="भारत" dist="टेस्टपुर" lang="06" name="परीक्षण कुमार नमूना" pc="000000" state="कर्नाटक" vtc="नमूनानगर"/><Pht>${portrait}</Pht></UidData></KycRes></CertificateData></Certificate>`
  if (xml.length > BYTES) throw new Error('the document is larger than meant')
  return xml
}
