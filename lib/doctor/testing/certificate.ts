import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'

// TEST certificates made on the spot: self-signed, for the name and the dates that a test asks for. No key is kept.

interface Wish {
  name: string
  validFrom: Date
  validTo: Date
}

const ECDSA_WITH_SHA256 = '06082a8648ce3d040302'
const COMMON_NAME = '0603550403'
const SUBJECT_ALT_NAME = '0603551d11'

/** A self-signed X.509 certificate (RFC 5280) and its key, both PEM. */
export function makeCertificate({ name, validFrom, validTo }: Wish): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(hex(ECDSA_WITH_SHA256))
  const subject = sequence(tlv(0x31, sequence(hex(COMMON_NAME), tlv(0x0c, Buffer.from(`TEST ${name}`)))))
  const names = sequence(tlv(0x82, Buffer.from(name)))
  const extensions = sequence(sequence(hex(SUBJECT_ALT_NAME), tlv(0x04, names)))
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, Buffer.from([1])),
    algorithm,
    subject,
    sequence(time(validFrom), time(validTo)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, extensions),
  )
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
  const der = sequence(body, algorithm, signature)
  const lines = der.toString('base64').replace(/(.{64})/g, '$1\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.trim()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

/** An https server on loopback that answers 401 to everything, with that certificate. */
export async function serveWith(pair: {
  cert: string
  key: string
}): Promise<{ url: string; server: Server }> {
  const server = createServer(pair, (_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"detail":"Not authenticated"}')
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, server }
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: Buffer[]) => tlv(0x30, Buffer.concat(parts))
const hex = (text: string) => Buffer.from(text, 'hex')
const time = (date: Date) =>
  tlv(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
