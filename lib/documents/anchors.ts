import 'server-only'
import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { SANDBOX_ISSUER_CERTIFICATE } from './sandbox-issuer'

// Trust anchors: the certificates of those whose signatures we believe, as data with dates (TRUST_ANCHORS_DIR).
// Nothing is ever learnt from a document.

/** What a signer may sign, by DigiLocker's codes; `OFFLINE_KYC` is UIDAI's paperless form of Aadhaar. */
const SIGNED_TYPES = ['ADHAR', 'PANCR', 'DRVLC', 'OFFLINE_KYC'] as const
export type SignedType = (typeof SIGNED_TYPES)[number]

export interface Anchor {
  /** Name of its file, for those who run Ante. */
  file: string
  /** SHA-256 of the DER, hex. */
  sha256: string
  publicKey: KeyObject
  types: readonly SignedType[]
  /** RSA-SHA1 signatures count; the digest must be SHA-256 or better all the same. */
  allowSha1Signature: boolean
  /** The certificate's own validity, narrowed by the table's dates. */
  validFrom: Date
  validTo: Date
  revoked: boolean
}

/** Where the setting is looked up and problems are told; `env.ts` has the real one. */
interface SettingsSource {
  text(name: string): string | undefined
  problem(name: string, found: string | undefined, expected: string): void
}

const NAME = 'TRUST_ANCHORS_DIR'
const INDIA = '+05:30'
const DAY = /^\d{4}-\d{2}-\d{2}$/
/** Words that a certificate made for tests carries in its names. */
const FOR_TESTS = /\b(TEST|SANDBOX)\b/i
const LEAST_KEY_BITS = 2048

const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })])
const Entry = z.strictObject({
  file: z.string().min(1),
  types: z.array(z.enum(SIGNED_TYPES)).min(1),
  allow_sha1_signature: z.boolean().default(false),
  not_before: Moment.optional(),
  not_after: Moment.optional(),
  revoked: z.boolean().default(false),
  owner: z.string().optional(),
  source: z.string().optional(),
  confirmed_on: z.iso.date().optional(),
})
type Entry = z.output<typeof Entry>

/**
 * The anchors of TRUST_ANCHORS_DIR, none without it. Every problem is told, one line each; certificates made for tests
 * are one in production (FL-17).
 */
export function readTrustAnchors(source: SettingsSource, production: boolean): Anchor[] {
  const folder = source.text(NAME)
  if (folder === undefined) return []
  const anchors = readEntries(source, folder).flatMap(
    (entry) => readAnchor(source, folder, entry, production) ?? [],
  )
  for (const [place, { sha256, file }] of anchors.entries())
    if (anchors.findIndex((one) => one.sha256 === sha256) !== place)
      source.problem(NAME, file, 'each certificate once')
  return anchors
}

function readEntries(source: SettingsSource, folder: string): Entry[] {
  const at = path.join(folder, 'anchors.json')
  const listed = z.array(z.unknown()).min(1).safeParse(readJson(at))
  if (!listed.success) {
    source.problem(NAME, at, 'a readable JSON list with at least one entry, as in docs/operations.md')
    return []
  }
  return listed.data.flatMap((value, place) => {
    const entry = Entry.safeParse(value)
    if (entry.success) return [entry.data]
    const where = entry.error.issues.map((issue) => issue.path.join('.') || issue.message).join(', ')
    source.problem(NAME, `entry ${place + 1} of anchors.json: ${where}`, 'the shape of docs/operations.md')
    return []
  })
}

function readJson(at: string): unknown {
  try {
    return JSON.parse(readFileSync(at, 'utf8'))
  } catch {
    return undefined
  }
}

function readAnchor(
  source: SettingsSource,
  folder: string,
  entry: Entry,
  production: boolean,
): Anchor | null {
  const certificate = readCertificate(path.join(folder, entry.file))
  const isInside = !path.relative(folder, path.join(folder, entry.file)).startsWith('..')
  if (certificate === null || !isInside) {
    source.problem(NAME, entry.file, 'a readable PEM file in this folder with one X.509 certificate')
    return null
  }
  if (!hasUsableKey(certificate)) {
    source.problem(NAME, entry.file, `a certificate with an RSA key of ${LEAST_KEY_BITS} bits or more`)
    return null
  }
  if (production && FOR_TESTS.test(`${certificate.subject}\n${certificate.issuer}`)) {
    source.problem(NAME, entry.file, 'no TEST certificate in production')
    return null
  }
  const anchor = toAnchor(certificate, entry)
  if (anchor.validFrom > anchor.validTo) {
    source.problem(NAME, entry.file, 'not_before and not_after that overlap the validity of the certificate')
    return null
  }
  return anchor
}

/** The one certificate of a PEM file, or null. */
function readCertificate(at: string): X509Certificate | null {
  try {
    const text = readFileSync(at, 'utf8')
    return text.split('-----BEGIN ').length === 2 ? new X509Certificate(text) : null
  } catch {
    return null
  }
}

function hasUsableKey({ publicKey }: X509Certificate): boolean {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0
  return publicKey.asymmetricKeyType === 'rsa' && bits >= LEAST_KEY_BITS
}

function toAnchor(certificate: X509Certificate, entry: Entry): Anchor {
  const from = [new Date(certificate.validFrom), toMoment(entry.not_before, '00:00:00')]
  const to = [new Date(certificate.validTo), toMoment(entry.not_after, '23:59:59.999')]
  const times = (dates: (Date | null)[]) => dates.flatMap((date) => date?.getTime() ?? [])
  return {
    file: entry.file,
    sha256: createHash('sha256').update(certificate.raw).digest('hex'),
    publicKey: certificate.publicKey,
    types: entry.types,
    allowSha1Signature: entry.allow_sha1_signature,
    validFrom: new Date(Math.max(...times(from))),
    validTo: new Date(Math.min(...times(to))),
    revoked: entry.revoked,
  }
}

/** A day alone is a day in India, and counts as a whole. */
function toMoment(text: string | undefined, time: string): Date | null {
  if (text === undefined) return null
  return new Date(DAY.test(text) ? `${text}T${time}${INDIA}` : text)
}

let sandbox: Anchor | null = null

/** The built-in sandbox's own TEST issuer. Never for a live connection, never in production: callers see to it. */
export function sandboxAnchor(): Anchor {
  const entry = Entry.parse({ file: 'sandbox', types: SIGNED_TYPES, allow_sha1_signature: true })
  sandbox ??= toAnchor(new X509Certificate(SANDBOX_ISSUER_CERTIFICATE), entry)
  return sandbox
}

/** Anchors that end within `days` and are not revoked, those already over included. */
export function listEndingAnchors(anchors: readonly Anchor[], now: Date, days: number): Anchor[] {
  const until = now.getTime() + days * 86_400_000
  return anchors.filter(({ validTo, revoked }) => !revoked && validTo.getTime() <= until)
}
